import Ledger

extension Pricing {
  /// One automatic offer: decided, recorded, and taken off its lines.
  mutating func apply(_ promotion: Promotion) {
    let verdict: DecisionRecord.Verdict
    if isRefusedToGuest(promotion) {
      verdict = .refused(.membersOnly)
    } else {
      switch promotion.kind {
      case .memberPrice:
        verdict = takeLineParts(promotion) { line, _ in
          guard let price = line.item.memberPrice, price < line.item.unitPrice else { return .zero }
          return (line.item.unitPrice - price) * line.quantity
        }
      case .percentOffItems(let basisPoints):
        let rounding = rules.rounding
        verdict = takeLineParts(promotion) { line, net in
          // Per unit, as the shelf label shows it; what other offers left is the limit.
          let perUnit = rounding.discount(of: line.item.unitPrice, basisPoints: basisPoints)
          return min(perUnit * line.quantity, net)
        }
      case .buyGet(let buy, let free):
        verdict = applyBuyGet(promotion, buy: buy, free: free)
      case .order(let benefit, let basis):
        verdict = applyOrder(promotion, benefit, basis)
      }
    }
    steps.append(
      .init(phase: promotion.phase, rule: promotion.id, coupon: nil, verdict: verdict))
  }

  private mutating func takeLineParts(
    _ promotion: Promotion, _ amount: (Cart.Line, Money) -> Money
  ) -> DecisionRecord.Verdict {
    let parts = lines(in: promotion.scope).map { index in
      (index: index, amount: min(amount(input.lines[index], net[index]), net[index]))
    }
    return takeOff(parts, promotion)
  }

  private mutating func applyBuyGet(
    _ promotion: Promotion, buy: Int, free: Int
  ) -> DecisionRecord.Verdict {
    var parts: [(index: Int, amount: Money)] = []
    for index in lines(in: promotion.scope) {
      let line = input.lines[index]
      let groups = (line.quantity - consumed[index]) / (buy + free)
      guard groups > 0 else { continue }
      consumed[index] += groups * (buy + free)
      parts.append((index, min(cost(of: groups * free, at: index), net[index])))
    }
    return takeOff(parts, promotion)
  }

  /// What units of a line cost the customer when the bundles began: a free unit gives back what it
  /// cost and not what others left of it, rounded down.
  private func cost(of units: Int, at index: Int) -> Money {
    let whole = Int128(netBeforeBundles[index].minorUnits) * Int128(units)
    return Money(minorUnits: Int64(whole / Int128(input.lines[index].quantity)))
  }

  private mutating func applyOrder(
    _ promotion: Promotion, _ benefit: Benefit, _ basis: ThresholdBasis
  ) -> DecisionRecord.Verdict {
    let lines = lines(in: promotion.scope)
    let verdict = evaluate(benefit, basis: basis, lines: lines)
    if case .wouldApply(let missing) = verdict { addHint(promotion.title, missing, benefit) }
    if case .applied(let amount) = verdict {
      take(
        amount, from: lines, source: .promotion(promotion.id), title: promotion.title,
        phase: promotion.phase)
    }
    return verdict
  }

  private mutating func takeOff(
    _ parts: [(index: Int, amount: Money)], _ promotion: Promotion
  ) -> DecisionRecord.Verdict {
    let amount = parts.map(\.amount).sum()
    guard amount > .zero else { return .refused(.nothingInScope) }
    takeParts(
      parts, source: .promotion(promotion.id), title: promotion.title, phase: promotion.phase)
    return .applied(amount)
  }
}
