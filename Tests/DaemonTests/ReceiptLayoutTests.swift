import CheckoutMachine
import Devices
import Ledger
import Retail
import Testing

@testable import Daemon

/// A sale on paper, element by element; how a printer draws them is tested with the printers.
struct ReceiptLayoutTests {
  private let layout = ReceiptLayout(shop: TestShop.name, currency: .cny)

  private static let title = TextStyle(
    alignment: .center, isEmphasized: true, isDoubleWidth: true, isDoubleHeight: true)
  private static let total = TextStyle(
    isEmphasized: true, isDoubleWidth: true, isDoubleHeight: true)
  private static let centered = TextStyle(alignment: .center)

  /// The sale of the tests: two milks, rice and eggs of a member with a coupon.
  private func receipt(_ language: Language) throws -> Receipt {
    var state = Checkout.State.attract(language)
    let coupon = PresentedCoupon(
      id: "c", template: TestShop.over50, validUntil: Instant(milliseconds: .max))
    let events: [Checkout.Event] = [
      .memberIdentified(member), .itemScanned(TestShop.milk), .itemScanned(TestShop.milk),
      .itemScanned(TestShop.rice), .itemScanned(TestShop.eggs), .couponPresented(coupon),
      .pressed(.pay), .pressed(.wallet), .pressed(.confirm), .held([.ok, .ok]),
    ]
    for event in events { state = Stages.after(event, in: state) }
    guard case .posting(let settlement) = state else {
      throw NeverHappened(description: "no posting, but \(state.name)")
    }
    return try #require(settlement.posting).receipt
  }

  private let member = MemberFacts(
    id: 1_001, maskedName: "王*", maskedPhone: "138****5521", tier: TestShop.rules.tiers[0],
    assurance: .uidOnly, milliPoints: 2_480_500,
    wallet: Wallet(
      principal: fen(30_000),
      bonusLots: [
        BonusLot(
          account: MemberFacts.bonus(1_001, lot: "welcome"), remaining: fen(3_000),
          granted: fen(3_000), capOfGrantBasisPoints: 5_000, availableAt: ManualClock.start,
          expiresAt: nil)
      ]))

  @Test func `a receipt in Chinese`() throws {
    #expect(
      layout.receipt(try receipt(.zh)) == [
        .text("青禾超市", Self.title),
        .text("购物小票", Self.centered),
        .columns(left: "No. 3-000042", right: "2026-11-22 10:00", .plain),
        .rule,
        .text("鲜牛奶", .plain),
        .columns(left: "  2 × ¥13.90", right: "¥27.80", .plain),
        .columns(left: "  会员价", right: "-¥2.00", .plain),
        .columns(left: "东北大米", right: "¥49.90", .plain),
        .columns(left: "散养鸡蛋", right: "¥15.90", .plain),
        .rule,
        .columns(left: "小计", right: "¥91.60", .plain),
        .columns(left: "满50减8券", right: "-¥8.00", .plain),
        .columns(left: "应付", right: "¥83.60", Self.total),
        .columns(left: "储值付款（赠送）", right: "¥15.00", .plain),
        .columns(left: "储值付款（本金）", right: "¥68.60", .plain),
        .rule,
        .columns(left: "会员", right: "王* 金卡会员", .plain),
        .columns(left: "本次积分", right: "125.4", TextStyle(isEmphasized: true)),
        .columns(left: "当前积分", right: "2605.9", .plain),
        .columns(left: "储值余额", right: "¥246.40", .plain),
        .rule,
        .text("谢谢惠顾，欢迎再来", Self.centered),
        .barcode(.code128, "3-000042"),
        .feed(lines: 1),
        .cut,
      ])
  }

  @Test func `the same receipt in English`() throws {
    #expect(
      layout.receipt(try receipt(.en)) == [
        .text("Qinghe Market", Self.title),
        .text("RECEIPT", Self.centered),
        .columns(left: "No. 3-000042", right: "2026-11-22 10:00", .plain),
        .rule,
        .text("Fresh milk", .plain),
        .columns(left: "  2 × ¥13.90", right: "¥27.80", .plain),
        .columns(left: "  Member price", right: "-¥2.00", .plain),
        .columns(left: "Northeast rice", right: "¥49.90", .plain),
        .columns(left: "Free-range eggs", right: "¥15.90", .plain),
        .rule,
        .columns(left: "Subtotal", right: "¥91.60", .plain),
        .columns(left: "Coupon: ¥8 off ¥50", right: "-¥8.00", .plain),
        .columns(left: "TOTAL", right: "¥83.60", Self.total),
        .columns(left: "Wallet (bonus)", right: "¥15.00", .plain),
        .columns(left: "Wallet (principal)", right: "¥68.60", .plain),
        .rule,
        .columns(left: "Member", right: "王* Gold member", .plain),
        .columns(left: "Points earned", right: "125.4", TextStyle(isEmphasized: true)),
        .columns(left: "Points now", right: "2605.9", .plain),
        .columns(left: "Wallet balance", right: "¥246.40", .plain),
        .rule,
        .text("Thank you, see you soon", Self.centered),
        .barcode(.code128, "3-000042"),
        .feed(lines: 1),
        .cut,
      ])
  }

  @Test func `a coupon's paper carries code, worth and dates, and a copy says that it is one`()
    throws
  {
    let coupon = try #require(try receipt(.zh).coupons.first)
    let paper = layout.coupon(coupon, code: "CODE", spelled: "CO-DE", language: .zh)
    #expect(
      paper == [
        .text("青禾超市", Self.centered),
        .text("优惠券", TextStyle(alignment: .center, isEmphasized: true)),
        .text("满60减8券", Self.title),
        .feed(lines: 1),
        .qrCode("CODE"),
        .text("CO-DE", Self.centered),
        .text("2026-11-23 至 2026-12-31 有效", Self.centered),
        .text("限用一次，复印无效", Self.centered),
        .feed(lines: 1),
        .cut,
      ])
    #expect(
      layout.copyBanner(number: 2, language: .zh)
        == .text(" 副本 2 ", TextStyle(alignment: .center, isEmphasized: true, isReversed: true)))
    #expect(
      layout.copyBanner(number: 1, language: .en)
        == .text(" COPY 1 ", TextStyle(alignment: .center, isEmphasized: true, isReversed: true)))
  }

  @Test func `amounts on paper are only made of characters that every printer has`() throws {
    for language in Language.allCases {
      for case .columns(_, let right, _) in layout.receipt(try receipt(language)) {
        #expect(!right.contains("\u{2212}"))
      }
    }
  }
}
