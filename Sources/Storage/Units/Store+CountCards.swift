import Foundation
import GRDB
import Ledger
import Retail

/// What came of something done with a count card.
public struct CountCardAnswer: Equatable, Sendable, Codable {
  public let member: Int64
  public let card: String
  public let service: String
  /// Visits left on it.
  public let left: Int64
  public let expiresAt: Instant?
  /// What was paid for it, or paid back.
  public let amount: Money?
}

extension Store {
  /// A member's cards, in the order of spending.
  public func countCards(of member: Int64) async throws(MemberFailure) -> [CountLot] {
    try await look { members in
      let (record, _) = try members.existing(member)
      let rows = try LedgerRows(db: members.db).accounts(ofOwner: MemberFacts.owner(record.id))
      return CountLot.all(rows.map { ($0.account, $0.balance) })
    }
  }

  private struct SaleRequest: Codable {
    let member: Int64
    let offer: String
    let payment: CountCardSale.Payment
  }

  private struct SaleAnswer: Codable {
    let sale: CountCardSale
    let answer: CountCardAnswer
  }

  /// Sells a card. The act's id is the card's from then on.
  public func sellCountCard(
    _ offer: CountCardOffer, to member: Int64, payment: CountCardSale.Payment, _ act: UnitAct
  ) async throws(MemberFailure) -> CountCardAnswer {
    let kept: SaleAnswer = try await self.act(
      act, .countSale, SaleRequest(member: member, offer: offer.id, payment: payment),
      member: member, about: act.id, refusals: Self.countRefusals
    ) { table, id in
      let (record, _) = try table.members.existing(member)
      let (batch, sale) = try refusable {
        try CountCardPlan.sale(
          of: offer, payment: payment, isBlocked: record.isBlocked,
          currency: act.currency.asset,
          ActFacts(id: id, member: record.id, actor: act.actor, kiosk: act.kiosk, now: act.now))
      }
      try table.post(batch) {
        .countCard($0 == .overLimit ? .notEnoughStoredValue : .ledger($0.rawValue))
      }
      return SaleAnswer(
        sale: sale,
        answer: CountCardAnswer(
          member: record.id, card: sale.card, service: sale.service, left: sale.visits,
          expiresAt: sale.expiresAt, amount: sale.price))
    }
    return kept.answer
  }

  private struct UseRequest: Codable {
    let member: Int64
    let service: String
    let card: String?
  }

  /// Takes one visit.
  public func useVisit(
    of service: String, card: String?, member: Int64, _ act: UnitAct
  ) async throws(MemberFailure) -> CountCardAnswer {
    try await self.act(
      act, .countUse, UseRequest(member: member, service: service, card: card), member: member,
      about: card, refusals: Self.countRefusals
    ) { table, id in
      let (record, _) = try table.members.existing(member)
      let (batch, lot) = try refusable {
        try CountCardPlan.use(
          card: card, service: service, of: CountLot.all(table.accounts(of: record.id)),
          isBlocked: record.isBlocked,
          ActFacts(id: id, member: record.id, actor: act.actor, kiosk: act.kiosk, now: act.now))
      }
      try table.post(batch) { .countCard(.ledger($0.rawValue)) }
      return CountCardAnswer(
        member: record.id, card: lot.card, service: service, left: lot.left - 1,
        expiresAt: lot.visits.expiresAt, amount: nil)
    }
  }

  private struct RefundRequest: Codable {
    let member: Int64
    let card: String
    let reason: String
  }

  /// Pays the visits back that are left, by the rule that was sold with the card.
  public func refundCountCard(
    _ card: String, of member: Int64, reason: String, _ act: UnitAct
  ) async throws(MemberFailure) -> CountCardAnswer {
    try await self.act(
      act, .countRefund, RefundRequest(member: member, card: card, reason: reason),
      member: member, about: card, refusals: Self.countRefusals
    ) { table, id in
      let (record, _) = try table.members.existing(member)
      let lots = CountLot.all(try table.accounts(of: record.id))
      guard let lot = lots.first(where: { $0.card == card }) else {
        throw MemberRefusal.countCard(.unknownCard(card))
      }
      guard let sale = try table.sale(of: card) else {
        throw MemberRefusal.countCard(.notRefundable)
      }
      let (batch, amount) = try refusable {
        try CountCardPlan.refund(
          sale, lot, reason: reason,
          ActFacts(id: id, member: record.id, actor: act.actor, kiosk: act.kiosk, now: act.now))
      }
      try table.post(batch) { .countCard(.ledger($0.rawValue)) }
      return CountCardAnswer(
        member: record.id, card: card, service: lot.service, left: 0,
        expiresAt: lot.visits.expiresAt, amount: amount)
    }
  }

  static var countRefusals: (malformedID: MemberRefusal, otherContent: MemberRefusal) {
    (.countCard(.malformedID), .countCard(.idOfAnother))
  }

  fileprivate static func sale(_ answer: [UInt8]) throws -> CountCardSale {
    try JSONDecoder().decode(SaleAnswer.self, from: Data(answer)).sale
  }
}

extension UnitTable {
  /// The contract of a card; nil for visits that were not sold.
  fileprivate func sale(of card: String) throws -> CountCardSale? {
    let row = try Row.fetchOne(
      db, sql: "SELECT answer FROM unit_acts WHERE id = ? AND kind = ?",
      arguments: [card, Kind.countSale.rawValue])
    return try row.map { try Store.sale($0.bytes(0)) }
  }
}
