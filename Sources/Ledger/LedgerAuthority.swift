/// What became of one entry of a batch; the whole vocabulary, in order of precedence.
public enum Outcome: String, Equatable, Sendable, Codable, CaseIterable {
  case ok
  /// Outside the limits of `Batch` or `EntryContext`, assets or owners mixed.
  case malformed
  /// The id was used before with other content. Not kept: the id's own answer stays.
  case otherContent
  case noSuchAccount
  /// Postings do not sum to zero; only a decoded entry can be so.
  case unbalanced
  case noSuchHold
  /// The hold was captured, voided or expired before.
  case holdResolved
  /// A limited account would go below zero or a lot above its grant.
  case overLimit
  /// Another entry of the linked batch was refused.
  case linkedFailed
}

/// Entries that go to the ledger together.
public struct Batch: Equatable, Sendable, Codable {
  public static let entryLimit = 200
  public static let postingLimit = 2_000
  public static let openingLimit = 400

  /// Accounts to be opened first if they are not there; one that is there with other content makes
  /// the batch malformed.
  public let openings: [Account]
  public let entries: [JournalEntry]
  /// All or nothing: the failing entry has its own outcome, the others `linkedFailed`.
  public let isLinked: Bool

  public init(openings: [Account] = [], entries: [JournalEntry], isLinked: Bool) {
    self.openings = openings
    self.entries = entries
    self.isLinked = isLinked
  }

  /// A batch beyond the limits is not looked into: every outcome is `malformed`, none is kept.
  public var isWithinLimits: Bool {
    guard entries.count <= Self.entryLimit, openings.count <= Self.openingLimit else {
      return false
    }
    let postingCount = entries.reduce(0) { count, entry in
      switch entry.action {
      case .post(let postings), .hold(let postings): count + postings.list.count
      case .capture, .void, .expire: count
      }
    }
    return postingCount <= Self.postingLimit
  }
}

/// The one who says whether money moved. Conformers: `SQLiteLedger` (Storage) and the model in
/// StorageTests.
///
/// - The same entry id again gives the same outcome and writes nothing; a refusal sticks to its id.
/// - All limited accounts of one entry belong to one owner, else it is `malformed`.
/// - A hold never lapses by a clock.
public protocol LedgerAuthority: Sendable {
  /// One outcome per entry, in order, when they are durable. Throws only faults of the store; then
  /// nothing is known and the caller submits the same batch again.
  func submit(_ batch: Batch) async throws -> [Outcome]
  /// Nil if there is no such account.
  func balance(of account: AccountID) async throws -> Balance?
}
