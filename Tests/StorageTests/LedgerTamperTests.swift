import Crypto
import Foundation
import GRDB
import Ledger
import LedgerConformance
import Storage
import Testing

/// Somebody changes the file with SQLite's own tools: `verify` names the first bad row.
struct LedgerTamperTests {
  private let directory: TemporaryDirectory

  init() async throws {
    directory = try TemporaryDirectory()
    let store = try Store.open(directory: directory.path, mode: .writer)
    let ledger = SQLiteLedger(store)
    try #require(try await ledger.submit(Shop.opening()) == [.ok])
    let spend = try Shop.move(10, from: Shop.principal, to: Shop.revenue)
    let actions: [JournalEntry.Action] = [
      .post(spend), .hold(spend), .capture(Shop.id(3)), .hold(spend), .void(Shop.id(5)),
      .hold(spend), .post(spend),
    ]
    for (index, action) in actions.enumerated() {
      try #require(
        try await ledger.submit(Shop.entry(UInt64(index + 2), action, kiosk: 1)) == .ok)
    }
    try #require(try await ledger.submit(Shop.entry(50, .void(Shop.id(99)))) == .noSuchHold)
    try #require(try await ledger.verify().fault == nil)
    try store.close()
  }

  /// Changes the file with every guard of the schema taken away.
  private func fault(
    after sql: String, _ arguments: StatementArguments = StatementArguments()
  ) async throws -> LedgerFault? {
    let queue = try DatabaseQueue(path: directory.database)
    try await queue.writeWithoutTransaction { db in
      let triggers = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_schema WHERE type = 'trigger'")
      for trigger in triggers { try db.execute(sql: "DROP TRIGGER \(trigger)") }
      try db.execute(sql: "PRAGMA foreign_keys = OFF")
      try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
      try db.execute(sql: sql, arguments: arguments)
    }
    try queue.close()
    let store = try Store.open(directory: directory.path, mode: .reader)
    let report = try await SQLiteLedger(store).verify()
    #expect(report.isSound == (report.fault == nil))
    try store.close()
    return report.fault
  }

  /// The same with the bytes of an entry that says something else.
  private func fault(rewriting key: Int64, as entry: JournalEntry) async throws -> LedgerFault? {
    try await fault(
      after: "UPDATE entries SET content = ? WHERE key = ?",
      [Data(CanonicalBytes(entry).bytes), key])
  }

  @Test func `an untouched ledger is sound`() async throws {
    #expect(try await fault(after: "SELECT 1") == nil)
  }

  // MARK: Entries

  @Test func `a changed entry is named, whatever was changed`() async throws {
    let spend = try Shop.move(10, from: Shop.principal, to: Shop.revenue)
    let other = try Shop.move(20, from: Shop.principal, to: Shop.revenue)
    let back = try Shop.move(10, from: Shop.revenue, to: Shop.principal)
    func entry(
      _ number: UInt64 = 2, _ action: JournalEntry.Action? = nil, reason: String = "test",
      actor: String = "system", kiosk: UInt32 = 1, sale: SaleID? = nil, at: Int64 = 0
    ) -> JournalEntry {
      JournalEntry(
        id: Shop.id(number), action: action ?? .post(spend),
        context: EntryContext(
          reason: reason, actor: actor, kiosk: kiosk, sale: sale,
          at: Instant(milliseconds: Shop.start.milliseconds + at)))
    }
    #expect(try await fault(rewriting: 2, as: entry()) == nil)
    for changed in [
      entry(reason: "gift"), entry(actor: "staff/1"), entry(at: 1), entry(2, .hold(spend)),
      entry(2, .post(other)), entry(2, .post(back)), entry(2, .void(Shop.id(1))),
      entry(sale: SaleID(kiosk: 1, counter: 5)), entry(kiosk: 2), entry(63),
    ] {
      let found = try await fault(rewriting: 2, as: changed)
      #expect(found == .brokenChain(number: 2, id: changed.id))
    }
    #expect(
      try await fault(after: "UPDATE entries SET hash = zeroblob(32) WHERE key = 3")
        == .brokenChain(number: 2, id: Shop.id(63)))
  }

  @Test(arguments: [
    ("substr(content, 1, 60)", "truncated"),
    ("content || x'00'", "trailing(1)"),
    ("x'02' || substr(content, 2)", "version(2)"),
    ("substr(content, 1, 17) || x'06' || substr(content, 19)", "verb(6)"),
  ])
  func `bytes that are no entry are named`(change: String, detail: String) async throws {
    let found = try await fault(
      after: "UPDATE entries SET content = CAST(\(change) AS BLOB) WHERE key = 2")
    #expect(found == .notAnEntry(number: 2, detail: detail))
  }

  @Test func `two entries in each other's place are named`() async throws {
    let found = try await fault(
      after: """
        UPDATE entries SET key = 1000 WHERE key = 2;
        UPDATE entries SET key = 2 WHERE key = 8;
        UPDATE entries SET key = 8 WHERE key = 1000;
        """)
    #expect(found == .brokenChain(number: 2, id: Shop.id(8)))
  }

  @Test(arguments: [2, 8]) func `a removed entry is named`(key: Int64) async throws {
    let found = try await fault(after: "DELETE FROM entries WHERE key = ?", [key])
    #expect(found == .missingEntry(number: key))
  }

  @Test func `an appended entry that was not chained is named`() async throws {
    let found = try await fault(
      after: "INSERT INTO entries SELECT 9, content, earlier, hash FROM entries WHERE key = 8")
    #expect(found == .brokenChain(number: 9, id: Shop.id(8)))
  }

  /// Somebody who computes hashes as well: the rules are replayed, not only the chain.
  @Test func `a chained entry that breaks a rule is named`() async throws {
    let tooMuch = try Shop.move(99_999, from: Shop.principal, to: Shop.revenue)
    let stray = try Shop.move(1, from: Shop.principal, to: .house("nowhere"))
    let two = try Shop.move(1, from: Shop.principal, to: Shop.otherPrincipal)
    let points = try Postings([
      Posting(account: Shop.cash, asset: .points, units: 1),
      Posting(account: Shop.revenue, asset: .points, units: -1),
    ])
    for (action, detail) in [
      (JournalEntry.Action.post(tooMuch), "below zero"), (.hold(tooMuch), "below zero"),
      (.post(stray), "not there"), (.post(two), "two owners"), (.post(points), "an account of CNY"),
      (.capture(Shop.id(3)), "no open hold"), (.void(Shop.id(99)), "no open hold"),
    ] {
      let content = CanonicalBytes(Shop.entry(9, action, kiosk: 1)).bytes
      let queue = try DatabaseQueue(path: directory.database)
      try await queue.write { db in
        let head = try #require(
          try Data.fetchOne(db, sql: "SELECT hash FROM entries WHERE key = 8"))
        let hash = Data(SHA256.hash(data: head + Data(content)))
        try db.execute(
          sql: "INSERT OR IGNORE INTO entry_ids VALUES (?, 9)",
          arguments: [Data(Shop.id(9).bytes)])
        try db.execute(
          sql: """
            DROP TRIGGER IF EXISTS entries_stay; DELETE FROM entries WHERE key = 9;
            INSERT INTO entries VALUES (9, ?, zeroblob(16), ?);
            """, arguments: [Data(content), hash])
        try db.execute(
          sql: "UPDATE chains SET entry_count = entry_count + 1, head = ?", arguments: [hash])
      }
      try queue.close()
      let found = try await fault(after: "SELECT 1")
      guard case .brokenRule(number: 9, id: Shop.id(9), let said) = found, said.contains(detail)
      else {
        Issue.record("\(detail): \(String(describing: found))")
        continue
      }
    }
  }

  @Test func `an entry that names no earlier one is named`() async throws {
    #expect(
      try await fault(after: "UPDATE entries SET earlier = zeroblob(16) WHERE key = 4")
        == .wrongHistory(number: 4, id: Shop.id(4)))
  }

  // MARK: What is kept beside the entries

  @Test(arguments: [
    "DELETE FROM entry_ids WHERE entry = 2", "UPDATE entry_ids SET entry = 3 WHERE entry = 2",
    "UPDATE entry_ids SET entry = 5 - entry WHERE entry IN (2, 3)",
    "UPDATE entry_ids SET id = x'00000000000000000000000000000099' WHERE entry = 2",
    "INSERT INTO refusals VALUES (x'00000000000000000000000000000002', zeroblob(32), 'ok', 0)",
  ])
  func `an id that does not lead to its entry is named`(sql: String) async throws {
    #expect(try await fault(after: sql) == .wrongID(number: 2, id: Shop.id(2)))
  }

  @Test func `a file that SQLite itself finds damaged is named as such`() async throws {
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: directory.database))
    // How many pages are free, by the file's header (SQLite file format, 1.3.8): none is.
    try file.seek(toOffset: 36)
    try file.write(contentsOf: [0, 0, 0, 5])
    try file.close()
    let store = try Store.open(directory: directory.path, mode: .reader)
    let report = try await SQLiteLedger(store).verify()
    guard case .damagedFile(let words) = report.fault else {
      Issue.record("\(String(describing: report.fault))")
      return
    }
    #expect(words.lowercased().contains("freelist"), "\(words)")
    #expect(report.entryCount == 8)
    try store.close()
  }

  @Test func `an id that leads to nothing is named`() async throws {
    let stray = "INSERT INTO entry_ids VALUES (x'00000000000000000000000000000099', 5)"
    #expect(try await fault(after: stray) == .wrongID(number: 5, id: Shop.id(0x99)))
  }

  @Test func `a balance that is not its postings is named`() async throws {
    let found = try await fault(
      after: "UPDATE accounts SET posted = posted - 100 WHERE owner = 'm/1' AND posted <> 0")
    #expect(
      found
        == .wrongBalance(
          Shop.principal, kept: Balance(posted: -10_070, heldDebits: 10, heldCredits: 0),
          recomputed: Balance(posted: -9_970, heldDebits: 10, heldCredits: 0)))
  }

  @Test func `an account that names another newest entry is named`() async throws {
    #expect(
      try await fault(after: "UPDATE accounts SET newest = 7 WHERE purpose = 'principal'")
        == .wrongNewest(Shop.principal, kept: 7, recomputed: 8))
  }

  @Test func `an account whose rule was changed is named by what it forbids`() async throws {
    let found = try await fault(after: "UPDATE accounts SET rule = 2 WHERE owner = 'm/1'")
    guard case .brokenRule(number: 1, id: Shop.id(1), detail: _) = found else {
      Issue.record("\(String(describing: found))")
      return
    }
  }

  @Test(arguments: [
    "DELETE FROM accounts WHERE purpose = 'principal' AND owner = 'm/1'",
    "UPDATE accounts SET owner = 'm/9' WHERE owner = 'm/1'",
    "UPDATE accounts SET asset = 'EUR' WHERE owner = 'm/1'",
  ])
  func `an account that is gone or another is named by its first entry`(sql: String) async throws {
    let found = try await fault(after: sql)
    guard case .brokenRule(number: 1, id: Shop.id(1), detail: _) = found else {
      Issue.record("\(sql): \(String(describing: found))")
      return
    }
  }

  @Test func `a hold that was opened again is named`() async throws {
    let found = try await fault(after: "INSERT INTO open_holds VALUES (5)")
    #expect(found == .wrongHold(number: 5, id: Shop.id(5)))
  }

  @Test func `a hold that was quietly ended is named`() async throws {
    let found = try await fault(after: "DELETE FROM open_holds WHERE entry = 7")
    #expect(found == .wrongHold(number: 7, id: Shop.id(7)))
  }

  @Test func `an open hold of no entry is named`() async throws {
    #expect(
      try await fault(after: "INSERT INTO open_holds VALUES (77)") == .missingEntry(number: 77))
  }

  @Test(arguments: [
    "UPDATE chains SET head = zeroblob(32)", "UPDATE chains SET entry_count = 3",
    "UPDATE chains SET kiosk = 2", "DELETE FROM chains",
    "INSERT INTO chains VALUES (0, 1, zeroblob(32))",
  ])
  func `a changed chain head is named`(sql: String) async throws {
    guard case .wrongChainHead = try await fault(after: sql) else {
      Issue.record("\(sql)")
      return
    }
  }

  /// The schema itself, with its guards in place.
  @Test(arguments: [
    "UPDATE entries SET hash = zeroblob(32)", "DELETE FROM entries",
    "UPDATE entry_ids SET entry = 1", "DELETE FROM entry_ids", "UPDATE open_holds SET entry = 1",
    "UPDATE chains SET entry_count = 1", "DELETE FROM chains", "DELETE FROM refusals",
    "UPDATE accounts SET rule = 0", "DELETE FROM accounts",
    "UPDATE accounts SET posted = 1 WHERE owner = 'm/1'",
    "UPDATE accounts SET held_debits = 99999 WHERE owner = 'm/1'",
    "UPDATE accounts SET posted = -2001 WHERE purpose = 'bonus/1'",
    "UPDATE accounts SET newest = 0 WHERE purpose = 'principal'",
    "INSERT INTO entries VALUES (9, x'00', zeroblob(16), zeroblob(32))",
  ])
  func `the schema refuses it by itself`(sql: String) throws {
    let queue = try DatabaseQueue(path: directory.database)
    #expect(throws: DatabaseError.self) { try queue.write { db in try db.execute(sql: sql) } }
    try queue.close()
  }

  @Test func `the chain is SHA-256 over the hash before and the canonical bytes`() async throws {
    let directory = try TemporaryDirectory()
    let store = try Store.open(directory: directory.path, mode: .writer)
    let ledger = SQLiteLedger(store)
    #expect(try await ledger.submit(Shop.opening()) == [.ok])
    #expect(
      try await ledger.submit(Shop.entry(2, .void(Shop.id(9)))) == .noSuchHold)
    let head = try #require(try await ledger.verify().heads.first)
    #expect(head.kiosk == 1 && head.entryCount == 1)
    // Computed apart from this program, by Python's struct and hashlib.
    #expect(head.hash == "ce9fa893ef5db03451bd8bb54904f8a5a78534c9c3fd92c4e21fb17d1c3b0e53")
    try store.close()
  }
}
