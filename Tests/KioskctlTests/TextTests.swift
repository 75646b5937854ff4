import Devices
import Foundation
import Ledger
import Retail
import Testing

@testable import kioskctl

struct TextTests {
  private let paper = PaperText(columns: 20)

  @Test func `amounts stand flush right and are never broken`() {
    #expect(
      paper.lines([.columns(left: "鲜牛奶", right: "¥13.90", .plain)]) == ["鲜牛奶        ¥13.90"])
    #expect(
      paper.lines([.columns(left: "一二三四五六七八九", right: "¥13.90", .plain)])
        == ["一二三四五六", "七八九        ¥13.90"])
    let long = String(repeating: "9", count: 25)
    #expect(paper.lines([.columns(left: "ab", right: long, .plain)]) == ["ab", long])
  }

  @Test func `text is broken at the paper's width by columns`() {
    #expect(
      paper.lines([.text("一二三四五六七八九十甲", .plain)]) == ["一二三四五六七八九十", "甲"])
    #expect(
      paper.lines([.text("ab", TextStyle(alignment: .center))])
        == [String(repeating: " ", count: 9) + "ab"])
    #expect(
      paper.lines([.text("ab", TextStyle(alignment: .right))])
        == [String(repeating: " ", count: 18) + "ab"])
    #expect(paper.lines([.feed(lines: .max)]).count == 20)
    #expect(paper.lines([.rule]) == [String(repeating: "-", count: 20)])
  }

  @Test func `units are told as people read them`() throws {
    #expect(Amounts.text(1_200, of: Currency.cny.asset) == "¥12.00")
    #expect(Amounts.text(63_750, of: .points) == "63.75")
    #expect(Amounts.text(-500, of: .points) == "\u{2212}0.5")
    #expect(Amounts.text(2_000, of: .points) == "2")
    let pieces = try #require(Asset.coupons(of: "over50-off8"))
    #expect(Amounts.text(1, of: pieces) == "1")
    let zone = try #require(TimeZone(identifier: "Asia/Shanghai"))
    #expect(
      Amounts.text(Instant(milliseconds: 1_795_343_400_000), in: zone) == "2026-11-22 18:30")
  }

  @Test func `an open hold is told by its sale, age and actor`() throws {
    let hold = try Book.hold()
    func text(after seconds: Int64) -> String {
      let now = Instant(milliseconds: Book.time.instant.milliseconds + seconds * 1_000)
      return OpenHold(hold, now: now).text
    }

    #expect(
      text(after: 7_500)
        == "Open hold \(hold.id): sale 3-000043, 2 h 5 min old, by customer, wallet")
    #expect(text(after: 59).contains(", 59 s old,"))
    #expect(text(after: 60).contains(", 1 min old,"))
    #expect(text(after: 2 * 86_400 + 3_600).contains(", 2 d 1 h old,"))
    // The clock was set back since.
    #expect(text(after: -60).contains(", 0 s old,"))
  }

  @Test func `columns of a table stand under each other`() {
    var table = TextTable([.left, .right])
    table.append(["会员", "1"])
    table.append(["x", "100"])
    #expect(table.lines == ["会员    1", "x     100"])
  }
}
