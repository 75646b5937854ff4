/// Why something about a member was refused; nothing was changed. Each case has words for who
/// stands at the kiosk and words for staff.
public enum MemberRefusal: Error, Equatable, Sendable, Codable {
  case name(PersonName.Flaw)
  case phone(PhoneNumber.Flaw)
  case birthday(Birthday.Flaw)
  case number(MemberNumber.Flaw)
  case text(MemberText.Field, MemberText.Flaw)
  case tooMany(MemberText.Field, limit: Int)
  case unknownTier(String)
  /// The day until which a tier is given is none, or not to come.
  case tierEnd
  case unknownMember
  /// Digits as long as a member's number, with a wrong check digit.
  case mistypedNumber
  case unknownReferrer
  case numberTaken
  /// With the number of the member who has it, for staff.
  case phoneTaken(by: String)
  case alreadyBlocked
  case notBlocked
  /// Nothing was told to be changed.
  case nothingToChange
  case reasonMissing
  case searchTooShort
  case card(CardRefusal)
  case code(MemberCode.Refusal)
  case mergeWithItself
  /// A sale still holds something of the member who is to go.
  case openHolds
  /// The ledger did not take the entries.
  case ledger(String)
  /// Stored value is left.
  case balanceLeft
  case unknownSegment(String)
  /// A line of a file with another count of fields than its first.
  case fieldCount(Int)
  case unknownConsent(String)
  case points(PointsRefusal)
  case countCard(CountCardRefusal)
  case coupon(CouponActRefusal)
}

extension MemberRefusal {
  /// What to do, for who stands at the kiosk. Says nothing about other members.
  public var customerText: LocalizedText {
    switch self {
    case .points(let refusal): refusal.customerText
    case .countCard(let refusal): refusal.customerText
    case .coupon(let refusal): refusal.customerText
    case .name: LocalizedText(zh: "请检查姓名。", en: "Please check the name.")
    case .phone: LocalizedText(zh: "请检查手机号。", en: "Please check the phone number.")
    case .birthday: LocalizedText(zh: "请检查生日。", en: "Please check the birthday.")
    case .number, .mistypedNumber:
      LocalizedText(zh: "请检查会员号。", en: "Please check the member number.")
    case .unknownMember, .unknownReferrer:
      LocalizedText(zh: "没有找到会员。", en: "No member was found.")
    // The same words whether the number or the phone is somebody's: numbers cannot be tried out.
    case .numberTaken, .phoneTaken:
      LocalizedText(
        zh: "这个号码已经注册，请刷会员卡或找店员。",
        en: "This number is registered. Please use your card or ask staff.")
    case .code:
      LocalizedText(zh: "会员码已失效，请刷新后再扫。", en: "The code has expired. Please show a new one.")
    case .card: LocalizedText(zh: "这张卡不能用，请找店员。", en: "This card cannot be used. Please ask staff.")
    case .openHolds:
      LocalizedText(zh: "还有一笔付款没有结束，请稍后再试。", en: "A payment is still open. Please try again later.")
    case .balanceLeft:
      LocalizedText(
        zh: "账户里还有余额，请先找店员退款。", en: "There is a balance left. Please ask staff for a refund.")
    case .text, .tooMany, .unknownTier, .tierEnd, .alreadyBlocked, .notBlocked, .nothingToChange,
      .reasonMissing, .searchTooShort, .mergeWithItself, .ledger, .unknownSegment,
      .fieldCount, .unknownConsent:
      LocalizedText(zh: "没有办成，请找店员。", en: "That was not possible. Please ask staff.")
    }
  }

