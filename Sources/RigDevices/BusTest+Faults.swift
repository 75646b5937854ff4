import Devices
import Simulators

// A printer, a reader and a display whose pipes fail.
extension BusTest {
  private static let card: [UInt8] = [0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0x80]

  static func job(_ number: UInt32, _ title: String) -> PrintJob {
    let lines = (1...30).map { line -> PrintElement in
      .columns(left: "\(title) \(line)", right: "\(line).00", .plain)
    }
    return PrintJob(number: number, elements: lines + [.text("\(title) end", .plain), .cut])
  }

  /// How the job ended; nil when it was printed.
  static func fault(
    _ printer: (any POSPrinter)?, _ job: PrintJob
  ) async -> DeviceError.Kind? {
    guard let printer else { return .disconnected }
    do throws(PrintFault) {
      return try await printer.print(job) == .printed ? nil : .unsupported
    } catch {
      return error.cause.kind
    }
  }

  /// The one in use at a port; it is told a moment after its state.
  func printer(at port: String, _ heard: HeardEvents) async -> (any POSPrinter)? {
    await eventually {
      guard heard.status(at: port, .printer)?.state == .enabled else { return nil }
      return heard.printers.last { $0.device == DeviceID("printer@\(port)") }
    }
  }

  mutating func printer() async throws {
    let device = SimulatedDevice("printer", PrinterModel())
    let cable = Cable(device, number: 21)
    let (input, output) = (PrinterModel.inEndpoint, PrinterModel.outEndpoint)
    func count(_ words: String) -> Int {
      device.withModel { $0.paperText }.split(separator: "\n").filter { $0.contains(words) }.count
    }
    try cable.plug()
    let port = try await port(ofProduct: device.descriptors.strings[1])
    let supervision = try Supervision(profiles)
    let heard = supervision.heard
    guard let printer = await self.printer(at: port, heard) else {
      throw Stopped(description: "no printer: \(heard.message(of: .printer))")
    }

    try cable.disturb { $0.shorten(output, to: 100) }
    let broken = await Self.fault(printer, Self.job(1, "broken"))
    checks.check(
      "printer-goes-on-after-a-stall-in-mid-job",
      broken == nil && count("broken 1 ") == 1 && count("broken end") == 1,
      "\(broken.map { "\($0)" } ?? "printed"), \(count("broken end"))")

    // Nobody prints: it is a status request that meets the halt.
    try cable.disturb { $0.stall(output) }
    let isCleared = await eventually(seconds: 60) {
      cable.inspect { $0.isHalted(output) } == false ? true : nil
    }
    checks.check("halt-of-a-resting-printer-is-cleared", isCleared == true)

    try cable.disturb { $0.hold(input) }
    let silent = await Self.fault(printer, Self.job(2, "silent"))
    checks.check("silent-printer-is-no-success", silent == .timedOut, "\(silent as Any)")
    try cable.disturb { $0.release(input) }
    let after = await Self.fault(printer, Self.job(3, "after silence"))
    checks.check(
      "printer-prints-after-its-silence", after == nil && count("after silence end") == 1,
      "\(after as Any)")

    try cable.disturb { $0.hold(output) }
    let deaf = await Self.fault(printer, Self.job(4, "deaf"))
    checks.check("deaf-printer-is-no-success", deaf == .timedOut, "\(deaf as Any)")
    try cable.disturb { $0.release(output) }
    let hears = await Self.fault(printer, Self.job(5, "hears"))
    checks.check("printer-prints-when-it-hears-again", hears == nil && count("hears end") == 1)

    let known = heard.printers.count
    try cable.disturb { $0.overflow(input) }
    let overrun = await Self.fault(printer, Self.job(6, "overrun"))
    checks.check("overflow-of-a-printer-is-told", overrun == .malformedResponse)
    let again = await eventually { heard.printers.count > known ? heard.printers.last : nil }
    let reset = await Self.fault(again, Self.job(7, "reset"))
    checks.check("printer-prints-after-its-reset", reset == nil && count("reset end") == 1)
    await supervision.stop()
    try cable.unplug()
  }

