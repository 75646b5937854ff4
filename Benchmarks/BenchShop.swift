import CheckoutMachine
import Daemon
import Ledger
import Retail
import ShopConfiguration
import Storage

/// The sample shop with one member whose wallet does not run dry.
struct BenchShop {
  static let kiosk: UInt32 = 3
  static let couponTemplate = "over50-off8"
  /// ¥10,000,000.00: more than all measured sales take.
  private static let walletUnits: Int64 = 1_000_000_000

  let sample: SampleShop
  let member: SampleShop.Member
  let policy: Checkout.Policy
  let clock: KioskClock
  let language = Language.zh

  init() throws {
    sample = try SampleShop(path: ResourcePaths.sampleShop)
    guard let member = sample.members.first, !member.cards.isEmpty,
      let clock = KioskClock.system(timeZone: "Asia/Shanghai")
    else { throw BenchmarkFault("the sample shop has no member with a card") }
    self.member = member
    self.clock = clock
    policy = Checkout.Policy(
      rules: try PromotionsFile.read(ResourcePaths.promotions), timers: .standard,
      currency: sample.currency, language: language)
  }

  var items: [CatalogueItem] {
    sample.products.map {
      CatalogueItem(
        sku: $0.sku, gtins: [$0.gtin14], name: $0.name, category: $0.category,
        unitPrice: $0.price, memberPrice: $0.memberPrice)
    }
  }

  /// What is printed on the products.
  var codes: [String] { sample.products.map(\.code) }

  private var principal: Account {
    Account(
      id: MemberFacts.principal(member.id), asset: sample.currency.asset,
      rule: .debitsWithinCredits)
  }

  private var bonus: Account {
    Account(
      id: MemberFacts.bonus(member.id, lot: "bench"), asset: sample.currency.asset,
      rule: .debitsWithinCredits,
      grant: Grant(
        limitUnits: Self.walletUnits, availableAt: Instant(milliseconds: 0),
        capOfGrantBasisPoints: nil))
  }

  /// What the checkout knows of the member; the ledger has the last word.
  var facts: MemberFacts {
    MemberFacts(
      id: member.id, maskedName: "王*", maskedPhone: "138****5521",
      tier: MemberFacts.Tier(id: member.tier, title: LocalizedText(zh: "金卡会员", en: "Gold member")),
      assurance: .uidOnly, milliPoints: member.points * 1_000,
      wallet: Wallet(
        principal: Money(minorUnits: Self.walletUnits),
        bonusLots: [
          BonusLot(
            account: bonus.id, remaining: Money(minorUnits: Self.walletUnits),
            granted: Money(minorUnits: Self.walletUnits), capOfGrantBasisPoints: nil,
            availableAt: Instant(milliseconds: 0), expiresAt: nil)
        ]))
  }

  /// Catalogue, member, card and wallet.
  func fill(_ store: Store) async throws {
    try await store.replaceItems(items)
    try await store.registerMember(
      MemberRecord(
        id: member.id, number: member.number, name: member.name, phone: member.phone,
        birthday: member.birthday, tier: member.tier, isBlocked: false))
    try await store.addCard(
      uid: member.cards[0], member: member.id, at: clock.now().instant)
    let house = [HouseAccount.cash, HouseAccount.bonusIssued].map {
      Account(id: $0, asset: sample.currency.asset, rule: .free)
    }
    let outcomes = try await SQLiteLedger(store).submit(
      Batch(
        openings: house + [principal, bonus],
        entries: [
          try opening(principal, from: HouseAccount.cash, ordinal: 0),
          try opening(bonus, from: HouseAccount.bonusIssued, ordinal: 1),
        ], isLinked: true))
    guard outcomes == [.ok, .ok] else { throw BenchmarkFault("no wallet: \(outcomes)") }
  }

  private func opening(
    _ account: Account, from house: AccountID, ordinal: UInt16
  ) throws -> JournalEntry {
    try entry(
      step: 0, ordinal: ordinal,
      [
        Posting(account: house, asset: account.asset, units: Self.walletUnits),
        Posting(account: account.id, asset: account.asset, units: -Self.walletUnits),
      ])
  }

  private func entry(
    step: UInt32, ordinal: UInt16, _ postings: [Posting]
  ) throws -> JournalEntry {
    JournalEntry(
      id: EntryID(
        sale: SaleID(kiosk: Self.kiosk, counter: SaleID.counterLimit - 1), step: step,
        ordinal: ordinal),
      action: .post(try Postings(postings)),
      context: EntryContext(
        reason: "bench", actor: "system", kiosk: Self.kiosk, sale: nil,
        at: clock.now().instant))
  }
}

extension BenchShop {
  /// Bearer coupons, each with an account of its own, as the checkout sees them.
  func issueCoupons(_ count: Int, in store: Store) async throws -> [PresentedCoupon] {
    guard let template = policy.rules.template(Self.couponTemplate),
      let asset = Asset.coupons(of: template.id)
    else { throw BenchmarkFault("no coupon \(Self.couponTemplate) in promotions.yaml") }
    let house = Account(
      id: HouseAccount.pieces(HouseAccount.couponsIssued, of: template.id), asset: asset,
      rule: .free)
    var presented: [PresentedCoupon] = []
    var step: UInt32 = 1
    while presented.count < count {
      let size = min(Batch.entryLimit, count - presented.count)
      let issued = (0..<size).map { ordinal in
        IssuedCoupon(
          id: "bench-\(step)-\(ordinal)", of: template, at: clock.now(), beginsAtOnce: true)
      }
      try await issue(issued, step: step, from: house, in: store)
      presented += issued.map {
        PresentedCoupon(id: $0.id, template: template, validUntil: $0.endsAt)
      }
      step += 1
    }
    return presented
  }

  private func issue(
    _ issued: [IssuedCoupon], step: UInt32, from house: Account, in store: Store
  ) async throws {
    let entries = try issued.enumerated().map { ordinal, coupon in
      try entry(
        step: step, ordinal: UInt16(ordinal),
        [
          Posting(account: house.id, asset: house.asset, units: 1),
          Posting(
            account: PresentedCoupon.account(coupon.id), asset: house.asset, units: -1),
        ])
    }
    let records = issued.compactMap { coupon in
      BearerCode(random: clock.randomBytes(BearerCode.randomByteCount)).map {
        NewCoupon(
          id: coupon.id, template: coupon.template, templateVersion: coupon.templateVersion,
          code: $0, holder: nil, validFrom: coupon.beginsAt, validUntil: coupon.endsAt, sale: nil)
      }
    }
    let outcomes = try await store.issue(
      records,
      posting: Batch(
        openings: [house] + issued.compactMap(\.account), entries: entries, isLinked: true))
    guard outcomes.allSatisfy({ $0 == .ok }) else {
      throw BenchmarkFault("no coupons: \(Set(outcomes))")
    }
  }
}
