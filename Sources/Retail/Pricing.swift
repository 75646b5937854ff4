import Ledger

extension PricedBill {
  /// Prices a cart under a rule set: all phases of RETAIL 6, in order, with the best of the
  /// presented coupons.
  public static func price(_ input: PricingInput, under rules: RuleSet) -> PricedBill {
    var pricing = Pricing(input: input, rules: rules)
    // The same for every choice of coupons.
    for phase in PricingPhase.allCases where phase < .itemCoupons { pricing.run(phase) }
    pricing.choice = CouponChoice.best(for: pricing)
    for phase in PricingPhase.allCases where phase >= .itemCoupons { pricing.run(phase) }
    return pricing.bill
  }
}

/// The pipeline at work: what is left of each line, and what was decided so far.
struct Pricing {
  let input: PricingInput
  let rules: RuleSet
  /// What is left of each line, in cart order.
  var net: [Money]
  /// What was left of each line when the bundles began: what its units cost the customer.
  var netBeforeBundles: [Money]
  /// Units of each line that a bundle has used up.
  var consumed: [Int]
  /// Which coupons may be used.
  var choice = CouponChoice.none
  /// Indexes of the lines by their ids, and those in each coupon's scope.
  private let linesByID: [Int]
  let couponLines: [[Int]]
  var discounts: [AppliedDiscount] = []
  var steps: [DecisionRecord.Step] = []
  var hints: [ThresholdHint] = []
  var earned: Int64 = 0
  var issues: [String] = []

  init(input: PricingInput, rules: RuleSet) {
    self.input = input
    self.rules = rules
    net = input.lines.map { $0.item.unitPrice * $0.quantity }
    netBeforeBundles = net
    consumed = input.lines.map { _ in 0 }
    let ids = input.lines.map(\.id)
    linesByID = ids.indices.sorted { ids[$0] < ids[$1] }
    couponLines = input.coupons.map { [linesByID] coupon in
      linesByID.filter { coupon.template.scope.contains(input.lines[$0].item) }
    }
  }

  var payable: Money { net.sum() }

  var bill: PricedBill {
    PricedBill(
      ruleSetVersion: rules.version,
      lines: zip(input.lines, net).map { line, net in
        PricedLine(
          id: line.id, sku: line.item.sku, name: line.item.name, quantity: line.quantity,
          unitPrice: line.item.unitPrice, listAmount: line.item.unitPrice * line.quantity, net: net)
      },
      discounts: discounts,
      subtotal: input.lines.map { $0.item.unitPrice * $0.quantity }.sum(),
      payable: payable, earnedMilliPoints: earned, issues: issues,
      hints: hints.sorted(by: ThresholdHint.isNearer),
      decision: DecisionRecord(
        input: input, ruleSetVersion: rules.version, rounding: rules.rounding,
        couponSetsTried: choice.setsTried, isBestProven: choice.isBestProven, steps: steps))
  }

  mutating func run(_ phase: PricingPhase) {
    switch phase {
    case .priceList, .itemPromotions, .bundles, .orderPromotions:
      if phase == .bundles { netBeforeBundles = net }
      for promotion in promotions(of: phase) { apply(promotion) }
    case .itemCoupons, .orderCoupons:
      for index in coupons(of: phase) { apply(couponAt: index) }
    case .serviceFees, .pointsAsCash, .tax:
      // No rule of these kinds can be written yet: prices include tax, and fees are items.
      break
    case .tenders:
      // Split by `WalletPlan` when the customer has chosen; it changes no price.
      break
    case .earning: earn()
    case .issuing: rules.issuing.forEach { issue($0) }
    }
  }

  private func promotions(of phase: PricingPhase) -> [Promotion] {
    rules.promotions.filter { $0.phase == phase }
      .sorted { $0.priority == $1.priority ? $0.id < $1.id : $0.priority > $1.priority }
  }

  /// Indexes of the phase's coupons: priority first, then the order in which equal coupons are
  /// preferred (RETAIL 12).
  private func coupons(of phase: PricingPhase) -> [Int] {
    let candidates = input.coupons.indices.filter {
      input.coupons[$0].template.phase == phase && choice.isLookedAt($0)
    }
    guard candidates.count > 1 else { return candidates }
    let savings = candidates.map { (index: $0, saving: saving(ofCouponAt: $0)) }
    return savings.sorted { left, right in
      let (a, b) = (input.coupons[left.index], input.coupons[right.index])
      if a.template.priority != b.template.priority {
        return a.template.priority > b.template.priority
      }
      if left.saving != right.saving { return left.saving > right.saving }
      return CouponChoice.isPreferred(a, to: b)
    }.map(\.index)
  }

