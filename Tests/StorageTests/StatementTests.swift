import GRDB
import Ledger
import LedgerConformance
import Storage
import Testing

struct StatementTests {
  private let directory: TemporaryDirectory
  private let store: Store
  private let ledger: SQLiteLedger

  init() async throws {
    directory = try TemporaryDirectory()
    store = try Store.open(directory: directory.path, mode: .writer)
    ledger = SQLiteLedger(store)
    try #require(try await ledger.submit(Shop.opening()) == [.ok])
  }

  private func submit(
    _ number: UInt64, _ action: JournalEntry.Action, afterHours hours: Int64
  ) async throws {
    let entry = JournalEntry(
      id: Shop.id(number), action: action,
      context: EntryContext(
        reason: "r\(number)", actor: "m/1", kiosk: 1, sale: SaleID(kiosk: 1, counter: number),
        at: hour(hours)))
    try #require(try await ledger.submit(entry) == .ok)
  }

  private func hour(_ hours: Int64) -> Instant {
    Instant(milliseconds: Shop.start.milliseconds + hours * 3_600_000)
  }

  private func walk() async throws {
    let spend = try Shop.move(1_000, from: Shop.principal, to: Shop.revenue)
    try await submit(2, .post(spend), afterHours: 1)
    try await submit(3, .hold(spend), afterHours: 2)
    try await submit(4, .capture(Shop.id(3)), afterHours: 3)
    try await submit(5, .hold(spend), afterHours: 4)
    try await submit(6, .void(Shop.id(5)), afterHours: 5)
    try await submit(7, .hold(spend), afterHours: 6)
  }

  @Test func `a statement tells every move and what there was after it`() async throws {
    try await walk()
    let statement = try #require(try await ledger.statement(of: Shop.principal))
    #expect(
      statement.lines.map(\.verb)
        == ["post", "post", "hold", "capture", "hold", "void", "hold"])
    #expect(statement.lines.map(\.number) == [1, 2, 3, 4, 5, 6, 7])
    #expect(statement.lines.map(\.posted) == [-10_000, 1_000, 0, 1_000, 0, 0, 0])
    #expect(statement.lines.map(\.heldDebits) == [0, 0, 1_000, -1_000, 1_000, -1_000, 1_000])
    #expect(
      statement.lines.map(\.balance.posted)
        == [-10_000, -9_000, -9_000, -8_000, -8_000, -8_000, -8_000])
    #expect(statement.lines[3].reason == "r4" && statement.lines[3].actor == "m/1")
    #expect(statement.lines[3].sale == SaleID(kiosk: 1, counter: 4))
    #expect(statement.opening.posted == 0 && statement.omittedCount == 0)
    #expect(statement.closing == Balance(posted: -8_000, heldDebits: 1_000, heldCredits: 0))
    #expect(try await ledger.balance(of: Shop.principal) == statement.closing)
    try store.close()
  }

  @Test func `at a past moment it is what it was then`() async throws {
    try await walk()
    for (hours, posted, held) in [
      (Int64(-1), Int64(0), Int64(0)), (0, -10_000, 0), (1, -9_000, 0), (2, -9_000, 1_000),
      (3, -8_000, 0), (4, -8_000, 1_000), (5, -8_000, 0), (9, -8_000, 1_000),
    ] {
      let then = try await ledger.statement(of: Shop.principal, upTo: hour(hours))
      #expect(
        then?.closing == Balance(posted: posted, heldDebits: held, heldCredits: 0), "\(hours) h")
    }
    try store.close()
  }

  @Test func `an old account shows its last lines, and sums up the others`() async throws {
    try await walk()
    let whole = try #require(try await ledger.statement(of: Shop.principal))
    let short = try #require(try await ledger.statement(of: Shop.principal, lineLimit: 3))
    #expect(short.lines == Array(whole.lines.suffix(3)))
    #expect(short.omittedCount == 4)
    #expect(short.opening == whole.lines[3].balance)
    #expect(short.closing == whole.closing)
    try store.close()
  }

  @Test func `an owner's statements are those of the accounts that were moved`() async throws {
    try await walk()
    #expect(
      try await ledger.statements(ofOwner: "m/1").map(\.account.id) == [Shop.principal])
    #expect(try await ledger.statements(ofOwner: "m/1", upTo: hour(-1)).isEmpty)
    #expect(try await ledger.statement(of: Shop.bonus)?.lines == [])
    #expect(try await ledger.statement(of: .house("nowhere")) == nil)
    #expect(try await ledger.accounts(named: "m/1/bonus/1").map(\.id) == [Shop.bonus])
    #expect(try await ledger.accounts(named: "bonus").isEmpty)
    try store.close()
  }

  /// The statements of all accounts of a long walk are the book: none misses an entry.
  @Test(arguments: [UInt64(2), 23])
  func `statements add up to the balances`(seed: UInt64) async throws {
    var walk = LedgerWalk(seed: seed)
    for _ in 0..<500 { _ = try await ledger.submit(walk.batch()) }
    for line in try await ledger.trialBalance().lines {
      let statement = try #require(try await ledger.statement(of: line.account.id))
      #expect(statement.closing == line.balance)
    }
    try store.close()
  }
}

