import Testing

/// The reader behind Debian's pcscd and libccid, on a real kernel.
struct RealPCSCTests {
  @Test func `a pcscd that is not there, or knows no reader, is told with the cure`() async throws {
    let run = try await RigRun.finished()
    run.expect("missing-pcscd-is-told", "pcscd-without-reader-is-told", "stopped-pcscd-is-told")
  }

  @Test func `a card is read through pcscd, and its removal told`() async throws {
    let run = try await RigRun.finished()
    run.expect("pcscd-reader-is-enabled", "pcscd-card-is-read", "pcscd-card-removal-is-told")
  }

  @Test func `a reader that is plugged in again is used again`() async throws {
    let run = try await RigRun.finished()
    run.expect(
      "pcscd-unplugged-reader-is-told", "pcscd-replugged-reader-is-enabled",
      "pcscd-card-is-read-after-replug")
  }

  @Test func `a pcscd that was started again is used again`() async throws {
    let run = try await RigRun.finished()
    run.expect("restarted-pcscd-is-used", "pcscd-card-is-read-after-restart")
  }

  @Test func `the daemon takes a member's card through pcscd`() async throws {
    let run = try await RigRun.finished()
    run.expect(
      "daemon-with-pcscd-starts", "daemon-enables-the-reader-behind-pcscd",
      "tap-through-pcscd-is-a-member", "daemon-with-pcscd-stops")
  }

  @Test func `kioskctl names what pcscd has, and that it stopped`() async throws {
    let run = try await RigRun.finished()
    run.expect(
      "devices-names-the-readers-of-pcscd", "doctor-knows-pcscd",
      "doctor-tells-that-pcscd-stopped")
  }

  @Test func `the daemon goes on when pcscd or its reader is back`() async throws {
    let run = try await RigRun.finished()
    run.expect(
      "daemon-tells-that-pcscd-stopped", "daemon-uses-pcscd-again",
      "daemon-tells-that-pcscd-has-no-reader", "daemon-uses-the-reader-again")
  }
}
