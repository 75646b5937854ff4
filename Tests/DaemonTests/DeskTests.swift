import CheckoutMachine
import Devices
import Ledger
import Retail
import Storage
import Testing

@testable import Daemon

/// What is looked up: members by their cards, coupons by their codes.
struct DeskTests {
  // MARK: Members

  private func look(up uid: [UInt8], _ kiosk: TestKiosk) async throws -> MemberDesk.Answer {
    var desk = MemberDesk()
    return try await desk.look(
      up: CardIdentity(uid: uid, answerToReset: []), in: kiosk.store, shop: TestShop.members,
      time: kiosk.clock.time)
  }

  private func facts(_ answer: MemberDesk.Answer) throws -> MemberFacts {
    guard case .identified(let facts) = answer else {
      throw NeverHappened(description: "no member, but \(answer)")
    }
    return facts
  }

  private func refusal(_ answer: MemberDesk.Answer) -> Checkout.CardRefusal? {
    if case .refused(let refusal) = answer { refusal } else { nil }
  }

  @Test func `a card gives what the checkout may know of its member, masked`() async throws {
    let kiosk = try await TestKiosk(running: false)
    let facts = try facts(try await look(up: TestShop.wangCard, kiosk))

    #expect(facts.maskedName == "王*")
    #expect(facts.maskedPhone == "138****5521")
    #expect(facts.tier.title.zh == "金卡会员")
    #expect(facts.assurance == .uidOnly)
    #expect(facts.milliPoints == 2_480_000)
    #expect(facts.wallet.principal == fen(30_000))
    #expect(facts.wallet.bonusLots.map(\.remaining) == [fen(3_000)])
    #expect(facts.wallet.bonusLots.first?.capOfGrantBasisPoints == 5_000)
    let text = String(reflecting: facts)
    for secret in TestShop.secrets { #expect(!text.contains(secret)) }
    try await kiosk.stop()
  }

  @Test func `a member without accounts has nothing, and a tier without a rule has its own name`()
    async throws
  {
    let kiosk = try await TestKiosk(running: false)
    let facts = try facts(try await look(up: TestShop.liCard, kiosk))
    #expect(facts.wallet == .empty)
    #expect(facts.milliPoints == 0)
    #expect(facts.tier.title.en == "silver")
    try await kiosk.stop()
  }

  @Test func `points that have ended are not counted`() async throws {
    let kiosk = try await TestKiosk(running: false)
    kiosk.clock.advance(.seconds(400 * 86_400))
    let facts = try facts(try await look(up: TestShop.wangCard, kiosk))
    #expect(facts.milliPoints == 0)
    try await kiosk.stop()
  }

  @Test func `what another kiosk holds is not offered again`() async throws {
    let kiosk = try await TestKiosk(running: false)
    let postings = try Postings([
      Posting(account: MemberFacts.principal(1_001), asset: Currency.cny.asset, units: 12_000),
      Posting(account: HouseAccount.cash, asset: Currency.cny.asset, units: -12_000),
    ])
    #expect(try await hold(postings, kiosk) == [.ok])
    let facts = try facts(try await look(up: TestShop.wangCard, kiosk))
    #expect(facts.wallet.principal == fen(18_000))
    try await kiosk.stop()
  }

  private func hold(_ postings: Postings, _ kiosk: TestKiosk) async throws -> [Outcome] {
    try await SQLiteLedger(kiosk.store).submit(
      Batch(
        entries: [
          JournalEntry(
            id: EntryID(sale: SaleID(kiosk: 9, counter: 1), step: 1, ordinal: 0),
            action: .hold(postings),
            context: EntryContext(
              reason: "test", actor: "customer", kiosk: 9, sale: SaleID(kiosk: 9, counter: 1),
              at: kiosk.clock.time.instant))
        ], isLinked: true))
  }

  @Test func `cards that do not count are refused with their reason`() async throws {
    let kiosk = try await TestKiosk(running: false)
    #expect(refusal(try await look(up: [4, 3, 2, 1], kiosk)) == .unknown)
    #expect(refusal(try await look(up: [], kiosk)) == .unknown)
    #expect(refusal(try await look(up: [0x08, 1, 2, 3], kiosk)) == .randomIdentifier)
    #expect(refusal(try await look(up: TestShop.blockedCard, kiosk)) == .blocked)
    try await TestShop.reportLost(TestShop.wangCard, in: kiosk.store)
    #expect(refusal(try await look(up: TestShop.wangCard, kiosk)) == .blocked)
    try await kiosk.stop()
  }

  @Test(arguments: [
    ("王小明", "王*"), ("欧", "欧*"), ("Wang Xiaoming", "Wang *"), ("Bo", "B*"), ("", "*"),
    ("José María", "José *"), (" ", " *"),
  ])
  func `a name is masked`(name: String, masked: String) {
    #expect(MemberMask.name(name) == masked)
  }

  @Test(arguments: [
    ("13812345521", "138****5521"), ("12345678", "123****5678"), ("1234567", "****"), ("1", "****"),
    ("", ""),
  ])
  func `a phone is masked`(phone: String, masked: String) {
    #expect(MemberMask.phone(phone) == masked)
  }

  // MARK: Coupons

  private func judge(
    _ code: BearerCode, _ kiosk: TestKiosk, desk: inout CouponDesk, member: Int64? = nil
  ) async throws -> Checkout.CouponRefusal? {
    let answer = try await desk.look(
      up: code, in: kiosk.store, rules: TestShop.rules, member: member,
      now: kiosk.clock.time.instant)
    if case .refused(let reason) = answer { return reason }
    return nil
  }

  private func judge(
    _ code: BearerCode, _ kiosk: TestKiosk, member: Int64? = nil
  ) async throws -> Checkout.CouponRefusal? {
    var desk = CouponDesk()
    return try await judge(code, kiosk, desk: &desk, member: member)
  }

  @Test func `a coupon is good from its first moment to its last`() async throws {
    let kiosk = try await TestKiosk(running: false)
    let early = try await kiosk.coupon("later")
    #expect(try await judge(early, kiosk) == .notYetValid)
    // Good on the 23rd and 24th, from midnight to midnight of the shop's clock.
    kiosk.clock.advance(.seconds(14 * 3_600 - 1))
    #expect(try await judge(early, kiosk) == .notYetValid)
    kiosk.clock.advance(.seconds(1))
    #expect(try await judge(early, kiosk) == nil)
    kiosk.clock.advance(.seconds(2 * 86_400 - 1))
    #expect(try await judge(early, kiosk) == nil)
    kiosk.clock.advance(.seconds(1))
    #expect(try await judge(early, kiosk) == .expired)
    try await kiosk.stop()
  }

  @Test func `a coupon nobody issued, or of a kind that is gone, is unknown`() async throws {
    let kiosk = try await TestKiosk(running: false)
    let stranger = try #require(BearerCode(random: Array(1...10)))
    #expect(try await judge(stranger, kiosk) == .unknownCode)

    let code = try await kiosk.coupon()
    var desk = CouponDesk()
    let answer = try await desk.look(
      up: code, in: kiosk.store,
      rules: RuleSet(
        version: 2, rounding: .halfUpOnPrice, rules: [],
        earning: TestShop.rules.earning, issuing: [], wallet: TestShop.rules.wallet, tiers: []),
      member: nil, now: kiosk.clock.time.instant)
    if case .presented = answer { Issue.record("a kind that is gone was taken") }
    try await kiosk.stop()
  }

  @Test func `a coupon of a member asks for that member's card first`() async throws {
    let kiosk = try await TestKiosk(running: false)
    let code = try await kiosk.coupon(member: TestShop.wang.id)
    #expect(try await judge(code, kiosk, member: TestShop.wang.id) == nil)
    #expect(try await judge(code, kiosk, member: TestShop.li.id) == .ofAnotherMember)
    // Else another card could come after the coupon.
    #expect(try await judge(code, kiosk) == .ofAnotherMember)
    try await kiosk.stop()
  }

  @Test func `a coupon that is held is refused, and a spent one for ever`() async throws {
    let kiosk = try await TestKiosk()
    let code = try await kiosk.coupon()
    let coupon = try #require(try await kiosk.store.coupon(code: code))
    let asset = try #require(Asset.coupons(of: coupon.template))
    let held = try await kiosk.coupon()
    let account = try #require(try await kiosk.store.coupon(code: held)).account
    let house = HouseAccount.pieces(HouseAccount.couponsIssued, of: coupon.template)
    let outcomes = try await hold(
      try Postings([
        Posting(account: account, asset: asset, units: 1),
        Posting(account: house, asset: asset, units: -1),
      ]), kiosk)
    #expect(outcomes == [.ok])
    #expect(try await judge(held, kiosk) == .heldElsewhere)

    kiosk.shop(with: code)
    for button in ["pay", "wallet", "confirm"] { try await kiosk.press(button) }
    #expect(try await judge(code, kiosk) == .spent)
    try await kiosk.stop()
  }

  @Test func `who tries codes out is stopped, and nobody is told what was wrong`() async throws {
    let kiosk = try await TestKiosk(running: false)
    let good = try await kiosk.coupon()
    var desk = CouponDesk()
    for number in 0..<UInt8(CouponDesk.refusalLimit) {
      let wrong = try #require(BearerCode(random: Array(repeating: number, count: 10)))
      #expect(try await judge(wrong, kiosk, desk: &desk) == .unknownCode)
    }
    #expect(try await judge(good, kiosk, desk: &desk) == .tooManyAttempts)
    kiosk.clock.advance(.milliseconds(CouponDesk.windowMilliseconds + 1))
    #expect(try await judge(good, kiosk, desk: &desk) == nil)
    try await kiosk.stop()
  }

  // Setono/SyliusGiftCardPlugin#297: codes could be guessed.
  @Test func `the screen says the same of every refused coupon`() async throws {
    let kiosk = try await TestKiosk()
    let other = try await kiosk.coupon(member: TestShop.li.id)
    let early = try await kiosk.coupon("later")
    let stranger = try #require(BearerCode(random: Array(1...10)))
    kiosk.tap(TestShop.wangCard)
    var told: [[Snapshot.Message]] = []
    for code in [other, early, stranger] {
      kiosk.scan(code)
      told.append(try await kiosk.screen().messages)
    }
    #expect(told[0].map(\.code) == ["couponRefused"])
    #expect(Set(told.map { $0.map(\.text) }).count == 1)
    #expect(try await kiosk.screen().discounts.isEmpty)
    try await kiosk.stop()
  }

  // Setono/SyliusGiftCardPlugin#297: codes could be guessed.
  @Test func `a good coupon while codes are tried out is refused like the others`() async throws {
    let kiosk = try await TestKiosk()
    let good = try await kiosk.coupon()
    kiosk.scan(TestShop.rice)
    kiosk.scan(TestShop.rice)
    for number in 0..<UInt8(CouponDesk.refusalLimit) {
      kiosk.scan(try #require(BearerCode(random: Array(repeating: number, count: 10))))
    }
    kiosk.scan(good)
    #expect(try await kiosk.screen().messages.map(\.code) == ["couponRefused"])
    kiosk.clock.advance(.milliseconds(CouponDesk.windowMilliseconds + 1))
    kiosk.scan(good)
    #expect(try await kiosk.screen().discounts.map(\.rule) == ["over50-off8"])
    try await kiosk.stop()
  }
}
