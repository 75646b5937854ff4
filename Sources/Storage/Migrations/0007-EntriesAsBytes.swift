import Foundation
import GRDB
import Ledger

/// An entry is stored as the bytes that its hash is made over, an account lies beside the others
/// of its owner, and what an account's history is, its entries say themselves: far fewer pages for
/// a posting. Every hash and every balance is checked on the way; a book that is not sound is left
/// as it is.
enum Migration0007 {
  static func run(_ db: Database) throws {
    try db.execute(sql: tables)
    try copyEntries(db)
    try copyAccounts(db)
    try db.execute(sql: exchange)
  }

  private static let tables = """
    CREATE TABLE accounts_7 (
      owner TEXT NOT NULL,
      purpose TEXT NOT NULL,
      asset TEXT NOT NULL,
      rule INTEGER NOT NULL CHECK (rule IN (0, 1, 2)),
      expires_at INTEGER,
      grant_limit INTEGER CHECK (grant_limit BETWEEN 0 AND 1000000000000000),
      grant_available_at INTEGER,
      grant_cap_bp INTEGER CHECK (grant_cap_bp BETWEEN 0 AND 10000),
      posted INTEGER NOT NULL,
      held_debits INTEGER NOT NULL
        CHECK (held_debits BETWEEN 0 AND 4000000000000000000),
      held_credits INTEGER NOT NULL
        CHECK (held_credits BETWEEN 0 AND 4000000000000000000),
      -- The newest entry that names it, which names the one before; 0: none yet.
      newest INTEGER NOT NULL CHECK (newest >= 0),
      PRIMARY KEY (owner, purpose),
      CHECK (posted BETWEEN -4000000000000000000 AND 4000000000000000000),
      CHECK (posted + held_debits <= CASE rule
        WHEN 0 THEN 4000000000000000000
        WHEN 1 THEN 0
        ELSE coalesce(grant_limit, 4000000000000000000) END),
      CHECK (held_credits - posted <= CASE rule
        WHEN 0 THEN 4000000000000000000
        WHEN 1 THEN coalesce(grant_limit, 4000000000000000000)
        ELSE 0 END),
      CHECK (grant_available_at IS NOT NULL OR (grant_limit IS NULL AND grant_cap_bp IS NULL)),
      CHECK (newest > 0 OR (posted = 0 AND held_debits = 0 AND held_credits = 0))
    ) STRICT, WITHOUT ROWID;

    -- In the order in which they came. `hash` is made over the hash before and `content`.
    CREATE TABLE entries_7 (
      key INTEGER PRIMARY KEY,
      content BLOB NOT NULL CHECK (length(content) BETWEEN 55 AND 65536),
      -- The newest entry of each account that it names, before it came.
      earlier BLOB NOT NULL CHECK (length(earlier) BETWEEN 8 AND 800),
      hash BLOB NOT NULL CHECK (length(hash) = 32)
    ) STRICT;
    CREATE TABLE entry_ids (
      id BLOB PRIMARY KEY CHECK (length(id) = 16),
      entry INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Derived from the entries, outside the hash: holds that no entry has ended.
    CREATE TABLE open_holds (entry INTEGER PRIMARY KEY) STRICT;

    """

