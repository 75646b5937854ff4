import Ledger
import Retail
import Testing

@testable import CheckoutMachine

/// All pairs of state and event.
struct TotalityTests {
  private struct Step {
    let state: Checkout.State
    let event: Checkout.Event
    let next: Checkout.State
    let effects: [Checkout.Effect]
  }

  private static let steps: [Step] = Samples.states.flatMap { state in
    Samples.events.map { event in
      var journey = Journey(state)
      journey.now = Instant(milliseconds: Journey.start.milliseconds + 3_600_000)
      journey.take(event)
      return Step(state: state, event: event, next: journey.state, effects: journey.effects)
    }
  }

  @Test func `every kind of state and event has a sample`() {
    #expect(Set(Samples.states.map(StateKind.init)) == Set(StateKind.allCases))
    #expect(Set(Samples.events.map(EventKind.init)) == Set(EventKind.allCases))
  }

  @Test func `every event moves at least one state, and every state can be left`() {
    let moving = Self.steps.filter { $0.next != $0.state }
    #expect(Set(moving.map { EventKind($0.event) }) == Set(EventKind.allCases))
    let leaving = moving.filter { StateKind($0.next) != StateKind($0.state) }
    #expect(Set(leaving.map { StateKind($0.state) }) == Set(StateKind.allCases))
    #expect(Set(leaving.map { StateKind($0.next) }) == Set(StateKind.allCases))
  }

  @Test func `every effect is had and every notice is told by some pair`() {
    // Some need more than one step, or a rule with a limit.
    let further = [
      LimitTests.outrun,
      Journey(.paying + [.held([.overLimit, .linkedFailed])]),
      Journey([Checkout.Event](repeating: .couponPresented(.over50), count: 2)),
    ].flatMap(\.effects)
    let effects = Self.steps.flatMap(\.effects) + further
    #expect(Set(effects.map(EffectKind.init)) == Set(EffectKind.allCases))
    let notices = effects.compactMap { effect -> NoticeKind? in
      if case .notify(let notice) = effect { NoticeKind(notice) } else { nil }
    }
    #expect(Set(notices) == Set(NoticeKind.allCases))
  }

  @Test func `a changed state is shown, and what is told comes last and alone`() {
    for step in Self.steps {
      if step.next != step.state {
        #expect(step.effects.contains(.show), "\(step.state.name), \(step.event)")
      }
      let places = step.effects.indices.filter {
        if case .notify = step.effects[$0] { true } else { false }
      }
      #expect(places.allSatisfy { $0 == step.effects.count - 1 })
    }
  }

  /// What a disabled key may do: tell something, and take it as a sign of life.
  private func isIdle(_ step: Step) -> Bool {
    let effectsAreIdle = step.effects.allSatisfy { effect in
      switch effect {
      case .show, .notify, .arm(.idle, _): true
      case .hold, .post, .print, .arm, .disarm, .callStaff: false
      }
    }
    let (before, after) = (step.state.basket, step.next.basket)
    return effectsAreIdle && StateKind(step.next) == StateKind(step.state)
      && before?.cart == after?.cart && before?.member == after?.member
      && before?.coupons == after?.coupons && before?.language == after?.language
      && step.next.language == step.state.language
  }

  @Test func `a key is enabled exactly where it does something`() {
    for state in Samples.states {
      for button in Checkout.ButtonName.allCases {
        let steps = Self.steps.filter {
          $0.state == state && EventKind($0.event).rawValue == button.rawValue
        }
        #expect(!steps.isEmpty)
        if Checkout.isEnabled(button, in: state) {
          #expect(
            steps.contains { $0.next != state || !$0.effects.isEmpty },
            "\(button) in \(state.name)")
        } else {
          #expect(steps.allSatisfy(isIdle), "\(button) in \(state.name)")
        }
      }
    }
  }
}
