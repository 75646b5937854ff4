import Daemon
import Foundation
import Ledger
import Retail
import ShopConfiguration
import Storage
import Testing

/// Points, count cards and coupons from the command line, without a daemon.
struct UnitCommandTests {
  private struct Told: Decodable {
    let answer: PointsAnswer
    let code: String?
  }

  private struct Coupon: Decodable {
    let state: CouponState
    let spent: Int64
  }

  @Test func `points are corrected, exchanged for a coupon, and the coupon is voided`()
    async throws
  {
    let book = try await Book.filled()
    let refused = try await KioskctlRun(
      "points adjust --member 17 --points 500 --reason late --by wang", data: book.directory)
    #expect(refused.complaint == PointsRefusal.secondPersonMissing.staffText)
    let adjusted = try await KioskctlRun(
      "points adjust --member 17 --points 500 --reason late --by wang --second li --id a1",
      data: book.directory)
    #expect(adjusted.status == 0, "\(adjusted.errors)")

    let words = "points exchange points-off8 --member 17 --id x1 --json"
    let first = try await KioskctlRun(words, data: book.directory)
    try #require(first.status == 0, "\(first.errors)")
    let told = try first.json(Told.self)
    #expect(told.answer.moved == -500_000 && told.code != nil)
    // The same id: the same answer, with the same code.
    #expect(try await KioskctlRun(words, data: book.directory).output == first.output)
    let shown = try await KioskctlRun("points show --member 17 --json", data: book.directory)
    #expect(shown.status == 0, "\(shown.errors)")

    let coupon = try #require(told.answer.coupon)
    let voided = try await KioskctlRun(
      "coupon void \(coupon) --reason spoilt", data: book.directory)
    #expect(voided.status == 0, "\(voided.errors)")
    let again = try await KioskctlRun(
      "coupon void \(coupon) --reason spoilt", data: book.directory)
    #expect(again.complaint == CouponActRefusal.isVoided.staffText)
    let reissued = try await KioskctlRun(
      "coupon reissue \(coupon) --reason mistake", data: book.directory)
    #expect(reissued.status == 0, "\(reissued.errors)")
    let life = try await KioskctlRun("coupon show \(coupon) --json", data: book.directory)
    #expect(try life.json(Coupon.self).state == .voided)
    let verified = try await KioskctlRun("ledger verify", data: book.directory)
    #expect(verified.status == 0, "\(verified.errors)")
  }

  @Test func `a count card is sold, used and paid back`() async throws {
    let book = try await Book.filled()
    let shipped = try String(contentsOfFile: ResourcePaths.members, encoding: .utf8)
    let card = """
      countCards:
        - id: wash3
          title: { zh: 洗, en: Wash }
          service: wash
          visits: 3
          price: 9000
          months: 12
          refund: { rule: proportional }
      """
    let rules = book.directory + "/members.yaml"
    try shipped.replacingOccurrences(of: "countCards: []", with: card)
      .write(toFile: rules, atomically: true, encoding: .utf8)
    for (words, expected) in [
      ("sell wash3 --member 17 --pay cash --id k1", "3 visits"),
      ("use wash --member 17 --id v1", "2 visits"), ("use wash --member 17 --id v1", "2 visits"),
      ("show --member 17", "2 visits"), ("refund k1 --member 17 --reason moves", "6000"),
    ] {
      let run = try await KioskctlRun(
        "count-card \(words) --members \(rules)", data: book.directory)
      #expect(run.status == 0 && run.output.contains(expected), "\(run.errors)\(run.output)")
    }
    let none = try await KioskctlRun(
      "count-card use wash --member 17 --members \(rules)", data: book.directory)
    #expect(none.complaint == CountCardRefusal.noVisitsLeft.staffText)
  }

  @Test func `a sweep of ended lots is told and done`() async throws {
    let book = try await Book.filled()
    for words in ["ledger expire --dry-run --json", "ledger expire --json"] {
      let run = try await KioskctlRun(words, data: book.directory)
      #expect(run.status == 0 && run.output.contains("\"looked\""), "\(run.errors)")
    }
  }
}
