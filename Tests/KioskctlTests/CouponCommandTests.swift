import Daemon
import Foundation
import Ledger
import Logging
import Retail
import Storage
import Testing

/// Issuing a coupon, beside a daemon and without one: one writer in any case.
struct CouponCommandTests {
  private func expectIssued(_ code: IssuedCode, holder: Int64?, in store: Store) async throws {
    let bearer = try #require(BearerCode(code.code))
    let record = try #require(try await store.coupon(code: bearer))
    #expect(record.id == code.id)
    #expect(record.holder == holder)
    let balance = try await SQLiteLedger(store).balance(of: record.account)
    #expect(balance == Balance(posted: -1, heldDebits: 0, heldCredits: 0))
    #expect(try await SQLiteLedger(store).verify().isSound)
  }

  @Test func `without a daemon it writes itself`() async throws {
    let book = try await Book.filled()

    let run = try await KioskctlRun(
      "coupon issue over50-off8 --member 80001001 --json", data: book.directory)

    #expect(run.status == 0)
    let store = try book.openWriter()
    try await expectIssued(try run.json(IssuedCode.self), holder: 17, in: store)
    try store.close()
  }

  @Test func `beside a daemon the daemon writes`() async throws {
    let book = try await Book.filled()
    let store = try book.openWriter()
    let rules = try Book.rules()
    let clock = try #require(KioskClock.system(timeZone: "Asia/Shanghai"))
    let daemon = try ControlServer(directory: book.directory, logger: Logger(label: "test")) {
      request in
      guard case .issueCoupon(let template, let member, let serial) = request else {
        return .refused("not asked for here")
      }
      do {
        return .coupon(
          try await CouponIssue.issue(
            template: template, member: member, serial: serial, in: store, rules: rules,
            kiosk: 9, clock: clock, language: .en))
      } catch {
        return .refused("\(error)")
      }
    }
    daemon.start()
    defer { daemon.stop() }

    let run = try await KioskctlRun("coupon issue over50-off8 --json", data: book.directory)
    let refused = try await KioskctlRun("coupon issue nothing-off", data: book.directory)

    let code = try run.json(IssuedCode.self)
    #expect(code.id.hasPrefix("9-h"))
    try await expectIssued(code, holder: nil, in: store)
    #expect(refused.status == 1)
    #expect(try #require(refused.complaint).contains("nothing-off"))
    try store.close()
  }

  @Test func `a writer that does not answer is not overruled`() async throws {
    let book = try await Book.filled()
    let store = try book.openWriter()

    let run = try await KioskctlRun("coupon issue over50-off8", data: book.directory)

    #expect(run.status == 1)
    #expect(try #require(run.complaint).contains("in use"))
    try store.close()
  }

  @Test func `an unknown member gets none`() async throws {
    let book = try await Book.filled()

    let run = try await KioskctlRun("coupon issue over50-off8 --member 99", data: book.directory)

    #expect(run.status == 1)
    #expect(run.complaint != nil)
    let store = try book.openWriter()
    let openings = try await SQLiteLedger(store).trialBalance().lines
    #expect(!openings.contains { $0.account.id.owner.hasPrefix("coupon/") })
    try store.close()
  }
}
