import Ledger

/// A priced cart: lines, what each rule took off and why, and what the sale will give.
public struct PricedBill: Equatable, Sendable {
  public let ruleSetVersion: Int
  public let lines: [PricedLine]
  public let discounts: [AppliedDiscount]
  /// List prices times quantities, without the fee.
  public let subtotal: Money
  /// The fee for service or delivery after discounts; nil: none was asked.
  public let fee: PricedFee?
  /// Nil where the shop's rules say nothing of tax.
  public let tax: PricedTax?
  /// What is to be paid: lines and fee after discounts, and tax that comes on top; never below 0.
  public let payable: Money
  public let earnedMilliPoints: Int64
  /// Points that pay for a part; a discount of the points' own.
  public let spentMilliPoints: Int64
  /// Templates of which one coupon each is issued.
  public let issues: [String]
  /// "Spend 12.00 more to use this", the smallest missing amount first.
  public let hints: [ThresholdHint]
  /// What the hold takes from limits and budgets.
  public let needs: [AllowanceNeed]
  public let decision: DecisionRecord

  /// What was taken off altogether.
  public var saved: Money { discounts.map(\.amount).sum() }

  /// Whether a customer who agreed to one agreed to the other; how they were decided may differ.
  public func promisesSame(as other: PricedBill) -> Bool {
    lines == other.lines && discounts == other.discounts && issues == other.issues
      && fee == other.fee && tax == other.tax && earnedMilliPoints == other.earnedMilliPoints
      && spentMilliPoints == other.spentMilliPoints
  }

  /// List amount less what was taken off this line alone; discounts of the whole bill are not in
  /// it.
  public func amount(of line: PricedLine) -> Money {
    let parts = discounts.lazy.filter(\.isOnLines).flatMap(\.parts)
    return line.listAmount - parts.filter { $0.line == line.id }.map(\.amount).sum()
  }

  /// The coupons that did something for this bill, which are spent with it.
  public var usedCoupons: [String] {
    decision.steps.filter { $0.verdict.amount != nil }.compactMap(\.coupon)
  }
}

public struct PricedLine: Equatable, Sendable, Codable {
  public let id: Int
  public let sku: String
  public let name: LocalizedText
  public let quantity: Int
  public let unitPrice: Money
  /// List price times quantity.
  public let listAmount: Money
  /// After every discount.
  public let net: Money
}

public struct PricedFee: Equatable, Sendable, Codable {
  public let listAmount: Money
  public let net: Money
}

public struct PricedTax: Equatable, Sendable, Codable {
  public let rule: TaxRule
  public let amount: Money
}

/// What one rule took off, and from which lines; the parts sum to the amount.
public struct AppliedDiscount: Equatable, Sendable, Codable {
  public enum Source: Equatable, Sendable, Codable {
    case promotion(String)
    case coupon(id: String, template: String)
    /// The customer's own points.
    case points

    public var coupon: String? {
      switch self {
      case .promotion, .points: nil
      case .coupon(let id, _): id
      }
    }

    /// The rule's name: of the promotion, or of the coupon's template.
    public var rule: String {
      switch self {
      case .promotion(let id): id
      case .coupon(_, let template): template
      case .points: "points"
      }
    }
  }

  public struct Part: Equatable, Sendable, Codable {
    public let line: Int
    public let amount: Money
  }

  public let source: Source
  public let title: LocalizedText
  public let phase: PricingPhase
  /// Positive.
  public let amount: Money
  public let parts: [Part]
  /// What of it was taken off the fee; nil: nothing.
  public let offFee: Money?

  /// Taken off single lines, not off the bill.
  public var isOnLines: Bool { phase < .orderPromotions }
}

public struct ThresholdHint: Equatable, Sendable, Codable {
  public let title: LocalizedText
  public let missing: Money
  public let threshold: Money

  /// A total order, so that a cart's order does not show.
  static func isNearer(_ left: ThresholdHint, _ right: ThresholdHint) -> Bool {
    if left.missing != right.missing { return left.missing < right.missing }
    if left.threshold != right.threshold { return left.threshold < right.threshold }
    return left.title.en < right.title.en
  }
}

extension PricedBill: Codable {
  private enum CodingKeys: String, CodingKey {
    case ruleSetVersion, lines, discounts, subtotal, fee, tax, payable, earnedMilliPoints
    case spentMilliPoints, issues, hints, needs, decision
  }

  /// A bill of schema 1 had no fee, no tax, no limits, and no points were spent.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      ruleSetVersion: try keys.decode(Int.self, forKey: .ruleSetVersion),
      lines: try keys.decode([PricedLine].self, forKey: .lines),
      discounts: try keys.decode([AppliedDiscount].self, forKey: .discounts),
      subtotal: try keys.decode(Money.self, forKey: .subtotal),
      fee: try keys.decodeIfPresent(PricedFee.self, forKey: .fee),
      tax: try keys.decodeIfPresent(PricedTax.self, forKey: .tax),
      payable: try keys.decode(Money.self, forKey: .payable),
      earnedMilliPoints: try keys.decode(Int64.self, forKey: .earnedMilliPoints),
      spentMilliPoints: try keys.decodeIfPresent(Int64.self, forKey: .spentMilliPoints) ?? 0,
      issues: try keys.decode([String].self, forKey: .issues),
      hints: try keys.decode([ThresholdHint].self, forKey: .hints),
      needs: try keys.decodeIfPresent([AllowanceNeed].self, forKey: .needs) ?? [],
      decision: try keys.decode(DecisionRecord.self, forKey: .decision))
  }

  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(ruleSetVersion, forKey: .ruleSetVersion)
    try keys.encode(lines, forKey: .lines)
    try keys.encode(discounts, forKey: .discounts)
    try keys.encode(subtotal, forKey: .subtotal)
    try keys.encodeIfPresent(fee, forKey: .fee)
    try keys.encodeIfPresent(tax, forKey: .tax)
    try keys.encode(payable, forKey: .payable)
    try keys.encode(earnedMilliPoints, forKey: .earnedMilliPoints)
    if spentMilliPoints != 0 { try keys.encode(spentMilliPoints, forKey: .spentMilliPoints) }
    try keys.encode(issues, forKey: .issues)
    try keys.encode(hints, forKey: .hints)
    if !needs.isEmpty { try keys.encode(needs, forKey: .needs) }
    try keys.encode(decision, forKey: .decision)
  }
}
