import Ledger
import Retail
import Testing

@testable import CheckoutMachine

/// A tap on a basket that somebody else may have left (DEVICES 1.8).
struct ClaimingTests {
  /// A basket of one item that nobody has touched for so many seconds.
  private func left(_ seconds: Int64) -> Journey {
    var journey = Journey([.itemScanned(.milk)])
    journey.now = Instant(milliseconds: journey.now.milliseconds + seconds * 1_000 - 1_000)
    return journey
  }

  // saproto #258: a tap paid for the basket of the person before.
  @Test func `a tap on a basket that lay there binds nothing and pays nothing`() throws {
    var journey = left(31)
    let basket = try #require(journey.basket)
    journey.take(.memberIdentified(.wang))
    #expect(journey.state == .claiming(Checkout.Claim(basket: basket, member: .wang)))
    #expect(
      journey.effects == [
        .show, .arm(.stillThere, seconds: 30), .notify(.whoseBasket),
      ])
    #expect(journey.basket?.member == nil)
    for button in [Checkout.ButtonName.pay, .wallet, .remove, .quantity, .done] {
      #expect(!Checkout.isEnabled(button, in: journey.state))
    }
    journey.take(.pressed(.wallet))
    #expect(journey.state.name == "claiming" && journey.effects.isEmpty)
  }

  @Test func `who fills the basket is not asked`() {
    var quick = left(30)
    quick.take(.memberIdentified(.wang))
    #expect(quick.state.name == "scanning" && quick.basket?.member == .wang)
    // Every scan and every touch keeps it the customer's.
    var busy = left(29)
    busy.take(.scanRefused(.unknownItem))
    busy.now = Instant(milliseconds: busy.now.milliseconds + 29_000)
    busy.take(.memberIdentified(.wang))
    #expect(busy.basket?.member == .wang)
    // The same while the bill is looked at.
    for deed in [Checkout.Event.pressed(.language), .pressed(.help), .scanRefused(.unknownItem)] {
      var looking = Journey([.itemScanned(.milk), .pressed(.pay)])
      for event in [deed, .memberIdentified(.wang)] {
        looking.now = Instant(milliseconds: looking.now.milliseconds + 20_000)
        looking.take(event)
      }
      #expect(looking.state.name == "reviewing" && looking.basket?.member == .wang, "\(deed)")
    }
    // An empty list is nobody's, and a member's own card changes nothing.
    var empty = Journey([.memberIdentified(.wang)])
    empty.now = Instant(milliseconds: empty.now.milliseconds + 40_000)
    empty.take(.memberIdentified(.wang))
    #expect(empty.state.name == "scanning" && empty.basket?.member == .wang)
  }

  @Test func `the bill and the question whether somebody is there are no different`() {
    var reviewing = Journey([.itemScanned(.milk), .pressed(.pay)])
    reviewing.now = Instant(milliseconds: reviewing.now.milliseconds + 31_000)
    reviewing.take(.memberIdentified(.wang))
    #expect(reviewing.state.name == "claiming")
    var asked = Journey([.itemScanned(.milk), .timerElapsed(.idle)])
    asked.take(.memberIdentified(.wang))
    #expect(asked.state.name == "claiming")
    // After a power cut nobody has touched it either.
    var resumed = left(1)
    resumed.now = Instant(milliseconds: resumed.now.milliseconds + 60_000)
    resumed.take(.resumed(afterSeconds: 60))
    resumed.take(.memberIdentified(.wang))
    #expect(resumed.state.name == "claiming")
  }

  @Test func `mine takes it over, not mine begins a new one`() throws {
    var mine = left(60)
    let old = try #require(mine.basket)
    mine.take(.memberIdentified(.wang))
    var other = mine
    mine.take(.pressed(.confirm))
    #expect(mine.state.name == "scanning" && mine.basket?.member == .wang)
    #expect(mine.basket?.cart == old.cart && mine.basket?.sale == old.sale)
    #expect(mine.effects == [.show, .arm(.idle, seconds: 45)])
    other.take(.pressed(.cancel))
    #expect(other.basket?.member == .wang && other.basket?.cart.isEmpty == true)
    #expect(other.basket?.sale != old.sale && other.basket?.coupons == [])
  }

  @Test func `without an answer nobody has it`() {
    var journey = left(60)
    journey.take(.memberIdentified(.wang))
    journey.take(.timerElapsed(.stillThere))
    #expect(journey.state == .attract(.zh) && journey.effects == [.show, .disarm])
  }

  @Test func `whatever else happens, the question stays`() throws {
    let events: [(Checkout.Event, Checkout.Notice)] = [
      (.itemScanned(.rice), .whoseBasket), (.couponPresented(.over50), .whoseBasket),
      (.scanRefused(.unknownItem), .scanRefused(.unknownItem)),
      (.cardRefused(.unknown), .cardRefused(.unknown)), (.couponRefused(.spent), .couponRefused),
      (.pressed(.language), .whoseBasket), (.pressed(.help), .helpCalled),
      (.memberIdentified(.li), .whoseBasket),
    ]
    for (event, notice) in events {
      var journey = left(60)
      let cart = try #require(journey.basket).cart
      journey.take(.memberIdentified(.wang))
      journey.take(event)
      #expect(journey.state.name == "claiming" && journey.notices == [notice], "\(event)")
      #expect(journey.basket?.cart == cart && journey.basket?.coupons == [])
      #expect(journey.effects.contains(.arm(.stillThere, seconds: 30)))
      journey.take(.pressed(.confirm))
      let expected: MemberFacts = event == .memberIdentified(.li) ? .li : .wang
      #expect(journey.basket?.member == expected)
    }
  }
}
