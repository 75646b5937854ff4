import Testing

/// The USB layer on a real kernel, usbfs, udev, libudev and libusb; only the devices are emulated.
struct RealUSBTests {
  @Test func `the machine boots, runs every scenario and ends`() async throws {
    let run = try await RigRun.finished()
    #expect(run.exitStatus == 0, "\(run.complaints)")
    #expect(!run.results.isEmpty)
  }

  @Test func `a device is found by udev's word and described by its descriptors`() async throws {
    let run = try await RigRun.finished()
    run.expect(
      "bus-starts-empty", "arrival-by-udev", "strings-from-the-device",
      "description-from-descriptors", "departure-by-udev")
  }

  @Test func `claiming takes a printer from its kernel driver, closing gives it back`()
    async throws
  {
    let run = try await RigRun.finished()
    run.expect(
      "kernel-driver-bound", "inspection-names-kernel-driver", "claim-detaches-usblp",
      "second-claim-is-busy", "close-gives-back-to-usblp", "closed-interface-refuses")
  }

  @Test func `no key of a claimed keyboard reaches the system`() async throws {
    let run = try await RigRun.finished()
    run.expect(
      "keyboard-has-event-node", "claim-removes-event-node", "reports-come-in-order",
      "close-brings-event-node-back", "keyboard-leaves")
  }

  @Test func `the rules give the scanner to the kiosk's group and hide it from a desktop`()
    async throws
  {
    let run = try await RigRun.finished()
    run.expect("rule-gives-node-to-group", "rule-hides-scanner-from-desktop")
  }

  @Test func `a waiting read ends with its task and with its interface`() async throws {
    let run = try await RigRun.finished()
    run.expect("cancelled-read-ends", "close-ends-waiting-read")
  }

  @Test func `control and bulk transfers carry every byte`() async throws {
    let run = try await RigRun.finished()
    run.expect(
      "control-in", "control-out", "control-stall", "bulk-out-65536", "bulk-out-150001",
      "bulk-in-ends-with-a-short-packet", "bulk-in-of-several-packets")
  }

  @Test func `silence ends in a time-out`() async throws {
    let run = try await RigRun.finished()
    run.expect("silent-in-times-out", "silent-out-times-out", "released-endpoint-works")
  }

  @Test func `a stall is told and healed`() async throws {
    let run = try await RigRun.finished()
    run.expect("stall-is-told", "clear-halt-heals", "write-after-reset")
  }

  @Test func `a write that was broken off goes on from its offset`() async throws {
    let run = try await RigRun.finished()
    run.expect(
      "broken-off-write-tells-its-part", "then-stall-is-told", "write-resumes-from-its-offset",
      "nothing-lost-nothing-twice")
  }

  @Test func `a printer that goes offline in mid-write loses nothing`() async throws {
    let run = try await RigRun.finished()
    run.expect(
      "offline-write-tells-its-part", "offline-write-times-out", "online-again-takes-the-rest",
      "offline-lost-nothing-twice")
  }

  @Test func `unplugging ends what is in flight`() async throws {
    let run = try await RigRun.finished()
    run.expect(
      "unplug-ends-write-in-flight", "unplug-ends-read-in-flight", "departure-is-told",
      "unplugged-device-refuses", "unplugged-device-cannot-be-opened")
  }

  @Test func `a replugged device is found at its port again`() async throws {
    let run = try await RigRun.finished()
    run.expect(
      "replugged-at-the-same-port", "with-another-address", "replugged-device-works")
  }

  @Test func `results are read from the lines of a run`() {
    let results = RigRun.parse("ok a # 1 ms\nnoise\nnot ok b # x\nok b\nok \nmeasured c 1\n")
    #expect(results == ["a": true, "b": false])
  }
}
