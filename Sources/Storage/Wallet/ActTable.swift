import Foundation
import GRDB
import Ledger
import Retail

/// Why an operation on stored value was not done.
public typealias WalletFailure = Refusable<WalletRefusal>

/// The kinds of acts; the schema knows the same names.
public enum ActKind: String, Sendable, Codable, CaseIterable {
  case topUp, undo, topUpRefund, refund, giftSale, giftSpend, giftRefund
}

/// An act as it is kept.
public struct MoneyAct: Equatable, Sendable {
  public let id: MoneyActID
  public let kind: ActKind
  /// The top-up that is undone, the sale that is refunded, the gift card.
  public let about: String?
  public let member: Int64?
  /// The first of its entries.
  public let entry: EntryID
  public let at: Instant
  let request: Data
  let facts: Data

  /// What it did; throws where the row is not of that type.
  func facts<Facts: Decodable>(as type: Facts.Type = Facts.self) throws -> Facts {
    do {
      return try JSONDecoder().decode(type, from: facts)
    } catch {
      throw StorageError.corrupt("the act \(id) whose facts cannot be read (\(error))")
    }
  }
}

extension MoneyAct {
  fileprivate static let columns = "id, kind, about, member, entry, request, facts, at"

  /// Those that a condition names, oldest first.
  static func all(
    _ condition: String, _ arguments: StatementArguments, _ db: Database
  ) throws -> [MoneyAct] {
    let statement = try db.cachedStatement(
      sql: "SELECT \(columns) FROM money_acts WHERE \(condition) ORDER BY at, id")
    return try Row.all(Row.fetchCursor(statement, arguments: arguments)) { try MoneyAct($0) }
  }

  private init(_ row: Row) throws {
    let (text, kind, entry): (String, String, Data) = (row[0], row[1], row[4])
    guard let id = MoneyActID(text), let kind = ActKind(rawValue: kind),
      let entry = EntryID(bytes: entry)
    else { throw StorageError.corrupt("the act \(text) of no kind or entry") }
    self.init(
      id: id, kind: kind, about: row[2], member: row[3], entry: entry,
      at: Instant(milliseconds: row[7]), request: row[5], facts: row[6])
  }
}

/// Reads and writes acts inside of one transaction.
struct ActTable {
  let db: Database
  let members: MemberTable

  init(_ db: Database, _ keys: ShopKeys) {
    self.db = db
    members = MemberTable(db, keys)
  }

  var rows: LedgerRows { LedgerRows(db: db) }

  func act(_ id: MoneyActID) throws -> MoneyAct? {
    try acts("id = ?", [id.text]).first
  }

  func acts(_ kind: ActKind, about: String) throws -> [MoneyAct] {
    try acts("about = ? AND kind = ?", [about, kind.rawValue])
  }

  /// Those of a member and of all who were merged into it, oldest first.
  func acts(_ kind: ActKind, of member: Int64) throws -> [MoneyAct] {
    try members.family(of: member).flatMap { id throws in
      try acts("member = ? AND kind = ?", [id, kind.rawValue])
    }.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
  }

  func acts(_ condition: String, _ arguments: StatementArguments) throws -> [MoneyAct] {
    try MoneyAct.all(condition, arguments, db)
  }

  func insert(_ act: MoneyAct) throws {
    try db.cachedStatement(
      sql: "INSERT INTO money_acts (\(MoneyAct.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    ).execute(arguments: [
      act.id.text, act.kind.rawValue, act.about, act.member, Data(act.entry.bytes), act.request,
      act.facts, act.at.milliseconds,
    ])
  }

  /// The member as it is now.
  func member(_ id: Int64) throws -> MemberRecord {
    do {
      return try members.existing(id).record
    } catch let refusal as MemberRefusal {
      throw WalletRefusal.member(refusal)
    }
  }

  /// What can be taken from an account of a customer.
  func holding(_ row: AccountRow) -> TopUpState.Holding {
    TopUpState.Holding(
      account: row.account, available: row.balance.available(under: row.account.rule) ?? 0,
      isHeld: row.balance.heldDebits != 0 || row.balance.heldCredits != 0)
  }

  static func data(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value)
  }
}

/// What an act leads to.
struct ActResult<Facts: Codable & Sendable> {
  let batch: Batch
  let facts: Facts
  var about: String?
  var member: Int64?
  var coupons: [NewCoupon] = []
  var giftCard: NewGiftCard?
}

extension Store {
  /// Decides, posts and keeps an act in ONE transaction. The same id with the same request answers
  /// what it answered before and posts nothing; with another request it is refused.
  ///
  /// When it throws nothing was changed, and no refusal sticks to the id.
  func act<Request: Codable & Sendable, Facts: Codable & Sendable>(
    _ kind: ActKind, _ request: Request, _ context: ActContext,
    _ plan: @escaping @Sendable (ActTable) throws -> ActResult<Facts>
  ) async throws(WalletFailure) -> (facts: Facts, isRepeated: Bool) {
    try await write(kind.rawValue, refusedBy: WalletRefusal.self) { [ledger] db, keys in
      let table = ActTable(db, keys)
      let asked = try ActTable.data(request)
      if let earlier = try table.act(context.id) {
        guard earlier.kind == kind, earlier.request == asked else {
          throw WalletRefusal.idTaken(context.id)
        }
        return (try earlier.facts(), true)
      }
      let result = try plan(table)
      let outcomes = try ledger.submit(result.batch, db)
      if let refused = outcomes.first(where: { $0 != .ok && $0 != .linkedFailed }) {
        throw WalletRefusal.ledger(refused)
      }
      guard let entry = result.batch.entries.first?.id else { throw WalletRefusal.nothingLeft }
      for coupon in result.coupons { try coupon.insert(db, keys) }
      try result.giftCard?.insert(db, keys)
      try table.insert(
        MoneyAct(
          id: context.id, kind: kind, about: result.about, member: result.member, entry: entry,
          at: context.now, request: asked, facts: try ActTable.data(result.facts)))
      return (result.facts, false)
    }
  }
}
