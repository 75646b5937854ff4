import Foundation
import Ledger
import Retail
import Testing

@testable import CheckoutMachine

/// A power cut in any state: what was written is read, resumed, and the same effects are issued.
struct RecoveryTests {
  /// Reads the state back as the daemon does, an hour later, and resumes.
  private func restart(_ state: Checkout.State) throws -> Journey {
    let read = try JSONDecoder().decode(
      Checkout.State.self, from: try JSONEncoder().encode(state))
    var journey = Journey(read)
    journey.now = Instant(milliseconds: Journey.start.milliseconds + 3_600_000)
    journey.take(.resumed(afterSeconds: 1))
    return journey
  }

  private func check(_ state: Checkout.State) throws {
    let journey = try restart(state)
    let effects = journey.effects
    let expected: [Checkout.Effect]
    switch state {
    case .attract, .done:
      #expect(journey.state == .attract(.zh))
      expected = [.show, .disarm]
    case .scanning(let basket), .reviewing(let basket):
      expected = try resumedScanning(basket, journey)
    case .claiming(let claim): expected = try resumedScanning(claim.basket, journey)
    case .tendering(let tendering):
      expected = try resumedScanning(tendering.basket, journey)
    case .holding(let settlement):
      #expect(journey.state == state)
      expected = [.show, .disarm, .hold(settlement.hold)]
    case .posting(let settlement):
      #expect(journey.state == state)
      expected = [.show, .disarm, .post(try #require(settlement.posting))]
    case .printing(let completed):
      #expect(journey.state == state)
      expected = [
        .show, .print(completed.receipt.sale), .arm(.paper, seconds: 60),
        .notify(.completedAfterPowerCut),
      ]
    case .outOfService(let closed):
      let lasting = closed.reasons.filter {
        if case .postingRefused = $0 { true } else { false }
      }
      #expect(journey.state.reasons == lasting)
      #expect(StateKind(journey.state) == (lasting.isEmpty ? .attract : .outOfService))
      expected = [.show, .disarm]
    }
    #expect(effects == expected, "\(state.name)")
  }

  private func resumedScanning(
    _ basket: Checkout.Basket, _ journey: Journey
  ) throws -> [Checkout.Effect] {
    #expect(StateKind(journey.state) == .scanning)
    let resumed = try #require(journey.basket)
    #expect(resumed.sale == basket.sale && resumed.step == basket.step)
    #expect(resumed.cart == basket.cart && resumed.coupons == basket.coupons)
    #expect(resumed.member == basket.member && resumed.presence == .active)
    return [
      .show, .arm(.idle, seconds: basket.member == nil ? 90 : 45),
      .notify(.resumedAfterPowerCut),
    ]
  }

  @Test func `after a long cut the basket is there and the account is closed`() throws {
    for state in Samples.states {
      guard let basket = state.basket, StateKind(state) != .holding, StateKind(state) != .posting
      else { continue }
      var journey = Journey(state)
      journey.take(.resumed(afterSeconds: 46))
      let resumed = try #require(journey.basket)
      #expect(resumed.member == nil && resumed.cart == basket.cart)
    }
  }

  @Test func `every sample state goes on after a power cut`() throws {
    for state in Samples.states { try check(state) }
  }

  @Test(arguments: WalkTests.seeds.prefix(2))
  func `every state of a walk goes on after a power cut`(seed: UInt64) throws {
    var walk = Walk(seed: seed)
    for _ in 0..<600 {
      try walk.step()
      try check(walk.journey.state)
    }
  }

  @Test func `a second power cut changes nothing`() throws {
    for state in Samples.states {
      let once = try restart(state)
      let twice = try restart(once.state)
      #expect(twice.state.name == once.state.name)
      #expect(twice.effects == once.effects || StateKind(once.state) == .attract)
    }
  }

  @Test func `a sale cut at any step is completed or let go, with each entry posted once`() throws {
    let events = [Checkout.Event].paying
    for cut in 0...events.count + 3 {
      var book = Book()
      var journey = Journey()
      for event in events.prefix(cut) { journey.take(event) }
      // The answers that came before the cut.
      for _ in 0..<max(0, cut - events.count) {
        book.take(journey.effects)
        journey.settleOnce()
      }
      // The effects of the last step may have been done before the cut, or not.
      for isDone in [false, true] {
        var book = book
        if isDone { book.take(journey.effects) }
        var restarted = try restart(journey.state)
        book.take(restarted.effects)
        while restarted.state.awaitedAnswers != nil {
          restarted.settleOnce()
          book.take(restarted.effects)
        }
        let isPaid = cut >= events.count
        #expect(book.entries.count == (isPaid ? 7 : 0), "cut after \(cut)")
        #expect(book.conflicts == 0)
        #expect(["printing", "scanning", "attract"].contains(restarted.state.name))
        #expect((restarted.state.name == "printing") == isPaid)
      }
    }
  }
}

/// A ledger that keeps each entry by its id.
private struct Book {
  var entries: [EntryID: JournalEntry] = [:]
  var conflicts = 0

  mutating func take(_ effects: [Checkout.Effect]) {
    for effect in effects {
      switch effect {
      case .hold(let batch): keep(batch)
      case .post(let posting): keep(posting.batch)
      case .show, .notify, .print, .arm, .disarm, .callStaff: break
      }
    }
  }

  private mutating func keep(_ batch: Batch) {
    for entry in batch.entries {
      if let known = entries[entry.id], known != entry { conflicts += 1 }
      entries[entry.id] = entry
    }
  }
}
