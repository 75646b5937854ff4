import Ledger

/// Finds the rules that a bill can meet, and says of each what no other rule can change.
struct Planner {
  let input: PricingInput
  let rules: RuleSet
  let figures: CartFigures

  func steps() -> [PlannedStep] {
    var steps = rules.index.automatic.map { step(rules.rules[$0], coupon: nil) }
    var seen: Set<String> = []
    for (index, coupon) in input.coupons.enumerated() {
      let isFirst = seen.insert(coupon.id).inserted
      steps.append(step(coupon.template, coupon: index, isFirst: isFirst))
    }
    rank(&steps)
    steps.sort { PlannedStep.runsBefore($0, $1, rules.order, input.coupons) }
    for left in steps.indices {
      for right in steps.indices.dropFirst(left + 1)
      where Self.exclude(steps[left], steps[right]) {
        steps[left].conflicts.append(right)
        steps[right].conflicts.append(left)
      }
    }
    return steps
  }

  /// A price label is a price, not an offer: it goes with anything that does not name its group.
  private static func exclude(_ left: PlannedStep, _ right: PlannedStep) -> Bool {
    let (a, b) = (left.rule.stacking, right.rule.stacking)
    if left.phase == .priceList || right.phase == .priceList {
      return a.group != nil && a.group == b.group
    }
    return a.excludes(b)
  }

  /// What each coupon would save alone on the prices after labels and offers on items.
  private func rank(_ steps: inout [PlannedStep]) {
    guard input.coupons.count > 1 else { return }
    var base = Pricing(input: input, rules: rules, figures: figures, steps: steps)
    var draft = Draft(lineCount: input.lines.count)
    let early = steps.indices.filter { !steps[$0].isChoice && steps[$0].phase <= .itemPromotions }
      .sorted { PlannedStep.runsBefore(steps[$0], steps[$1], rules.order, input.coupons) }
    for index in early {
      guard base.verdict(on: index, base.state, &draft).amount != nil else { continue }
      base.state.take(draft, over: figures.order, reduces: true)
    }
    for index in steps.indices where steps[index].coupon != nil {
      steps[index].saving = base.verdict(on: index, base.state, &draft).amount?.minorUnits ?? 0
    }
  }

  private func step(_ rule: Rule, coupon: Int?, isFirst: Bool = true) -> PlannedStep {
    let lines = figures.order.filter { rule.scope.contains(input.lines[$0].item) }
    let isBestOfGroup = rule.stacking.group.map { rules.groupPolicies[$0] == .best } ?? false
    var verdict = isFirst ? nil : DecisionRecord.Verdict.refused(.presentedTwice)
    verdict = verdict ?? coupon.flatMap { couponVerdict(input.coupons[$0]) }
    verdict = verdict ?? rule.window.refusal(at: input.time).map { .refused($0) }
    verdict = verdict ?? customerVerdict(rule.conditions)
    verdict = verdict ?? placeVerdict(rule.conditions)
    let ceilings = ceilings(of: rule)
    verdict = verdict ?? ceilingVerdict(rule, ceilings)
    verdict = verdict ?? cartVerdict(rule.conditions)
    return PlannedStep(
      rule: rule, coupon: coupon, phase: rule.phase, lines: lines,
      listValue: lines.reduce(0) { $0 + figures.list[$1] }, verdict: verdict, ceilings: ceilings,
      isChoice: verdict == nil && rule.phase < .earning && (coupon != nil || isBestOfGroup))
  }

  private func couponVerdict(_ coupon: PresentedCoupon) -> DecisionRecord.Verdict? {
    if input.latest >= coupon.validUntil { return .refused(.expired) }
    if let begins = coupon.validFrom, input.time.instant < begins {
      return .refused(.notYetValid)
    }
    if let holder = coupon.holder, let id = input.customer?.id, holder != id {
      return .refused(.otherCustomers)
    }
    guard let terms = coupon.template.coupon else { return nil }
    if let day = terms.notBefore, input.time.date < day { return .refused(.notYetValid) }
    if let day = terms.notAfter, input.time.date > day { return .refused(.expired) }
    if let place = terms.sequence?.position, (coupon.usedOfSeries ?? 0) != place - 1 {
      return .refused(.notItsTurn)
    }
    return nil
  }

  private func customerVerdict(_ conditions: Conditions) -> DecisionRecord.Verdict? {
    guard let wanted = conditions.customer else { return nil }
    guard let customer = input.customer else { return .refused(.membersOnly) }
    if !wanted.tiers.isEmpty && !wanted.tiers.contains(customer.tier) {
      return .unmet(.tier(wanted.tiers))
    }
    if !wanted.tags.isEmpty && !wanted.tags.contains(where: customer.tags.contains) {
      return .refused(.otherCustomers)
    }
    if !wanted.segments.isEmpty && !wanted.segments.contains(where: customer.segments.contains) {
      return .refused(.otherCustomers)
    }
    if let birthday = wanted.birthday, !isBirthday(birthday, customer.birthday) {
      return .unmet(.birthday)
    }
    if let purchase = wanted.purchase, !purchase.includes(customer.purchases + 1) {
      return .unmet(.purchase)
    }
    return nil
  }

