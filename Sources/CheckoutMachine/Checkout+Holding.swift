import Ledger
import Retail

extension Checkout.Step {
  /// Waits for the ledger's word on the plan; nothing else can change the sale meanwhile.
  func holding(_ settlement: Checkout.Settlement, _ event: Checkout.Event) -> Checkout.Move {
    switch event {
    case .held(let outcomes):
      guard outcomes.count == settlement.hold.entries.count,
        outcomes.allSatisfy({ $0 == .ok })
      else {
        return planRefused(settlement, outcomes)
      }
      return post(settlement)
    case .resumed:
      return (.holding(settlement), [.show, .disarm, .hold(settlement.hold)])
    case .pressed(.help):
      return (.holding(settlement), [.callStaff, .notify(.helpCalled)])
    case .itemScanned, .couponPresented, .memberIdentified, .scanRefused, .cardRefused,
      .couponRefused:
      return (.holding(settlement), [.notify(.finishFirst)])
    case .pressed(.pay), .pressed(.wallet), .pressed(.confirm), .pressed(.cancel), .pressed(.done),
      .pressed(.remove), .pressed(.quantity), .pressed(.language), .timerElapsed, .posted,
      .printed, .printDelayed, .closed, .reopened:
      return (.holding(settlement), [])
    }
  }

  /// A refused batch holds nothing. Another sale was first, or the wallet moved. A coupon that is
  /// gone leaves the bill and so does a rule whose limit is used up, or the same plan would be
  /// refused for ever.
  private func planRefused(
    _ settlement: Checkout.Settlement, _ outcomes: [Outcome]
  ) -> Checkout.Move {
    var basket = settlement.basket
    var usedUp: [AllowanceNeed] = []
    for refusal in settlement.refusals(outcomes) {
      switch refusal {
      case .coupon(let id): basket.coupons.removeAll { $0.id == id }
      case .limit(let need): usedUp.append(need)
      case .wallet: break
      }
    }
    let lostCoupon = basket.coupons.count < settlement.basket.coupons.count
    basket.tender = nil
    basket.price(in: context, under: policy, usedUp: usedUp.map(\.account))
    if lostCoupon { return stay(basket, .couponRefused) }
    let title = usedUp.lazy.compactMap { settlement.basket.title(ofRule: $0.rule) }.first
    return stay(basket, title.map { .offerUsedUp(title: $0) } ?? .planRefused)
  }

  /// Everything is held, or nothing needs to be: the sale is certain.
  func post(_ held: Checkout.Settlement) -> Checkout.Move {
    let basket = held.basket
    let postings = postings(basket, held.plan)
    let coupons = issuedCoupons(basket)
    do {
      let batch = try postings.posting(
        held: held.hold, issued: coupons, pointsLot: pointsLot(basket), at: now)
      let posting = Checkout.SalePosting(
        batch: batch, receipt: receipt(basket, held.plan, coupons), member: basket.member?.id,
        decision: basket.bill.decision)
      let settlement = Checkout.Settlement(
        basket: basket, plan: held.plan, hold: held.hold, posting: posting)
      return (.posting(settlement), [.show, .disarm, .post(posting)])
    } catch {
      // More discounts than one entry can name: what is held stays held for staff to decide.
      return close(.postingRefused(basket.sale), policy.language)
    }
  }

  private func issuedCoupons(_ basket: Checkout.Basket) -> [IssuedCoupon] {
    basket.bill.issues.enumerated().compactMap { ordinal, id in
      guard let template = policy.rules.template(id) else { return nil }
      // The sale's own id makes the coupon's: a replay issues the same one.
      return IssuedCoupon(
        id: "\(basket.sale)-\(ordinal + 1)", of: template, at: context.time)
    }
  }

  private func pointsLot(_ basket: Checkout.Basket) -> Account? {
    basket.member.map { policy.rules.earning.lot(of: $0.id, on: context.time.date) }
  }

  private func receipt(
    _ basket: Checkout.Basket, _ plan: WalletPlan, _ coupons: [IssuedCoupon]
  ) -> Receipt {
    let bill = basket.bill
    let tenders: [Receipt.TenderLine] = [
      .init(tender: .bonus, amount: plan.bonusTotal),
      .init(tender: .principal, amount: plan.principal),
    ].filter { $0.amount > .zero }
    return Receipt(
      sale: basket.sale, time: context.time, language: basket.language, lines: bill.lines,
      discounts: bill.discounts, subtotal: bill.subtotal, payable: bill.payable, tenders: tenders,
      member: basket.member.map {
        Receipt.MemberPart(
          maskedName: $0.maskedName, tier: $0.tier.title,
          earnedMilliPoints: bill.earnedMilliPoints,
          milliPointsAfter: $0.milliPoints + bill.earnedMilliPoints,
          walletAfter: $0.wallet.principal + $0.wallet.bonus - plan.total)
      },
      coupons: coupons)
  }
}

extension Checkout {
  /// What of a plan the ledger did not give; `HoldRefusalText` has the words for staff.
  public enum HoldRefusal: Equatable, Sendable {
    case coupon(id: String)
    case limit(AllowanceNeed)
    case wallet
  }
}

extension Checkout.Settlement {
  /// What the ledger refused of the hold; the rest of the batch only went with it.
  public func refusals(_ outcomes: [Outcome]) -> [Checkout.HoldRefusal] {
    zip(hold.entries, outcomes).filter { $0.1 != .ok && $0.1 != .linkedFailed }.map { entry, _ in
      if let coupon = basket.coupons.first(where: { entry.debits($0.account) }) {
        return .coupon(id: coupon.id)
      }
      if let need = basket.bill.needs.first(where: { entry.debits($0.account) }) {
        return .limit(need)
      }
      return .wallet
    }
  }
}

extension Checkout.Basket {
  /// What customers read of a rule that could be on the bill.
  fileprivate func title(ofRule id: String) -> LocalizedText? {
    bill.discounts.first { $0.source.rule == id }?.title
      ?? coupons.first { $0.template.id == id }?.template.title
  }
}

extension JournalEntry {
  fileprivate func debits(_ account: AccountID) -> Bool {
    switch action {
    case .post(let postings), .hold(let postings):
      postings.list.contains { $0.account == account && $0.units > 0 }
    case .capture, .void, .expire: false
    }
  }
}
