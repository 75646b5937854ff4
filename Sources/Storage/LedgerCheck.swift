import Foundation
import GRDB
import Ledger

/// One pass over the ledger from its first entry, which keeps the book again beside it.
final class LedgerCheck {
  private struct OpenHold {
    let number: Int64
    let entry: JournalEntry
    let postings: [Posting]
  }

  /// How it is found out that each id leads to its entry alone.
  enum IDCheck {
    /// By two sums over both tables, which is several times as fast and names none.
    case together
    /// By a look-up each.
    case oneByOne
  }

  private let db: Database
  private let ids: IDCheck
  private var idSum = PairSum()
  private let accounts: LedgerCheckAccounts
  private let acts: LedgerCheckActs
  private let findID: RawStatement
  private let findRefusal: RawStatement
  private let findHold: RawStatement
  /// Refusals are few, and often none.
  private let hasRefusals: Bool
  private var chains: [UInt32: Chain] = [:]
  /// Grows with the holds that are open at one time, which are few.
  private var holds: [EntryID: OpenHold] = [:]
  private(set) var postingCount: Int64 = 0

  init(_ db: Database, ids: IDCheck) throws {
    self.db = db
    self.ids = ids
    accounts = try LedgerCheckAccounts(db)
    acts = try LedgerCheckActs(db)
    findID = try RawStatement(db, "SELECT entry FROM entry_ids WHERE id = ?")
    findRefusal = try RawStatement(db, "SELECT 1 FROM refusals WHERE id = ?")
    findHold = try RawStatement(db, "SELECT 1 FROM open_holds WHERE entry = ?")
    hasRefusals = try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM refusals)") ?? false
  }

  /// Whether all is well; with ids together this is the word of both sums as well.
  func isSound() throws -> Bool { try firstFault() == nil && idsAgree() }

  /// With ids together, none of an id.
  func firstFault() throws -> LedgerFault? {
    if let fault = try entryFault() { return fault }
    if let fault = try headFault() { return fault }
    if let fault = try holdFault() { return fault }
    if let fault = try strayFault() { return fault }
    if let fault = try accounts.firstFault() { return fault }
    return try acts.lastFault()
  }

  static func heads(_ db: Database) throws -> [ChainHead] {
    let cursor = try Row.fetchCursor(
      db, sql: "SELECT kiosk, entry_count, head FROM chains ORDER BY kiosk")
    return try Row.all(cursor) { row in
      ChainHead(
        kiosk: try LedgerRows.kiosk(row[0]), entryCount: row[1],
        hash: row.bytes(2).map { hexadecimal($0) }.joined())
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.count < 2 ? "0" + digits : digits
  }
}

// MARK: - Entries

extension LedgerCheck {
  private func entryFault() throws -> LedgerFault? {
    let rows = try RawStatement(
      db, "SELECT key, content, earlier, hash FROM entries ORDER BY key")
    var number: Int64 = 0
    var fault: LedgerFault?
    try rows.forEachRow { row in
      guard fault == nil else { return }
      number += 1
      guard row.int64(0) == number else {
        fault = .missingEntry(number: number)
        return
      }
      fault = try self.fault(number, row.bytes(1), row.bytes(2), row.bytes(3))
    }
    return fault
  }

  private func fault(
    _ number: Int64, _ content: [UInt8], _ earlier: [UInt8], _ hash: [UInt8]
  ) throws -> LedgerFault? {
    let entry: JournalEntry
    do throws(CanonicalFault) {
      entry = try JournalEntry(canonicalBytes: content)
    } catch {
      return .notAnEntry(number: number, detail: "\(error)")
    }
    let id = entry.id
    chains[entry.context.kiosk, default: Chain()].append(content)
    guard chains[entry.context.kiosk]?.head == hash else {
      return .brokenChain(number: number, id: id)
    }
    guard try leads(id, to: number) else { return .wrongID(number: number, id: id) }
    let moved: [Posting]
    let change: (BalanceChange.Sums) -> BalanceChange
    switch entry.action {
    case .post(let postings): (moved, change) = (postings.list, { .posting($0) })
    case .hold(let postings):
      (moved, change) = (postings.list, { .holding($0) })
      holds[id] = OpenHold(number: number, entry: entry, postings: moved)
    case .capture(let hold), .void(let hold), .expire(let hold):
      guard let open = holds.removeValue(forKey: hold) else {
        return .brokenRule(number: number, id: id, detail: "ends no open hold")
      }
      moved = open.postings
      if case .capture = entry.action {
        change = { .capturing($0) }
      } else {
        change = { .releasing($0) }
      }
    }
    postingCount += Int64(entry.ownPostingCount)
    let (before, detail) = try accounts.move(moved, by: number, change)
    if let detail { return .brokenRule(number: number, id: id, detail: detail) }
    guard EarlierEntries.bytes(before) == earlier else {
      return .wrongHistory(number: number, id: id)
    }
    return try acts.fault(number, entry, moved) { [accounts] in try accounts.balance(of: $0) }
  }

