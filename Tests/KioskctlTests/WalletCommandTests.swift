import Daemon
import Foundation
import Ledger
import Logging
import Retail
import ShopConfiguration
import Storage
import Testing

/// Stored value from the command line, beside a daemon and without one.
struct WalletCommandTests {
  private struct TopUp: Decodable {
    let id: String
    let offer: String?
    let bonus: Int64
    let repeated: Bool
    let coupons: [IssuedCode]
  }

  private struct Wallet: Decodable {
    struct TopUp: Decodable {
      let id: String
      let givenBack: Bool
    }

    let principal: Int64
    let bonus: Int64
    let topUps: [TopUp]
  }

  @Test func `a top-up, shown and undone`() async throws {
    let book = try await Book.filled()
    let command = "wallet top-up --member 80001001 --amount 500.00 --tender cash --id t1 --json"

    let run = try await KioskctlRun(command, data: book.directory)
    let again = try await KioskctlRun(command, data: book.directory)
    let shown = try await KioskctlRun(
      "wallet show --member 80001001 --json", data: book.directory)

    let topUp = try run.json(TopUp.self)
    #expect(topUp.offer == "fill-500" && topUp.bonus == 6_000 && !topUp.repeated)
    let repeated = try again.json(TopUp.self)
    #expect(repeated.repeated && repeated.coupons == topUp.coupons)
    let wallet = try shown.json(Wallet.self)
    #expect(wallet.principal == 80_000 && wallet.bonus == 11_000)
    #expect(wallet.topUps.map(\.id) == ["t1"])
    let statement = try await KioskctlRun(
      "wallet statement --member 80001001", data: book.directory)
    #expect(statement.status == 0 && statement.output.contains("top-up"), "\(statement.errors)")

    let undo = try await KioskctlRun("wallet undo t1", data: book.directory)
    #expect(undo.status == 0 && undo.output.contains("¥500.00"), "\(undo.errors)")
    let after = try await KioskctlRun(
      "wallet show --member 80001001 --json", data: book.directory)
    let left = try after.json(Wallet.self)
    #expect(left.principal == 30_000 && left.bonus == 5_000)
    #expect(left.topUps.first?.givenBack == true)
    let verify = try await KioskctlRun("ledger verify", data: book.directory)
    #expect(verify.status == 0, "\(verify.errors)")
  }

  @Test func `what is wrong is told in one line and nothing is done`() async throws {
    let book = try await Book.filled()
    for (arguments, part) in [
      ("--amount 500 --tender cash", "300.00"), ("--amount 500.00 --tender gold", "gold"),
      ("--amount 9.99 --tender cash", "topUp.amounts"),
      ("--amount 100.00 --tender cash --offer none", "none"),
      ("--amount 100.00 --tender cash --id A", "small letters"),
    ] {
      let run = try await KioskctlRun(
        "wallet top-up --member 80001001 \(arguments)", data: book.directory)
      #expect(run.status == 1)
      #expect(try #require(run.complaint).contains(part), "\(run.errors)")
    }
    let unknown = try await KioskctlRun("wallet refund-top-up none", data: book.directory)
    #expect(try #require(unknown.complaint).contains("no top-up"))
    let shown = try await KioskctlRun(
      "wallet show --member 80001001 --json", data: book.directory)
    #expect(try shown.json(Wallet.self).principal == 30_000)
  }

  @Test func `the report of a quarter`() async throws {
    let book = try await Book.filled()
    struct Report: Decodable {
      struct Figures: Decodable {
        let opening: Int64
        let sold: Int64
      }

      struct Parts: Decodable {
        let principal: Figures
        let giftCards: Figures
      }

      let quarter: String
      let report: Parts
      let closing: Int64
      let deposit: Int64?
    }
    // The book was filled in the fourth quarter of 2026.
    let run = try await KioskctlRun(
      "wallet report --quarter 2026-Q4 --json", data: book.directory)
    let next = try await KioskctlRun(
      "wallet report --quarter 2027-Q1 --json", data: book.directory)
    let text = try await KioskctlRun("wallet report --quarter 2026-Q4", data: book.directory)
    let wrong = try await KioskctlRun("wallet report --quarter 2026", data: book.directory)

    let report = try run.json(Report.self)
    #expect(report.quarter == "2026-Q4" && report.closing == 30_000 && report.deposit == nil)
    #expect(report.report.principal.sold == 30_000 && report.report.principal.opening == 0)
    #expect(try next.json(Report.self).report.principal.opening == 30_000)
    #expect(text.status == 0 && text.output.contains("together ¥300.00"), "\(text.output)")
    #expect(try #require(wrong.complaint).contains("2026-Q4"))
  }

  @Test func `beside a daemon the daemon writes`() async throws {
    let book = try await Book.filled()
    let store = try book.openWriter()
    let office = try Self.office(store)
    let daemon = try ControlServer(directory: book.directory, logger: Logger(label: "test")) {
      request in
      guard case .wallet(let work) = request else { return .refused("not asked for here") }
      do {
        return .wallet(try await office.answer(work))
      } catch {
        return .refused("\(error)")
      }
    }
    daemon.start()
    defer { daemon.stop() }

    let run = try await KioskctlRun(
      "wallet top-up --member 17 --amount 300.00 --tender psp/wechat --id t1",
      data: book.directory)
    let refused = try await KioskctlRun("wallet undo none", data: book.directory)

    #expect(run.status == 0, "\(run.errors)")
    #expect(
      try await SQLiteLedger(store).balance(of: .house("psp/wechat"))?.posted == 30_000)
    #expect(try #require(refused.complaint).contains("no top-up"))
    try store.close()
  }

  static func office(_ store: Store) throws -> WalletOffice {
    let offers = try Book.rules()
    return WalletOffice(
      store: store,
      rules: try WalletFile.read(KioskctlRun.repository + "/config/wallet.yaml", offers: offers),
      law: nil, offers: offers, kiosk: 3, currency: .cny,
      clock: try #require(KioskClock.system(timeZone: "Asia/Shanghai")), language: .en)
  }
}
