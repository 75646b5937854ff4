import Testing

/// The drivers and their supervision on a real kernel, against the product's simulated devices.
struct RealDriversTests {
  @Test func `each kind of device is enabled after its plug`() async throws {
    let run = try await RigRun.finished()
    run.expect("scanner-enabled", "reader-enabled", "printer-enabled", "display-enabled")
  }

  @Test func `an enabled scanner types nothing into the system until it is given back`()
    async throws
  {
    let run = try await RigRun.finished()
    run.expect("enabled-scanner-types-nothing", "stopping-gives-keyboard-back")
  }

  @Test func `symbols come whole and in order`() async throws {
    let run = try await RigRun.finished()
    run.expect("scans-come-whole-and-in-order")
  }

  @Test func `a card's number is read and its removal told`() async throws {
    let run = try await RigRun.finished()
    run.expect("card-number-is-read", "card-removal-is-told")
  }

  @Test func `the customer display shows Chinese and amounts`() async throws {
    let run = try await RigRun.finished()
    run.expect("display-shows-both-lines")
  }

  @Test func `a job counts as printed when the printer says so`() async throws {
    let run = try await RigRun.finished()
    run.expect("job-is-reported-printed", "job-is-on-paper")
  }

  @Test func `a printer unplugged in mid-job is told, and prints a copy when it is back`()
    async throws
  {
    let run = try await RigRun.finished()
    run.expect(
      "job-is-in-mid", "unplug-in-mid-job-is-told", "printer-is-absent", "cut-job-is-not-whole",
      "replugged-printer-is-ready", "copy-is-complete")
  }

  @Test func `paper that is out and in again is told`() async throws {
    let run = try await RigRun.finished()
    run.expect("paper-out-is-told", "paper-in-is-told")
  }
}
