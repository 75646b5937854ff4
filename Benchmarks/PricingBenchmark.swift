import Foundation
import Ledger
import Retail

/// What pricing takes: a bill of 30 lines under 30 rules, one of 100 lines in a shop with 10,000
/// kinds of coupon, and the best of 12 coupons. Processor time, and beside it django-oscar.
struct PricingBenchmark {
  static let bills = 2_000
  static let templates = 10_000
  static let targetMilliseconds = (rules: 1.0, templates: 5.0, coupons: 10.0)
  static let peer = ".build/peers/bin/python3"
  static let peerScript = "Benchmarks/peers/django_oscar.py"

  func run() throws {
    let load = Machine.load
    let rules = measure([(PricingSamples.thirtyLines, PricingSamples.thirtyRules)])
    let many = measure(PricingSamples.manyTemplates(Self.templates))
    let coupons = measure(PricingSamples.twelveCoupons)
    report("30 lines, 30 rules", rules, Self.targetMilliseconds.rules)
    report(
      "100 lines, 12 of \(Self.templates) kinds of coupon held", many,
      Self.targetMilliseconds.templates)
    report("best of 12 coupons, 30 lines", coupons, Self.targetMilliseconds.coupons)
    print("  how: \(Self.bills) bills each, processor time of the process; load \(load)")
    try comparePeer(rules)
  }

  private func measure(_ samples: [(PricingInput, RuleSet)]) -> Distribution {
    var times: [Double] = []
    var payable = Money.zero
    for number in 0..<Self.bills + Self.bills / 10 {
      let (input, rules) = samples[number % samples.count]
      let start = Moment.now
      payable += PricedBill.price(input, under: rules).payable
      // The first tenth warms caches and is not counted.
      if number >= Self.bills / 10 { times.append(Moment.now.cpuMilliseconds(since: start)) }
    }
    precondition(payable > .zero)
    return Distribution(times)
  }

  private func report(_ what: String, _ times: Distribution, _ target: Double) {
    print("PRICING: \(what)")
    print("  \(times.summary)  p99 at most \(format(target)): \(verdict(times.p99 <= target))")
  }

  /// 30 lines and 30 offers through oscar's Applicator, in memory.
  private func comparePeer(_ ours: Distribution) throws {
    guard FileManager.default.isExecutableFile(atPath: Self.peer) else {
      print("  django-oscar: \(Self.peer) is not there; Benchmarks/peers/prepare.sh makes it")
      return
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.peer)
    process.arguments = [Self.peerScript]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchmarkFault("\(Self.peerScript) ended with \(process.terminationStatus)")
    }
    let peer = try JSONDecoder().decode(PeerTimes.self, from: data)
    print(
      "  django-oscar \(peer.version), Applicator, 30 lines and 30 offers, SQLite in memory:"
        + " p50 \(format(peer.medianMilliseconds)) ms of processor time,"
        + " \(Int(peer.medianMilliseconds / max(ours.median, 0.001))) times ours")
  }
}

private struct PeerTimes: Decodable {
  let version: String
  let medianMilliseconds: Double
}

/// Carts and rules as a supermarket has them.
enum PricingSamples {
  private static let categories = ["drinks", "food", "home", "care", "toys"]
  private static let time = ShopTime(
    instant: Instant(milliseconds: 1_795_343_400_000), offsetSeconds: 28_800)

  private static func text(_ text: String) -> LocalizedText { LocalizedText(zh: text, en: text) }

  private static func lines(_ count: Int) -> [Cart.Line] {
    (1...count).map { number in
      let price = Int64(199 + number * 137 % 4_000)
      return Cart.Line(
        id: number,
        item: CatalogueItem(
          sku: "item-\(number)", gtins: [], name: text("item \(number)"),
          category: categories[number % categories.count],
          unitPrice: Money(minorUnits: price), memberPrice: Money(minorUnits: price * 95 / 100)),
        quantity: 1 + number % 4)
    }
  }

