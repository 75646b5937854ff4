import Ledger
import Retail
import StrictYAML

/// The cart and the rules of a case, priced by the product.
struct CasePricing {
  let bill: PricedBill
  private let rules: [CaseRule]
  private let presented: [String]
  private let cart: [(sku: String, listed: Money)]
  private let earnings: [CaseEarning]
  private let tenders: [CaseTender]

  init(_ neutral: NeutralCase) throws(YAMLError) {
    var rules: [CaseRule] = []
    var earnings: [CaseEarning] = []
    for (index, value) in neutral.rules.enumerated() {
      if let earning = try CaseEarning(value) {
        earnings.append(earning)
      } else {
        rules.append(try CaseRule(value, index: index))
      }
    }
    let state = try CaseState(neutral.state)
    let lines = try Self.lines(neutral.cart)
    let presented = state.codes
    let earning = earnings.first
    let ruleSet = RuleSet(
      version: 1, rounding: try CaseRounding(neutral.rounding).tie ?? .halfUpOnPrice,
      rules: rules.map(\.rule),
      earning: earning?.rule
        ?? EarningRule(
          milliPointsPerMinorUnit: 0, tierMultipliers: [:], wholePointsOnly: false,
          expiresAfterMonths: 12),
      issuing: [],
      wallet: WalletRules(
        order: .bonusFirst, capOfBillBasisPoints: nil, limitWithoutSecondFactor: .zero),
      tiers: [], groupPolicies: try Self.policies(neutral.groupPolicy), order: .priority,
      tax: try Self.tax(neutral))
    let coupons = rules.filter { rule in rule.code.map(presented.contains) ?? false }.map { rule in
      PresentedCoupon(
        id: rule.rule.id, template: rule.rule, validUntil: Instant(milliseconds: .max))
    }
    let input = PricingInput(
      lines: lines,
      customer: .init(
        id: 1, tier: state.tier, tags: state.tags, segments: state.segments,
        purchases: state.purchases),
      coupons: coupons, time: state.time, fee: Money(minorUnits: neutral.shipping),
      store: state.store, channel: state.channel, tender: state.tender,
      available: state.available(for: rules))
    bill = PricedBill.price(input, under: ruleSet)
    self.rules = rules
    self.presented = presented
    self.earnings = earnings
    cart = lines.map { ($0.item.sku, $0.item.unitPrice * $0.quantity) }
    var tenders: [CaseTender] = []
    for value in neutral.tenders { tenders.append(try CaseTender(value)) }
    self.tenders = tenders
  }

  /// One field of what a case expects, as the product has it; nil for one that it does not have.
  func field(_ name: String, like expected: JSONValue, withTax: Bool) -> JSONValue? {
    let payable = bill.payable.minorUnits
    let tax = bill.tax?.amount.minorUnits ?? 0
    let isOnTop = bill.tax?.rule.mode == .exclusive
    switch name {
    case "discount": return .integer(items(bill.discounts).minorUnits)
    case "discounts":
      return .list(rules.map { rule in taken(by: rule).minorUnits })
    case "shipping": return .integer(bill.fee?.net.minorUnits ?? 0)
    case "shipping_discount":
      return .integer(((bill.fee?.listAmount ?? .zero) - (bill.fee?.net ?? .zero)).minorUnits)
    case "items_discount": return .integer(items(bill.discounts).minorUnits)
    // Of two totals one is without tax.
    case "total": return .integer(isOnTop || withTax ? payable - tax : payable)
    case "total_with_tax": return .integer(payable)
    case "tax": return .integer(tax)
    case "subtotal": return .integer(bill.subtotal.minorUnits)
    case "lines": return lines(like: expected)
    case "rejected":
      return .array(presented.filter { !isUsed($0) }.map { .string($0) })
    case "accepted": return .bool(presented.allSatisfy(isUsed))
    case "applied":
      return .array(
        rules.filter { taken(by: $0) > .zero }.map { .string($0.name ?? $0.code ?? "") })
    case "points_milli": return .integer(earnedMilliPoints)
    case "points": return .integer(earnedMilliPoints / 1_000)
    case "due", "due_after_stored_value": return .integer(settlement.left)
    case "card_left":
      let left = zip(tenders, settlement.taken).map { $0.balance - $1 }
      if case .array = expected { return .list(left) }
      return left.first.map { .integer($0) }
    case "paid":
      return .list(settlement.taken)
    default: return nil
    }
  }

  private var settlement: (taken: [Int64], left: Int64) {
    Spending.inOrder(bill.payable.minorUnits, from: tenders.map(\.balance))
  }

  /// Several rules of earning give their points together; the bill has those of the first.
  private var earnedMilliPoints: Int64 {
    earnings.reduce(0) { sum, earning in
      let net = zip(bill.decision.input.lines, bill.lines).reduce(Money.zero) { total, pair in
        guard earning.rule.scope?.contains(pair.0.item) ?? true else { return total }
        return total + (earning.isGross ? pair.1.listAmount : pair.1.net)
      }
      let stored = earning.isWithoutStoredValue ? settlement.taken.reduce(0, +) : 0
      return sum + earning.rule.earned(on: net - Money(minorUnits: stored), tier: "")
    }
  }

