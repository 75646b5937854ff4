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
  /// Entries that are carried out first, each by itself, and stand whatever becomes of the others:
  /// what funds a limit the first time it is met. A refusal would stick to their ids, so they
  /// cannot be linked. None of them has an outcome here.
  public let fundings: [JournalEntry]
  public let entries: [JournalEntry]
  /// All or nothing: the failing entry has its own outcome, the others `linkedFailed`.
  public let isLinked: Bool

  public init(
    openings: [Account] = [], fundings: [JournalEntry] = [], entries: [JournalEntry],
    isLinked: Bool
  ) {
    self.openings = openings
    self.fundings = fundings
    self.entries = entries
    self.isLinked = isLinked
  }

  /// The fundings with the accounts, as a batch of their own; nil when there are none.
  public var fundingBatch: Batch? {
    fundings.isEmpty ? nil : Batch(openings: openings, entries: fundings, isLinked: false)
  }

  /// A batch beyond the limits is not looked into: every outcome is `malformed`, none is kept.
  public var isWithinLimits: Bool {
    guard entries.count + fundings.count <= Self.entryLimit, openings.count <= Self.openingLimit
    else {
      return false
    }
    let postingCount = (fundings + entries).reduce(0) { count, entry in
      switch entry.action {
      case .post(let postings), .hold(let postings): count + postings.list.count
      case .capture, .void, .expire: count
      }
    }
    return postingCount <= Self.postingLimit
  }
}

extension Batch {
  private enum CodingKeys: String, CodingKey { case openings, fundings, entries, isLinked }

  /// A batch of an older journal has no fundings.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    openings = try container.decode([Account].self, forKey: .openings)
    fundings = try container.decodeIfPresent([JournalEntry].self, forKey: .fundings) ?? []
    entries = try container.decode([JournalEntry].self, forKey: .entries)
    isLinked = try container.decode(Bool.self, forKey: .isLinked)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(openings, forKey: .openings)
    if !fundings.isEmpty { try container.encode(fundings, forKey: .fundings) }
    try container.encode(entries, forKey: .entries)
    try container.encode(isLinked, forKey: .isLinked)
  }
}

/// The one who says whether money moved. Conformers: `SQLiteLedger` (Storage) and the model in
/// Tests/LedgerConformance, whose suite every conformer passes.
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
