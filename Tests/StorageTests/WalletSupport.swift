import Ledger
import LedgerConformance
import Retail
import Storage
import Synchronization
import Testing

/// A store with members, offers, and what tests of stored value need.
struct WalletShop {
  static let offset = 8 * 3_600
  static let start = MemberShop.now
  static let template = Rule(
    id: "over50-off8", title: LocalizedText(zh: "券", en: "Coupon"),
    trigger: .coupon(CouponTerms(validDays: 30)), benefit: .amount(Money(minorUnits: 800)),
    target: .order)

  let members: MemberShop
  var store: Store { members.store }
  var ledger: SQLiteLedger { SQLiteLedger(store) }

  init() throws { members = try MemberShop() }

  init(members: MemberShop) { self.members = members }

  static func offer(
    _ id: String, least: Int64, bonus: Int64, points: Int64 = 0, coupons: [String] = [],
    days: Int? = 365, used: Int = 10_000
  ) -> TopUpOffer {
    TopUpOffer(
      id: id, title: LocalizedText(zh: id, en: id), least: Money(minorUnits: least),
      bonus: bonus > 0
        ? TopUpOffer.Bonus(
          size: .amount(Money(minorUnits: bonus)), validDays: days, capOfGrantBasisPoints: 5_000)
        : nil, milliPoints: points, coupons: coupons, usedBonusBasisPoints: used)
  }

  static func rules(
    offers: [TopUpOffer] = [
      offer("fill-300", least: 30_000, bonus: 3_000),
      offer(
        "fill-500", least: 50_000, bonus: 6_000, points: 100_000, coupons: ["over50-off8"]),
    ],
    refund: RefundRules = RefundRules(
      order: .walletFirst, spentPoints: .owed, endedLots: .extend(days: 30), withinDays: 30)
  ) -> StoredValueRules {
    StoredValueRules(
      tenders: ["cash", "psp/wechat"],
      topUp: TopUpRules(
        amounts: [Money(minorUnits: 10_000)],
        free: .init(
          least: Money(minorUnits: 1_000), most: Money(minorUnits: 900_000),
          step: Money(minorUnits: 100)), undoMinutes: 30, offers: offers),
      refund: refund,
      giftCards: GiftCardRules(
        least: Money(minorUnits: 1_000), most: Money(minorUnits: 100_000), termMonths: 36))
  }

  static func time(_ minutes: Int64 = 0) -> ShopTime {
    ShopTime(
      instant: Instant(milliseconds: start.milliseconds + minutes * 60_000), offsetSeconds: offset)
  }

  static func context(
    _ id: String, minutes: Int64 = 0, actor: String = "staff/7"
  ) throws -> ActContext {
    ActContext(
      id: try #require(MoneyActID(id)), actor: actor, kiosk: 3, time: time(minutes), currency: .cny)
  }

  static func terms(
    _ rules: StoredValueRules, law: PrepaidLaw? = nil
  ) -> TopUp.Terms {
    TopUp.Terms(rules: rules, law: law, pointMonths: 12) { $0 == template.id ? template : nil }
  }

  /// Codes that are all different.
  static func codes(_ seed: UInt64) -> @Sendable () -> BearerCode? {
    let random = Mutex(SplitMix64(seed: seed))
    return {
      random.withLock { random in
        BearerCode(
          random: (0..<BearerCode.randomByteCount).map { _ in
            UInt8(truncatingIfNeeded: random.next())
          })
      }
    }
  }

  @discardableResult
  func topUp(
    _ amount: Int64, of member: Int64, id: String, tender: String = "cash", offer: String? = nil,
    minutes: Int64 = 0, rules: StoredValueRules = WalletShop.rules(), law: PrepaidLaw? = nil,
    isNameProven: Bool = false
  ) async throws -> (facts: TopUpFacts, isRepeated: Bool) {
    try await store.topUp(
      TopUpRequest(
        member: member, amount: Money(minorUnits: amount), tender: tender, offer: offer,
        isNameProven: isNameProven),
      terms: Self.terms(rules, law: law), context: try Self.context(id, minutes: minutes),
      code: Self.codes(UInt64(id.utf8.reduce(0) { $0 &* 31 &+ Int($1) })))
  }

  /// What a bill takes from a wallet, as the checkout posts it.
  func spend(
    _ uses: [(AccountID, Int64)], sale: UInt64, minutes: Int64 = 0
  ) async throws {
    let total = uses.reduce(0) { $0 + $1.1 }
    let id = SaleID(kiosk: 3, counter: sale)
    let list =
      uses.map { Posting(account: $0.0, asset: Shop.cny, units: $0.1) }
      + [Posting(account: HouseAccount.walletClearing, asset: Shop.cny, units: -total)]
    let context = EntryContext(
      reason: "sale", actor: "customer", kiosk: 3, sale: id, at: Self.time(minutes).instant)
    let hold = EntryID(sale: id, step: 1, ordinal: 0)
    let outcomes = try await ledger.submit(
      Batch(
        openings: [
          Account(id: HouseAccount.walletClearing, asset: Shop.cny, rule: .free),
          Account(id: HouseAccount.revenue, asset: Shop.cny, rule: .free),
        ],
        entries: [
          JournalEntry(id: hold, action: .hold(try Postings(list)), context: context),
          JournalEntry(
            id: EntryID(sale: id, step: 1, ordinal: 1), action: .capture(hold), context: context),
          JournalEntry(
            id: EntryID(sale: id, step: 1, ordinal: 2),
            action: .post(
              try Shop.move(total, from: HouseAccount.walletClearing, to: HouseAccount.revenue)),
            context: context),
        ], isLinked: true))
    try #require(outcomes.allSatisfy { $0 == .ok })
  }

  /// What an account has; owed to who has it is positive.
  func has(_ account: AccountID) async throws -> Int64 {
    -(try await ledger.balance(of: account)?.posted ?? 0)
  }

  func expectSound() async throws {
    let report = try await ledger.verify()
    #expect(report.fault == nil)
  }
}

/// What a call was refused with; a fault of the store fails the test.
func walletRefusal(_ body: () async throws -> Void) async throws -> WalletRefusal? {
  do {
    try await body()
    return nil
  } catch let failure as WalletFailure {
    guard case .refused(let refusal) = failure else { throw failure }
    return refusal
  }
}