  private func items(_ discounts: [AppliedDiscount]) -> Money {
    discounts.flatMap(\.parts).map(\.amount).sum()
  }

  private func taken(by rule: CaseRule) -> Money {
    bill.discounts.filter { $0.source.rule == rule.rule.id }.map(\.amount).sum()
  }

  private func isUsed(_ code: String) -> Bool {
    rules.contains { rule in rule.code == code && bill.usedCoupons.contains(rule.rule.id) }
  }

  private func lines(like expected: JSONValue) -> JSONValue? {
    guard case .object(let wanted) = expected else { return nil }
    var found: [String: JSONValue] = [:]
    for sku in wanted.keys {
      let lines = bill.lines.filter { $0.sku == sku }
      guard !lines.isEmpty else { continue }
      found[sku] = .integer(lines.map { $0.listAmount - $0.net }.sum().minorUnits)
    }
    return .object(found)
  }

  // MARK: Reading

  private static func lines(_ value: YAMLValue?) throws(YAMLError) -> [Cart.Line] {
    var lines: [Cart.Line] = []
    for item in try NeutralCase.list(value) {
      var keys = try item.mapping()
      let sku = try keys.required("sku").text()
      let price = try keys.required("price").integer(in: NeutralCase.amounts)
      let reduced = try NeutralCase.integer(keys.optional("already_discounted_price"))
      let floor = try NeutralCase.integer(keys.optional("min_price"))
      let terms = PriceTerms(
        isDiscountable: try NeutralCase.boolean(keys.optional("discountable")) ?? true,
        floor: floor.map { Money(minorUnits: $0) },
        reducedFrom: reduced.map { _ in Money(minorUnits: price) })
      let member = try NeutralCase.integer(keys.optional("member_price"))
      lines.append(
        Cart.Line(
          id: lines.count + 1,
          item: CatalogueItem(
            sku: sku, gtins: [], name: LocalizedText(zh: sku, en: sku),
            category: try NeutralCase.text(keys.optional("category")) ?? "",
            unitPrice: Money(minorUnits: reduced ?? price),
            memberPrice: member.map { Money(minorUnits: $0) }, terms: terms),
          quantity: try keys.required("qty").integer(in: 0...100_000)))
      try keys.finish()
    }
    return lines.filter { $0.quantity > 0 }
  }

  private static func policies(
    _ value: YAMLValue?
  ) throws(YAMLError) -> [String: GroupPolicy] {
    guard let value else { return [:] }
    var policies: [String: GroupPolicy] = [:]
    var keys = try value.mapping()
    for entry in try keys.all(limit: 1_000) { policies[entry.key] = try entry.value.choice() }
    return policies
  }

  private static func tax(_ neutral: NeutralCase) throws(YAMLError) -> TaxRule? {
    guard let basisPoints = neutral.taxBasisPoints else { return nil }
    return TaxRule(
      mode: neutral.taxMode == "inclusive" ? .inclusive : .exclusive, basisPoints: basisPoints)
  }
}

/// `earn`: points for what is paid.
struct CaseEarning {
  let rule: EarningRule
  /// On prices as listed.
  let isGross: Bool
  /// What gift cards and wallets pay earns nothing.
  let isWithoutStoredValue: Bool

  private enum Basis: String, CaseIterable {
    case gross, list
    case net
    case netOfDiscounts = "net_of_discounts"
    case netGrossOfStoredValue = "net_of_discounts_gross_of_stored_value"
    case netNetOfStoredValue = "net_of_discounts_net_of_stored_value"
    case categoryNet = "category_net"
    case categoryGross = "category_gross"
  }

  /// Nil for a rule of another kind.
  init?(_ value: YAMLValue) throws(YAMLError) {
    var keys = try value.mapping()
    guard try keys.required("type").text() == "earn" else { return nil }
    let basis: Basis =
      try NeutralCase.present(keys.optional("basis")).map {
        value throws(YAMLError) in try value.choice()
      } ?? .net
    let scope = try CaseRule.scope(keys.optional("match"))
    rule = EarningRule(
      milliPointsPerMinorUnit: try keys.required("points_milli").integer(in: 0...10_000_000),
      perMinorUnits: try keys.required("per_minor").integer(in: 1...100_000_000),
      scope: scope == .all ? nil : scope, tierMultipliers: [:],
      wholePointsOnly: try NeutralCase.boolean(keys.optional("whole_points")) ?? false,
      expiresAfterMonths: 12)
    isGross = basis == .gross || basis == .list || basis == .categoryGross
    isWithoutStoredValue = basis == .netNetOfStoredValue
    _ = keys.optional("id")
    try keys.finish()
  }
}

/// A way to pay and how much it can.
struct CaseTender {
  let balance: Int64

  init(_ value: YAMLValue) throws(YAMLError) {
    var keys = try value.mapping()
    _ = try keys.required("type").text()
    let balance = try NeutralCase.integer(keys.optional("balance"))
    let amount = try NeutralCase.integer(keys.optional("amount"))
    _ = keys.optional("id")
    try keys.finish()
    guard let least = [balance, amount].compactMap({ $0 }).min() else {
      throw value.error("expected a balance or an amount")
    }
    self.balance = least
  }
}
