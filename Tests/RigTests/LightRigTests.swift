import Testing

/// libusb's and libudev's own code and the drivers on an emulated usbfs: no kernel, no root.
struct LightRigTests {
  @Test func `every check of the emulated usbfs passes`() async throws {
    let run = try await RigRun.emulated()
    #expect(run.exitStatus == 0, "\(run.complaints)")
    #expect(run.results.values.allSatisfy { $0 }, "\(run.complaints)")
  }

  // python-escpos #24; node-escpos #41, #341; escpos-php #617; node-usb #483; qz-print #181.
  // And #382 of the first: curly quotes in a rule, and a message that blames the cable.
  @Test func `a device that may not be opened is told from one that is not there`() async throws {
    let run = try await RigRun.emulated()
    run.expect(
      "device-without-permission-is-there", "device-without-permission-says-so",
      "inspection-tells-permission-from-absence", "device-without-permission-leaves")
  }

  // python-escpos #437; thermal-printer-cordova #63; node-escpos-addon #2;
  // react-native-thermal-receipt-printer-image-qr #97.
  @Test func `the port names a device, whatever its address after a power cycle`() async throws {
    let run = try await RigRun.emulated()
    run.expect(
      "twins-differ-by-port", "twins-keep-their-ports-when-renumbered",
      "a-twin-gets-its-own-bytes", "replugged-at-the-same-port", "with-another-address",
      "replugged-device-works", "unplugged-device-cannot-be-opened")
  }

  @Test func `descriptors of chance stop nothing`() async throws {
    try await RigRun.emulated().expect("garbage-descriptors-stop-nothing")
  }

  // node-escpos #25; python-escpos #387.
  @Test func `an interface is claimed once, and free again after its close`() async throws {
    let run = try await RigRun.emulated()
    run.expect(
      "second-claim-is-busy", "closed-interface-refuses", "closed-interface-can-be-claimed-again")
  }

  @Test func `control, bulk and interrupt transfers carry every byte`() async throws {
    let run = try await RigRun.emulated()
    run.expect(
      "control-in", "control-out", "control-stall", "bulk-out-65536", "bulk-out-150001",
      "bulk-in-ends-with-a-short-packet", "bulk-in-of-several-packets", "reports-come-in-order")
  }

  // python-escpos #628, #325; escpos-php #8, #58; zj-58 #5; flutter_thermal_printer #22.
  @Test func `a write that ran out of time or was broken off goes on from its offset`()
    async throws
  {
    let run = try await RigRun.emulated()
    run.expect(
      "silent-in-times-out", "silent-out-times-out", "released-endpoint-works",
      "broken-off-write-tells-its-part", "then-stall-is-told", "write-resumes-from-its-offset",
      "nothing-lost-nothing-twice", "offline-write-tells-its-part", "offline-write-times-out",
      "online-again-takes-the-rest", "offline-lost-nothing-twice")
  }

  @Test func `a stall and an overflow are told and healed`() async throws {
    let run = try await RigRun.emulated()
    run.expect(
      "stall-is-told", "clear-halt-heals", "overflow-is-told", "read-after-overflow",
      "write-after-reset")
  }

  @Test func `unplugging in mid-transfer ends what is in flight`() async throws {
    let run = try await RigRun.emulated()
    run.expect(
      "cancelled-read-ends", "close-ends-waiting-read", "unplug-ends-write-in-flight",
      "unplug-ends-read-in-flight", "departure-is-told", "unplugged-device-refuses")
  }

  @Test func `the drivers work on it as on a kernel`() async throws {
    let run = try await RigRun.emulated()
    run.expect(
      "scanner-enabled", "reader-enabled", "printer-enabled", "display-enabled",
      "scans-come-whole-and-in-order", "card-number-is-read", "card-removal-is-told",
      "display-shows-both-lines", "job-is-reported-printed", "unplug-in-mid-job-is-told",
      "copy-is-complete", "paper-out-is-told", "paper-in-is-told")
  }
}