  /// Who was born on 29 February has a birthday on the 28th in other years.
  private func isBirthday(
    _ wanted: CustomerCondition.Birthday, _ birthday: PricingInput.Customer.Birthday?
  ) -> Bool {
    guard let birthday else { return false }
    let today = input.time.date.components
    guard birthday.month == today.month else { return false }
    switch wanted {
    case .month: return true
    case .day:
      let isLeapDayLess =
        birthday.month == 2 && birthday.day == 29
        && CalendarDate(year: today.year, month: 2, day: 29)
          == CalendarDate(year: today.year, month: 3, day: 1)
      return today.day == (isLeapDayLess ? 28 : birthday.day)
    }
  }

  private func placeVerdict(_ conditions: Conditions) -> DecisionRecord.Verdict? {
    if !conditions.stores.isEmpty && !conditions.stores.contains(input.store) {
      return .refused(.otherStore)
    }
    if !conditions.channels.isEmpty && !conditions.channels.contains(input.channel) {
      return .refused(.otherChannel)
    }
    if !conditions.tenders.isEmpty && !(input.tender.map(conditions.tenders.contains) ?? false) {
      return .unmet(.tender(conditions.tenders))
    }
    return nil
  }

  private func ceilingVerdict(
    _ rule: Rule, _ ceilings: [PlannedStep.Ceiling]
  ) -> DecisionRecord.Verdict? {
    // One that is per member, and nobody said who they are.
    guard ceilings.count == rule.allowances.count else { return .refused(.membersOnly) }
    return ceilings.first { $0.left <= 0 }.map { .refused($0.allowance.refusal) }
  }

  private func ceilings(of rule: Rule) -> [PlannedStep.Ceiling] {
    guard !rule.allowances.isEmpty else { return [] }
    let date = input.time.businessDate(dayStart: rule.window.dayStart)
    return rule.allowances.compactMap { allowance in
      guard let scope = allowance.scope(member: input.customer?.id, store: input.store) else {
        return nil
      }
      let account = allowance.account(of: rule.id, scope: scope, on: date)
      let known = input.available.first { $0.account == account }
      return PlannedStep.Ceiling(
        allowance: allowance, account: account, scope: scope, date: date,
        left: known?.left(of: allowance.ceiling) ?? allowance.ceiling,
        levels: known?.levels ?? [])
    }
  }

  /// Conditions on the cart as it is listed.
  private func cartVerdict(_ conditions: Conditions) -> DecisionRecord.Verdict? {
    if conditions == .none { return nil }
    if conditions.basis == .list, let range = conditions.subtotal,
      let verdict = range.verdict(on: figures.subtotal)
    {
      return verdict
    }
    if let least = conditions.quantity?.least, figures.units < least {
      return .unmet(.quantity(missing: least - Int(figures.units)))
    }
    if let most = conditions.quantity?.most, figures.units > most {
      return .unmet(.atMostUnits(most))
    }
    if !conditions.anyCategory.isEmpty
      && !input.lines.contains(where: { conditions.anyCategory.contains($0.item.category) })
    {
      return .unmet(.anyCategory(conditions.anyCategory))
    }
    let missing = conditions.items.filter { sku in
      !input.lines.contains { $0.item.sku == sku }
    }
    if !missing.isEmpty { return .unmet(.items(missing)) }
    return conditions.parts.lazy.compactMap { partVerdict($0) }.first
  }

  private func partVerdict(_ part: Conditions.PartMinimum) -> DecisionRecord.Verdict? {
    let lines = figures.order.filter { part.scope.contains(input.lines[$0].item) }
    let value = lines.reduce(Int64(0)) { $0 + figures.list[$1] }
    if let least = part.value, value < least.minorUnits {
      return .unmet(.part(part.scope, missing: least - Money(minorUnits: value)))
    }
    let units = lines.reduce(0) { $0 + Int(figures.quantity[$1]) }
    if let least = part.quantity, units < least {
      return .unmet(.partQuantity(part.scope, missing: least - units))
    }
    return nil
  }
}

extension Conditions.ValueRange {
  func verdict(on value: Int64) -> DecisionRecord.Verdict? {
    if let least, value < least.minorUnits {
      return .wouldApply(missing: least - Money(minorUnits: value))
    }
    if let most, value > most.minorUnits { return .unmet(.atMost(most)) }
    return nil
  }
}

extension Pricing {
  /// A pipeline that only looks: for what coupons would save.
  fileprivate init(
    input: PricingInput, rules: RuleSet, figures: CartFigures, steps: [PlannedStep]
  ) {
    self.input = input
    self.rules = rules
    self.figures = figures
    self.steps = steps
    state = BillState(figures, fee: input.fee.minorUnits, stepCount: steps.count)
  }
}
