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
}
