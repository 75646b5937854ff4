import Ledger

/// Why nothing was done with a member's points. Each case has words for who stands at the kiosk and
/// words for staff.
public enum PointsRefusal: Error, Equatable, Sendable, Codable {
  /// The id was used before for something else.
  case idOfAnother
  case malformedID
  case unknownOffer(String)
  case notYet(CalendarDate)
  case over(CalendarDate)
  case memberBlocked
  /// Thousandths.
  case notEnough(price: Int64, available: Int64)
  case memberLimit
  case soldOut
  case outOfStock(sku: String)
  /// Nothing, or more than may be moved at once.
  case amount(limit: Int64)
  case reasonMissing
  case secondPersonMissing
  case samePerson
  /// A refund would take points back that are spent, and the shop does not lend them.
  case spentAlready(missing: Int64)
  /// More lots than one entry can name.
  case tooManyLots
  case ledger(String)
}

extension PointsRefusal {
  public var customerText: LocalizedText {
    switch self {
    case .notEnough(let price, let available):
      LocalizedText(
        zh: "需要 \(Self.points(price)) 积分，您有 \(Self.points(available)) 积分。",
        en: "This takes \(Self.points(price)) points; you have \(Self.points(available)).")
    case .unknownOffer, .over:
      LocalizedText(zh: "这项兑换已结束。", en: "This offer has ended.")
    case .notYet(let day):
      LocalizedText(zh: "这项兑换从 \(day) 开始。", en: "This offer begins on \(day).")
    case .memberLimit:
      LocalizedText(
        zh: "您在这段时间的兑换次数已用完。", en: "You have used this offer as often as it allows for now.")
    case .soldOut, .outOfStock:
      LocalizedText(zh: "已兑换完，请选择别的。", en: "None are left. Please choose something else.")
    case .memberBlocked:
      LocalizedText(zh: "会员账户已停用，请找店员。", en: "This account is closed. Please ask staff.")
    case .idOfAnother, .malformedID, .amount, .reasonMissing, .secondPersonMissing, .samePerson,
      .spentAlready, .tooManyLots, .ledger:
      LocalizedText(zh: "没有办成，请找店员。", en: "That was not possible. Please ask staff.")
    }
  }

  public var staffText: String {
    switch self {
    case .idOfAnother: "this id was used for something else; ask again with a new one"
    case .malformedID: "an id has 1 to \(ActID.lengthLimit) letters, digits and hyphens"
    case .unknownOffer(let id): "members.yaml has no offer of points called \"\(id)\""
    case .notYet(let day): "the offer begins on \(day)"
    case .over(let day): "the offer ended with \(day)"
    case .memberBlocked: "the member's account is closed; open it with `kioskctl member unblock`"
    case .notEnough(let price, let available):
      "it takes \(Self.points(price)) points and the member can spend \(Self.points(available))"
    case .memberLimit: "the member has used the offer as often as its perMember allows"
    case .soldOut: "the offer was used as often as its total allows"
    case .outOfStock(let sku):
      "no \(sku) is set aside for points; bring some with `kioskctl points stock`"
    case .amount(let limit):
      "an amount is more than nothing and at most \(Self.points(limit)) points"
    case .reasonMissing: "a correction needs a reason, which the book keeps"
    case .secondPersonMissing: "this correction needs a second person: say --second"
    case .samePerson: "the second person is another than the first"
    case .spentAlready(let missing):
      "\(Self.points(missing)) of the points are spent, and spentAlready is refuse"
    case .tooManyLots: "the points lie on more lots than one entry names; use fewer at once"
    case .ledger(let outcome): "the ledger refused the entries (\(outcome)); nothing was changed"
    }
  }

  /// Points as they are written, from thousandths.
  public static func points(_ units: Int64) -> String {
    let rest = units.magnitude % 1_000
    let whole = (units < 0 ? "-" : "") + String(units.magnitude / 1_000)
    guard rest > 0 else { return whole }
    var digits = padded(Int(rest), 3)
    while digits.hasSuffix("0") { digits.removeLast() }
    return whole + "." + digits
  }
}

/// The id that who asks for an act gives it: the same again gets the same answer.
public struct ActID: Hashable, Sendable, CustomStringConvertible {
  public static let lengthLimit = 40
  public let text: String

  /// Nil unless it is 1 to 40 letters, digits and hyphens.
  public init?(_ text: String) {
    let isWellFormed = text.utf8.allSatisfy {
      (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
        || $0 == 0x2D
    }
    guard (1...Self.lengthLimit).contains(text.utf8.count), isWellFormed else { return nil }
    self.text = text
  }

  public var description: String { text }

  /// The id of one of its entries.
  public func entry(_ act: String, _ ordinal: Int) -> EntryID {
    EntryID(derivedFrom: "act \(act) \(text) \(ordinal)")
  }
}
