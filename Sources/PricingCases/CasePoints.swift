import Ledger
import Retail
import StrictYAML

/// Points over several steps: lots that end, and points that buy goods.
struct CasePoints {
  private struct Lot {
    let number: Int
    var points: Int64
    let earnedOn: Int64
    let expiresOn: Int64?

    var order: (expiresAt: Instant?, availableAt: Instant, id: Int) {
      (
        expiresOn.map { Instant(milliseconds: $0) }, Instant(milliseconds: earnedOn), number
      )
    }
  }

  private let neutral: NeutralCase
  private var lots: [Lot] = []
  private var day: Int64 = 0
  private var balance: Int64 = 0
  private var balances: [Int64] = []
  private var paid: [Int64] = []
  private var earnedPerUnit: Int64 = 0
  private var pointsOfFreeUnit: Int64 = 0

  init(_ neutral: NeutralCase) throws(YAMLError) {
    self.neutral = neutral
    for value in neutral.rules {
      var keys = try value.mapping()
      let kind = try keys.required("type")
      let points = try keys.required("points").integer(in: NeutralCase.amounts)
      switch try kind.text() {
      case "earn_per_paid_unit": earnedPerUnit = points
      case "free_unit_for_points": pointsOfFreeUnit = points
      default: throw kind.error("is no rule of points over steps")
      }
      try keys.finish()
    }
  }

  func result() throws(YAMLError) -> [String: JSONValue] {
    var run = self
    var after: [JSONValue] = []
    for op in neutral.ops {
      guard let lots = try run.perform(op) else { continue }
      after.append(check(lots, place: after.count))
    }
    return CaseRunner.limited(
      ["after": .array(after), "balances": .list(run.balances), "paid": .list(run.paid)],
      to: neutral.expected)
  }

  /// What the case looks at in this place: each lot, the total, or both.
  private func check(_ lots: [Int64], place: Int) -> JSONValue {
    let found: [String: JSONValue] = [
      "lots": .list(lots), "total": .integer(lots.reduce(0, +)),
    ]
    guard case .array(let checks) = neutral.expected["after"], place < checks.count,
      case .object(let wanted) = checks[place]
    else { return .object(found) }
    return .object(CaseRunner.limited(found, to: wanted))
  }

  /// The lots, where the step asks to look at them.
  private mutating func perform(_ op: YAMLValue) throws(YAMLError) -> [Int64]? {
    var keys = try op.mapping()
    let kind = try keys.required("op")
    switch try kind.text() {
    case "earn":
      let points = try keys.required("points").integer(in: NeutralCase.amounts)
      lots.append(
        Lot(
          number: lots.count, points: points, earnedOn: day,
          expiresOn: try NeutralCase.integer(keys.optional("expires_day"))))
    case "burn": burn(try keys.required("points").integer(in: NeutralCase.amounts))
    case "advance_to_day": day = try keys.required("day").integer(in: NeutralCase.amounts)
    case "expire":
      for index in lots.indices where lots[index].expiresOn.map({ $0 < day }) ?? false {
        lots[index].points = 0
      }
    case "check":
      try keys.finish()
      return lots.map(\.points)
    case "order":
      try order(
        units: keys.required("units").integer(in: 0...10_000),
        free: NeutralCase.count(keys.optional("free")) ?? 0)
    default: throw kind.error("is no step of points here")
    }
    try keys.finish()
    return nil
  }

  private mutating func burn(_ points: Int64) {
    let order = lots.indices.sorted { Spending.isBefore(lots[$0].order, lots[$1].order) }
    let taken = Spending.inOrder(points, from: order.map { lots[$0].points }).taken
    for (index, part) in zip(order, taken) { lots[index].points -= part }
  }

  /// An order of one item, of which points buy some units.
  private mutating func order(units: Int, free: Int) throws(YAMLError) {
    let bill = PricedBill.price(
      PricingInput(
        lines: units == 0
          ? []
          : [
            Cart.Line(
              id: 1,
              item: CatalogueItem(
                sku: "item", gtins: [], name: LocalizedText(zh: "item", en: "item"), category: "",
                unitPrice: Money(minorUnits: neutral.unitPrice ?? 0)), quantity: units)
          ], customer: .init(id: 1, tier: ""), coupons: [],
        time: ShopTime(instant: Instant(milliseconds: 0), offsetSeconds: 0)),
      under: CasePoints.freeUnits(free))
    balance += Int64(units - free) * earnedPerUnit - Int64(free) * pointsOfFreeUnit
    balances.append(balance)
    paid.append(bill.payable.minorUnits)
  }

  private static func freeUnits(_ count: Int) -> RuleSet {
    let free = Rule(
      id: "free", title: LocalizedText(zh: "free", en: "free"),
      benefit: .freeUnits(FreeUnits(groupSize: nil, count: count)), target: .units)
    return RuleSet(
      version: 1, rounding: .halfUpOnPrice, rules: count > 0 ? [free] : [],
      earning: EarningRule(
        milliPointsPerMinorUnit: 0, tierMultipliers: [:], wholePointsOnly: true,
        expiresAfterMonths: 12), issuing: [],
      wallet: WalletRules(
        order: .bonusFirst, capOfBillBasisPoints: nil, limitWithoutSecondFactor: .zero), tiers: [])
  }
}
