/// Units of one account moved by an entry.
public struct Posting: Equatable, Hashable, Sendable, Codable {
  /// The largest amount of one posting, either way.
  public static let unitsLimit: Int64 = 1_000_000_000_000_000

  public let account: AccountID
  public let asset: Asset
  /// Debits are positive and credits negative; never zero.
  public let units: Int64

  public init(account: AccountID, asset: Asset, units: Int64) {
    self.account = account
    self.asset = asset
    self.units = units
  }
}

/// Why postings cannot make an entry.
public enum PostingRejection: Error, Equatable, Sendable {
  case postingCount(Int)
  case zeroAmount
  case amountLimit
  case account(AccountID)
  case unbalanced(Asset, by: Int64)
}

/// Postings that sum to zero per asset; a value that does not cannot be made.
public struct Postings: Equatable, Sendable {
  public static let countRange = 2...100

  public let list: [Posting]

  public init(_ list: [Posting]) throws(PostingRejection) {
    guard Self.countRange.contains(list.count) else { throw .postingCount(list.count) }
    for posting in list {
      guard posting.units != 0 else { throw .zeroAmount }
      guard posting.units.magnitude <= Posting.unitsLimit.magnitude else { throw .amountLimit }
      guard posting.account.isWellFormed else { throw .account(posting.account) }
    }
    // Cannot overflow: units are capped at 10^15, an entry at 100 postings.
    let first = list[0].asset
    if list.allSatisfy({ $0.asset == first }) {
      let sum = list.reduce(0) { $0 + $1.units }
      guard sum == 0 else { throw .unbalanced(first, by: sum) }
    } else {
      var sums: [Asset: Int64] = [:]
      for posting in list { sums[posting.asset, default: 0] += posting.units }
      if let (asset, sum) = sums.sorted(by: { $0.key < $1.key }).first(where: { $0.value != 0 }) {
        throw .unbalanced(asset, by: sum)
      }
    }
    self.list = list
  }
}

extension Postings: Codable {
  public init(from decoder: any Decoder) throws {
    let list = try decoder.singleValueContainer().decode([Posting].self)
    do {
      try self.init(list)
    } catch {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "\(error)"))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(list)
  }
}

/// One entry of the ledger; never updated, never deleted.
public struct JournalEntry: Equatable, Sendable, Codable {
  public enum Action: Equatable, Sendable, Codable {
    case post(Postings)
    /// Takes what the limited side of each account must keep free until the hold is resolved.
    case hold(Postings)
    /// Posts an open hold, whole. Never fails for time.
    case capture(EntryID)
    /// Gives an open hold back: it was not wanted any more.
    case void(EntryID)
    /// Gives an open hold back: the kiosk that made it found it abandoned.
    case expire(EntryID)
  }

  /// Minted by the caller; the same id again gives the same answer and changes nothing.
  public let id: EntryID
  public let action: Action
  public let context: EntryContext

  public init(id: EntryID, action: Action, context: EntryContext) {
    self.id = id
    self.action = action
    self.context = context
  }
}

/// Who did it, where, when and why; part of the entry's content.
public struct EntryContext: Equatable, Sendable, Codable {
  /// The longest `reason` and `actor` in UTF-8 bytes; a longer one is malformed.
  public static let textLimit = 200

  public let reason: String
  /// `customer`, `staff/<id>`, `system`.
  public let actor: String
  public let kiosk: UInt32
  public let sale: SaleID?
  public let at: Instant

  public init(reason: String, actor: String, kiosk: UInt32, sale: SaleID?, at: Instant) {
    self.reason = reason
    self.actor = actor
    self.kiosk = kiosk
    self.sale = sale
    self.at = at
  }

  /// Both texts are within the limit and hold no control characters.
  public var isWellFormed: Bool {
    [reason, actor].allSatisfy { text in
      text.utf8.count <= Self.textLimit && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
  }
}