  mutating func reader() async throws {
    let device = SimulatedDevice("reader", CCIDReaderModel())
    let cable = Cable(device, number: 22)
    try cable.plug()
    let port = try await port(ofProduct: device.descriptors.strings[1])
    let supervision = try Supervision(profiles)
    let heard = supervision.heard
    guard await isEnabled(.cardReader, at: port, heard) else {
      throw Stopped(description: "no reader: \(heard.message(of: .cardReader))")
    }
    func isRead() async -> Bool {
      let before = heard.cards.count
      device.withModel { $0.setCard(uid: Self.card) }
      let isRead = await eventually {
        heard.cards.dropFirst(before).contains { event in
          if case .inserted(let card) = event { card.uid == Self.card } else { false }
        } ? true : nil
      }
      device.withModel { $0.setCard(uid: nil) }
      _ = await eventually { heard.cards.last == .removed ? true : nil }
      return isRead == true
    }
    checks.check("reader-reads", await isRead())
    let input =
      device.descriptors.interfaces.flatMap(\.endpoints)
      .first { $0.isIn && $0.transferType == .bulk }?.address ?? 0
    let faults: [(name: String, make: (inout CableEnd) -> Void)] = [
      ("a-stall", { $0.stall(input) }), ("an-overflow", { $0.overflow(input) }),
      ("a-short-answer", { $0.shorten(input, to: 3) }),
    ]
    for (name, make) in faults {
      try cable.disturb(make)
      // The tap that meets the fault may be lost; the device must come back from it by itself.
      _ = await isRead()
      let isBack = await isEnabled(.cardReader, at: port, heard)
      checks.check("reader-is-in-use-after-\(name)", isBack, heard.message(of: .cardReader))
      checks.check("reader-reads-after-\(name)", await isRead())
    }
    try cable.disturb { $0.hold(input) }
    device.withModel { $0.setCard(uid: Self.card) }
    let isTold = await eventually(seconds: 40) {
      heard.status(at: port, .cardReader)?.state == .faulted ? true : nil
    }
    checks.check("silent-reader-is-told", isTold == true, heard.message(of: .cardReader))
    device.withModel { $0.setCard(uid: nil) }
    try cable.disturb { $0.release(input) }
    let isBack = await isEnabled(.cardReader, at: port, heard, seconds: 60)
    checks.check("reader-is-in-use-after-its-silence", isBack, heard.message(of: .cardReader))
    checks.check("reader-reads-after-its-silence", await isRead())
    await supervision.stop()
    try cable.unplug()
  }

  mutating func display() async throws {
    let device = SimulatedDevice("display", LineDisplayModel())
    let cable = Cable(device, number: 23)
    try cable.plug()
    let port = try await port(ofProduct: device.descriptors.strings[1])
    let supervision = try Supervision(profiles)
    let heard = supervision.heard
    func shows(_ words: String) async -> Bool {
      guard await isEnabled(.display, at: port, heard),
        let display = await eventually({ heard.display })
      else { return false }
      do { try await display.show(DisplayContent(words: [words, "2.00"])) } catch { return false }
      return await eventually {
        device.withModel { $0.lines }.first?.hasPrefix(words) == true ? true : nil
      } ?? false
    }
    checks.check("display-shows", await shows("first"), heard.message(of: .display))
    let output = LineDisplayModel.bulkOut
    let faults: [(name: String, make: (inout CableEnd) -> Void)] = [
      ("a-stall", { $0.stall(output) }), ("a-broken-write", { $0.shorten(output, to: 5) }),
    ]
    for (name, make) in faults {
      try cable.disturb(make)
      checks.check("display-shows-after-\(name)", await shows("after \(name)"))
    }
    try cable.disturb { $0.hold(output) }
    checks.check("deaf-display-is-no-success", !(await shows("deaf")))
    try cable.disturb { $0.release(output) }
    let isBack = await isEnabled(.display, at: port, heard, seconds: 60)
    checks.check("display-is-in-use-when-it-hears-again", isBack, heard.message(of: .display))
    checks.check("display-shows-when-it-hears-again", await shows("hears"))
    await supervision.stop()
    try cable.unplug()
  }
}