/// What a start looks at: the end of the book.
struct StartCheckTests {
  private let directory: TemporaryDirectory

  init() async throws {
    directory = try TemporaryDirectory()
    let store = try Store.open(directory: directory.path, mode: .writer)
    let ledger = SQLiteLedger(store)
    try #require(try await ledger.submit(Shop.opening()) == [.ok])
    let spend = try Shop.move(1, from: Shop.principal, to: Shop.revenue)
    let batches = stride(from: UInt64(2), to: 1_400, by: 200).map { first in
      Batch(
        entries: (first..<first + 200).map { number in
          Shop.entry(number, number.isMultiple(of: 100) ? .hold(spend) : .post(spend))
        }, isLinked: true)
    }
    let outcomes = try await ledger.submit(batches)
    try #require(outcomes.allSatisfy { $0.allSatisfy { $0 == .ok } })
    try store.close()
  }

  private func complaint(after sql: String) throws -> String? {
    let queue = try DatabaseQueue(path: directory.database)
    try queue.writeWithoutTransaction { db in
      for trigger in try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_schema WHERE type = 'trigger'")
      { try db.execute(sql: "DROP TRIGGER \(trigger)") }
      try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
      try db.execute(sql: sql)
    }
    try queue.close()
    do throws(StorageError) {
      try Store.open(directory: directory.path, mode: .writer).close()
      return nil
    } catch {
      #expect(error.kind == .corrupt)
      return error.message
    }
  }

  @Test func `a sound book starts`() throws {
    #expect(try complaint(after: "SELECT 1") == nil)
  }

  @Test(arguments: [
    ("UPDATE entries SET hash = zeroblob(32) WHERE key = 900", "entry 900"),
    ("DELETE FROM entries WHERE key = 900", "entry 900 is missing"),
    ("DELETE FROM entry_ids WHERE entry = 900", "not found by its id"),
    ("UPDATE chains SET head = zeroblob(32)", "the chain of kiosk 1"),
    ("DELETE FROM chains", "the chain of kiosk 1"),
    ("UPDATE accounts SET newest = 5 WHERE purpose = 'principal'", "m/1/principal"),
    ("UPDATE accounts SET posted = 5 WHERE purpose = 'principal'", "m/1/principal"),
    ("INSERT INTO open_holds VALUES (899)", "open hold 899"),
    ("INSERT INTO open_holds VALUES (99999)", "open hold 99999"),
  ])
  func `a fault at the end of the book is named, and nothing starts`(
    sql: String, place: String
  ) throws {
    let complaint = try #require(try complaint(after: sql))
    #expect(complaint.contains(place), "\(complaint)")
  }
}
