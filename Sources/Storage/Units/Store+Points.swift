import Ledger
import Retail

/// What came of something done with points.
public struct PointsAnswer: Equatable, Sendable, Codable {
  public let member: Int64
  /// Thousandths that were taken or, above zero, given.
  public let moved: Int64
  /// What can be spent after it.
  public let spendable: Int64
  /// What the member has in all; below zero only by what a refund took.
  public let total: Int64
  public let offer: String?
  /// The coupon that was issued for them.
  public let coupon: String?
  /// The lot of bonus or visits that they were given for.
  public let lot: AccountID?
}

extension Store {
  /// A member's points, as they are.
  public func points(of member: Int64, now: Instant) async throws(MemberFailure) -> PointsPurse {
    try await look { members in
      let (record, _) = try members.existing(member)
      let rows = try LedgerRows(db: members.db).accounts(ofOwner: MemberFacts.owner(record.id))
      return PointsPurse(rows.map { ($0.account, $0.balance) }, now: now)
    }
  }

  private struct ExchangeRequest: Codable {
    let member: Int64
    let offer: String
  }

  /// Gives what an offer gives, for its points; the coupon of it is issued in the same transaction.
  ///
  /// - Parameter coupon: a new one of the offer's kind with its code, where it gives one.
  public func exchange(
    _ offer: ExchangeOffer, for member: Int64, coupon: (IssuedCoupon, BearerCode)?,
    _ act: UnitAct
  ) async throws(MemberFailure) -> PointsAnswer {
    let keys: ShopKeys
    do { keys = try self.keys() } catch { throw .store(error) }
    return try await self.act(
      act, .exchange, ExchangeRequest(member: member, offer: offer.id), member: member,
      about: coupon?.0.id, refusals: Self.pointsRefusals
    ) { table, id in
      let (record, _) = try table.members.existing(member)
      let facts = ActFacts(
        id: id, member: record.id, actor: act.actor, kiosk: act.kiosk, now: act.now)
      let plan = try refusable {
        try PointsExchange(
          offer, table.purse(of: record.id, act.now.instant), isBlocked: record.isBlocked,
          currency: act.currency.asset, coupon: coupon?.0, facts)
      }
      if let refusal = plan.refusal(try table.ledger.submit(plan.batch, table.db)) {
        throw MemberRefusal.points(refusal)
      }
      if let (coupon, code) = coupon {
        try NewCoupon(coupon, code: code, holder: record.id).insert(table.db, keys)
      }
      return try table.answer(
        record.id, -offer.price, act, offer: offer.id, coupon: coupon?.0.id, lot: plan.lot)
    }
  }

  private struct AdjustRequest: Codable {
    let member: Int64
    let adjustment: PointsCorrection.Adjustment
  }

  /// Corrects a member's points by hand.
  public func adjustPoints(
    _ adjustment: PointsCorrection.Adjustment, of member: Int64, rules: PointsRules,
    earning: EarningRule, _ act: UnitAct
  ) async throws(MemberFailure) -> PointsAnswer {
    try await self.act(
      act, .adjust, AdjustRequest(member: member, adjustment: adjustment), member: member,
      refusals: Self.pointsRefusals
    ) { table, id in
      let (record, _) = try table.members.existing(member)
      let facts = ActFacts(
        id: id, member: record.id, actor: act.actor, kiosk: act.kiosk, now: act.now)
      let batch = try refusable {
        try PointsCorrection.batch(
          adjustment, table.purse(of: record.id, act.now.instant), rules, earning: earning, facts)
      }
      try table.post(batch) { .points(.ledger($0.rawValue)) }
      return try table.answer(record.id, adjustment.units, act)
    }
  }

  private struct TakeBackRequest: Codable {
    let member: Int64
    let units: Int64
    let lot: AccountID?
    let reason: String
  }

  /// Takes back what a refunded purchase gave; below zero as the shop decided.
  ///
  /// - Parameter lot: the account that the sale put them on.
  public func takeBackPoints(
    _ units: Int64, of member: Int64, earnedOn lot: AccountID?, reason: String,
    rules: PointsRules, _ act: UnitAct
  ) async throws(MemberFailure) -> PointsAnswer {
    try await self.act(
      act, .takeBack,
      TakeBackRequest(member: member, units: units, lot: lot, reason: reason), member: member,
      refusals: Self.pointsRefusals
    ) { table, id in
      let (record, _) = try table.members.existing(member)
      let facts = ActFacts(
        id: id, member: record.id, actor: act.actor, kiosk: act.kiosk, now: act.now)
      let earnedOn = try lot.flatMap { try LedgerRows(db: table.db).account($0)?.account }
      let purse = try table.purse(of: record.id, act.now.instant)
      let batch = try refusable {
        try PointsCorrection.takingBack(
          units, earnedOn: earnedOn, reason: reason, purse, rules, facts)
      }
      if let batch { try table.post(batch) { .points(.ledger($0.rawValue)) } }
      let after = try table.purse(of: record.id, act.now.instant).total
      return try table.answer(record.id, after - purse.total, act)
    }
  }

  private struct StockRequest: Codable {
    let sku: String
    let pieces: Int64
    let reason: String
  }

  /// Sets goods aside for points, or takes them away again; answers with what is there.
  public func stockForPoints(
    _ sku: String, pieces: Int64, reason: String, _ act: UnitAct
  ) async throws(MemberFailure) -> Int64 {
    try await self.act(
      act, .stock, StockRequest(sku: sku, pieces: pieces, reason: reason), about: sku,
      refusals: Self.pointsRefusals
    ) { table, id in
      let facts = ActFacts(id: id, member: 0, actor: act.actor, kiosk: act.kiosk, now: act.now)
      let batch = try refusable {
        try PointsStock.batch(sku, pieces: pieces, reason: reason, facts)
      }
      try table.post(batch) {
        .points($0 == .overLimit ? .outOfStock(sku: sku) : .ledger($0.rawValue))
      }
      let account = try PointsStock.account(of: sku).flatMap {
        try LedgerRows(db: table.db).account($0.id)
      }
      return account?.balance.posted ?? 0
    }
  }

  static var pointsRefusals: (malformedID: MemberRefusal, otherContent: MemberRefusal) {
    (.points(.malformedID), .points(.idOfAnother))
  }
}

extension UnitTable {
  func purse(of member: Int64, _ now: Instant) throws -> PointsPurse {
    PointsPurse(try accounts(of: member), now: now)
  }

  /// Posts a batch whole; what the ledger refuses ends the transaction.
  func post(_ batch: Batch, _ refusal: (Outcome) -> MemberRefusal) throws {
    if let outcome = Outcome.refusal(try ledger.submit(batch, db)) { throw refusal(outcome) }
  }

  func answer(
    _ member: Int64, _ moved: Int64, _ act: UnitAct, offer: String? = nil,
    coupon: String? = nil, lot: AccountID? = nil
  ) throws -> PointsAnswer {
    let purse = try purse(of: member, act.now.instant)
    return PointsAnswer(
      member: member, moved: moved, spendable: purse.spendable, total: purse.total, offer: offer,
      coupon: coupon, lot: lot)
  }
}

extension NewCoupon {
  /// The facts of a coupon that no sale gave.
  init(_ coupon: IssuedCoupon, code: BearerCode, holder: Int64?) {
    self.init(
      id: coupon.id, template: coupon.template, templateVersion: coupon.templateVersion,
      code: code, holder: holder, validFrom: coupon.beginsAt, validUntil: coupon.endsAt, sale: nil)
  }
}