  private static let exchange = """
    DROP TABLE postings;
    DROP TABLE holds;
    DROP TABLE entries;
    DROP TABLE accounts;
    ALTER TABLE accounts_7 RENAME TO accounts;
    ALTER TABLE entries_7 RENAME TO entries;
    CREATE TRIGGER accounts_keep_facts BEFORE UPDATE OF owner, purpose, asset, rule, expires_at,
      grant_limit, grant_available_at, grant_cap_bp ON accounts
    BEGIN SELECT RAISE(ABORT, 'the facts of an account never change'); END;
    CREATE TRIGGER accounts_stay BEFORE DELETE ON accounts
    BEGIN SELECT RAISE(ABORT, 'accounts are never deleted'); END;
    CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'entries are never updated'); END;
    CREATE TRIGGER entries_stay BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
    CREATE TRIGGER entry_ids_never_change BEFORE UPDATE ON entry_ids
    BEGIN SELECT RAISE(ABORT, 'ids of entries are never updated'); END;
    CREATE TRIGGER entry_ids_stay BEFORE DELETE ON entry_ids
    BEGIN SELECT RAISE(ABORT, 'ids of entries are never deleted'); END;
    CREATE TRIGGER open_holds_never_change BEFORE UPDATE ON open_holds
    BEGIN SELECT RAISE(ABORT, 'a hold is open or not there'); END;
    CREATE TRIGGER chains_go_forward BEFORE UPDATE ON chains
      WHEN NEW.entry_count <= OLD.entry_count OR NEW.kiosk <> OLD.kiosk
    BEGIN SELECT RAISE(ABORT, 'a chain only grows'); END;
    CREATE TRIGGER chains_stay BEFORE DELETE ON chains
    BEGIN SELECT RAISE(ABORT, 'chains are never deleted'); END;
    """

  /// The rows of the schema before, made into bytes and compared with the hashes kept of them.
  private static func copyEntries(_ db: Database) throws {
    let insert = try db.makeStatement(
      sql: "INSERT INTO entries_7 (key, content, earlier, hash) VALUES (?, ?, ?, ?)")
    let insertID = try db.makeStatement(sql: "INSERT INTO entry_ids (id, entry) VALUES (?, ?)")
    let postings = try db.makeStatement(
      sql: """
        SELECT a.owner, a.purpose, a.asset, p.units, p.account FROM postings p
        JOIN accounts a ON a.key = p.account WHERE p.entry = ? ORDER BY p.ordinal
        """)
    // The newest entry of each account so far; temporary, for a book may have any number.
    try db.execute(
      sql: "CREATE TABLE newest_7 (account INTEGER PRIMARY KEY, entry INTEGER NOT NULL) STRICT")
    let link = AccountLinks(
      find: try db.makeStatement(sql: "SELECT entry FROM newest_7 WHERE account = ?"),
      write: try db.makeStatement(sql: "INSERT OR REPLACE INTO newest_7 VALUES (?, ?)"))
    var chains: [UInt32: Chain] = [:]
    var number: Int64 = 0
    let cursor = try Row.fetchCursor(
      db,
      sql: """
        SELECT e.key, e.id, e.verb, e.hold, h.id, e.reason, e.actor, e.kiosk, e.sale_kiosk,
          e.sale_counter, e.at, e.hash
        FROM entries e LEFT JOIN entries h ON h.key = e.hold ORDER BY e.key
        """)
    while let row = try cursor.next() {
      number += 1
      guard row[0] == number else { throw damage(number, "is missing") }
      let hold: Int64? = row[3]
      let moved = try Row.fetchAll(postings, arguments: [hold ?? number])
      let entry = try self.entry(row, moved)
      let content = CanonicalBytes(entry).bytes
      chains[entry.context.kiosk, default: Chain()].append(content)
      let hash = row.bytes(11)
      guard chains[entry.context.kiosk]?.head == hash else {
        throw damage(number, "is not what its hash was made over")
      }
      let earlier = try link.take(moved.map { $0[4] }, number)
      try insert.execute(
        arguments: [number, Data(content), Data(EarlierEntries.bytes(earlier)), Data(hash)])
      try insertID.execute(arguments: [Data(entry.id.bytes), number])
    }
    for (kiosk, chain) in chains {
      let kept = try Row.fetchOne(
        db, sql: "SELECT entry_count, head FROM chains WHERE kiosk = ?", arguments: [kiosk])
      guard let kept, Chain(entryCount: kept[0], head: kept.bytes(1)) == chain else {
        throw damage(number + 1, "may be missing: the chain of kiosk \(kiosk) ends elsewhere")
      }
    }
  }

