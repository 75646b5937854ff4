import Testing

/// The daemon's own binary on a real kernel while things go wrong at its counter.
struct RealLifeTests {
  @Test func `sales go on through whatever happens, none lost and none doubled`() async throws {
    let run = try await RigRun.finished()
    run.expect(
      "sales-went-on", "a-scan-counts-once", "items-are-those-scanned",
      "no-sale-has-two-numbers", "as-many-sales-are-booked-as-were-made")
  }

  @Test func `every sale has its paper, and a second one says that it is a copy`() async throws {
    let run = try await RigRun.finished()
    run.expect(
      "mended-scanner-is-in-use", "mended-reader-is-in-use", "mended-printer-is-in-use",
      "mended-display-is-in-use", "every-sale-has-its-paper", "no-paper-is-doubled-unmarked")
  }

  @Test func `the daemon neither ends nor grows`() async throws {
    let run = try await RigRun.finished()
    run.expect("daemon-survives-the-events", "memory-is-flat", "daemon-stops-after-the-events")
  }

  @Test func `the book is clean after the events`() async throws {
    let run = try await RigRun.finished()
    run.expect(
      "ledger-verify-is-clean-after-the-events", "ledger-trial-balance-is-clean-after-the-events")
  }

  @Test func `with nothing to do it sleeps`() async throws {
    try await RigRun.finished().expect("all-devices-are-in-use", "idle-daemon-sleeps")
  }
}
