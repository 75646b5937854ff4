import Ledger

/// What a conformer of `LedgerAuthority` did otherwise than the port says.
public struct NonConformance: Error, CustomStringConvertible {
  public let description: String
}

/// One rule of the port, tried on a ledger that holds nothing but `Shop.opening`.
public struct LedgerCase: Sendable, CustomStringConvertible {
  public let description: String
  private let body: @Sendable (Trial) async throws -> Void

  init(_ description: String, _ body: @escaping @Sendable (Trial) async throws -> Void) {
    self.description = description
    self.body = body
  }

  /// Throws `NonConformance` where the ledger does not do as the port says.
  public func run(on ledger: any LedgerAuthority) async throws {
    let trial = Trial(ledger: ledger)
    try await trial.expect([.ok], of: try Shop.opening(), "the opening")
    try await body(trial)
  }

  /// All of them; a PostgreSQL conformer passes the same.
  public static let all: [LedgerCase] = identity + holds + limits + batches
}

/// A ledger on trial.
struct Trial: Sendable {
  let ledger: any LedgerAuthority

  func spend(_ units: Int64) throws -> Postings {
    try Shop.move(units, from: Shop.principal, to: Shop.revenue)
  }

  func expect(
    _ expected: [Outcome], of batch: Batch, _ what: String = ""
  ) async throws {
    let outcomes = try await ledger.submit(batch)
    guard outcomes == expected else {
      throw NonConformance(description: "\(what): \(outcomes) instead of \(expected)")
    }
  }

  func expect(_ expected: Outcome, of entry: JournalEntry) async throws {
    try await expect([expected], of: Shop.one(entry), "entry \(entry.id)")
  }

  func expect(
    _ account: AccountID, posted: Int64, debits: Int64 = 0, credits: Int64 = 0
  ) async throws {
    let expected = Balance(posted: posted, heldDebits: debits, heldCredits: credits)
    let balance = try await ledger.balance(of: account)
    guard balance == expected else {
      throw NonConformance(
        description: "\(account): \(String(describing: balance)) instead of \(expected)")
    }
  }

  func expectNone(_ account: AccountID) async throws {
    guard try await ledger.balance(of: account) == nil else {
      throw NonConformance(description: "\(account) is there")
    }
  }
}
