import Foundation
import Ledger
import LedgerConformance
import Retail
import Storage
import Testing

/// The real core beside the model over top-ups, offers, undos, refunds, sales, gift cards, bonus
/// that ends, and power cuts. A failing seed is in the test's name.
struct WalletWalkTests {
  private static let operations = 150
  private static let reopenEvery = 40
  private static let fresh = UInt64(Date().timeIntervalSince1970)

  @Test(arguments: [UInt64(1), 7, 4_021, fresh])
  func `the core agrees with the model, and giving all back ends where it began`(
    seed: UInt64
  ) async throws {
    var walk = try await WalletWalk(seed: seed)
    for number in 1...Self.operations {
      try await walk.step()
      try await walk.expectAgreement("seed \(seed), step \(number)")
      if number.isMultiple(of: Self.reopenEvery) { try await walk.cut() }
    }
    try await walk.giveAllBack("seed \(seed)")
  }
}

struct WalletWalk {
  private var shop: WalletShop
  private var model = WalletModel()
  private var random: SplitMix64
  private let people: [Int64]
  private var minute: Int64 = 0
  private var count = 0

  init(seed: UInt64) async throws {
    random = SplitMix64(seed: seed)
    shop = try WalletShop()
    people = [
      try await shop.members.register("王小明", seed: 1).id,
      try await shop.members.register("李雷", seed: 2).id,
    ]
  }

  private var day: Int { WalletShop.time(minute).date.dayNumber }

  /// Refunds put bonus back where it came from, so that the model needs no further lots.
  private static let rules = WalletShop.rules(
    refund: RefundRules(
      order: .walletFirst, spentPoints: .owed, endedLots: .restore, withinDays: nil))

  mutating func step() async throws {
    count += 1
    minute += Int64(random.below(random.isChosen(oneIn: 30) ? 200 * 1_440 : 40))
    switch random.below(12) {
    case 0...3: try await topUp()
    case 4: try await undo()
    case 5: try await refundTopUp()
    case 6...7: try await sell()
    case 8: try await refund()
    case 9: try await card()
    case 10: try await expire()
    default: try await repeatAnOldOne()
    }
  }

  // MARK: Operations

  private mutating func topUp() async throws {
    let (member, id) = (random.pick(people), "t\(count)")
    let amount = Int64(10 + random.below(900)) * 100
    let facts = try await shop.topUp(
      amount, of: member, id: id, minutes: minute, rules: Self.rules
    ).facts
    model.topUp(id, amount, of: member, minute: minute, day: day)
    #expect(facts.bonus.minorUnits == WalletModel.gift(amount).bonus)
  }

  private mutating func undo() async throws {
    guard let id = model.order.randomPick(&random) else { return }
    let isPair = random.isChosen(oneIn: 2)
    let isExpected = model.mayUndo(id, minute: minute, isPair: isPair)
    let refusal = try await walletRefusal { [shop, minute, count] in
      try await shop.undo(
        id, id: "u\(count)", minutes: minute, second: isPair ? "staff/9" : nil)
    }
    // Points live in lots of months: what another lot has does not undo this one.
    if refusal == .touched(.points), isExpected { return }
    #expect((refusal == nil) == isExpected, "undo \(id): \(refusal.map { "\($0)" } ?? "done")")
    if refusal == nil { model.undo(id) }
  }

  private mutating func refundTopUp() async throws {
    guard let id = model.order.randomPick(&random) else { return }
    try await refundTopUp(id, "b\(count)")
  }

  private mutating func refundTopUp(_ id: String, _ act: String) async throws {
    let expected = model.refundTopUp(id)
    var paid: Money?
    let refusal = try await walletRefusal { [shop, minute] in
      paid = try await shop.refundTopUp(id, id: act, minutes: minute).facts.paidOut
    }
    #expect(paid?.minorUnits == expected, "\(id): \(refusal.map { "\($0)" } ?? "done")")
  }

  private mutating func sell() async throws {
    let (member, number) = (random.pick(people), UInt64(count))
    let items = (0...random.below(3)).map { index in
      (WalletShop.item("i\(index)", Int64(1 + random.below(3_000))), 1 + random.below(4))
    }
    let (_, bill, plan) = try await shop.sell(
      items, number: number, member: member, cashAtLeast: Int64(random.below(500)),
      minutes: minute)
    var uses = plan.bonus.map { use in
      (from: String(use.account.purpose.dropFirst("bonus/".count)), left: use.amount.minorUnits)
    }
    if plan.principal > .zero { uses.append(("principal", plan.principal.minorUnits)) }
    let outside = bill.payable - plan.total
    if outside > .zero { uses.append(("cash", outside.minorUnits)) }
    model.sell(
      number,
      .init(
        member: member, lines: bill.lines.map { ($0.quantity, $0.net.minorUnits) },
        payable: bill.payable.minorUnits, uses: uses, pointsLeft: bill.earnedMilliPoints))
  }

  private mutating func refund() async throws {
    guard let number = model.sales.keys.sorted().randomPick(&random) else { return }
    let lines = model.sales[number]?.lines ?? []
    var wanted: [(line: Int, count: Int)] = []
    for (line, sold) in lines.enumerated() where random.isChosen(oneIn: 2) {
      // Sometimes one more than there is.
      wanted.append((line, 1 + random.below(sold.left + 1)))
    }
    guard !wanted.isEmpty else { return }
    try await refund(number, wanted, "r\(count)")
  }