  private static func input(_ count: Int, coupons: [PresentedCoupon] = []) -> PricingInput {
    PricingInput(
      lines: lines(count), customer: .init(id: 1, tier: "gold"), coupons: coupons, time: time)
  }

  private static func rules(_ rules: [Rule]) -> RuleSet {
    RuleSet(
      version: 1, rounding: .halfUpOnPrice, rules: rules,
      earning: EarningRule(
        milliPointsPerMinorUnit: 10, tierMultipliers: [:], wholePointsOnly: true,
        expiresAfterMonths: 12), issuing: [],
      wallet: WalletRules(
        order: .bonusFirst, capOfBillBasisPoints: nil, limitWithoutSecondFactor: .zero), tiers: [])
  }

  static let thirtyLines = input(30)

  static let thirtyRules = rules(
    (0..<30).map { number in
      let scope = Scope(categories: [categories[number % categories.count]])
      let (benefit, target): (Benefit, Rule.Target) =
        switch number % 6 {
        case 0: (.memberPrice, .units)
        case 1: (.percent(basisPoints: 500), .units)
        case 2: (.freeUnits(FreeUnits(groupSize: 3, count: 1)), .units)
        case 3:
          (
            .bundlePrice(
              Bundle(
                parts: [BuyGet.Part(scope: .all, quantity: 2, pick: .dearest)],
                price: Money(minorUnits: 1_500), repeats: .atMost(2))), .units
          )
        case 4:
          (.thresholdOff(threshold: Money(minorUnits: 5_000), off: Money(minorUnits: 300)), .order)
        default: (.percent(basisPoints: 200), .order)
        }
      return Rule(
        id: "rule-\(number)", title: text("rule \(number)"), benefit: benefit, target: target,
        scope: scope, stacking: Stacking(priority: number % 3))
    })

  /// A shop with so many kinds of coupon, and a customer who holds twelve.
  static func manyTemplates(_ count: Int) -> [(PricingInput, RuleSet)] {
    let templates = (0..<count).map { number in
      coupon(number, scope: Scope(skus: ["item-\(1 + number % 100)"]))
    }
    let held = (0..<12).map { present(templates[$0 * 811 % count]) }
    return [(input(100, coupons: held), rules(templates))]
  }

  /// Twelve that join, with thresholds on what is left: the hard kind.
  static let twelveCoupons: [(PricingInput, RuleSet)] = {
    let templates = (0..<12).map { joining($0) }
    return [(input(30, coupons: templates.map(present)), rules(templates))]
  }()

  private static func joining(_ number: Int) -> Rule {
    let benefit: Benefit
    if number.isMultiple(of: 2) {
      benefit = .percent(basisPoints: 300 + 100 * number)
    } else {
      let (threshold, off) = (Int64(4_000 * number), Int64(250 * number))
      benefit = .thresholdOff(
        threshold: Money(minorUnits: threshold), off: Money(minorUnits: off), basis: .running)
    }
    let scope =
      number.isMultiple(of: 3) ? Scope(categories: [categories[number % 5]]) : Scope.all
    return Rule(
      id: "c\(number)", title: text("coupon \(number)"),
      trigger: .coupon(CouponTerms(validDays: 30)), benefit: benefit, target: .order, scope: scope)
  }

  private static func coupon(_ number: Int, scope: Scope) -> Rule {
    Rule(
      id: "coupon-\(number)", title: text("coupon \(number)"),
      trigger: .coupon(CouponTerms(validDays: 30)),
      benefit: .thresholdOff(
        threshold: Money(minorUnits: Int64(100 * (number % 50))), off: Money(minorUnits: 50)),
      target: .order, scope: scope)
  }

  private static func present(_ template: Rule) -> PresentedCoupon {
    PresentedCoupon(
      id: template.id, template: template, validUntil: Instant(milliseconds: .max))
  }
}
