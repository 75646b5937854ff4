import Foundation
import Ledger
import Retail
import Storage
import Synchronization
import Testing

@testable import Daemon

struct CouponIssueTests {
  private static let template = Rule(
    id: "over50-off8", version: 2, title: LocalizedText(zh: "满50减8", en: "8 off 50"),
    trigger: .coupon(CouponTerms(validAfterDays: 1, validDays: 30)),
    benefit: .thresholdOff(threshold: Money(minorUnits: 5_000), off: Money(minorUnits: 800)),
    target: .order)
  private static let rules = RuleSet(
    version: 1, rounding: .halfUpOnPrice, rules: [template],
    earning: EarningRule(
      milliPointsPerMinorUnit: 10, tierMultipliers: [:], wholePointsOnly: true,
      expiresAfterMonths: 12),
    issuing: [],
    wallet: WalletRules(
      order: .bonusFirst, capOfBillBasisPoints: nil, limitWithoutSecondFactor: .zero),
    tiers: [])

  /// Runs on a book of its own; the bytes of `random` are handed out, then zeros.
  private func withStore(
    random: [UInt8] = [], _ body: (Store, KioskClock) async throws -> Void
  ) async throws {
    let directory = NSTemporaryDirectory() + "coupon-issue-" + UUID().uuidString
    let store = try Store.open(directory: directory, mode: .writer)
    let rest = Mutex(random)
    let now = Mutex(Int64(1_795_343_400_000))
    let clock = KioskClock(
      now: {
        now.withLock { now in
          now += 1
          return ShopTime(instant: Instant(milliseconds: now), offsetSeconds: 28_800)
        }
      },
      sleep: { _ in },
      randomBytes: { count in
        rest.withLock { rest in
          let taken = rest.prefix(count)
          rest.removeFirst(taken.count)
          return Array(taken) + Array(repeating: 0, count: count - taken.count)
        }
      })
    try await body(store, clock)
    try store.close()
    try FileManager.default.removeItem(atPath: directory)
  }

  private func issue(
    of template: String = "over50-off8", member: Int64? = nil, serial: UInt64? = nil,
    _ store: Store, _ clock: KioskClock
  ) async throws(CouponIssueFailure) -> IssuedCode {
    try await CouponIssue.issue(
      template: template, member: member, serial: serial, in: store, rules: Self.rules, kiosk: 3,
      clock: clock,
      language: .en)
  }

  @Test func `a coupon is one account with one piece, and its code finds it`() async throws {
    try await withStore(random: Array(1...16)) { store, clock in
      let code = try await issue(store, clock)

      #expect(code.id == "3-h010203040506")
      #expect(code.title == "8 off 50")
      #expect(code.validFrom == "2026-11-23")
      #expect(code.validUntil == "2026-12-22")
      let bearer = try #require(BearerCode(code.code))
      let record = try #require(try await store.coupon(code: bearer))
      #expect(record.templateVersion == 2)
      let ledger = SQLiteLedger(store)
      let account = try #require(try await ledger.account(record.account))
      #expect(account.0.rule == .debitsWithinCredits)
      #expect(account.1.posted == -1)
      #expect(try await ledger.trialBalance().isBalanced)
    }
  }

  @Test func `an entry id that is taken is drawn again`() async throws {
    let first: [UInt8] = Array(1...16)
    let second: [UInt8] = Array(1...6) + Array(20...29)
    try await withStore(random: first + second + Array(40...55)) { store, clock in
      let one = try await issue(store, clock)
      let two = try await issue(store, clock)

      #expect(one.id != two.id)
      #expect(try await SQLiteLedger(store).trialBalance().isBalanced)
    }
  }

  @Test func `asked again after a lost answer it is the same coupon`() async throws {
    try await withStore(random: Array(1...40)) { store, clock in
      let first = try await issue(serial: 0xABC, store, clock)
      let again = try await issue(serial: 0xABC, store, clock)
      let other = try await issue(serial: 0xABD, store, clock)

      #expect(again == first)
      #expect(first.id == "3-h000000000abc")
      #expect(other.code != first.code)
      let lines = try await SQLiteLedger(store).trialBalance().lines
      #expect(lines.filter { $0.account.id.owner.hasPrefix("coupon/") }.count == 2)
      // Under the same number, but for somebody: a mistake of the asker's.
      await #expect(throws: CouponIssueFailure.self) {
        _ = try await issue(serial: 1 << 48, store, clock)
      }
    }
  }

  @Test func `without a template or a member nothing is issued`() async throws {
    try await withStore { store, clock in
      await #expect(throws: CouponIssueFailure.unknownTemplate("x", known: ["over50-off8"])) {
        _ = try await issue(of: "x", store, clock)
      }
      await #expect(throws: CouponIssueFailure.unknownMember(99)) {
        _ = try await issue(member: 99, store, clock)
      }
      let balance = try await SQLiteLedger(store).trialBalance()
      #expect(balance.lines.isEmpty)
    }
  }

  @Test func `many coupons of a kind are issued, each with a code and an account of its own`()
    async throws
  {
    try await withStore { store, steady in
      let chance = KioskClock(
        now: steady.now, sleep: steady.sleep,
        randomBytes: { count in
          var generator = SystemRandomNumberGenerator()
          return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        })
      var codes: [IssuedCode] = []
      let issued = try await CouponIssue.generate(
        template: "over50-off8", count: 450, in: store, rules: Self.rules, kiosk: 3,
        clock: chance, language: .en
      ) { codes += $0 }
      #expect(issued == 450 && Set(codes.map(\.code)).count == 450)
      for code in [codes[0], codes[199], codes[200], codes[449]] {
        let bearer = try #require(BearerCode(code.code))
        let coupon = try #require(try await store.coupon(code: bearer))
        let balance = try await SQLiteLedger(store).balance(of: coupon.account)
        #expect(coupon.id == code.id && balance?.posted == -1)
      }
      await #expect(throws: CouponIssueFailure.malformed("count 0, from 1 to 1000000")) {
        try await CouponIssue.generate(
          template: "over50-off8", count: 0, in: store, rules: Self.rules, kiosk: 3,
          clock: chance, language: .en
        ) { _ in }
      }
    }
  }

  /// The place of the first run is drawn again: every serial of the second meets one of the first.
  @Test func `a run of coupons that meets an earlier one goes on from another place`() async throws
  {
    try await withStore { store, steady in
      let rolls = Mutex(0)
      let chance = KioskClock(
        now: steady.now, sleep: steady.sleep,
        randomBytes: { count in
          // Serials are six bytes; the same twice, then others.
          guard count == 6 else {
            var generator = SystemRandomNumberGenerator()
            return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
          }
          let roll = rolls.withLock { rolls in
            rolls += 1
            return rolls
          }
          return [0, 0, 0, 0, roll <= 2 ? 1 : UInt8(roll * 3), 0]
        })
      var ids: [String] = []
      for _ in 0..<2 {
        let issued = try await CouponIssue.generate(
          template: "over50-off8", count: 250, in: store, rules: Self.rules, kiosk: 3,
          clock: chance, language: .en
        ) { ids += $0.map(\.id) }
        #expect(issued == 250)
      }
      #expect(ids.count == 500 && Set(ids).count == 500)
      #expect(rolls.withLock { $0 } >= 3)
      #expect(try await SQLiteLedger(store).trialBalance().isBalanced)
    }
  }
}
