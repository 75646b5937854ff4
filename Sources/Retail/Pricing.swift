import Ledger

extension PricedBill {
  /// Prices a cart under a rule set: all phases of RETAIL 6, in order.
  public static func price(_ input: PricingInput, under rules: RuleSet) -> PricedBill {
    var pricing = Pricing(input: input, rules: rules)
    for phase in PricingPhase.allCases { pricing.run(phase) }
    return pricing.bill
  }
}

/// The pipeline at work: what is left of each line, and what was decided so far.
struct Pricing {
  let input: PricingInput
  let rules: RuleSet
  /// What is left of each line, in cart order.
  var net: [Money]
  /// Units of each line that a bundle has used up.
  var consumed: [Int]
  var discounts: [AppliedDiscount] = []
  var steps: [DecisionRecord.Step] = []
  var hints: [ThresholdHint] = []
  var earned: Int64 = 0
  var issues: [String] = []
  private var takenGroups: Set<String> = []

  init(input: PricingInput, rules: RuleSet) {
    self.input = input
    self.rules = rules
    net = input.lines.map { $0.item.unitPrice * $0.quantity }
    consumed = input.lines.map { _ in 0 }
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
      hints: hints.sorted { $0.missing < $1.missing },
      decision: DecisionRecord(
        input: input, ruleSetVersion: rules.version, rounding: rules.rounding, steps: steps))
  }

  mutating func run(_ phase: PricingPhase) {
    switch phase {
    case .priceList, .itemPromotions, .bundles, .orderPromotions:
      for promotion in promotions(of: phase) { apply(promotion) }
    case .itemCoupons, .orderCoupons:
      for coupon in coupons(of: phase) { apply(coupon) }
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

  /// Priority first; then the order in which equal coupons are preferred (RETAIL 12).
  private func coupons(of phase: PricingPhase) -> [PresentedCoupon] {
    input.coupons.filter { $0.template.phase == phase }.sorted { left, right in
      if left.template.priority != right.template.priority {
        return left.template.priority > right.template.priority
      }
      let (savesLeft, savesRight) = (saving(of: left), saving(of: right))
      if savesLeft != savesRight { return savesLeft > savesRight }
      let (a, b) = (left.template.benefit.threshold, right.template.benefit.threshold)
      if a != b { return a > b }
      if left.validUntil != right.validUntil { return left.validUntil < right.validUntil }
      return left.id < right.id
    }
  }

  private func saving(of coupon: PresentedCoupon) -> Money {
    switch evaluate(
      coupon.template.benefit, basis: coupon.template.thresholdBasis,
      lines: lines(in: coupon.template.scope))
    {
    case .applied(let amount): amount
    case .earned, .issued, .wouldApply, .refused: .zero
    }
  }

  /// Indexes of the lines in a rule's scope.
  func lines(in scope: Scope) -> [Int] {
    input.lines.indices.filter { scope.contains(input.lines[$0].item) }
  }

  /// What a benefit takes off the lines as they stand now.
  func evaluate(
    _ benefit: Benefit, basis: ThresholdBasis, lines: [Int]
  ) -> DecisionRecord.Verdict {
    let list = lines.map { input.lines[$0].item.unitPrice * input.lines[$0].quantity }.sum()
    guard list > .zero else { return .refused(.nothingInScope) }
    let running = lines.map { net[$0] }.sum()
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

  private mutating func apply(_ coupon: PresentedCoupon) {
    let template = coupon.template
    let lines = lines(in: template.scope)
    var verdict = evaluate(template.benefit, basis: template.thresholdBasis, lines: lines)
    if input.now >= coupon.validUntil { verdict = .refused(.expired) }
    if let group = template.exclusiveGroup, case .applied = verdict,
      !takenGroups.insert(group).inserted
    {
      verdict = .refused(.groupTaken)
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

  /// Takes an amount off lines in proportion to what is left of them.
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