  private static func copyAccounts(_ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO open_holds SELECT entry FROM holds WHERE resolved_by IS NULL;
        INSERT INTO accounts_7 SELECT a.owner, a.purpose, a.asset, a.rule, a.expires_at,
          a.grant_limit, a.grant_available_at, a.grant_cap_bp, a.posted, a.held_debits,
          a.held_credits, coalesce(n.entry, 0)
        FROM accounts a LEFT JOIN newest_7 n ON n.account = a.key ORDER BY a.owner, a.purpose;
        DROP TABLE newest_7;
        """)
    let wrong = try Row.fetchOne(
      db,
      sql: """
        WITH moved AS (
          SELECT p.account AS account,
            sum(CASE WHEN e.verb = 1 OR r.verb = 3 THEN p.units ELSE 0 END) AS posted,
            sum(CASE WHEN e.verb = 2 AND r.verb IS NULL AND p.units > 0
              THEN p.units ELSE 0 END) AS held_debits,
            sum(CASE WHEN e.verb = 2 AND r.verb IS NULL AND p.units < 0
              THEN -p.units ELSE 0 END) AS held_credits
          FROM postings p JOIN entries e ON e.key = p.entry
          LEFT JOIN entries r ON r.hold = e.key GROUP BY p.account)
        SELECT a.owner, a.purpose FROM accounts a LEFT JOIN moved m ON m.account = a.key
        WHERE a.posted <> coalesce(m.posted, 0) OR a.held_debits <> coalesce(m.held_debits, 0)
          OR a.held_credits <> coalesce(m.held_credits, 0) ORDER BY a.key LIMIT 1
        """)
    if let wrong {
      let account = AccountID(owner: wrong[0], purpose: wrong[1])
      throw StorageError.corrupt("the account \(account) whose balance is not that of its entries")
    }
  }

  private static func entry(_ row: Row, _ moved: [Row]) throws -> JournalEntry {
    let idBytes: Data = row[1]
    let holdBytes: Data? = row[4]
    func list() throws -> Postings {
      try Postings(
        moved.map { posting in
          guard let asset = Asset(code: posting[2]) else { throw PostingRejection.zeroAmount }
          return Posting(
            account: AccountID(owner: posting[0], purpose: posting[1]), asset: asset,
            units: posting[3])
        })
    }
    let action: JournalEntry.Action
    do {
      switch (row[2] as Int64, holdBytes.flatMap { EntryID(bytes: $0) }) {
      case (1, nil): action = .post(try list())
      case (2, nil): action = .hold(try list())
      case (3, let hold?): action = .capture(hold)
      case (4, let hold?): action = .void(hold)
      case (5, let hold?): action = .expire(hold)
      default: throw damage(row[0], "has no verb")
      }
    } catch is PostingRejection {
      throw damage(row[0], "does not balance")
    }
    guard let id = EntryID(bytes: idBytes) else { throw damage(row[0], "has no id") }
    return JournalEntry(
      id: id, action: action,
      context: EntryContext(
        reason: row[5], actor: row[6], kiosk: try LedgerRows.kiosk(row[7]),
        sale: try SaleID(kiosk: row[8], counter: row[9]), at: Instant(milliseconds: row[10])))
  }

  private static func damage(_ number: Int64, _ what: String) -> StorageError {
    .corrupt("the entry \(number), which \(what), and is not upgraded")
  }
}

/// The newest entry of each account of the schema before.
private struct AccountLinks {
  let find: Statement
  let write: Statement

  /// Names `entry` the newest of the accounts; returns what was, in order of first naming.
  func take(_ accounts: [Int64], _ entry: Int64) throws -> [Int64] {
    var seen: Set<Int64> = []
    return try accounts.compactMap { account in
      guard seen.insert(account).inserted else { return nil }
      let newest = try Int64.fetchOne(find, arguments: [account]) ?? 0
      try write.execute(arguments: [account, entry])
      return newest
    }
  }
}