  /// What is wrong and what to do, for staff; no personal data is in it.
  public var staffText: String {
    switch self {
    case .points(let refusal): refusal.staffText
    case .countCard(let refusal): refusal.staffText
    case .coupon(let refusal): refusal.staffText
    case .name(let flaw): "the name \(Self.words(flaw))"
    case .phone(let flaw): "the phone number \(Self.words(flaw))"
    case .birthday(let flaw): "the birthday \(Self.words(flaw))"
    case .number(let flaw): "the member number \(Self.words(flaw))"
    case .text(let field, let flaw): "the \(field.rawValue) \(Self.words(flaw))"
    case .tooMany(let field, let limit): "a member has at most \(limit) of: \(field.rawValue)"
    case .unknownTier(let tier):
      "no tier is called \"\(tier)\"; promotions.yaml names those that there are"
    case .tierEnd: "the day until which the tier is given is not of the form 2027-05-12 and to come"
    case .unknownMember:
      "no member has this number, phone or id; the number is printed on the card and on receipts"
    case .mistypedNumber: "the check digit of the member number is wrong: one digit was mistyped"
    case .unknownReferrer: "no member has the number that is named as the referrer's"
    case .numberTaken: "another member has this number"
    case .phoneTaken(let number):
      "member \(number) has this phone; look that member up, or merge the two"
    case .alreadyBlocked: "the member is blocked already"
    case .notBlocked: "the member is not blocked"
    case .nothingToChange: "nothing was named that is to be changed"
    case .reasonMissing: "this needs a reason, which the audit keeps"
    case .searchTooShort: "name at least two letters of one part of the name"
    case .card(let refusal): Self.words(refusal)
    case .code(let refusal): Self.words(refusal)
    case .mergeWithItself: "both are the same member already"
    case .openHolds:
      "an open sale holds something of this member; end it, see `kioskctl ledger verify`"
    case .ledger(let outcome): "the ledger refused the entries (\(outcome)) and nothing was changed"
    case .balanceLeft:
      "stored value is left: refund it first, or say --forfeit if the member gave it up in writing"
    case .fieldCount(let count): "expected \(count) fields, as in the first line"
    case .unknownConsent(let word):
      "\"\(word)\" is no consent; expected membership, marketing, birthday or analysis"
    case .unknownSegment(let id): "no segment is called \"\(id)\" in members.yaml"
    }
  }

  private static func words(_ flaw: PersonName.Flaw) -> String {
    switch flaw {
    case .empty: "is empty"
    case .tooLong: "is longer than \(PersonName.characterLimit) characters"
    case .controlCharacter: "has a control character such as a tab or a line break"
    case .invisibleCharacter: "has a character that is not seen; type it anew"
    case .forbiddenCharacter:
      "has a sign that stands in no name, or begins with none of its letters"
    case .lookAlike: "has signs that only look like letters; type it anew"
    case .mixedScripts: "mixes letters of alphabets that look alike; type it anew"
    }
  }

  private static func words(_ flaw: PhoneNumber.Flaw) -> String {
    switch flaw {
    case .empty: "has no digits"
    case .tooLong: "is longer than \(PhoneNumber.textLimit) bytes"
    case .foreignDigit: "has digits of another script; type it anew"
    case .forbiddenCharacter:
      "has signs other than digits, blanks, hyphens, brackets and a plus in front"
    case .wrongLength:
      "has more or fewer digits than numbers have; put + and the country code in front"
    }
  }

  private static func words(_ flaw: Birthday.Flaw) -> String {
    switch flaw {
    case .malformed: "is not of the form 1990-05-12 or 05-12"
    case .impossible: "is no day of the calendar"
    case .inTheFuture: "is in the future"
    case .tooLongAgo: "is longer ago than anybody lives"
    }
  }

  private static func words(_ flaw: MemberNumber.Flaw) -> String {
    switch flaw {
    case .empty: "is empty"
    case .tooLong: "is longer than \(MemberNumber.textLimit) characters"
    case .forbiddenCharacter: "has characters other than printable ASCII"
    }
  }

  private static func words(_ flaw: MemberText.Flaw) -> String {
    switch flaw {
    case .empty: "is empty"
    case .tooLong: "is too long"
    case .forbiddenCharacter: "has a character that is not allowed there"
    }
  }

  private static func words(_ refusal: CardRefusal) -> String {
    switch refusal {
    case .unknown: "no such card was ever issued"
    case .alreadyIssued: "the card is issued; only one that was given back can be issued anew"
    case .alreadyLost: "the card is reported lost already"
    case .alreadyClosed: "the card is lost or blocked already"
    case .notClosed: "the card is neither lost nor blocked"
    case .wasReplaced: "another card took its place; it can only be given back"
    case .wasReturned: "the card was given back; issue it anew"
    case .ofAnotherMember: "the card belongs to another member"
    case .unusableChip: "the chip shows a changing number, or none of 4, 7 or 10 bytes: use another"
    case .tooMany: "a member has at most \(MemberCardLimits.perMember) cards"
    }
  }

  private static func words(_ refusal: MemberCode.Refusal) -> String {
    switch refusal {
    case .malformed: "not a member code"
    case .wrong: "a member code that this shop did not make, or of another member"
    case .stale: "a member code of a time that is over, or not yet come: compare the clocks"
    case .replayed: "a member code that was used before"
    }
  }
}

/// Limits of member cards.
public enum MemberCardLimits {
  /// Cards of one member that were ever issued, those that are gone included.
  public static let perMember = 50
  /// What chips have.
  public static let uidByteCounts: Set<Int> = [4, 7, 10]
}
