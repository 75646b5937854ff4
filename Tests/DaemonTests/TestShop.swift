import CheckoutMachine
import Foundation
import Ledger
import Retail
import Storage

@testable import Daemon

func fen(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits) }

/// A small shop: four items, three members, three kinds of coupon.
enum TestShop {
  static let kiosk: UInt32 = 3
  static let name = LocalizedText(zh: "青禾超市", en: "Qinghe Market")

  static let milk = item("milk", "06901000000011", "鲜牛奶", "Fresh milk", 1_390, member: 1_290)
  static let rice = item("rice", "06901000000059", "东北大米", "Northeast rice", 4_990)
  static let eggs = item("eggs", "06901000000042", "散养鸡蛋", "Free-range eggs", 1_590)
  static let water = item("water", "06901000000080", "气泡水", "Sparkling water", 450)

  private static func item(
    _ sku: String, _ gtin: String, _ zh: String, _ en: String, _ price: Int64,
    member: Int64? = nil
  ) -> CatalogueItem {
    CatalogueItem(
      sku: sku, gtins: [gtin], name: LocalizedText(zh: zh, en: en), category: "grocery",
      unitPrice: fen(price), memberPrice: member.map { fen($0) })
  }

  // MARK: Rules

  static let over50 = template("over50-off8", "满50减8券", "Coupon: ¥8 off ¥50", 5_000, days: 30)
  static let over60 = template(
    "over60-off8", "满60减8券", "Coupon: ¥8 off ¥60", 6_000, after: 1, days: 39)
  static let tomorrow = template("later", "明日券", "Coupon of tomorrow", 0, after: 1, days: 2)

  private static func template(
    _ id: String, _ zh: String, _ en: String, _ threshold: Int64, after: Int = 0, days: Int
  ) -> Rule {
    Rule(
      id: id, version: 1, title: LocalizedText(zh: zh, en: en),
      trigger: .coupon(CouponTerms(validAfterDays: after, validDays: days)),
      benefit: .thresholdOff(threshold: fen(threshold), off: fen(800)), target: .order)
  }

  static let rules = RuleSet(
    version: 1, rounding: .halfUpOnPrice,
    rules: [
      Rule(
        id: "member-price", title: LocalizedText(zh: "会员价", en: "Member price"),
        benefit: .memberPrice, target: .units, conditions: .membersOnly),
      over50, over60, tomorrow,
    ],
    earning: EarningRule(
      milliPointsPerMinorUnit: 10, tierMultipliers: ["gold": 15_000], wholePointsOnly: false,
      expiresAfterMonths: 12),
    issuing: [
      IssueRule(template: "over60-off8", minimumPayable: fen(3_000), isForMembersOnly: true)
    ],
    wallet: WalletRules(
      order: .bonusFirst, capOfBillBasisPoints: 5_000, limitWithoutSecondFactor: fen(20_000)),
    tiers: [MemberFacts.Tier(id: "gold", title: LocalizedText(zh: "金卡会员", en: "Gold member"))])

  static let policy = Checkout.Policy(
    rules: rules, timers: .standard, currency: .cny, language: .zh)

  // MARK: Members

  /// Its rules ask nothing of members but their tier.
  static let members = MemberDesk.Shop(
    rules: rules, questions: CustomerQuestions(rules.rules), segments: [])

  static let wangCard: [UInt8] = [0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0x80]
  static let liCard: [UInt8] = [0x04, 0x52, 0xF1, 0xA2, 0x33, 0x61, 0x80]
  static let blockedCard: [UInt8] = [0x04, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01]

  /// ¥300.00 principal, ¥30.00 bonus of which one bill may take half, 2480 points.
  static let wang = MemberRecord(
    id: 1_001, number: "80001001", name: "王秀英", phone: "13812345521", birthday: "1968-11-30",
    tier: "gold")
  static let li = MemberRecord(
    id: 1_002, number: "80001002", name: "李明", phone: "13987650042", tier: "silver")
  static let blocked = MemberRecord(
    id: 1_003, number: "80001003", name: "陈静", phone: nil, tier: "basic", isBlocked: true)

  /// What must never leave the book unmasked.
  static let secrets = [
    "王秀英", "13812345521", "1968-11-30", "80001001", "04A1B2C3D4E580", "04a1b2c3d4e580",
  ]

  static func fill(_ store: Store) async throws {
    try await store.replaceItems([milk, rice, eggs, water])
    for (member, card) in [(wang, wangCard), (li, liCard), (blocked, blockedCard)] {
      try await store.registerMember(member)
      try await store.addCard(uid: card, member: member.id, at: ManualClock.start)
    }
    _ = try await SQLiteLedger(store).submit(try opening())
  }

  static func reportLost(_ uid: [UInt8], in store: Store) async throws {
    guard let card = try await store.card(uid: uid) else { return }
    _ = try await store.changeCard(
      card.id, .reportLost,
      act: try MemberAct(actor: "staff/1", reason: "test", at: ManualClock.start))
  }

  private static func opening() throws -> Batch {
    let money = Currency.cny.asset
    var openings: [Account] = []
    var entries: [JournalEntry] = []
    func credit(_ account: Account, from house: AccountID, _ units: Int64) throws {
      openings += [Account(id: house, asset: account.asset, rule: .free), account]
      entries.append(
        JournalEntry(
          id: EntryID(
            sale: SaleID(kiosk: kiosk, counter: SaleID.counterLimit - 1), step: 1,
            ordinal: UInt16(entries.count)),
          action: .post(
            try Postings([
              Posting(account: house, asset: account.asset, units: units),
              Posting(account: account.id, asset: account.asset, units: -units),
            ])),
          context: EntryContext(
            reason: "test", actor: "system", kiosk: kiosk, sale: nil, at: ManualClock.start)))
    }
    try credit(
      Account(id: MemberFacts.principal(wang.id), asset: money, rule: .debitsWithinCredits),
      from: HouseAccount.cash, 30_000)
    try credit(
      Account(
        id: MemberFacts.bonus(wang.id, lot: "welcome"), asset: money, rule: .debitsWithinCredits,
        grant: Grant(
          limitUnits: 3_000, availableAt: ManualClock.start, capOfGrantBasisPoints: 5_000)),
      from: HouseAccount.bonusIssued, 3_000)
    try credit(
      Account.pointsLot(
        member: wang.id, month: CalendarDate(year: 2_027, month: 10, day: 1)),
      from: HouseAccount.pointsIssued, 2_480_000)
    return Batch(openings: openings, entries: entries, isLinked: true)
  }
}

/// A data directory that goes with the test.
final class TemporaryDirectory: Sendable {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("kiosk-daemon-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: path) } catch {
      print("left behind: \(path)")
    }
  }
}
