import CheckoutMachine
import Foundation
import Ledger
import Testing

/// Whatever the order of events: no print without a posting, each hold captured once, no id used
/// twice, no account left open, and a journal that reads back what was written.
struct WalkTests {
  static let seeds = [UInt64(1), 7, 4_021, 20_261_122]

  @Test(arguments: seeds)
  func `no walk of ten thousand events leads where a kiosk must not be`(seed: UInt64) throws {
    var walk = Walk(seed: seed)
    for _ in 0..<10_000 { try walk.step() }
    #expect(walk.seen == Set(StateKind.allCases))
    #expect(walk.printedSales.count > 50, "the walk sells something")
  }

  @Test(arguments: seeds.prefix(2))
  func `what the journal reads back is what it wrote`(seed: UInt64) throws {
    var walk = Walk(seed: seed)
    for count in 0..<1_500 {
      try walk.step()
      guard count.isMultiple(of: 3) else { continue }
      try requireRoundTrip(walk.journey.state)
      try requireRoundTrip(walk.journey.effects)
    }
    for event in Samples.events { try requireRoundTrip(event) }
    for state in Samples.states { try requireRoundTrip(state) }
  }

  private func requireRoundTrip<Value: Codable & Equatable>(_ value: Value) throws {
    let data = try JSONEncoder().encode(value)
    let read = try JSONDecoder().decode(Value.self, from: data)
    if read != value {
      throw Violation(description: "read back otherwise: \(String(decoding: data, as: UTF8.self))")
    }
  }

  @Test(arguments: seeds.prefix(2))
  func `nobody touches anything: every account is closed after two timers`(seed: UInt64) throws {
    var walk = Walk(seed: seed)
    for _ in 0..<1_000 {
      try walk.step()
      var left = walk.journey
      left.settle()
      var fired = 0
      while let timer = left.effects.armed ?? left.state.timer {
        left.take(.timerElapsed(timer))
        left.settle()
        fired += 1
        #expect(fired <= 4)
        guard fired <= 4 else { return }
      }
      #expect(left.basket == nil, "\(walk.journey.state.name)")
    }
  }
}

extension [Checkout.Effect] {
  /// The timer that these effects leave running.
  var armed: Checkout.Timer? {
    reduce(nil) { armed, effect in
      switch effect {
      case .arm(let timer, _): timer
      case .disarm: nil
      case .show, .notify, .hold, .post, .print, .callStaff: armed
      }
    }
  }
}

extension Checkout.State {
  /// The timer that runs in a state when its last effects say nothing of one.
  fileprivate var timer: Checkout.Timer? {
    switch self {
    case .scanning(let basket): basket.presence == .asked ? .stillThere : .idle
    case .claiming: .stillThere
    case .reviewing, .tendering: .idle
    case .printing: .paper
    case .done: .done
    case .attract, .holding, .posting, .outOfService: nil
    }
  }
}
