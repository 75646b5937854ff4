import Testing

/// What goes wrong on a bus, on a real kernel, against the product's simulated devices.
struct RealBusTests {
  private static let scanners = [
    "keyboard-scanner", "bitmap-scanner", "hid-pos-scanner", "serial-scanner",
  ]

  @Test(arguments: scanners)
  func `a scanner of each kind is taken from the kernel, read, and given back`(
    name: String
  ) async throws {
    let run = try await RigRun.finished()
    run.expect(
      "\(name)-is-the-kernels-first", "\(name)-enabled", "\(name)-is-taken-from-the-kernel",
      "\(name)-reads", "\(name)-reads-what-is-long", "\(name)-goes-back-to-the-kernel")
  }

  @Test(arguments: scanners)
  func `half a symbol is never a symbol, whatever ended it`(name: String) async throws {
    let run = try await RigRun.finished()
    run.expect(
      "\(name)-refuses-half-a-symbol", "\(name)-reads-after-half-a-symbol",
      "\(name)-is-absent-after-unplugging", "\(name)-is-in-use-again-at-its-port",
      "\(name)-forgets-half-a-symbol")
  }

  @Test(arguments: scanners)
  func `a scanner comes back from stall, silence and overflow`(name: String) async throws {
    let run = try await RigRun.finished()
    run.expect(
      "\(name)-reads-after-a-stall", "\(name)-waits-for-a-silent-pipe",
      "\(name)-is-reset-after-an-overflow", "\(name)-makes-no-symbol-of-the-rest",
      "\(name)-reads-after-an-overflow")
  }

  @Test(arguments: scanners.dropLast())
  func `a report that is too short is no symbol`(name: String) async throws {
    let run = try await RigRun.finished()
    run.expect(
      "\(name)-makes-no-symbol-of-a-short-report", "\(name)-reads-after-a-short-report")
  }

  @Test func `a printer that is silent, deaf or broken off counts no paper that is not there`()
    async throws
  {
    let run = try await RigRun.finished()
    run.expect(
      "printer-goes-on-after-a-stall-in-mid-job", "halt-of-a-resting-printer-is-cleared",
      "silent-printer-is-no-success",
      "printer-prints-after-its-silence", "deaf-printer-is-no-success",
      "printer-prints-when-it-hears-again", "overflow-of-a-printer-is-told",
      "printer-prints-after-its-reset")
  }

  @Test func `a reader comes back from stall, overflow, a short answer and silence`()
    async throws
  {
    let run = try await RigRun.finished()
    run.expect("reader-reads", "silent-reader-is-told")
    for fault in ["a-stall", "an-overflow", "a-short-answer", "its-silence"] {
      run.expect("reader-is-in-use-after-\(fault)", "reader-reads-after-\(fault)")
    }
  }

  @Test func `a display comes back from stall, a broken write and silence`() async throws {
    let run = try await RigRun.finished()
    run.expect(
      "display-shows", "display-shows-after-a-stall", "display-shows-after-a-broken-write",
      "deaf-display-is-no-success", "display-is-in-use-when-it-hears-again",
      "display-shows-when-it-hears-again")
  }

  // python-escpos #437; thermal-printer-cordova #63; node-escpos-addon #2;
  // react-native-thermal-receipt-printer-image-qr #97.
  @Test func `two devices of one model are told apart by port`() async throws {
    let run = try await RigRun.finished()
    run.expect(
      "of-twin-printers-the-second-is-a-spare", "the-first-twin-prints", "the-spare-takes-over",
      "the-twin-that-comes-back-is-the-spare", "twin-scanners-are-told-apart-by-port")
  }

  // node-escpos #25; python-escpos #387.
  @Test func `a program that holds a device is named, and its end is enough`() async throws {
    let run = try await RigRun.finished()
    run.expect(
      "a-rival-holds-the-printer", "held-device-is-told-as-claimed",
      "held-device-names-its-holder", "device-is-used-once-it-is-let-go")
  }

  @Test func `descriptors of chance stop nothing`() async throws {
    let run = try await RigRun.finished()
    run.expect("most-garbage-is-attached", "a-device-works-after-garbage")
  }

  // python-escpos #24; node-escpos #41, #341; escpos-php #617; node-usb #483; qz-print #181.
  @Test func `a missing udev rule is told, and the rule that kioskctl prints is its cure`()
    async throws
  {
    let run = try await RigRun.finished()
    run.expect(
      "daemon-starts-without-rules", "missing-rule-is-told", "kioskctl-tells-the-missing-rule",
      "local-rules-name-the-scanner", "rules-are-loaded", "scanner-is-used-with-its-rule",
      "scanner-sells-with-its-rule", "daemon-stops-after-the-rules")
  }
}
