import Foundation
import GRDB
import Ledger

/// The end of a kiosk's hash chain; closing the day prints it.
public struct ChainHead: Equatable, Sendable, Codable {
  public let kiosk: UInt32
  public let entryCount: Int64
  /// 64 hexadecimal digits.
  public let hash: String
}

/// The first thing found wrong with a ledger.
public enum LedgerFault: Equatable, Sendable, Codable {
  /// A row between two others, or the last one, is gone.
  case missingEntry(number: Int64)
  /// The bytes cannot be an entry: cut off, unbalanced, or of an unknown verb.
  case notAnEntry(number: Int64, detail: String)
  /// The content or the place of the entry is not what its hash was made over.
  case brokenChain(number: Int64, id: EntryID)
  /// The end of the chain that is kept apart is not the hash of the kiosk's last entry.
  case wrongChainHead(kiosk: UInt32)
  /// The index of ids does not lead to this entry alone, or its id was refused as well.
  case wrongID(number: Int64, id: EntryID)
  /// The entry does not name those that moved its accounts before it.
  case wrongHistory(number: Int64, id: EntryID)
  /// The entry moved what its account's rule, asset or owner forbids, or ended no open hold.
  case brokenRule(number: Int64, id: EntryID, detail: String)
  /// The table of open holds does not say of this hold what the entries say.
  case wrongHold(number: Int64, id: EntryID)
  /// A hold is open whose sale is closed.
  case holdOfClosedSale(number: Int64, id: EntryID, sale: SaleID)
  /// The kept balance is not the sum of the postings and open holds.
  case wrongBalance(AccountID, kept: Balance, recomputed: Balance)
  /// The account does not name the newest entry that moved it.
  case wrongNewest(AccountID, kept: Int64, recomputed: Int64)
  /// An entry of an operation on stored value that is not kept as one: it could be done again.
  case missingAct(number: Int64, id: EntryID)
  /// An operation on stored value whose entries are missing or say something else.
  case wrongAct(String, detail: String)
  /// The refunds of a sale come to more than it captured.
  case overRefunded(String, detail: String)
  /// SQLite's own check of the file.
  case damagedFile(String)
}

/// What `verify` found.
public struct LedgerReport: Equatable, Sendable, Codable {
  public let entryCount: Int64
  public let postingCount: Int64
  public let accountCount: Int
  public let openHoldCount: Int
  public let heads: [ChainHead]
  /// Nil when all is well.
  public let fault: LedgerFault?

  public var isSound: Bool { fault == nil }
}

extension SQLiteLedger {
  /// Recomputes the chain of every kiosk, the rules, the holds and all balances from the entries
  /// and names the first bad one. Reads in one pass, in memory that does not grow with the book,
  /// and may run beside a running daemon.
  public func verify() async throws(StorageError) -> LedgerReport {
    // Side by side: each keeps one processor busy for a good while.
    let file = Task { [store] in await store.fileFault() }
    let checked: Result<LedgerReport, StorageError>
    do throws(StorageError) {
      checked = .success(try await store.read { try LedgerReport(checking: $0) })
    } catch {
      checked = .failure(error)
    }
    if let damage = try await file.value.get() {
      return try await store.read { try LedgerReport($0, postingCount: 0, fault: damage) }
    }
    return try checked.get()
  }
}

extension LedgerReport {
  fileprivate init(checking db: Database) throws {
    let quick = try LedgerCheck(db, ids: .together)
    guard try !quick.isSound() else {
      try self.init(db, postingCount: quick.postingCount, fault: nil)
      return
    }
    // Something is wrong: once more, and slower, for its name.
    let check = try LedgerCheck(db, ids: .oneByOne)
    let fault = try check.firstFault()
    try self.init(db, postingCount: check.postingCount, fault: fault)
  }

  fileprivate init(_ db: Database, postingCount: Int64, fault: LedgerFault?) throws {
    func count(_ sql: String) throws -> Int { try Int.fetchOne(db, sql: sql) ?? 0 }
    self.init(
      entryCount: try Int64.fetchOne(db, sql: "SELECT count(*) FROM entries") ?? 0,
      postingCount: postingCount, accountCount: try count("SELECT count(*) FROM accounts"),
      openHoldCount: try count("SELECT count(*) FROM open_holds"),
      heads: try LedgerCheck.heads(db), fault: fault)
  }
}

extension Store {
  /// SQLite's own check of the file, on a connection of its own.
  fileprivate func fileFault() async -> Result<LedgerFault?, StorageError> {
    do throws(StorageError) {
      let answer = try await onOwnConnection { db in
        try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "no answer"
      }
      // What the entries say is named more exactly by their own check; a broken rule of a table
      // comes last.
      let isAboutRows = answer.hasPrefix("CHECK constraint") || answer.contains("NULL value in")
      return .success(answer == "ok" || isAboutRows ? nil : .damagedFile(answer))
    } catch {
      return .failure(error)
    }
  }
}
