import Ledger
import Retail
import Testing

@testable import CheckoutMachine

/// What each state does with what a customer, a card, a printer or the ledger can bring.
struct CheckoutTests {
  // MARK: Scanning

  @Test func `a coupon that does not reach its threshold says how much is missing`() {
    let journey = Journey([.itemScanned(.milk), .couponPresented(.over50)])
    #expect(
      journey.notices == [.couponNotYet(title: Rule.over50.title, missing: fen(3_610))])
  }

  @Test func `a coupon that cannot be used is told when it is shown and again before paying`() {
    var journey = Journey([.itemScanned(.milk), .couponPresented(.drinks)])
    let told = Checkout.Notice.couponNotUsable(title: Rule.drinks.title)
    #expect(journey.notices == [told])
    journey.take(.pressed(.pay))
    #expect(journey.notices == [told])
  }

  @Test func `the same coupon twice, or one too many, is told and not taken`() throws {
    var journey = Journey([.couponPresented(.over50), .couponPresented(.over50)])
    #expect(journey.notices == [.couponAlreadyThere])
    for number in 2...Checkout.Basket.couponLimit {
      journey.take(.couponPresented(.of(.drinks, id: "d\(number)")))
    }
    journey.take(.couponPresented(.of(.drinks, id: "more")))
    #expect(journey.notices == [.couponLimit])
    #expect(journey.basket?.coupons.count == Checkout.Basket.couponLimit)
  }

  @Test func `another member's tap is refused, in every state with an account open`() {
    var journey = Journey(.shopping)
    for event in [nil, Checkout.Event.pressed(.pay), .pressed(.wallet)] {
      if let event { journey.take(event) }
      let before = journey.state.name
      journey.take(.memberIdentified(.li))
      #expect(journey.notices == [.anotherMember])
      #expect(journey.basket?.member == .wang && journey.state.name == before)
    }
  }

  @Test func `the member's own card again brings the wallet up to date`() {
    var journey = Journey(.shopping + [.pressed(.pay)])
    let richer = MemberFacts.of(1_001, principal: 99_000)
    journey.take(.memberIdentified(richer))
    #expect(journey.basket?.member == richer && journey.state.name == "reviewing")
  }

  @Test func `a refused scan or card is told and changes nothing`() {
    var journey = Journey(.shopping)
    var before: Checkout.State {
      guard case .scanning(var basket) = shopped else { return shopped }
      // But that somebody was there.
      basket.touchedAt = journey.now
      return .scanning(basket)
    }
    let shopped = journey.state
    for refusal in Checkout.ScanRefusal.allCases {
      journey.take(.scanRefused(refusal))
      #expect(journey.state == before && journey.notices == [.scanRefused(refusal)])
    }
    for refusal in Checkout.CardRefusal.allCases {
      journey.take(.cardRefused(refusal))
      #expect(journey.state == before && journey.notices == [.cardRefused(refusal)])
    }
    for refusal in Checkout.CouponRefusal.allCases {
      journey.take(.couponRefused(refusal))
      #expect(journey.notices == [.couponRefused], "one text for every reason")
    }
  }

  @Test func `an empty basket cannot be paid`() {
    var journey = Journey([.memberIdentified(.wang)])
    journey.take(.pressed(.pay))
    #expect(journey.state.name == "scanning" && journey.notices == [.cartEmpty])
  }

  // MARK: Somebody leaves

  // odoo PR 141994; freekiosk #40: a basket stayed for the next customer, or went without a word.
  @Test func `an idle basket is asked after, then cleared, and its account is closed`() {
    for events in [[], [Checkout.Event.pressed(.pay)], [.pressed(.pay), .pressed(.wallet)]] {
      var journey = Journey(.shopping + events)
      journey.take(.timerElapsed(.idle))
      #expect(
        journey.effects == [
          .show, .arm(.stillThere, seconds: 30), .notify(.stillThere(seconds: 30)),
        ])
      #expect(journey.basket?.presence == .asked)
      journey.take(.timerElapsed(.stillThere))
      #expect(journey.state == .attract(.zh) && journey.effects == [.show, .disarm])
    }
  }

  // odoo PR 141994, jetour-t1-live #103, freekiosk #40: reset while somebody was busy.
  @Test func `whatever a customer does starts the idle time anew`() {
    let deeds: [Checkout.Event] = [
      .itemScanned(.milk), .memberIdentified(.wang), .memberIdentified(.li),
      .couponPresented(.drinks), .scanRefused(.unknownItem), .cardRefused(.unreadable),
      .couponRefused(.spent), .pressed(.language), .pressed(.help),
    ]
    let places: [[Checkout.Event]] = [[], [.pressed(.pay)], [.pressed(.pay), .pressed(.wallet)]]
    for (place, deed) in places.flatMap({ place in deeds.map { (place, $0) } }) {
      var journey = Journey(.shopping + place)
      journey.take(deed)
      #expect(
        journey.effects.contains(.arm(.idle, seconds: 45)), "\(deed) in \(journey.state.name)")
    }
  }

  @Test func `whoever answers in time stays, and the late timer is ignored`() {
    let answers: [Checkout.Event] = [
      .pressed(.confirm), .pressed(.help), .pressed(.language), .itemScanned(.milk),
      .memberIdentified(.wang), .scanRefused(.unreadable), .couponRefused(.spent),
    ]
    for answer in answers {
      var journey = Journey(.shopping + [.timerElapsed(.idle)])
      #expect(Checkout.isEnabled(.confirm, in: journey.state))
      journey.take(answer)
      #expect(journey.basket?.presence == .active)
      #expect(journey.effects.contains(.arm(.idle, seconds: 45)))
      let active = journey.state
      journey.take(.timerElapsed(.stillThere))
      #expect(journey.state == active && journey.effects.isEmpty)
    }
  }

  @Test func `the next customer is met in the shop's language`() {
    var journey = Journey([.pressed(.language)])
    #expect(journey.state == .attract(.en))
    #expect(journey.effects == [.show, .arm(.idle, seconds: 90)])
    journey.take(.timerElapsed(.idle))
    #expect(journey.state == .attract(.zh))
    journey = Journey([.pressed(.language), .pressed(.language)])
    #expect(journey.state == .attract(.zh) && journey.effects == [.show, .disarm])
  }

  @Test func `nothing is held while the customer can still walk away`() {
    var journey = Journey()
    for event in [Checkout.Event].shopping + [.pressed(.pay), .pressed(.wallet)] {
      journey.take(event)
      for case .hold in journey.effects { Issue.record("held at \(journey.state.name)") }
    }
    for _ in 0..<2 { journey.take(.pressed(.cancel)) }
    #expect(journey.state.name == "scanning")
    journey.take(.pressed(.cancel))
    #expect(journey.state == .attract(.zh))
    let waiting = Journey(.paying)
    #expect(!Checkout.isEnabled(.cancel, in: waiting.state))
  }

  // MARK: Paying

  @Test func `who cannot pay is told why`() {
    var guest = Journey([.itemScanned(.milk), .pressed(.pay), .pressed(.wallet)])
    #expect(guest.notices == [.memberNeeded] && guest.state.name == "reviewing")
    guest.take(.memberIdentified(.li))
    guest.take(.pressed(.wallet))
    #expect(guest.notices == [.balanceTooSmall(missing: fen(790))])
    let copied = Journey([
      .memberIdentified(.wang), .itemScanned(.wine), .pressed(.pay), .pressed(.wallet),
    ])
    #expect(copied.notices == [.secondFactorNeeded(limit: fen(20_000))])
    let genuine = Journey([
      .memberIdentified(.chen), .itemScanned(.wine), .pressed(.pay), .pressed(.wallet),
    ])
    #expect(genuine.state.name == "tendering")
  }

  @Test func `a refused hold leads back to the bill, and the next try has new ids`() throws {
    var journey = Journey(.paying)
    guard case .holding(let first) = journey.state else { throw Unexpected(journey.state) }
    journey.take(.held([.overLimit, .linkedFailed]))
    #expect(journey.state.name == "reviewing" && journey.notices == [.planRefused])
    #expect(journey.basket?.coupons == [.over50])
    journey.take(.pressed(.wallet))
    journey.take(.pressed(.confirm))
    guard case .holding(let second) = journey.state else { throw Unexpected(journey.state) }
    #expect(second.basket.step == first.basket.step + 1)
    #expect(
      Set(second.hold.entries.map(\.id)).isDisjoint(with: first.hold.entries.map(\.id)))
  }

  @Test func `a coupon that another kiosk has taken leaves the bill, which is shown anew`() {
    var journey = Journey(.paying)
    journey.take(.held([.linkedFailed, .overLimit]))
    #expect(journey.state.name == "reviewing" && journey.notices == [.couponRefused])
    #expect(journey.basket?.coupons == [] && journey.basket?.bill.payable == fen(7_770))
    journey.take(.pressed(.wallet))
    journey.take(.pressed(.confirm))
    journey.settle()
    #expect(journey.state.name == "printing")
  }

  @Test func `what ended between the look and the touch is told before anything is held`() {
    let ending = PresentedCoupon.of(
      .over50, id: "ending", until: Journey.start.milliseconds + 60_000)
    var journey = Journey([
      .memberIdentified(.wang), .itemScanned(.rice), .itemScanned(.milk),
      .couponPresented(ending), .pressed(.pay), .pressed(.wallet),
    ])
    #expect(journey.state.name == "tendering")
    journey.now = Instant(milliseconds: journey.now.milliseconds + 60_000)
    journey.take(.pressed(.confirm))
    #expect(journey.state.name == "reviewing" && journey.notices == [.planRefused])
    #expect(journey.basket?.bill.discounts.map(\.source.rule) == ["member-price"])
    #expect(journey.basket?.step == 0)
  }

  @Test func `a scan while the ledger works waits, and is told so`() {
    var journey = Journey(.paying)
    for _ in 0..<2 {
      let before = journey.state
      journey.take(.itemScanned(.milk))
      #expect(journey.state == before && journey.notices == [.finishFirst])
      journey.settleOnce()
    }
  }

  @Test(arguments: [[], [.ok], [.ok, .ok, .ok, .ok, .overLimit], [.malformed]] as [[Outcome]])
  func `a posting that is not answered ok throughout closes the kiosk for staff`(
    answer: [Outcome]
  ) {
    var journey = Journey(.paying)
    journey.take(.held([.ok, .ok]))
    journey.take(.posted(answer))
    let reason = Checkout.OutOfService.Reason.postingRefused(SaleID(kiosk: 3, counter: 42))
    #expect(
      journey.state
        == .outOfService(Checkout.OutOfService(language: .zh, reasons: [reason])))
    for case .print in journey.effects { Issue.record("printed an unposted sale") }
  }

  // MARK: Paper

  @Test func `a printer fault never undoes a posted sale`() throws {
    let sale = SaleID(kiosk: 3, counter: 42)
    for fault in [Checkout.Event.printDelayed(sale), .timerElapsed(.paper)] {
      var journey = Journey(.paying)
      journey.settle()
      guard case .printing(let completed) = journey.state else { throw Unexpected(journey.state) }
      journey.take(fault)
      #expect(
        journey.state
          == .done(Checkout.Completed(receipt: completed.receipt, paper: .delayed)))
      #expect(
        journey.effects
          == [.show, .arm(.done, seconds: 30), .callStaff, .notify(.receiptDelayed)])
      journey.take(.printed(sale, .printed))
      #expect(
        journey.state
          == .done(Checkout.Completed(receipt: completed.receipt, paper: .printed)))
    }
  }

  @Test func `paper of another sale says nothing about this one`() {
    var journey = Journey(.paying)
    journey.settle()
    let other = SaleID(kiosk: 3, counter: 41)
    for next in [nil, Checkout.Event.printDelayed(SaleID(kiosk: 3, counter: 42))] {
      if let next { journey.take(next) }
      let before = journey.state
      for event in [Checkout.Event.printed(other, .printed), .printDelayed(other)] {
        #expect(journey.take(event).isEmpty && journey.state == before)
      }
    }
  }

  @Test func `who is done early leaves the printer to finish, and the next may begin`() {
    var journey = Journey(.paying)
    journey.settle()
    journey.take(.pressed(.done))
    #expect(journey.state == .attract(.zh))
    journey.take(.itemScanned(.milk))
    #expect(journey.basket?.sale == SaleID(kiosk: 3, counter: 43))
    #expect(journey.basket?.member == nil)
  }

  @Test func `the next customer may begin on the last screen, with an account of their own`() {
    let events: [Checkout.Event] = [
      .itemScanned(.milk), .memberIdentified(.li), .couponPresented(.drinks),
    ]
    for event in events {
      var journey = Journey(.paying)
      journey.settle()
      journey.take(.printed(SaleID(kiosk: 3, counter: 42), .sent))
      journey.take(event)
      #expect(journey.basket?.sale == SaleID(kiosk: 3, counter: 43))
      #expect(journey.basket?.member != .wang)
    }
  }

  // MARK: Out of service

  @Test func `reasons come and go, and the last one opens the kiosk again`() {
    let refused = Checkout.OutOfService.Reason.postingRefused(SaleID(kiosk: 3, counter: 7))
    var journey = Journey([.closed(refused), .closed(.noScanner), .closed(.storageFull)])
    #expect(
      journey.state
        == .outOfService(
          Checkout.OutOfService(language: .zh, reasons: [.noScanner, .storageFull, refused])))
    #expect(journey.take(.closed(.noScanner)).isEmpty)
    #expect(journey.take(.itemScanned(.milk)).isEmpty)
    journey.take(.reopened(.noScanner))
    journey.take(.reopened(.storageFull))
    #expect(journey.state.name == "outOfService")
    #expect(journey.take(.reopened(.noScanner)).isEmpty)
    journey.take(.reopened(refused))
    #expect(journey.state == .attract(.zh))
  }

  @Test func `without a scanner the basket can still be paid, with a full disk it is let go`() {
    var journey = Journey(.shopping)
    #expect(journey.take(.closed(.noScanner)).isEmpty)
    #expect(journey.state.name == "scanning")
    for events in [[], [Checkout.Event.pressed(.pay)], [.pressed(.pay), .pressed(.wallet)]] {
      var full = Journey(.shopping + events)
      full.take(.closed(.storageFull))
      #expect(
        full.state
          == .outOfService(Checkout.OutOfService(language: .zh, reasons: [.storageFull])))
      #expect(full.effects == [.show, .disarm])
    }
  }
}

/// A state that a test did not expect.
struct Unexpected: Error, CustomStringConvertible {
  let description: String
  init(_ state: Checkout.State) { description = "unexpected state \(state.name)" }
}

extension Journey {
  /// One answer of a ledger that says yes.
  mutating func settleOnce() {
    guard let count = state.awaitedAnswers else { return }
    let answer = Array(repeating: Outcome.ok, count: count)
    if case .holding = state { take(.held(answer)) } else { take(.posted(answer)) }
  }
}
