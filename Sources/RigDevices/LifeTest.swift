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

  /// Between two looks at the paper.
  private static let lookPause = Duration.milliseconds(500)
  /// Until the last paper is out.
  private static let paperSeconds = 120.0

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
  private var roll = PaperRoll()
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
        roll.read(counter.printer)
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
    for device in ControlCommand.Device.allCases {
      let isUsed = await kiosk.snapshot(within: Self.mendSeconds) { Self.isEnabled(device, $0) }
      checks.check("mended-\(device)-is-in-use", isUsed != nil, await screen(kiosk))
    }
    // Seldom: the roll is read under the printer's lock, and looking without a pause keeps it, and
    // the machine's one processor, from printing.
    var open = unprinted()
    _ = await eventually(seconds: Self.paperSeconds, every: Self.lookPause) {
      open = unprinted()
      return open.isEmpty ? true : nil
    }
    if !open.isEmpty { try await explain(open, kiosk) }
    checks.check("every-sale-has-its-paper", open.isEmpty, open.joined(separator: " "))
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

  /// Where the papers are that did not come: in the book, in the printer, or nowhere.
  private func explain(_ receipts: [String], _ kiosk: KioskProcess) async throws {
    checks.note("the kiosk: \(await screen(kiosk))")
    for receipt in receipts {
      checks.note(try SampleShop.output(["receipt", "show", receipt], arguments.shop))
    }
    checks.note(counter.printer.withModel { $0.condition })
    let cable = try counter.cable(.printer).inspect { $0.condition }
    checks.note("its cable: \(cable ?? "out")")
    checks.note("its last paper:\n\(counter.printer.withModel { $0.paperText }.suffix(2_000))")
  }

  /// Sales without any paper.
  private mutating func unprinted() -> [String] {
    roll.read(counter.printer)
    return sales.map(\.receipt).filter { roll.papers(of: $0).isEmpty }
  }

  private mutating func audit(_ samples: SampleShop) throws {
    checks.measured("sales", sales.count)
    checks.measured("sales-given-up-by-the-customer", abandonedCount)
    checks.measured("mends", mendCount)
    checks.check("sales-went-on", sales.count >= arguments.eventCount / 10)
    checks.check("no-sale-has-two-numbers", Set(sales.map(\.receipt)).count == sales.count)
    // A paper that is not the first says that it is a copy.
    roll.read(counter.printer)
    let doubled = sales.map(\.receipt).filter { receipt in
      roll.papers(of: receipt).filter { !$0.isCopy }.count > 1
    }
    checks.check(
      "no-paper-is-doubled-unmarked", doubled.isEmpty, doubled.joined(separator: " "))
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
}
