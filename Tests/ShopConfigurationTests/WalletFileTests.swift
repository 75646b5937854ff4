import Foundation
import Ledger
import Retail
import ShopConfiguration
import StrictYAML
import Testing

/// The shop's rules of stored value as a file: what is read, and what is refused where.
struct WalletFileTests {
  private static let path = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("config/wallet.yaml").path

  private func parse(_ text: String) throws -> StoredValueRules {
    try WalletFile.parse(
      text, file: "wallet.yaml", offers: try PromotionsFile.read(PromotionsFileTests.path))
  }

  @Test func `the shipped rules are read as they stand`() throws {
    let rules = try WalletFile.read(
      Self.path, offers: try PromotionsFile.read(PromotionsFileTests.path))

    #expect(rules.tenders == ["cash", "psp/wechat", "psp/alipay", "psp/transfer"])
    #expect(rules.topUp.amounts.map(\.minorUnits) == [10_000, 30_000, 50_000])
    #expect(rules.topUp.undoMinutes == 30)
    let offer = try #require(rules.topUp.offers.last)
    #expect(offer.id == "fill-500" && offer.milliPoints == 100_000)
    #expect(offer.coupons == ["over50-off8"] && offer.usedBonusBasisPoints == 10_000)
    #expect(
      offer.bonus
        == .init(
          size: .amount(Money(minorUnits: 6_000)), validDays: 365, capOfGrantBasisPoints: 5_000))
    #expect(
      rules.refund
        == RefundRules(
          order: .walletFirst, spentPoints: .owed, endedLots: .extend(days: 30), withinDays: 30))
    #expect(rules.giftCards?.termMonths == 36)
  }

  private static let least = """
    tenders: [cash]
    topUp:
      amounts: [10000]
      undoMinutes: 0
      offers:
        - id: one
          title: { zh: 一, en: One }
          least: 10000
          bonus: { share: 1000 }
          usedBonus: 0
    refund: { order: outsideFirst, spentPoints: left, endedLots: restore }

    """

  @Test func `what may be left out is`() throws {
    let rules = try parse(Self.least)
    #expect(rules.giftCards == nil && rules.topUp.free == nil && rules.refund.withinDays == nil)
    let offer = try #require(rules.topUp.offers.first)
    #expect(offer.bonus == .init(size: .share(1_000), validDays: nil, capOfGrantBasisPoints: nil))
  }

  @Test(arguments: [
    ("tenders: [cash]", "tenders: [gold]", 1, "tenders[0]"),
    ("amounts: [10000]", "amounts: [10000, 9000]", 3, "topUp.amounts"),
    ("amounts: [10000]", "amounts: []", 3, "topUp.amounts"),
    ("undoMinutes: 0", "undoMinutes: 1441", 4, "topUp.undoMinutes"),
    ("least: 10000", "least: 0", 8, "topUp.offers[0].least"),
    ("{ share: 1000 }", "{ share: 10001 }", 9, "topUp.offers[0].bonus.share"),
    ("{ share: 1000 }", "{ share: 1, amount: 1 }", 9, "topUp.offers[0].bonus"),
    ("{ share: 1000 }", "{ share: 1, luck: 1 }", 9, "topUp.offers[0].bonus.luck"),
    ("usedBonus: 0", "coupons: [nothing]", 10, "topUp.offers[0].coupons[0]"),
    ("endedLots: restore", "endedLots: keep", 11, "refund.endedLots"),
    ("endedLots: restore", "endedLots: extend", 11, "\"extendDays\" is missing"),
  ])
  func `a mistake is told with its key and line`(
    part: String, wrong: String, line: Int, key: String
  ) throws {
    let text = Self.least.replacingOccurrences(of: part, with: wrong)
    do {
      _ = try parse(text)
      Issue.record("\(wrong) was read")
    } catch let error as YAMLError {
      #expect(error.line == line, "\(error)")
      #expect("\(error)".contains(key), "\(error)")
    }
  }
}
