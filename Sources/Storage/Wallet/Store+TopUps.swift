import Foundation
import GRDB
import Ledger
import Retail

extension Store {
  /// Tops a member's wallet up.
  ///
  /// - Parameter code: draws a code for each coupon of the offer.
  public func topUp(
    _ request: TopUpRequest, terms: TopUp.Terms, context: ActContext,
    code: @escaping @Sendable () -> BearerCode?
  ) async throws(WalletFailure) -> (facts: TopUpFacts, isRepeated: Bool) {
    try await act(.topUp, request, context) { table in
      let member = try table.member(request.member)
      guard !member.isBlocked else { throw WalletRefusal.blocked }
      let request = TopUpRequest(
        member: member.id, amount: request.amount, tender: request.tender, offer: request.offer,
        isNameProven: request.isNameProven)
      let principal = try table.rows.account(MemberFacts.principal(member.id))?.balance.posted
      let topUp = try TopUp(
        request, principal: Money(minorUnits: -(principal ?? 0)), terms: terms, context: context)
      let coupons = try topUp.facts.coupons.map { coupon throws in
        guard let code = code() else { throw WalletRefusal.unknownTemplate(coupon.template) }
        return NewCoupon(
          id: coupon.id, template: coupon.template, templateVersion: coupon.templateVersion,
          code: code, holder: member.id, validFrom: coupon.beginsAt, validUntil: coupon.endsAt,
          sale: nil)
      }
      return ActResult(
        batch: topUp.batch, facts: topUp.facts, member: member.id, coupons: coupons)
    }
  }

  /// Undoes a wrong top-up.
  public func undoTopUp(
    _ topUp: MoneyActID, second: String?, rules: TopUpRules, context: ActContext
  ) async throws(WalletFailure) -> (facts: TopUpUndo.Facts, isRepeated: Bool) {
    try await act(.undo, ReturnRequest(topUp: topUp, second: second), context) { table in
      let state = try table.topUpState(topUp)
      let undo = try TopUpUndo(of: state, second: second, rules: rules, context: context)
      return ActResult(
        batch: undo.batch, facts: undo.facts, about: topUp.text, member: state.member)
    }
  }

  /// Gives back what is left of a top-up.
  public func refundTopUp(
    _ topUp: MoneyActID, rules: RefundRules, context: ActContext
  ) async throws(WalletFailure) -> (facts: TopUpRefund.Facts, isRepeated: Bool) {
    try await act(.topUpRefund, ReturnRequest(topUp: topUp, second: nil), context) { table in
      let state = try table.topUpState(topUp)
      let refund = try TopUpRefund(of: state, rules: rules, context: context)
      return ActResult(
        batch: refund.batch, facts: refund.facts, about: topUp.text, member: state.member)
    }
  }

  /// A member's wallet: what there is of each top-up, oldest first, and all accounts.
  public func wallet(of id: Int64) async throws(WalletFailure) -> WalletView {
    try await look(refusedBy: WalletRefusal.self) { db, keys in
      let table = ActTable(db, keys)
      let member = try table.member(id)
      let acts = try table.acts(.topUp, of: member.id)
      return WalletView(
        member: member.id,
        topUps: try acts.map { act throws in try table.topUpState(act.id) },
        accounts: try table.rows.accounts(ofOwner: MemberFacts.owner(member.id))
          .map { WalletView.Holding(account: $0.account, balance: $0.balance) })
    }
  }
}

/// What `Store.wallet` answers.
public struct WalletView: Sendable {
  public struct Holding: Sendable {
    public let account: Account
    public let balance: Balance
  }

  public let member: Int64
  public let topUps: [TopUpState]
  public let accounts: [Holding]
}

private struct ReturnRequest: Codable, Sendable {
  let topUp: MoneyActID
  let second: String?
}

extension ActTable {
  /// What there is of a top-up now, for the member as it is now.
  func topUpState(_ id: MoneyActID) throws -> TopUpState {
    guard let act = try act(id), act.kind == .topUp else { throw WalletRefusal.unknownTopUp(id) }
    let facts: TopUpFacts = try act.facts()
    let member = try member(facts.member).id
    let accounts = try rows.accounts(ofOwner: MemberFacts.owner(member))
    let principal = accounts.first { $0.account.id == MemberFacts.principal(member) }
    guard let principal else { throw StorageError.corrupt("the top-up \(id) of no account") }
    let topUps = try acts(.topUp, of: member)
    let later = topUps.drop { $0.id != id }.dropFirst()
    let standing = try later.filter { act throws in try !isGivenBack(act.id) }
    let laterFacts = try standing.map { act throws -> TopUpFacts in try act.facts() }
    let lots = facts.bonus > .zero ? accounts.filter { $0.account.id.isLot(id.text) } : []
    return TopUpState(
      facts: facts, isGivenBack: try isGivenBack(id), member: member,
      principal: holding(principal), later: laterFacts.map(\.amount).sum(),
      bonus: lots.map(holding), usedBonus: try usedBonus(of: facts),
      points: pointsLots(accounts), coupons: try facts.coupons.map(couponHolding))
  }

  private func isGivenBack(_ id: MoneyActID) throws -> Bool {
    try !acts(.undo, about: id.text).isEmpty || !acts(.topUpRefund, about: id.text).isEmpty
  }

  /// In the order of spending; those of all months, for a refund takes from any.
  func pointsLots(_ accounts: [AccountRow]) -> [TopUpState.Holding] {
    accounts.filter {
      $0.account.asset == .points && $0.account.rule == .debitsWithinCredits
    }.sorted {
      Spending.isBefore(
        ($0.account.expiresAt, $0.account.availableAt, $0.account.id),
        ($1.account.expiresAt, $1.account.availableAt, $1.account.id))
    }.map { holding($0) }
  }

  private func couponHolding(_ coupon: IssuedCoupon) throws -> TopUpState.Holding {
    guard let row = try rows.account(PresentedCoupon.account(coupon.id)) else {
      throw StorageError.corrupt("the coupon \(coupon.id) of no account")
    }
    return holding(row)
  }

  /// What bills took of the bonus, less what refunds gave back: the entries that pass through
  /// the wallets' clearing. Its lots are those of all members that this one was.
  private func usedBonus(of facts: TopUpFacts) throws -> Money {
    guard facts.bonus > .zero else { return .zero }
    var used: Int64 = 0
    let current = try member(facts.member).id
    let accounts = try members.family(of: current).flatMap { id throws in
      try rows.accounts(ofOwner: MemberFacts.owner(id))
    }
    for account in accounts where account.account.id.isLot(facts.id.text) {
      try rows.forEachEntry(of: account) { stored, postings in
        switch stored.entry.action {
        case .post, .capture: break
        case .hold, .void, .expire: return
        }
        guard postings.contains(where: { $0.account == HouseAccount.walletClearing }) else {
          return
        }
        used += postings.filter { $0.account == account.account.id }.reduce(0) { $0 + $1.units }
      }
    }
    return Money(minorUnits: max(0, used))
  }
}

extension AccountID {
  /// Whether this is the bonus lot of a name; what merges members, or gives a lot a new end, puts
  /// something before the name.
  func isLot(_ name: String) -> Bool {
    purpose == "bonus/" + name || purpose.hasPrefix("bonus/") && purpose.hasSuffix("." + name)
  }
}

extension Account {
  var availableAt: Instant { grant?.availableAt ?? Instant(milliseconds: 0) }
}
