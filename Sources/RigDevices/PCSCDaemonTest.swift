import Devices
import Foundation
import Glibc
import LoopbackHTTP
import PCSC

/// Proves the daemon with its card reader behind pcscd, as a user who may open nothing of the
/// reader's: a member's tap, and what staff are told while pcscd and the reader come and go.
struct PCSCDaemonTest {
  private let pcscd: String
  private let configuration: String
  private let arguments: SaleTest.Arguments
  private var checks = Checks()
  private let counter = CounterDevices()

  /// The number of checks that failed.
  static func run(
    pcscd: String, configuration: String, _ arguments: SaleTest.Arguments
  ) async throws -> Int {
    var test = PCSCDaemonTest(
      pcscd: pcscd, configuration: configuration, arguments: arguments)
    let samples = try await SampleShop.make(arguments, &test.checks)
    let service = try PCSCTest.start(pcscd)
    for device in [ControlCommand.Device.scanner, .reader] {
      try test.counter.perform(.plug(device))
    }
    let kiosk = try SampleShop.daemon(arguments, flags: ["--config", configuration])
    test.checks.check("daemon-with-pcscd-starts", await kiosk.isReady())
    try await test.tap(samples.card, kiosk)
    try test.ask()
    try await test.restart(service, kiosk)
    test.checks.check("daemon-with-pcscd-stops", await kiosk.stop() == 0)
    return test.checks.failureCount
  }

  private init(pcscd: String, configuration: String, arguments: SaleTest.Arguments) {
    (self.pcscd, self.configuration, self.arguments) = (pcscd, configuration, arguments)
  }

  private mutating func isReader(
    _ state: String, _ name: String, saying words: String = "", _ kiosk: KioskProcess
  ) async {
    var last = "-"
    let told = await kiosk.snapshot { snapshot in
      let reader = snapshot["devices"].array.first { $0["kind"] == .string("cardReader") }
      let message = reader?["message"].string ?? ""
      last = "\(reader?["state"].string ?? "-") \(message)"
      return reader?["state"].string == state && (words.isEmpty || message.contains(words))
    }
    checks.check(name, told != nil, last)
  }

  private mutating func tap(_ card: [UInt8], _ kiosk: KioskProcess) async throws {
    await isReader("enabled", "daemon-enables-the-reader-behind-pcscd", kiosk)
    try counter.perform(.card(card))
    checks.check(
      "tap-through-pcscd-is-a-member", await kiosk.snapshot { $0["member"] != .null } != nil)
    try counter.perform(.card(nil))
  }

  private mutating func ask() throws {
    let devices = try kioskctl("devices")
    checks.check(
      "devices-names-the-readers-of-pcscd",
      devices.contains("pcscd:") && devices.contains("ACR122U") && devices.contains("[pcscd's]"),
      devices.replacing("\n", with: " | "))
    let doctor = try kioskctl("doctor")
    checks.check(
      "doctor-knows-pcscd", doctor.contains("in use, through pcscd"),
      doctor.replacing("\n", with: " | "))
  }

  private mutating func restart(_ service: Process, _ kiosk: KioskProcess) async throws {
    // As a crash does it: it leaves its socket behind.
    kill(service.processIdentifier, SIGKILL)
    await isReader(
      "faulted", "daemon-tells-that-pcscd-stopped", saying: "systemctl enable --now pcscd", kiosk)
    let doctor = try kioskctl("doctor")
    checks.check(
      "doctor-tells-that-pcscd-stopped", doctor.contains("systemctl enable --now pcscd"),
      doctor.replacing("\n", with: " | "))
    let again = try PCSCTest.start(pcscd)
    await isReader("enabled", "daemon-uses-pcscd-again", kiosk)
    try counter.perform(.unplug(.reader))
    await isReader(
      "absent", "daemon-tells-that-pcscd-has-no-reader", saying: "pcscd knows no card reader", kiosk
    )
    try counter.perform(.plug(.reader))
    await isReader("enabled", "daemon-uses-the-reader-again", kiosk)
    kill(again.processIdentifier, SIGKILL)
  }

  /// What it wrote; its exit status is that of the whole machine, which is no kiosk.
  private func kioskctl(_ command: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: arguments.kioskctl)
    process.arguments = [
      command, "--config", configuration, "--data", arguments.dataDirectory,
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: bytes, as: UTF8.self)
  }
}