  private mutating func refund(
    _ number: UInt64, _ wanted: [(line: Int, count: Int)], _ act: String
  ) async throws {
    let expected = model.refund(number, wanted)
    var amount: Money?
    let refusal = try await walletRefusal { [shop, minute] in
      amount = try await shop.refund(
        SaleID(kiosk: 3, counter: number), wanted.map { ($0.line + 1, $0.count) }, id: act,
        minutes: minute, rules: Self.rules.refund
      ).facts.amount
    }
    #expect(amount?.minorUnits == expected, "\(number): \(refusal.map { "\($0)" } ?? "done")")
  }

  private mutating func card() async throws {
    guard let card = model.cards.keys.sorted().randomPick(&random),
      !random.isChosen(oneIn: 3)
    else {
      let (id, amount) = ("g\(count)", Int64(1_000 + random.below(5_000)))
      _ = try await shop.store.sellGiftCard(
        .init(amount: Money(minorUnits: amount), tender: "cash"),
        code: try #require(WalletShop.codes(UInt64(count) &* 7_919)()), rules: Self.rules,
        law: nil, context: try WalletShop.context(id, minutes: minute))
      model.cards[id] = amount
      model.cash += amount
      return
    }
    let left = model.cards[card] ?? 0
    let amount = Int64(1 + random.below(Int(left) + 50))
    let refusal = try await walletRefusal { [shop, minute, count] in
      _ = try await shop.store.spendGiftCard(
        try #require(MoneyActID(card)), Money(minorUnits: amount),
        context: try WalletShop.context("s\(count)", minutes: minute))
    }
    if refusal == .cardEnded { return }
    #expect((refusal == nil) == (amount <= left))
    if refusal == nil {
      model.cards[card] = left - amount
      model.giftSpent += amount
    }
  }

  /// As a sweep does it: what is left of lots that ended goes to the house.
  private mutating func expire() async throws {
    for (lot, units) in model.expire(on: day) {
      let member = try #require(model.topUps[lot]).member
      let house = AccountID.house("bonus/expired")
      let outcomes = try await shop.ledger.submit(
        Batch(
          openings: [Account(id: house, asset: Shop.cny, rule: .free)],
          entries: [
            Shop.entry(
              UInt64(1_000_000 + count * 1_000 + lot.utf8.count),
              .post(try Shop.move(units, from: MemberFacts.bonus(member, lot: lot), to: house)))
          ], isLinked: true))
      // An id that met another lot's is drawn again by the next step.
      guard outcomes == [.ok] else {
        model.lots[lot]?.left = units
        model.expired -= units
        continue
      }
    }
  }

  /// A client that lost its answer asks again: the same answer and nothing new.
  private mutating func repeatAnOldOne() async throws {
    guard let id = model.order.randomPick(&random), let topUp = model.topUps[id] else { return }
    let again = try await shop.topUp(
      topUp.amount, of: topUp.member, id: id, minutes: minute, rules: Self.rules)
    #expect(again.isRepeated)
  }

  /// A power cut: the files as they are, opened again.
  mutating func cut() async throws {
    let directory = try TemporaryDirectory()
    try directory.takeFiles(of: shop.members.directory)
    try shop.store.close()
    shop = WalletShop(
      members: try MemberShop(
        directory: directory, store: Store.open(directory: directory.path, mode: .writer)))
  }

  // MARK: Agreement

  func expectAgreement(_ place: String) async throws {
    for member in people {
      let principal = try await shop.has(MemberFacts.principal(member))
      #expect(principal == model.principal[member, default: 0], "\(place): m/\(member)")
    }
    for (lot, state) in model.lots {
      let member = try #require(model.topUps[lot]).member
      let left = try await shop.has(MemberFacts.bonus(member, lot: lot))
      #expect(left == state.left, "\(place): lot \(lot)")
      #expect((0...state.granted).contains(left), "\(place): lot \(lot)")
    }
    for (card, left) in model.cards {
      let kept = try await shop.has(GiftCard.account(try #require(MoneyActID(card))))
      #expect(kept == left, "\(place): card \(card)")
    }
    #expect(try await shop.has(HouseAccount.cash) == -model.cash, "\(place): cash")
    #expect(try await shop.has(HouseAccount.forfeit) == model.withheld, "\(place): forfeit")
    // No operation makes money: what came in is with the customers, the shop, or paid out again.
    let stored =
      model.principal.values.reduce(0, +) + model.cards.values.reduce(0, +)
    let liability = try await shop.ledger.trialBalance().lines
      .filter { $0.account.id.purpose == "principal" || GiftCard.isCard($0.account.id) }
      .map(\.balance.posted).reduce(0, +)
    #expect(stored == -liability, "\(place): the liability is the sum of principal")
  }

  /// Every sale and every top-up is given back: nothing is left but bonus that had ended.
  mutating func giveAllBack(_ place: String) async throws {
    for number in model.sales.keys.sorted() {
      let lines = model.sales[number]?.lines ?? []
      let wanted = lines.enumerated().filter { $0.element.left > 0 }
        .map { (line: $0.offset, count: $0.element.left) }
      if !wanted.isEmpty { try await refund(number, wanted, "x\(number)") }
    }
    try await expectAgreement(place)
    for id in model.order.reversed() {
      guard model.topUps[id]?.isGone == false else { continue }
      let isLeft = model.unused(id) > 0 || model.lots[id]?.left ?? 0 > 0
      if isLeft { try await refundTopUp(id, "y\(id)") }
    }
    try await expectAgreement(place)
    let balances = try await shop.balances()
    #expect(balances[HouseAccount.revenue] == nil, "\(place)")
    #expect(balances[HouseAccount.discount("tenth")] == nil, "\(place)")
    #expect(balances[HouseAccount.walletClearing] == nil, "\(place)")
    try await shop.expectSound()
  }
}

extension Array {
  fileprivate func randomPick(_ random: inout SplitMix64) -> Element? {
    isEmpty ? nil : random.pick(self)
  }
}
