import Foundation
import Ledger
import LedgerConformance
import Retail
import Storage
import Testing

/// Points and count cards of one member beside the model: earning, exchanging, correcting, taking
/// back, sweeping, clocks that jump both ways, power cuts. A failing seed is in the issue's text;
/// `KIOSK_SEED` runs another.
struct UnitWalkTests {
  private static let operations = 160

  private static var seeds: [UInt64] {
    [1, 7, 4_021]
      + [ProcessInfo.processInfo.environment["KIOSK_SEED"].flatMap { UInt64($0) }]
      .compactMap(\.self)
  }

  @Test(arguments: seeds)
  func `points and visits are what the model says`(seed: UInt64) async throws {
    do {
      var walk = try await UnitWalk(seed: seed)
      for step in 0..<Self.operations {
        try await walk.step(step)
        try await walk.compare(whole: step % 20 == 19)
      }
    } catch {
      Issue.record("seed \(seed): \(error)")
    }
  }
}

private struct Difference: Error { let what: String }

private struct UnitWalk {
  private static let start = CalendarDate(year: 2_026, month: 11, day: 22)
  private static let earning = EarningRule(
    milliPointsPerMinorUnit: 10, tierMultipliers: [:], wholePointsOnly: false,
    expiresAfterMonths: 1, span: .day)
  private static let waitingEarning = EarningRule(
    milliPointsPerMinorUnit: 10, tierMultipliers: [:], wholePointsOnly: false,
    expiresAfterMonths: 1, span: .day, pendingDays: 7)

  private var random: SplitMix64
  private var directory: TemporaryDirectory
  private var store: Store
  private let member: Int64
  private var model = UnitModel(today: start)
  /// The last thing that was done under an id, done again now and then.
  private var again: (() async throws -> Void)?

  init(seed: UInt64) async throws {
    random = SplitMix64(seed: seed)
    directory = try TemporaryDirectory(inMemory: true)
    store = try Store.open(directory: directory.path, mode: .writer)
    let draft = try MemberDraft(
      MemberInput(name: "王芳"), plan: .standard, tiers: MemberShop.tiers,
      today: MemberShop.today)
    member = try await store.register(
      draft, number: try MemberShop.number(1), today: MemberShop.today,
      act: try MemberShop.act()
    ).id
  }

  private var now: ShopTime {
    let day = model.today.start(offsetSeconds: UnitShop.offset).milliseconds
    return ShopTime(
      instant: Instant(milliseconds: day + 36_000_000), offsetSeconds: UnitShop.offset)
  }

  private mutating func number(_ range: ClosedRange<Int64>) -> Int64 {
    range.lowerBound + Int64(random.next() % UInt64(range.count))
  }

  private func expect(_ isTrue: Bool, _ what: @autoclosure () -> String) throws {
    guard isTrue else { throw Difference(what: what()) }
  }

  /// Whether it was done; what is refused is named as expected.
  private func done(
    _ refusals: [MemberRefusal], _ body: () async throws -> Void
  ) async throws -> Bool {
    guard let refused = try await refusal(body) else { return true }
    guard refusals.contains(refused) else { throw Difference(what: "\(refused)") }
    return false
  }

  mutating func step(_ step: Int) async throws {
    let act = UnitAct(
      id: "a\(1_000 + step)", actor: "staff/7", kiosk: 3, now: now, currency: .cny)
    switch number(0...12) {
    case 0, 1, 2: try await earn(step)
    case 3, 4: try await exchange(act)
    case 5: try await adjust(act)
    case 6: try await takeBack(act)
    case 7:
      let request = ExpiryRequest(kiosk: 3, now: now, dayStart: 0, isDateConfirmed: true)
      model.sweep()
      _ = try await store.sweepEnded(request)
    case 8:
      model.today = model.today.adding(days: Int(number(-3...14)))
    case 9: try await sell(act)
    case 10: try await use(act)
    case 11: try await refund(act)
    default: try await cutPower()
    }
    if number(0...3) == 0 { try await again?() }
  }

  private mutating func earn(_ step: Int) async throws {
    let (units, waits) = (number(1...5_000), number(0...2) == 0)
    model.earn(units, waits: waits)
    let lot = (waits ? Self.waitingEarning : Self.earning).lot(of: member, on: model.today)
    let house = HouseAccount.pointsIssued
    let batch = Batch(
      openings: [Account(id: house, asset: .points, rule: .free), lot],
      entries: [
        JournalEntry(
          id: EntryID(sale: SaleID(kiosk: 3, counter: UInt64(step + 1)), step: 0, ordinal: 0),
          action: .post(
            try Postings([
              Posting(account: house, asset: .points, units: units),
              Posting(account: lot.id, asset: .points, units: -units),
            ])),
          context: EntryContext(
            reason: "points earned", actor: "system", kiosk: 3, sale: nil, at: now.instant))
      ], isLinked: true)
    try expect(try await SQLiteLedger(store).submit(batch) == [.ok], "earning")
  }