  private func saving(ofCouponAt index: Int) -> Money {
    let template = input.coupons[index].template
    return
      switch evaluate(
        template.benefit, basis: template.thresholdBasis, lines: couponLines[index])
    {
    case .applied(let amount): amount
    case .earned, .issued, .wouldApply, .refused: .zero
    }
  }

  /// Indexes of the lines in a rule's scope, by their ids.
  func lines(in scope: Scope) -> [Int] {
    linesByID.filter { scope.contains(input.lines[$0].item) }
  }

  /// What a benefit takes off the lines as they stand now.
  func evaluate(
    _ benefit: Benefit, basis: ThresholdBasis, lines: [Int]
  ) -> DecisionRecord.Verdict {
    let list = listAmount(of: lines)
    guard list > .zero else { return .refused(.nothingInScope) }
    let running = lines.reduce(.zero) { $0 + net[$1] }
    let measured =
      switch basis {
      case .list: list
      case .running: running
      }
    guard measured >= benefit.threshold else {
      return .wouldApply(missing: benefit.threshold - measured)
    }
    let wanted: Money
    switch benefit {
    case .percent(let basisPoints, let cap):
      let discount = rules.rounding.discount(of: running, basisPoints: basisPoints)
      wanted = cap.map { min($0, discount) } ?? discount
    case .thresholdOff(_, let off): wanted = off
    }
    let amount = min(wanted, running)
    return amount > .zero ? .applied(amount) : .refused(.nothingLeft)
  }

  /// List prices times quantities.
  func listAmount(of lines: [Int]) -> Money {
    lines.reduce(.zero) { $0 + input.lines[$1].item.unitPrice * input.lines[$1].quantity }
  }

  private mutating func apply(couponAt index: Int) {
    let coupon = input.coupons[index]
    let template = coupon.template
    let lines = couponLines[index]
    var verdict = evaluate(template.benefit, basis: template.thresholdBasis, lines: lines)
    if input.now >= coupon.validUntil {
      verdict = .refused(.expired)
    } else if case .applied = verdict, let refusal = choice.refusal(of: index, in: input) {
      verdict = .refused(refusal)
    }
    if case .wouldApply(let missing) = verdict {
      addHint(template.title, missing, template.benefit)
    }
    if case .applied(let amount) = verdict {
      take(
        amount, from: lines, source: .coupon(id: coupon.id, template: template.id),
        title: template.title, phase: template.phase)
    }
    steps.append(
      .init(phase: template.phase, rule: template.id, coupon: coupon.id, verdict: verdict))
  }

  func isRefusedToGuest(_ promotion: Promotion) -> Bool {
    promotion.isForMembersOnly && !input.isMember
  }

  mutating func addHint(_ title: LocalizedText, _ missing: Money, _ benefit: Benefit) {
    hints.append(ThresholdHint(title: title, missing: missing, threshold: benefit.threshold))
  }

  /// Takes an amount off lines in proportion to what is left of them. The lines come by their ids,
  /// so that ties go to the smaller, wherever it stands: the order of a cart never changes a total
  /// (I18).
  mutating func take(
    _ amount: Money, from lines: [Int], source: AppliedDiscount.Source, title: LocalizedText,
    phase: PricingPhase
  ) {
    let parts = Allocation.largestRemainder(amount, weights: lines.map { net[$0] })
    takeParts(zip(lines, parts).map { ($0, $1) }, source: source, title: title, phase: phase)
  }

  /// Takes fixed parts off lines; no part may exceed what is left of its line.
  mutating func takeParts(
    _ parts: [(index: Int, amount: Money)], source: AppliedDiscount.Source, title: LocalizedText,
    phase: PricingPhase
  ) {
    let real = parts.filter { $0.amount > .zero }
    for part in real { net[part.index] -= part.amount }
    guard !choice.isTrial else { return }
    discounts.append(
      AppliedDiscount(
        source: source, title: title, phase: phase, amount: real.map(\.amount).sum(),
        parts: real.map { .init(line: input.lines[$0.index].id, amount: $0.amount) }))
  }

  private mutating func earn() {
    guard input.isMember else { return }
    earned = rules.earning.earned(on: payable, tier: input.tier)
    steps.append(
      .init(phase: .earning, rule: "points", coupon: nil, verdict: .earned(milliPoints: earned)))
  }

  private mutating func issue(_ rule: IssueRule) {
    let verdict: DecisionRecord.Verdict
    if rule.isForMembersOnly && !input.isMember {
      verdict = .refused(.membersOnly)
    } else if payable < rule.minimumPayable || payable == .zero {
      verdict = .refused(.minimumNotReached)
    } else {
      verdict = .issued
      issues.append(rule.template)
    }
    steps.append(.init(phase: .issuing, rule: rule.template, coupon: nil, verdict: verdict))
  }
}
