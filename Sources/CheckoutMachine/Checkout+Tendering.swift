import Ledger
import Retail

extension Checkout.Step {
  func tendering(_ tendering: Checkout.Tendering, _ event: Checkout.Event) -> Checkout.Move {
    let basket = tendering.basket
    switch event {
    case .pressed(.confirm): return confirm(basket, tendering.plan)
    case .pressed(.cancel): return review(basket)
    case .pressed(.language):
      var changed = tendering
      changed.basket.language = toggled(basket.language)
      return keep(changed)
    case .pressed(.help): return keep(tendering, .helpCalled)
    // What changes the bill changes the plan: back to where it can be looked at.
    case .itemScanned(let item): return add(item, to: basket)
    case .couponPresented(let coupon): return present(coupon, to: basket)
    case .memberIdentified(let member):
      return keep(tendering, member.id == basket.member?.id ? nil : .anotherMember)
    case .scanRefused(let refusal): return keep(tendering, .scanRefused(refusal))
    case .cardRefused(let refusal): return keep(tendering, .cardRefused(refusal))
    case .couponRefused: return keep(tendering, .couponRefused)
    case .timerElapsed(.idle): return askStillThere(basket)
    case .closed(.storageFull): return close(.storageFull, policy.language)
    case .resumed(let seconds): return resume(basket, afterSeconds: seconds)
    case .pressed(.pay), .pressed(.wallet), .pressed(.done), .pressed(.remove), .pressed(.quantity),
      .timerElapsed(.stillThere), .timerElapsed(.paper), .timerElapsed(.done), .held, .posted,
      .printed, .printDelayed, .closed(.noScanner), .closed(.postingRefused), .reopened:
      return (.tendering(tendering), [])
    }
  }

  /// The plan stands, and somebody is there.
  private func keep(
    _ old: Checkout.Tendering, _ notice: Checkout.Notice? = nil
  ) -> Checkout.Move {
    var tendering = old
    tendering.basket.touch(now)
    var effects: [Checkout.Effect] = [.show]
    if notice == .helpCalled { effects.append(.callStaff) }
    effects.append(idleTimer(tendering.basket))
    if let notice { effects.append(.notify(notice)) }
    return (.tendering(tendering), effects)
  }

  /// The price is frozen from here: what ended since the customer looked is seen now, and told.
  func confirm(_ shown: Checkout.Basket, _ plan: WalletPlan) -> Checkout.Move {
    var basket = shown
    basket.price(in: context, under: policy)
    guard basket.bill.promisesSame(as: shown.bill), walletPlan(basket) == plan else {
      return changed(basket, since: shown.bill)
    }
    return hold(basket, plan)
  }

  /// Back to the bill, which is no longer what was shown.
  func changed(_ basket: Checkout.Basket, since shown: PricedBill) -> Checkout.Move {
    let notice = offerUsedUp(basket.bill, since: shown) ?? .planRefused
    var open = basket
    open.tender = nil
    open.price(in: context, under: policy)
    return stay(open, notice)
  }

  /// Whether a rule left the bill because its limit or budget went to others meanwhile.
  private func offerUsedUp(
    _ bill: PricedBill, since shown: PricedBill
  ) -> Checkout.Notice? {
    shown.discounts.first { discount in
      bill.decision.steps.contains { step in
        step.rule == discount.source.rule
          && (step.verdict == .refused(.limitReached) || step.verdict == .refused(.budgetSpent))
      }
    }.map { .offerUsedUp(title: $0.title) }
  }

  /// How the wallet would pay the bill now; nothing of it without a member.
  func walletPlan(_ basket: Checkout.Basket) -> WalletPlan {
    guard let member = basket.member else {
      return .nothing(remaining: basket.bill.payable)
    }
    return WalletPlan.split(
      basket.bill.payable, wallet: member.wallet, assurance: member.assurance,
      rules: policy.rules.wallet, now: now)
  }

  /// Takes everything scarce of the plan in one batch, before anything is posted.
  private func hold(_ old: Checkout.Basket, _ plan: WalletPlan) -> Checkout.Move {
    var basket = old
    basket.touch(now)
    basket.step += 1
    let postings = postings(basket, plan)
    do {
      let batch = try postings.holding(at: now)
      let settlement = Checkout.Settlement(
        basket: basket, plan: plan, hold: batch, posting: nil)
      if batch.entries.isEmpty { return post(settlement) }
      return (.holding(settlement), [.show, .disarm, .hold(batch)])
    } catch {
      // More lots or rules than one entry can name; nothing is held.
      return stay(basket, .planRefused)
    }
  }

  func postings(_ basket: Checkout.Basket, _ plan: WalletPlan) -> SalePostings {
    SalePostings(
      sale: basket.sale, step: basket.step, bill: basket.bill, coupons: basket.coupons,
      member: basket.member?.id, plan: plan, currency: policy.currency)
  }
}
