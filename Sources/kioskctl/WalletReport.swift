import ArgumentParser
import Foundation
import Ledger
import Retail
import ShopConfiguration
import Storage

struct WalletReport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "What is owed in stored value at both ends of a quarter, and what moved it.",
    discussion: """
      Principal and gift cards, which were paid for; bonus is none of it. Where members.yaml names \
      a law (prepaid), also what has to lie at a bank and by when the quarter is reported; only \
      weekends count as days off.
      """)

  @OptionGroup var options: WalletOptions

  @Option(help: "Such as 2026-Q4; by default the last one that is over.")
  var quarter: String?

  private struct Answer: Encodable {
    let quarter: String
    let report: PrepaidReport
    let closing: Money
    /// By the law of members.yaml; nil without one.
    let law: String?
    let deposit: Money?
    let reportDue: String?
  }

  func run() async throws {
    let shop = try options.member.shop.load()
    guard let zone = TimeZone(identifier: shop.timeZone) else {
      throw Complaint(
        "shop.timeZone: the time zone database has no \(shop.timeZone); install tzdata")
    }
    let chosen = try quarter.map(Self.quarter) ?? Self.today(in: zone).previous
    let report = try await SQLiteLedger(try options.common.openReader()).prepaidReport(
      from: try Self.start(of: chosen.firstDay, in: zone),
      until: try Self.start(of: chosen.end, in: zone), currency: shop.currency)
    let law = try options.member.rules().prepaid
    let answer = Answer(
      quarter: chosen.description, report: report, closing: report.closing, law: law?.source,
      deposit: law?.depositShare == nil ? nil : law?.deposit(for: report.closing),
      reportDue: law?.reportDue(chosen)?.description)
    try Output.write(answer, asJSON: options.common.json) { Self.text(answer, shop.currency) }
  }

  private static func quarter(_ text: String) throws -> Quarter {
    guard let quarter = Quarter(text) else {
      throw Complaint("--quarter: expected a quarter such as 2026-Q4, not \(text)")
    }
    return quarter
  }

  private static func today(in zone: TimeZone) -> Quarter {
    let now = Date()
    let time = ShopTime(
      instant: Instant(milliseconds: Int64(now.timeIntervalSince1970 * 1_000)),
      offsetSeconds: zone.secondsFromGMT(for: now))
    return Quarter(of: time.date)
  }

  /// The first moment of a day: one past the last of the day before.
  private static func start(of day: CalendarDate, in zone: TimeZone) throws -> Instant {
    let last = try LedgerStatement.moment("\(day.adding(days: -1))", in: zone)
    return Instant(milliseconds: last.milliseconds + 1)
  }

  private static func text(_ answer: Answer, _ currency: Currency) -> [String] {
    let (principal, cards) = (answer.report.principal, answer.report.giftCards)
    var table = TextTable([.left, .right, .right])
    table.append([answer.quarter, "wallets", "gift cards"])
    let lines: [(String, KeyPath<PrepaidReport.Figures, Money>)] = [
      ("opening", \.opening), ("sold", \.sold), ("given back", \.givenBack), ("spent", \.spent),
      ("paid out", \.paidOut), ("other", \.other), ("closing", \.closing),
    ]
    for (name, figure) in lines {
      table.append([
        name, currency.text(principal[keyPath: figure]), currency.text(cards[keyPath: figure]),
      ])
    }
    return table.lines + ["together \(currency.text(answer.closing))"]
      + (answer.deposit.map { ["at a bank \(currency.text($0))"] } ?? [])
      + (answer.reportDue.map { ["to be reported by \($0)"] } ?? [])
  }
}
