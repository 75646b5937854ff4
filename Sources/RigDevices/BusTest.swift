import Devices
import Foundation
import LibUSB
import Profiles
import Simulators

/// What goes wrong on a bus, on the kernel of this machine: every kind of device and every fault,
/// with the product's own supervisor, without the daemon.
struct BusTest {
  static let shortCode = "6901234567892"
  /// More than one report of any scanner, and more than one packet.
  static let longCode = "CPN-" + String(repeating: "ABCDEFGH01234567", count: 7)

  let profiles: ProfileSet
  var checks = Checks()
  var random: RigRandom
  let seed: UInt64

  /// The number of checks that failed. `seed` makes the garbage.
  static func run(profiles: ProfileSet, seed: UInt64) async throws -> Int {
    var test = BusTest(profiles: profiles, seed: seed)
    for scanner in RigScanner.all { try await test.scanner(scanner) }
    try await test.printer()
    try await test.reader()
    try await test.display()
    try await test.twinPrinters()
    try await test.twinScanners()
    try await test.rival()
    try await test.garbage()
    return test.checks.failureCount
  }

  private init(profiles: ProfileSet, seed: UInt64) {
    self.profiles = profiles
    self.seed = seed
    random = RigRandom(seed: seed)
  }

  struct Stopped: Error, CustomStringConvertible {
    let description: String
  }

  /// Where the kernel has the device, once it is there.
  func port(ofProduct product: String, besides others: [String] = []) async throws -> String {
    let port = await eventually(every: .milliseconds(200)) {
      USBInspection.attachedDevices().map(\.device)
        .first { $0.product == product && !others.contains($0.topology) }?.topology
    }
    guard let port else { throw Stopped(description: "\(product) did not arrive") }
    return port
  }

  // MARK: - Scanners

  private mutating func scanner(_ scanner: RigScanner) async throws {
    let cable = Cable(scanner.device, number: 20)
    try cable.plug()
    let port = try await port(ofProduct: scanner.product)
    let name = scanner.name
    let isKernels = await eventually {
      Kernel.driver(topology: port) == scanner.kernelDriver ? true : nil
    }
    checks.check("\(name)-is-the-kernels-first", isKernels == true)
    let supervision = try Supervision(profiles)
    let heard = supervision.heard
    checks.check(
      "\(name)-enabled", await isEnabled(.scanner, at: port, heard, profile: scanner.profile),
      heard.message(of: .scanner))
    checks.check(
      "\(name)-is-taken-from-the-kernel", Kernel.driver(topology: port) == "usbfs")
    checks.check("\(name)-reads", await reads(scanner, Self.shortCode, heard))
    checks.check("\(name)-reads-what-is-long", await reads(scanner, Self.longCode, heard))
    try await tear(scanner, heard)
    try await disturb(scanner, cable, port, heard)
    try await pull(scanner, cable, port, heard)
    await supervision.stop()
    let isBack = await eventually {
      Kernel.driver(topology: port) == scanner.kernelDriver ? true : nil
    }
    checks.check("\(name)-goes-back-to-the-kernel", isBack == true)
    try cable.unplug()
  }

  func isEnabled(
    _ kind: DeviceKind, at port: String, _ heard: HeardEvents, profile: String? = nil,
    seconds: Double = BusWatch.limitSeconds
  ) async -> Bool {
    await eventually(seconds: seconds) {
      guard let status = heard.status(at: port, kind), status.state == .enabled else { return nil }
      return profile == nil || status.profile == profile ? true : nil
    } ?? false
  }

  /// Whether the next symbol is this one, once and with its identifier.
  func reads(_ scanner: RigScanner, _ text: String, _ heard: HeardEvents) async -> Bool {
    let before = heard.symbols.count
    scanner.scan(text, "]Q1")
    let symbols = await eventually {
      heard.symbols.count > before ? Array(heard.symbols.dropFirst(before)) : nil
    }
    guard let symbol = symbols?.first else { return false }
    return symbols?.count == 1 && symbol.bytes == Array(text.utf8) && symbol.aimIdentifier == "]Q1"
  }

