import Crypto
import Foundation
import GRDB
import Ledger
import LedgerConformance

@testable import Storage

/// Writes a book as the first released schema kept it: a row for each entry, posting and hold, and
/// accounts with keys.
struct FirstBook {
  /// The last version of the schema that still kept it so.
  static let lastVersion = 6

  let db: Database
  private var accountKeys: [AccountID: Int64] = [:]
  private var entryKeys: [EntryID: Int64] = [:]
  private var heads: [UInt32: (count: Int64, head: Data)] = [:]

  /// Brings an empty file to a version.
  init(_ db: Database, version: Int = lastVersion) throws {
    self.db = db
    for migration in Schema.migrations.prefix(version) { try migration.run(db) }
    try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
    try db.execute(sql: "PRAGMA user_version = \(version)")
  }

  mutating func write(_ state: LedgerModel.State, _ entries: [JournalEntry]) throws {
    for account in state.accounts.values.sorted(by: { $0.id < $1.id }) {
      let balance = state.balances[account.id] ?? Balance(posted: 0, heldDebits: 0, heldCredits: 0)
      try db.execute(
        sql: """
          INSERT INTO accounts (owner, purpose, asset, rule, expires_at, grant_limit,
            grant_available_at, grant_cap_bp, posted, held_debits, held_credits)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          account.id.owner, account.id.purpose, account.asset.code, account.rule.rawValue,
          account.expiresAt?.milliseconds, account.grant?.limitUnits,
          account.grant?.availableAt.milliseconds, account.grant?.capOfGrantBasisPoints,
          balance.posted, balance.heldDebits, balance.heldCredits,
        ])
      accountKeys[account.id] = db.lastInsertedRowID
    }
    for entry in entries { try write(entry) }
    for (kiosk, head) in heads {
      try db.execute(
        sql: "INSERT INTO chains VALUES (?, ?, ?)", arguments: [kiosk, head.count, head.head])
    }
  }

  private mutating func write(_ entry: JournalEntry) throws {
    let context = entry.context
    let key = Int64(entryKeys.count + 1)
    entryKeys[entry.id] = key
    let before = heads[context.kiosk] ?? (0, Data(repeating: 0, count: 32))
    let hash = Data(SHA256.hash(data: before.head + Data(CanonicalBytes(entry).bytes)))
    heads[context.kiosk] = (before.count + 1, hash)
    let (verb, postings, hold): (Int, [Posting], EntryID?) =
      switch entry.action {
      case .post(let postings): (1, postings.list, nil)
      case .hold(let postings): (2, postings.list, nil)
      case .capture(let hold): (3, [], hold)
      case .void(let hold): (4, [], hold)
      case .expire(let hold): (5, [], hold)
      }
    try db.execute(
      sql: "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        key, Data(entry.id.bytes), verb, hold.flatMap { entryKeys[$0] }, context.reason,
        context.actor, context.kiosk, context.sale?.kiosk, context.sale.map { Int64($0.counter) },
        context.at.milliseconds, hash,
      ])
    for (ordinal, posting) in postings.enumerated() {
      try db.execute(
        sql: "INSERT INTO postings VALUES (?, ?, ?, ?)",
        arguments: [key, ordinal, accountKeys[posting.account], posting.units])
    }
    if verb == 2 {
      try db.execute(sql: "INSERT INTO holds (entry) VALUES (?)", arguments: [key])
    }
    if let hold {
      try db.execute(
        sql: "UPDATE holds SET resolved_by = ? WHERE entry = ?", arguments: [key, entryKeys[hold]])
    }
  }
}
