import Foundation
import LoopbackHTTP
import Simulators

/// Sales with the daemon's own binary while cables are pulled, endpoints stall and paper runs out
/// by chance: none may be lost, none doubled, and the daemon may not grow.
///
/// The customer does what people do: looks at the screen, tries again, and has the attendant put
/// right what is wrong. Chance is the seed's alone; what happens when is not by the clock but by
/// the steps of the sales.
struct LifeTest {
  struct Arguments {
    let shop: SaleTest.Arguments
    let eventCount: Int
    let seed: UInt64
  }

  /// What the daemon's memory may grow by between the first sales and the end: a heap settles,
  /// a leak of one sale's worth would be far more after hundreds.
  static let memoryToleranceKiB = 12_288
  /// Sales before the memory is looked at first.
  private static let warmUpCount = 4
  /// Attempts at one step before the kiosk counts as broken.
  static let attemptLimit = 6

  struct Sale {
    let receipt: String
    let itemCount: Int
  }

  struct Stopped: Error, CustomStringConvertible {
    let description: String
  }

  let arguments: Arguments
  var checks = Checks()
  var random: RigRandom
  let counter = CounterDevices()
  var eventsLeft: Int
  private(set) var sales: [Sale] = []
  private(set) var abandonedCount = 0
  var mendCount = 0
  private var memory: [Int] = []

  /// The number of checks that failed.
  static func run(_ arguments: Arguments) async throws -> Int {
    var test = LifeTest(arguments)
    test.checks.note("seed \(arguments.seed), \(arguments.eventCount) events")
    let samples = try await SampleShop.make(arguments.shop, &test.checks)
    let kiosk = try SampleShop.daemon(arguments.shop, flags: [])
    guard await kiosk.isReady() else { throw Stopped(description: "the daemon does not start") }
    for device in ControlCommand.Device.allCases { try test.counter.perform(.plug(device)) }
    try await test.idle(kiosk)
    try await test.sell(samples, kiosk)
    try await test.settle(kiosk)
    try test.audit(samples)
    return test.checks.failureCount
  }

  private init(_ arguments: Arguments) {
    self.arguments = arguments
    random = RigRandom(seed: arguments.seed)
    eventsLeft = arguments.eventCount
  }

  /// Sales until the events are used up, and one more.
  private mutating func sell(_ samples: SampleShop, _ kiosk: KioskProcess) async throws {
    var isLast = false
    while !isLast {
      isLast = eventsLeft == 0
      if let sale = try await sale(samples, kiosk) {
        sales.append(sale)
        note(kiosk)
      } else {
        abandonedCount += 1
      }
    }
  }

  private mutating func note(_ kiosk: KioskProcess) {
    guard let now = ProcessFigures.memoryKiB(kiosk.processID) else { return }
    memory.append(now)
    checks.note("sale \(sales.count), \(eventsLeft) events left, memory \(now) KiB")
  }

  /// Does what is next of the events, more often than not.
  mutating func disturb() throws {
    guard eventsLeft > 0, random.below(10) < 7 else { return }
    eventsLeft -= 1
    let event = CounterEvent.random(&random, at: counter)
    checks.note("event \(arguments.eventCount - eventsLeft): \(event)")
    try event.perform(counter)
  }

  /// The attendant: a device that does not work is switched off and on, with paper in and the cover
  /// closed.
  mutating func mend(_ device: ControlCommand.Device) throws {
    mendCount += 1
    if device == .printer {
      try counter.perform(.paper("ok"))
      try counter.perform(.cover(isOpen: false))
    }
    try CounterEvent.powerCycle(device).perform(counter)
  }

  // MARK: - Afterwards

  /// Everything is put right; every paper then comes.
  private mutating func settle(_ kiosk: KioskProcess) async throws {
    for device in ControlCommand.Device.allCases { try mend(device) }
    let missing = await eventually(seconds: 120) {
      let missing = papers().filter { $0.value.isEmpty }
      return missing.isEmpty ? missing : nil
    }
    let open = papers().filter { $0.value.isEmpty }.keys.sorted()
    checks.check("every-sale-has-its-paper", missing != nil, open.joined(separator: " "))
    if let first = memory.dropFirst(Self.warmUpCount).first ?? memory.first,
      let last = memory.last
    {
      checks.check(
        "memory-is-flat", last - first <= Self.memoryToleranceKiB,
        "\(first) KiB to \(last) KiB, tolerance \(Self.memoryToleranceKiB)")
    } else {
      checks.check("memory-is-flat", false, "not measured")
    }
    checks.check("daemon-survives-the-events", kiosk.isRunning)
    checks.check("daemon-stops-after-the-events", await kiosk.stop() == 0)
  }

  /// The papers of each sale, cut apart, that name its receipt.
  private func papers() -> [String: [String]] {
    let all = counter.printer.withModel { $0.paperText }.split(separator: "--- cut ---\n")
    return Dictionary(
      sales.map { sale in (sale.receipt, all.filter { $0.contains(sale.receipt) }.map(String.init))
      },
      uniquingKeysWith: { first, _ in first })
  }

  private mutating func audit(_ samples: SampleShop) throws {
    checks.measured("sales", sales.count)
    checks.measured("sales-given-up-by-the-customer", abandonedCount)
    checks.measured("mends", mendCount)
    checks.check("sales-went-on", sales.count >= arguments.eventCount / 10)
    checks.check("no-sale-has-two-numbers", Set(sales.map(\.receipt)).count == sales.count)
    // A paper that is not the first says that it is a copy.
    let doubled = papers().filter { $0.value.filter { !Self.isCopy($0) }.count > 1 }
    checks.check(
      "no-paper-is-doubled-unmarked", doubled.isEmpty, doubled.keys.sorted().joined(separator: " "))
    let numbers = sales.compactMap { $0.receipt.split(separator: "-").last.flatMap { Int($0) } }
    let kiosk = sales.first?.receipt.split(separator: "-").first ?? ""
    var booked = 0
    for number in (numbers.min() ?? 1)...((numbers.max() ?? 0) + 1) {
      let text = "\(kiosk)-" + String(format: "%06d", number)
      if try SampleShop.kioskctl(["receipt", "show", text], arguments.shop) == 0 { booked += 1 }
    }
    checks.check(
      "as-many-sales-are-booked-as-were-made", booked == sales.count,
      "\(booked) booked, \(sales.count) made")
    for words in [["ledger", "verify"], ["ledger", "trial-balance"]] {
      checks.check(
        "\(words.joined(separator: "-"))-is-clean-after-the-events",
        try SampleShop.kioskctl(words, arguments.shop) == 0)
    }
  }

  private static func isCopy(_ paper: String) -> Bool {
    paper.contains("副本") || paper.contains("COPY")
  }
}
