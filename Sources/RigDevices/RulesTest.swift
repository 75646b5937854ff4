import Devices
import Foundation
import LoopbackHTTP
import Simulators

/// A scanner for which no udev rule is installed, with the daemon's own binary as an ordinary user:
/// what it and `kioskctl` say, and that their cure cures.
struct RulesTest {
  private static let id = "0c2e:0b62"
  private static let localRules = "/run/udev/rules.d/71-kiosk-local.rules"

  private let arguments: SaleTest.Arguments
  private var checks = Checks()
  private let scanner = RigScanner.hidPOS
  private let cable: Cable

  /// The number of checks that failed. `configuration` is the example that the shop's is made of.
  static func run(configuration: String, _ arguments: SaleTest.Arguments) async throws -> Int {
    var test = RulesTest(arguments)
    let samples = try await SampleShop.make(arguments, &test.checks)
    let kiosk = try SampleShop.daemon(arguments, flags: [])
    test.checks.check("daemon-starts-without-rules", await kiosk.isReady())
    try await test.refusal(kiosk)
    try test.install(configuration)
    try await test.use(samples, kiosk)
    test.checks.check("daemon-stops-after-the-rules", await kiosk.stop() == 0)
    return test.checks.failureCount
  }

  private init(_ arguments: SaleTest.Arguments) {
    self.arguments = arguments
    cable = Cable(scanner.device, number: 40)
  }

  private static func scanner(_ snapshot: JSONValue) -> JSONValue {
    snapshot["devices"].array.first { $0["kind"] == "scanner" } ?? .null
  }

  private mutating func refusal(_ kiosk: KioskProcess) async throws {
    try cable.plug()
    let refused = await kiosk.snapshot { Self.scanner($0)["state"] == "faulted" }
    let told = refused.map(Self.scanner) ?? .null
    let words = told["message"].string ?? ""
    checks.check(
      "missing-rule-is-told",
      words.contains("udev rules")
        && told["unifiedPOS"]["error"].number
          == Double(UnifiedPOSCodes.ErrorCode.noService.rawValue),
      words)
    let devices = try JSONValue(
      parsing: Array(try SampleShop.output(["devices", "--json"], arguments).utf8))
    let attached = devices["attached"].array.first { $0["id"] == .string(Self.id) } ?? .null
    checks.check(
      "kioskctl-tells-the-missing-rule",
      attached["access"] == "notPermitted"
        && attached["cure"].string?.contains("install the udev rules") == true, "\(attached)")
  }

  /// What `kioskctl` prints for a shop that names the scanner.
  private mutating func install(_ configuration: String) throws {
    let file = URL(fileURLWithPath: arguments.dataDirectory).appendingPathComponent("kioskd.yaml")
    let text = try String(contentsOfFile: configuration, encoding: .utf8)
      .replacingOccurrences(of: "  scanners: []", with: "  scanners: [{ usb: \"\(Self.id)\" }]")
    try text.write(to: file, atomically: true, encoding: .utf8)
    let rules = try SampleShop.output(
      ["udev-rules", "--local", "--config", file.path], arguments)
    checks.check(
      "local-rules-name-the-scanner", rules.contains("ATTR{idProduct}==\"0b62\""), rules)
    try rules.write(toFile: Self.localRules, atomically: true, encoding: .utf8)
    let reload = Process()
    reload.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    reload.arguments = ["udevadm", "control", "--reload"]
    try reload.run()
    reload.waitUntilExit()
    checks.check("rules-are-loaded", reload.terminationStatus == 0)
  }

  private mutating func use(_ samples: SampleShop, _ kiosk: KioskProcess) async throws {
    try cable.unplug()
    try cable.plug()
    let used = await kiosk.snapshot { Self.scanner($0)["state"] == "enabled" }
    checks.check("scanner-is-used-with-its-rule", used != nil)
    scanner.scan(samples.products[0].code, "]E0")
    let line = await kiosk.snapshot { $0["lines"].array.count == 1 }
    checks.check("scanner-sells-with-its-rule", line != nil, samples.products[0].name)
    try cable.unplug()
    try FileManager.default.removeItem(atPath: Self.localRules)
  }
}
