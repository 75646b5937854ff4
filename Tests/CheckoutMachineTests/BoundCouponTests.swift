import Ledger
import Retail
import Testing

@testable import CheckoutMachine

/// A coupon that is bound to a member, in every order of coupon and card.
struct BoundCouponTests {
  private func bound(to holder: Int64) -> Checkout.Event {
    let coupon = PresentedCoupon.over50
    return .couponPresented(
      PresentedCoupon(
        id: coupon.id, template: coupon.template, validUntil: coupon.validUntil, holder: holder))
  }

  @Test func `it is taken after its member's card`() throws {
    let member = MemberFacts.wang
    let journey = Journey([.memberIdentified(member), bound(to: member.id)])
    #expect(try #require(journey.basket).coupons.map(\.holder) == [member.id])
  }

  @Test func `it is refused before any card, so that no other card can follow`() throws {
    var journey = Journey([.itemScanned(.milk)])
    let effects = journey.take(bound(to: MemberFacts.wang.id))
    #expect(effects.contains(.notify(.couponRefused)))
    #expect(try #require(journey.basket).coupons.isEmpty)
  }

  @Test func `it is refused after another member's card`() throws {
    var journey = Journey([.memberIdentified(MemberFacts.wang)])
    let effects = journey.take(bound(to: MemberFacts.wang.id + 1))
    #expect(effects.contains(.notify(.couponRefused)))
    #expect(try #require(journey.basket).coupons.isEmpty)
  }

  @Test func `it goes with the account after a long power cut`() throws {
    var journey = Journey([.memberIdentified(MemberFacts.wang), bound(to: MemberFacts.wang.id)])
    journey.take(.resumed(afterSeconds: 3_600))
    let basket = try #require(journey.basket)
    #expect(basket.member == nil && basket.coupons.isEmpty)
  }
}
