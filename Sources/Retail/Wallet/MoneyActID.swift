import Ledger

/// The id that who asks gives an operation on money: asked again under it, the answer is the same
/// and nothing is posted.
public struct MoneyActID: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
  public static let lengthLimit = 40

  public let text: String

  /// Nil unless there are 1 to 40 small letters, digits and hyphens, the first no hyphen: names of
  /// lots and coupons are made of it.
  public init?(_ text: some StringProtocol) {
    guard (1...Self.lengthLimit).contains(text.utf8.count), text.utf8.first != 0x2D,
      text.utf8.allSatisfy({
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
      })
    else { return nil }
    self.text = String(text)
  }

  /// Bytes of chance in an id that is drawn.
  public static let randomByteCount = 8

  /// An id for who gave none.
  public init(random: [UInt8]) {
    text =
      "k-"
      + random.prefix(Self.randomByteCount).map {
        let digits = String($0, radix: 16)
        return digits.utf8.count < 2 ? "0" + digits : digits
      }.joined()
  }

  /// The ids of its entries; never those of a sale.
  public func entry(_ ordinal: Int) -> EntryID {
    EntryID(derivedFrom: "money act \(text) \(ordinal)")
  }

  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let id = MoneyActID(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not an id: \(text)"))
    }
    self = id
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }

  public static func < (left: MoneyActID, right: MoneyActID) -> Bool { left.text < right.text }
  public var description: String { text }
}

/// Who does it, where and when.
public struct ActContext: Equatable, Sendable {
  public let id: MoneyActID
  /// `staff/7`
  public let actor: String
  public let kiosk: UInt32
  public let time: ShopTime
  public let currency: Currency

  public init(id: MoneyActID, actor: String, kiosk: UInt32, time: ShopTime, currency: Currency) {
    self.id = id
    self.actor = actor
    self.kiosk = kiosk
    self.time = time
    self.currency = currency
  }

  public var now: Instant { time.instant }
}

/// Why an entry of an act was posted: the one list, which who checks the book knows them by.
public enum ActReason: String, Sendable, CaseIterable {
  case topUp = "top-up"
  case undo = "top-up undone"
  case topUpRefund = "top-up given back"
  case refund = "purchase given back"
  case giftSale = "gift card sold"
  case giftSpend = "gift card spent"
  case giftRefund = "gift card given back"

  public init?(_ entry: JournalEntry) {
    // The ids of acts are those of no kiosk.
    guard entry.id.high >> 32 == 0xFFFF_FFFF else { return nil }
    self.init(rawValue: entry.context.reason)
  }
}

/// Collects what one act posts; one linked batch.
struct ActEntries {
  private let context: ActContext
  private let reason: ActReason
  private let sale: SaleID?
  private var openings: [Account] = []
  private var entries: [JournalEntry] = []

  init(_ context: ActContext, reason: ActReason, sale: SaleID? = nil) {
    self.context = context
    self.reason = reason
    self.sale = sale
  }

  var batch: Batch { Batch(openings: openings, entries: entries, isLinked: true) }

  mutating func open(_ account: Account) {
    if !openings.contains(account) { openings.append(account) }
  }

  /// A house account.
  mutating func open(_ house: AccountID, _ asset: Asset) {
    open(Account(id: house, asset: asset, rule: .free))
  }

  /// One more entry; postings of nothing are left out, and an entry of nothing is none.
  mutating func post(_ list: [Posting]) throws(WalletRefusal) {
    let list = list.filter { $0.units != 0 }
    guard !list.isEmpty else { return }
    do throws(PostingRejection) {
      entries.append(
        JournalEntry(
          id: context.id.entry(entries.count), action: .post(try Postings(list)),
          context: EntryContext(
            reason: reason.rawValue, actor: context.actor, kiosk: context.kiosk, sale: sale,
            at: context.now)))
    } catch {
      throw .postings("\(error)")
    }
  }
}

extension Posting {
  static func debit(_ account: AccountID, _ asset: Asset, _ units: Int64) -> Posting {
    Posting(account: account, asset: asset, units: units)
  }

  static func credit(_ account: AccountID, _ asset: Asset, _ units: Int64) -> Posting {
    Posting(account: account, asset: asset, units: -units)
  }
}

/// Money that comes from outside, or goes there: `cash` or `psp/<name>`, which are house accounts.
public enum Tender {
  static let nameLimit = 40
  /// A bank transfer, for laws that ask for one.
  public static let transfer = "psp/transfer"

  public static func isWellFormed(_ text: String) -> Bool {
    if text == HouseAccount.cash.purpose { return true }
    guard text.hasPrefix("psp/"), text.utf8.count <= 4 + nameLimit else { return false }
    return MoneyActID(text.dropFirst(4)) != nil
  }

  static func account(_ text: String) -> AccountID { .house(text) }

  public static func isTender(_ account: AccountID) -> Bool {
    account == HouseAccount.cash
      || account.owner == AccountID.house && account.purpose.hasPrefix("psp/")
  }

  static func payment(_ text: String) -> PrepaidLaw.TopUp.Payment {
    switch text {
    case HouseAccount.cash.purpose: .cash
    case transfer: .transfer
    default: .other
    }
  }
}