  private func leads(_ id: EntryID, to number: Int64) throws -> Bool {
    guard ids == .oneByOne else {
      idSum.add(id, number)
      return true
    }
    var found: Int64?
    findID.bind(1, id.bytes)
    try findID.forEachRow { found = $0.int64(0) }
    guard found == number else { return false }
    guard hasRefusals else { return true }
    findRefusal.bind(1, id.bytes)
    var isRefused = false
    try findRefusal.forEachRow { _ in isRefused = true }
    return !isRefused
  }
}

extension LedgerCheck {
  /// Whether the index of ids has the ids of all entries, each with its entry, and no refused one.
  private func idsAgree() throws -> Bool {
    guard ids == .together else { return true }
    var kept = PairSum()
    let rows = try RawStatement(db, "SELECT id, entry FROM entry_ids")
    var areIDs = true
    try rows.forEachRow { row in
      guard let id = EntryID(bytes: row.bytes(0)) else {
        areIDs = false
        return
      }
      kept.add(id, row.int64(1))
    }
    let isRefused = try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM refusals r JOIN entry_ids i ON i.id = r.id)")
    return areIDs && kept == idSum && isRefused == false
  }
}

/// A sum over pairs in any order, by the standard library's keyed hash: its key is drawn when the
/// process starts, so that nobody can make other pairs of the same sum beforehand.
private struct PairSum: Equatable {
  private var count: Int64 = 0
  private var first: UInt64 = 0
  private var second: UInt64 = 0

  mutating func add(_ id: EntryID, _ number: Int64) {
    count += 1
    first &+= Self.hash(id, number, 1)
    second &+= Self.hash(id, number, 2)
  }

  private static func hash(_ id: EntryID, _ number: Int64, _ purpose: UInt8) -> UInt64 {
    var hasher = Hasher()
    hasher.combine(purpose)
    hasher.combine(id.high)
    hasher.combine(id.low)
    hasher.combine(number)
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }
}

// MARK: - What is kept beside the entries

extension LedgerCheck {
  private func headFault() throws -> LedgerFault? {
    let cursor = try Row.fetchCursor(
      db, sql: "SELECT kiosk, entry_count, head FROM chains ORDER BY kiosk")
    var rest = chains
    while let row = try cursor.next() {
      let kiosk = try LedgerRows.kiosk(row[0])
      let kept = Chain(entryCount: row[1], head: row.bytes(2))
      guard let chain = rest.removeValue(forKey: kiosk) else {
        return .wrongChainHead(kiosk: kiosk)
      }
      if chain == kept { continue }
      // Entries at the end that are gone leave no gap behind; the kept head remembers them.
      let last = try Int64.fetchOne(db, sql: "SELECT coalesce(max(key), 0) FROM entries") ?? 0
      return chain.entryCount < kept.entryCount
        ? .missingEntry(number: last + 1) : .wrongChainHead(kiosk: kiosk)
    }
    return rest.keys.min().map { .wrongChainHead(kiosk: $0) }
  }

  private func holdFault() throws -> LedgerFault? {
    for hold in holds.values.sorted(by: { $0.number < $1.number }) {
      findHold.bind(1, hold.number)
      var isKept = false
      try findHold.forEachRow { _ in isKept = true }
      let id = hold.entry.id
      guard isKept else { return .wrongHold(number: hold.number, id: id) }
      guard let sale = hold.entry.context.sale else { continue }
      let isClosed = try Bool.fetchOne(
        db, sql: "SELECT 1 FROM sales WHERE kiosk = ? AND counter = ?",
        arguments: [sale.kiosk, Int64(sale.counter)])
      if isClosed != nil { return .holdOfClosedSale(number: hold.number, id: id, sale: sale) }
    }
    let kept = try Int64.fetchAll(db, sql: "SELECT entry FROM open_holds ORDER BY entry")
    guard kept.count > holds.count else { return nil }
    let open = Set(holds.values.map(\.number))
    guard let stray = kept.first(where: { !open.contains($0) }) else { return nil }
    guard let entry = try LedgerRows(db: db).entry(stray) else {
      return .missingEntry(number: stray)
    }
    return .wrongHold(number: stray, id: entry.entry.id)
  }

  /// Ids that lead to no entry.
  private func strayFault() throws -> LedgerFault? {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT i.id, i.entry FROM entry_ids i LEFT JOIN entries e ON e.key = i.entry
        WHERE (SELECT count(*) FROM entry_ids) > (SELECT count(*) FROM entries)
          AND (e.key IS NULL OR substr(e.content, 2, 16) <> i.id) LIMIT 1
        """)
    guard let row, let bytes: Data = row[0], let id = EntryID(bytes: bytes) else { return nil }
    return .wrongID(number: row[1], id: id)
  }
}

extension JournalEntry {
  fileprivate var ownPostingCount: Int {
    switch action {
    case .post(let postings), .hold(let postings): postings.list.count
    case .capture, .void, .expire: 0
    }
  }
}
