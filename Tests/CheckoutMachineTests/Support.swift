import CheckoutMachine
import Ledger
import Retail

/// Seeded numbers that mean the same under every compiler (Steele, Lea, Flood: SplitMix, 2014).
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func number(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  mutating func oneIn(_ count: Int) -> Bool { number(in: 1...count) == 1 }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[number(in: 0...elements.count - 1)]
  }
}

func fen(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits) }

extension CatalogueItem {
  private static func of(
    _ sku: String, _ price: Int64, member: Int64? = nil, category: String = "grocery"
  ) -> CatalogueItem {
    CatalogueItem(
      sku: sku, gtins: [], name: LocalizedText(zh: sku, en: sku), category: category,
      unitPrice: fen(price), memberPrice: member.map { fen($0) })
  }

  static let milk = of("milk", 1_390, member: 1_290)
  static let rice = of("rice", 4_990)
  static let eggs = of("eggs", 1_590, member: 1_490)
  static let water = of("water", 450, category: "drinks")
  static let wine = of("wine", 28_000)

  static func numbered(_ number: Int) -> CatalogueItem { of("n\(number)", 10) }
}

extension Rule {
  private static func of(
    _ id: String, _ benefit: Benefit, scope: Scope = .all, group: String? = nil
  ) -> Rule {
    Rule(
      id: id, version: 1, title: LocalizedText(zh: id, en: id),
      trigger: .coupon(CouponTerms(validAfterDays: 1, validDays: 39)),
      benefit: benefit, target: .order, scope: scope, stacking: Stacking(group: group))
  }

  static let over50 = of(
    "over50-off8", .thresholdOff(threshold: fen(5_000), off: fen(800)), group: "bill")
  static let over60 = of(
    "over60-off8", .thresholdOff(threshold: fen(6_000), off: fen(800)), group: "bill")
  static let drinks = of(
    "drinks", .percent(basisPoints: 1_000), scope: Scope(categories: ["drinks"]))
  static let everything = of("everything", .percent(basisPoints: 10_000))
}

extension PresentedCoupon {
  static func of(
    _ template: Rule, id: String, until: Int64 = .max
  ) -> PresentedCoupon {
    PresentedCoupon(id: id, template: template, validUntil: Instant(milliseconds: until))
  }

  static let over50 = of(.over50, id: "c50")
  static let drinks = of(.drinks, id: "cd")
  static let everything = of(.everything, id: "all")
}

extension MemberFacts {
  /// ¥300.00 principal, ¥30.00 and ¥50.00 bonus of which one bill may take ¥15.00 and ¥5.00.
  static let wang = of(
    1_001, principal: 30_000, lots: [("welcome", 3_000, 5_000), ("spring", 5_000, 1_000)])
  static let li = of(1_002, principal: 500)
  /// A card that cannot be copied.
  static let chen = of(1_003, principal: 90_000, assurance: .authenticated)

  static func of(
    _ id: Int64, principal: Int64, lots: [(String, Int64, Int)] = [],
    assurance: Assurance = .uidOnly
  ) -> MemberFacts {
    MemberFacts(
      id: id, maskedName: "王*", maskedPhone: "138****5521",
      tier: Tier(id: "gold", title: LocalizedText(zh: "金卡", en: "Gold")),
      assurance: assurance, milliPoints: 2_480_000,
      wallet: Wallet(
        principal: fen(principal),
        bonusLots: lots.map { lot, granted, cap in
          BonusLot(
            account: MemberFacts.bonus(id, lot: lot), remaining: fen(granted),
            granted: fen(granted), capOfGrantBasisPoints: cap,
            availableAt: Instant(milliseconds: 0), expiresAt: nil)
        }))
  }
}

extension Checkout.Policy {
  static let sample = Checkout.Policy(
    rules: RuleSet(
      version: 1, rounding: .halfUpOnPrice,
      rules: [
        Rule(
          id: "member-price", title: LocalizedText(zh: "会员价", en: "Member price"),
          benefit: .memberPrice, target: .units, conditions: .membersOnly),
        .over50, .over60, .drinks, .everything,
      ],
      earning: EarningRule(
        milliPointsPerMinorUnit: 10, tierMultipliers: ["gold": 15_000], wholePointsOnly: false,
        expiresAfterMonths: 12),
      issuing: [
        IssueRule(template: "over60-off8", minimumPayable: fen(3_000), isForMembersOnly: true)
      ],
      wallet: WalletRules(
        order: .bonusFirst, capOfBillBasisPoints: 5_000, limitWithoutSecondFactor: fen(20_000)),
      tiers: []),
    timers: .standard, currency: .cny, language: .zh)
}

/// A checkout that is taken from event to event, as the daemon does it.
struct Journey {
  static let offset = 8 * 3_600
  /// 10:00 in the shop.
  static let start = Instant(
    milliseconds: CalendarDate(year: 2026, month: 11, day: 22).start(offsetSeconds: offset)
      .milliseconds + 36_000_000)

  private(set) var state: Checkout.State
  private(set) var effects: [Checkout.Effect] = []
  private(set) var nextCounter: UInt64 = 42
  var now = Journey.start
  var policy = Checkout.Policy.sample
  /// What is left of limits.
  var available: [Availability] = []

  init(_ state: Checkout.State = .attract(.zh)) { self.state = state }

  init(_ events: [Checkout.Event]) {
    self.init()
    for event in events { take(event) }
  }

  var time: ShopTime { ShopTime(instant: now, offsetSeconds: Self.offset) }

  var context: Checkout.Context {
    Checkout.Context(
      time: time, nextSale: SaleID(kiosk: 3, counter: nextCounter), available: available)
  }

  /// The next event, a second later.
  @discardableResult mutating func take(_ event: Checkout.Event) -> [Checkout.Effect] {
    now = Instant(milliseconds: now.milliseconds + 1_000)
    (state, effects) = Checkout.reduce(state, event, context, under: policy)
    if let sale = state.basket?.sale { nextCounter = max(nextCounter, sale.counter + 1) }
    return effects
  }

  /// Takes the answers of a ledger that says yes, until none is waited for.
  mutating func settle() {
    while let count = state.awaitedAnswers {
      let answer = Array(repeating: Outcome.ok, count: count)
      if case .holding = state { take(.held(answer)) } else { take(.posted(answer)) }
    }
  }

  var basket: Checkout.Basket? { state.basket }

  var notices: [Checkout.Notice] {
    effects.compactMap { if case .notify(let notice) = $0 { notice } else { nil } }
  }
}

extension Checkout.State {
  /// How many entries of a batch are to be answered; nil when none is under way.
  var awaitedAnswers: Int? {
    switch self {
    case .holding(let settlement): settlement.hold.entries.count
    case .posting(let settlement): settlement.posting?.batch.entries.count
    case .attract, .scanning, .claiming, .reviewing, .tendering, .printing, .done, .outOfService:
      nil
    }
  }
}

extension [Checkout.Event] {
  static let shopping: [Checkout.Event] = [
    .memberIdentified(.wang), .itemScanned(.milk), .itemScanned(.rice), .itemScanned(.eggs),
    .couponPresented(.over50),
  ]
  static let paying: [Checkout.Event] =
    shopping + [
      .pressed(.pay), .pressed(.wallet), .pressed(.confirm),
    ]
}
