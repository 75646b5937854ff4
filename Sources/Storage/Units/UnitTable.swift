import Foundation
import GRDB
import Ledger
import Retail

/// What somebody asks to be done with units, beside its plan: its id, who asks, where and when.
public struct UnitAct: Sendable {
  public let id: String
  public let actor: String
  public let kiosk: UInt32
  public let now: ShopTime
  public let currency: Currency

  public init(id: String, actor: String, kiosk: UInt32, now: ShopTime, currency: Currency) {
    self.id = id
    self.actor = actor
    self.kiosk = kiosk
    self.now = now
    self.currency = currency
  }
}

/// The acts and their accounts inside of one transaction.
struct UnitTable {
  /// What an act is; the word is in the database.
  enum Kind: String {
    case exchange, adjust, takeBack, stock
    case countSale, countUse, countRefund
    case couponVoid, couponReissue
  }

  let members: MemberTable
  let ledger: LedgerWriter
  var db: Database { members.db }

  /// The accounts of a member and of all that were merged into it that still have something.
  func accounts(of member: Int64) throws -> [(Account, Balance)] {
    try LedgerRows(db: db).accounts(ofOwner: MemberFacts.owner(member))
      .map { ($0.account, $0.balance) }
  }

  /// The answer that an act got before; nil for one that is new.
  func earlier<Answer: Decodable>(
    _ id: ActID, _ kind: Kind, _ request: [UInt8], otherwise other: some Error
  ) throws -> Answer? {
    let row = try Row.fetchOne(
      db, sql: "SELECT kind, request, answer FROM unit_acts WHERE id = ?", arguments: [id.text])
    guard let row else { return nil }
    guard row[0] == kind.rawValue, row.bytes(1) == request else { throw other }
    return try JSONDecoder().decode(Answer.self, from: Data(row.bytes(2)))
  }

  func keep(
    _ id: ActID, _ kind: Kind, member: Int64?, about: String? = nil, _ request: [UInt8],
    _ answer: some Encodable, _ act: UnitAct
  ) throws {
    try db.execute(
      sql: """
        INSERT INTO unit_acts (id, kind, member, about, request, answer, actor, at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        id.text, kind.rawValue, member, about, Data(request), Data(try Self.bytes(answer)),
        act.actor, act.now.instant.milliseconds,
      ])
  }

  /// The same for the same value.
  static func bytes(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return Array(try encoder.encode(value))
  }
}

extension Store {
  /// One act in one transaction: answered as before when its id is known, else done and kept. What
  /// `body` refuses leaves nothing behind.
  func act<Request: Encodable & Sendable, Answer: Codable & Sendable>(
    _ act: UnitAct, _ kind: UnitTable.Kind, _ request: Request, member: Int64? = nil,
    about: String? = nil,
    refusals: (malformedID: MemberRefusal, otherContent: MemberRefusal),
    _ body: @escaping @Sendable (UnitTable, ActID) throws -> Answer
  ) async throws(MemberFailure) -> Answer {
    try await change("units") { [ledger] members in
      guard let id = ActID(act.id) else { throw refusals.malformedID }
      let table = UnitTable(members: members, ledger: ledger)
      let bytes = try UnitTable.bytes(request)
      if let answer: Answer = try table.earlier(
        id, kind, bytes, otherwise: refusals.otherContent)
      {
        return answer
      }
      let answer = try body(table, id)
      try table.keep(id, kind, member: member, about: about, bytes, answer, act)
      return answer
    }
  }
}

extension Outcome {
  /// The first that is no consequence of another.
  static func refusal(_ outcomes: [Outcome]) -> Outcome? {
    outcomes.first { $0 != .ok && $0 != .linkedFailed }
  }
}

/// Carries a refusal of points, count cards or coupons out as one of the member's.
func refusable<Value>(_ body: () throws -> Value) throws -> Value {
  do {
    return try body()
  } catch let refusal as PointsRefusal {
    throw MemberRefusal.points(refusal)
  } catch let refusal as CountCardRefusal {
    throw MemberRefusal.countCard(refusal)
  } catch let refusal as CouponActRefusal {
    throw MemberRefusal.coupon(refusal)
  }
}
