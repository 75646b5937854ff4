import Testing

/// The daemon's own binary, as a user who has nothing but the group of the udev rules.
struct RealSaleTests {
  @Test func `the daemon starts without a printer and enables what is plugged in later`()
    async throws
  {
    let run = try await RigRun.finished()
    run.expect(
      "sample-shop-starts", "sample-shop-stops", "unclaimed-scanner-is-a-keyboard",
      "daemon-starts-without-printer", "daemon-enables-scanner", "daemon-enables-reader",
      "daemon-enables-printer", "daemon-enables-display")
  }

  @Test func `after claimed no key reaches the system`() async throws {
    let run = try await RigRun.finished()
    run.expect("claimed-scanner-is-no-keyboard", "stopped-daemon-gives-scanner-back")
  }

  @Test func `a member fills a basket by card, scanner and coupon`() async throws {
    let run = try await RigRun.finished()
    run.expect(
      "tapped-card-is-a-member", "product-1-is-a-line", "product-2-is-a-line",
      "product-3-is-a-line", "coupon-lowers-the-bill", "display-follows")
  }

  @Test func `the wallet pays`() async throws {
    let run = try await RigRun.finished()
    run.expect("pay-is-accepted", "wallet-is-accepted", "confirm-is-accepted", "sale-is-posted")
  }

  @Test func `a printer unplugged in mid-receipt and plugged in again prints it whole`()
    async throws
  {
    let run = try await RigRun.finished()
    run.expect(
      "receipt-is-in-mid", "lost-printer-is-told", "receipt-was-cut-off",
      "receipt-is-printed-whole", "sale-ends")
  }

  @Test func `the book is clean afterwards`() async throws {
    let run = try await RigRun.finished()
    run.expect("daemon-stops-in-order", "ledger-verify-is-clean", "ledger-trial-balance-is-clean")
  }
}
