import Foundation
import GRDB
import Ledger
import Retail

/// A coupon as it is now, and what moved it.
public struct CouponHistory: Equatable, Sendable {
  public struct Step: Equatable, Sendable, Codable {
    public let edge: CouponEdge
    public let pieces: Int64
    public let at: Instant
    public let actor: String
    public let reason: String
    public let sale: SaleID?
  }

  public let record: CouponRecord
  public let life: CouponLife
  /// Oldest first.
  public let steps: [Step]
  /// The coupon that was given for it.
  public let reissuedAs: String?
  /// How far its paper has come: the state of the last print job; nil: it was never to be printed.
  public let paper: String?
}

/// What came of something that staff did to a coupon.
public struct CouponActAnswer: Equatable, Sendable, Codable {
  public let coupon: String
  public let state: CouponState
  /// The new coupon of a reissue; its code is revealed by its id.
  public let reissuedAs: String?
}

extension Store {
  /// A coupon with its life; nil for an id that was never issued.
  public func couponHistory(id: String) async throws(StorageError) -> CouponHistory? {
    guard let record = try await coupon(id: id) else { return nil }
    return try await read { db in try CouponTable(db: db).history(record) }
  }

  private struct ActRequest: Codable {
    let coupon: String
    let reason: String
  }

  /// Takes what is left of a coupon away for good.
  public func voidCoupon(
    _ id: String, reason: String, _ act: UnitAct
  ) async throws(MemberFailure) -> CouponActAnswer {
    let record = try await known(id)
    return try await self.act(
      act, .couponVoid, ActRequest(coupon: id, reason: reason), member: record?.holder,
      about: id, refusals: Self.couponRefusals
    ) { table, actID in
      let (account, history) = try table.coupon(record)
      let batch = try refusable {
        try CouponActs.void(
          account, history.life, reason: reason, table.facts(actID, record, act))
      }
      try table.post(batch) { .coupon(.ledger($0.rawValue)) }
      return CouponActAnswer(coupon: id, state: .voided, reissuedAs: nil)
    }
  }

  /// Gives another coupon for one whose code is lost, spoilt or seen by others; the old one is
  /// void.
  ///
  /// - Parameter code: of the new one.
  public func reissueCoupon(
    _ id: String, code: BearerCode, reason: String, _ act: UnitAct
  ) async throws(MemberFailure) -> CouponActAnswer {
    let record = try await known(id)
    let keys: ShopKeys
    do { keys = try self.keys() } catch { throw .store(error) }
    return try await self.act(
      act, .couponReissue, ActRequest(coupon: id, reason: reason), member: record?.holder,
      about: id, refusals: Self.couponRefusals
    ) { table, actID in
      let (account, history) = try table.coupon(record)
      if let other = history.reissuedAs {
        throw MemberRefusal.coupon(.alreadyReissued(as: other))
      }
      let old = history.record
      let new = "\(act.kiosk)-r\("\(actID.entry("coupon", 1))".suffix(12))"
      let plan = try refusable {
        try CouponActs.reissue(
          account, history.life, as: new, reason: reason, table.facts(actID, record, act))
      }
      try table.post(plan.batch) { .coupon(.ledger($0.rawValue)) }
      try NewCoupon(
        id: new, template: old.template, templateVersion: old.templateVersion, code: code,
        holder: old.holder, validFrom: old.validFrom, validUntil: old.validUntil, sale: old.sale
      ).insert(table.db, keys)
      return CouponActAnswer(coupon: id, state: .voided, reissuedAs: new)
    }
  }

  private func known(_ id: String) async throws(MemberFailure) -> CouponRecord? {
    do { return try await coupon(id: id) } catch { throw .store(error) }
  }

  private static var couponRefusals: (malformedID: MemberRefusal, otherContent: MemberRefusal) {
    (.coupon(.malformedID), .coupon(.idOfAnother))
  }
}

extension UnitTable {
  fileprivate func coupon(_ record: CouponRecord?) throws -> (Account, CouponHistory) {
    guard let record, let row = try LedgerRows(db: db).account(record.account),
      let history = try CouponTable(db: db).history(record)
    else { throw MemberRefusal.coupon(.unknownCoupon) }
    return (row.account, history)
  }

  fileprivate func facts(_ id: ActID, _ record: CouponRecord?, _ act: UnitAct) -> ActFacts {
    ActFacts(
      id: id, member: record?.holder ?? 0, actor: act.actor, kiosk: act.kiosk, now: act.now)
  }
}

/// Reads what moved a coupon.
struct CouponTable {
  let db: Database

  func history(_ record: CouponRecord) throws -> CouponHistory? {
    let rows = LedgerRows(db: db)
    guard let row = try rows.account(record.account) else { return nil }
    var steps: [CouponHistory.Step] = []
    var ended: [CouponEdge: Int64] = [:]
    try rows.forEachEntry(of: row) { stored, moved in
      let entry = stored.entry
      let edge = CouponEdge(entry.action, moved: moved, of: record.account)
      let pieces = moved.filter { $0.account == record.account }.reduce(0) { $0 + $1.units }
      if edge == .expired || edge == .voided { ended[edge, default: 0] += pieces }
      steps.append(
        CouponHistory.Step(
          edge: edge, pieces: abs(pieces), at: entry.context.at, actor: entry.context.actor,
          reason: entry.context.reason, sale: entry.context.sale))
    }
    let life = CouponLife(
      row.account, row.balance, ended: ended, validFrom: record.validFrom,
      validUntil: record.validUntil)
    return CouponHistory(
      record: record, life: life, steps: steps.reversed(), reissuedAs: try reissued(record.id),
      paper: try paper(record))
  }

  private func reissued(_ id: String) throws -> String? {
    let row = try Row.fetchOne(
      db, sql: "SELECT answer FROM unit_acts WHERE about = ? AND kind = ?",
      arguments: [id, UnitTable.Kind.couponReissue.rawValue])
    return try row.flatMap {
      try JSONDecoder().decode(CouponActAnswer.self, from: Data($0.bytes(0))).reissuedAs
    }
  }

  private func paper(_ record: CouponRecord) throws -> String? {
    guard let sale = record.sale,
      let ordinal = record.id.split(separator: "-").last.flatMap({
        Int($0)
      })
    else { return nil }
    return try String.fetchOne(
      db,
      sql: """
        SELECT state FROM print_jobs
        WHERE sale_kiosk = ? AND sale_counter = ? AND kind = 'coupon' AND ordinal = ?
        ORDER BY copy_number DESC LIMIT 1
        """, arguments: [sale.kiosk, Int64(sale.counter), ordinal - 1])
  }
}
