import Devices
import Foundation
import LibUSB
import Profiles
import Simulators

// Devices of one model, a program that was faster, and devices that make no sense.
extension BusTest {
  /// Attachments with descriptors of chance.
  private static let garbageCount = 12

  /// Two printers of one model and one serial number: the port tells them apart.
  mutating func twinPrinters() async throws {
    let twins = (0..<2).map { SimulatedDevice("printer \($0)", PrinterModel()) }
    let cables = twins.enumerated().map { Cable($1, number: 24 + UInt32($0)) }
    let product = twins[0].descriptors.strings[1]
    let supervision = try Supervision(profiles)
    let heard = supervision.heard
    try cables[0].plug()
    let first = try await port(ofProduct: product)
    let one = await printer(at: first, heard)
    try cables[1].plug()
    let second = try await port(ofProduct: product, besides: [first])
    let spare = await eventually { heard.status(at: second, .printer) }
    checks.check(
      "of-twin-printers-the-second-is-a-spare",
      one != nil && spare?.state == .attached && spare?.message.contains(first) == true,
      spare?.message ?? "-")
    func papers(_ words: String) -> [Int] {
      twins.map { $0.withModel { $0.paperText }.components(separatedBy: words).count - 1 }
    }
    let printed = await Self.fault(one, Self.job(11, "one"))
    checks.check("the-first-twin-prints", printed == nil && papers("one end") == [1, 0])
    try cables[0].unplug()
    let two = await Self.fault(await printer(at: second, heard), Self.job(12, "two"))
    checks.check(
      "the-spare-takes-over", two == nil && papers("two end") == [0, 1])
    try cables[0].plug()
    let back = await eventually {
      heard.status(at: first, .printer).flatMap { $0.state == .attached ? $0 : nil }
    }
    checks.check(
      "the-twin-that-comes-back-is-the-spare", back?.message.contains(second) == true,
      back?.message ?? "-")
    await supervision.stop()
    for cable in cables { try cable.unplug() }
  }

  /// Two scanners of one model are both in use, and each symbol names the port it came by.
  mutating func twinScanners() async throws {
    let twins = (0..<2).map { _ in RigScanner.hidPOS }
    let cables = twins.enumerated().map { Cable($1.device, number: 26 + UInt32($0)) }
    let supervision = try Supervision(profiles)
    let heard = supervision.heard
    // The second time in the other order, with other addresses: a port is a port.
    for order in [[0, 1], [1, 0]] {
      var ports: [String] = []
      for index in order {
        try cables[index].plug()
        let port = try await port(ofProduct: twins[index].product, besides: ports)
        _ = await isEnabled(.scanner, at: port, heard)
        ports.append(port)
      }
      var names: [DeviceID] = []
      for index in order where await reads(twins[index], Self.shortCode, heard) {
        if let symbol = heard.symbols.last { names.append(symbol.device) }
      }
      checks.check(
        "twin-scanners-are-told-apart-by-port", names == ports.map { DeviceID("scanner@\($0)") },
        "\(names)")
      for (index, port) in zip(order, ports) {
        try cables[index].unplug()
        _ = await eventually { heard.status(at: port, .scanner)?.state == .absent ? true : nil }
      }
    }
    await supervision.stop()
  }

  /// Another program holds the printer's interface, is named, and ends.
  mutating func rival() async throws {
    let device = SimulatedDevice("printer", PrinterModel())
    let cable = Cable(device, number: 28)
    try cable.plug()
    let port = try await port(ofProduct: device.descriptors.strings[1])
    let rival = try Rival(holding: port)
    checks.check("a-rival-holds-the-printer", rival.isHolding)
    let supervision = try Supervision(profiles)
    let heard = supervision.heard
    let busy = await eventually {
      heard.status(at: port, .printer).flatMap { $0.state == .faulted ? $0 : nil }
    }
    checks.check("held-device-is-told-as-claimed", busy?.unifiedPOS.error == .claimed)
    checks.check(
      "held-device-names-its-holder",
      busy?.message.contains("(process \(rival.processID))") == true, busy?.message ?? "-")
    rival.letGo()
    checks.check(
      "device-is-used-once-it-is-let-go",
      await isEnabled(.printer, at: port, heard, seconds: 60), heard.message(of: .printer))
    await supervision.stop()
    try cable.unplug()
  }

  // MARK: - Garbage

  mutating func garbage() async throws {
    let supervision = try Supervision(profiles)
    var numbered = 0
    for number in 0..<Self.garbageCount {
      let cable = Cable(SimulatedDevice("garbage", garbage(number)), number: 30)
      try cable.plug()
      let isThere = await eventually(seconds: 3, every: .milliseconds(200)) {
        USBInspection.attachedDevices().isEmpty && USBInspection.unreadableDevices().isEmpty
          ? nil : true
      }
      if isThere == true { numbered += 1 }
      try await Task.sleep(for: .milliseconds(200))
      try cable.unplug()
    }
    // The kernel refuses a device only where not even its device descriptor can be read.
    checks.check("most-garbage-is-attached", numbered >= Self.garbageCount / 2, "\(numbered)")
    let good = RigScanner.hidPOS
    let cable = Cable(good.device, number: 31)
    try cable.plug()
    let port = try await port(ofProduct: good.product)
    let isUsed = await isEnabled(.scanner, at: port, supervision.heard)
    let isRead = await reads(good, Self.shortCode, supervision.heard)
    checks.check("a-device-works-after-garbage", isUsed && isRead, "seed \(seed)")
    await supervision.stop()
    try cable.unplug()
  }

  private mutating func garbage(_ number: Int) -> GarbageModel {
    let printer = LoopbackModel().descriptors
    let scanner = HIDPOSScannerModel().descriptors
    var configuration = printer.configuration
    switch number % 4 {
    case 0:  // torn
      configuration = Array(configuration.prefix(9 + random.below(configuration.count - 9)))
      return GarbageModel(printer.with(configuration: configuration))
    case 1:  // a few bytes wrong
      for _ in 0..<4 {
        configuration[9 + random.below(configuration.count - 9)] = UInt8(random.below(256))
      }
      return GarbageModel(printer.with(configuration: configuration))
    case 2:  // nothing but chance behind the header
      let chance = (0..<40).map { _ in UInt8(random.below(256)) }
      return GarbageModel(printer.with(configuration: Array(configuration.prefix(9)) + chance))
    default:  // a scanner whose report descriptor is chance
      let count = scanner.reports[0]?.count ?? 0
      let chance = (0..<count).map { _ in UInt8(random.below(256)) }
      return GarbageModel(scanner.with(report: chance))
    }
  }
}

extension USBDescriptors {
  fileprivate func with(configuration: [UInt8]) -> USBDescriptors {
    USBDescriptors(
      speed: speed, device: device, configuration: configuration, strings: strings,
      reports: reports)
  }

  fileprivate func with(report: [UInt8]) -> USBDescriptors {
    USBDescriptors(
      speed: speed, device: device, configuration: configuration, strings: strings,
      reports: [0: report])
  }
}