  private mutating func tear(_ scanner: RigScanner, _ heard: HeardEvents) async throws {
    let (symbols, refusals) = (heard.symbols.count, heard.refusals.count)
    scanner.tear("69012345")
    let refused = await eventually { heard.refusals.count > refusals ? heard.refusals.last : nil }
    checks.check(
      "\(scanner.name)-refuses-half-a-symbol", refused == .torn && heard.symbols.count == symbols,
      "\(refused.map { "\($0)" } ?? "nothing told")")
    // What comes at once would be taken for the rest of it.
    try await settle()
    checks.check(
      "\(scanner.name)-reads-after-half-a-symbol", await reads(scanner, Self.shortCode, heard))
  }

  private mutating func disturb(
    _ scanner: RigScanner, _ cable: Cable, _ port: String, _ heard: HeardEvents
  ) async throws {
    let name = scanner.name
    try cable.disturb { $0.stall(scanner.input) }
    checks.check("\(name)-reads-after-a-stall", await reads(scanner, Self.shortCode, heard))

    let before = heard.symbols.count
    try cable.disturb { $0.hold(scanner.input) }
    scanner.scan(Self.shortCode, "]Q1")
    try await Task.sleep(for: .milliseconds(300))
    let isSilent = heard.symbols.count == before
    try cable.disturb { $0.release(scanner.input) }
    let late = await eventually { heard.symbols.count > before ? heard.scans.last : nil }
    checks.check("\(name)-waits-for-a-silent-pipe", isSilent && late == Array(Self.shortCode.utf8))

    var kept = heard.symbols.count
    try cable.disturb { $0.overflow(scanner.input) }
    scanner.scan(Self.shortCode, "]Q1")
    let isFaulted = await eventually {
      heard.status(at: port, .scanner)?.state == .enabled ? nil : true
    }
    let isBack = await isEnabled(.scanner, at: port, heard)
    checks.check("\(name)-is-reset-after-an-overflow", isFaulted == true && isBack)
    try await settle()
    checks.check(
      "\(name)-makes-no-symbol-of-the-rest",
      heard.scans.dropFirst(kept).allSatisfy { $0 == Array(Self.shortCode.utf8) },
      "\(heard.scans.dropFirst(kept).map { String(decoding: $0, as: UTF8.self) })")
    checks.check("\(name)-reads-after-an-overflow", await reads(scanner, Self.shortCode, heard))

    guard scanner.hasReports else { return }
    kept = heard.symbols.count
    try cable.disturb { $0.shorten(scanner.input, to: 1) }
    scanner.scan(Self.shortCode, "]Q1")
    try await settle()
    checks.check(
      "\(name)-makes-no-symbol-of-a-short-report",
      heard.scans.dropFirst(kept).allSatisfy { $0 == Array(Self.shortCode.utf8) },
      "\(heard.scans.dropFirst(kept).map { String(decoding: $0, as: UTF8.self) })")
    checks.check("\(name)-reads-after-a-short-report", await reads(scanner, Self.shortCode, heard))
  }

  /// Longer than any scanner's gap in the rig.
  func settle() async throws { try await Task.sleep(for: .milliseconds(1_500)) }

  /// The plug is pulled in the middle of a symbol.
  private mutating func pull(
    _ scanner: RigScanner, _ cable: Cable, _ port: String, _ heard: HeardEvents
  ) async throws {
    let before = heard.symbols.count
    scanner.tear("69012345")
    try cable.unplug()
    let isAbsent = await eventually {
      heard.status(at: port, .scanner)?.state == .absent ? true : nil
    }
    checks.check("\(scanner.name)-is-absent-after-unplugging", isAbsent == true)
    try cable.plug()
    let isBack = await isEnabled(.scanner, at: port, heard)
    checks.check(
      "\(scanner.name)-is-in-use-again-at-its-port", isBack, heard.message(of: .scanner))
    checks.check(
      "\(scanner.name)-forgets-half-a-symbol",
      await reads(scanner, Self.shortCode, heard) && heard.symbols.count == before + 1)
  }
}