  private mutating func exchange(_ act: UnitAct) async throws {
    let price = number(1...6_000)
    let offer = ExchangeOffer.test(.value(Money(minorUnits: 5), months: nil), price: price)
    let available = model.spendable
    let expected = model.spend(price)
    if expected { model.burned += price }
    let (store, member) = (store, member)
    let isDone = try await done([.points(.notEnough(price: price, available: available))]) {
      _ = try await store.exchange(offer, for: member, coupon: nil, act)
    }
    try expect(isDone == expected, "exchange of \(price) at \(available)")
    if isDone { again = { _ = try await store.exchange(offer, for: member, coupon: nil, act) } }
  }

  private mutating func adjust(_ act: UnitAct) async throws {
    var units = number(-2_000...2_000)
    if units == 0 { units = 1 }
    let available = model.spendable
    let expected = model.adjust(units)
    let (store, member) = (store, member)
    let adjustment = PointsCorrection.Adjustment(
      units: units, reason: "test", by: "a", second: "b")
    let isDone = try await done([.points(.notEnough(price: -units, available: available))]) {
      _ = try await store.adjustPoints(
        adjustment, of: member, rules: .standard, earning: Self.earning, act)
    }
    try expect(isDone == expected, "correction by \(units)")
  }

  private mutating func takeBack(_ act: UnitAct) async throws {
    let units = number(1...4_000)
    model.takeBack(units)
    _ = try await store.takeBackPoints(
      units, of: member, earnedOn: nil, reason: "refund", rules: .standard, act)
  }

  private mutating func sell(_ act: UnitAct) async throws {
    let (visits, price) = (number(1...5), number(1...10_000))
    model.sell(act.id, visits: visits, price: price)
    let offer = CountCardOffer(
      id: "wash", title: LocalizedText(zh: "洗", en: "Wash"), service: "wash", visits: visits,
      price: Money(minorUnits: price), months: 1, refund: .proportional)
    let (store, member) = (store, member)
    _ = try await store.sellCountCard(offer, to: member, payment: .cash, act)
    again = { _ = try await store.sellCountCard(offer, to: member, payment: .cash, act) }
  }

  private mutating func use(_ act: UnitAct) async throws {
    let expected = model.use()
    var card: String?
    let (store, member) = (store, member)
    let refusals: [MemberRefusal] = [
      .countCard(.unknownCard("wash")), .countCard(.over), .countCard(.noVisitsLeft),
    ]
    _ = try await done(refusals) {
      card = try await store.useVisit(of: "wash", card: nil, member: member, act).card
    }
    try expect(card == expected, "visit of \(card ?? "none"), not \(expected ?? "none")")
  }

  private mutating func refund(_ act: UnitAct) async throws {
    guard !model.cards.isEmpty else { return }
    let card = model.cards[Int(number(0...Int64(model.cards.count - 1)))].id
    let expected = model.refund(card)
    var amount: Int64?
    let (store, member) = (store, member)
    _ = try await done([.countCard(.over), .countCard(.noVisitsLeft)]) {
      amount = try await store.refundCountCard(card, of: member, reason: "test", act)
        .amount?.minorUnits
    }
    try expect(amount == expected, "refund of \(amount ?? -1), not \(expected ?? -1)")
  }

  /// What is on the disk at this moment is all there is.
  private mutating func cutPower() async throws {
    let copy = try TemporaryDirectory(inMemory: true)
    try copy.takeFiles(of: directory)
    try store.close()
    directory = copy
    store = try Store.open(directory: copy.path, mode: .writer)
    again = nil
  }

  func compare(whole: Bool) async throws {
    let purse = try await store.points(of: member, now: now.instant)
    try expect(purse.spendable == model.spendable, "\(purse.spendable), not \(model.spendable)")
    try expect(purse.total == model.total, "total \(purse.total), not \(model.total)")
    try expect(purse.owed == model.owed, "owed \(purse.owed), not \(model.owed)")
    guard whole else { return }
    let cards = try await store.countCards(of: member)
    for card in model.cards {
      let lot = cards.first { $0.card == card.id }
      try expect(lot?.left == card.left && lot?.valueLeft == card.value, "card \(card.id)")
    }
    let ledger = SQLiteLedger(store)
    for (house, credits) in [
      (HouseAccount.revenue, model.revenue), (HouseAccount.forfeit, model.forfeit),
      (HouseAccount.cash, -model.cash),
    ] {
      let posted = try await ledger.balance(of: house)?.posted ?? 0
      try expect(-posted == credits, "\(house) has \(-posted), not \(credits)")
    }
    let points = try await ledger.issuances().first { $0.name == "PTS" }
    if let points {
      try expect(
        points.issued == model.issued && points.used == model.burned
          && points.expired == model.expired && points.takenBack == model.clawedBack
          && points.outstanding == model.outstanding, "\(points)")
    }
    let report = try await ledger.verify()
    try expect(report.isSound, "\(String(describing: report.fault))")
  }
}
