import ArgumentParser
import Foundation
import Ledger
import Retail
import ShopConfiguration
import Storage

struct LedgerStatement: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "statement",
    abstract: "List what moved an account, or all accounts of a member, up to a moment.")

  @OptionGroup var options: MemberOptions

  @Option(help: "The account, as a trial balance names it: m/17/principal.")
  var account: String?

  @Option(help: "The member's number, phone or id.")
  var member: String?

  @Option(
    help: ArgumentHelp(
      "The last moment that counts: 2026-11-30 is the end of that day, 2026-11-30T10:30 a time of "
        + "the shop's clock, 2026-11-30T10:30:00+08:00 anyone's; by default now.",
      valueName: "moment"))
  var at: String?

  func validate() throws {
    guard (account == nil) != (member == nil) else {
      throw ValidationError("name either --account or --member")
    }
  }

  private struct Answer: Encodable {
    let statements: [AccountStatement]
  }

  func run() async throws {
    let name = try options.shop.load().timeZone
    guard let zone = TimeZone(identifier: name) else {
      throw Complaint("shop.timeZone: the time zone database has no \(name); install tzdata")
    }
    let moment = try at.map { try Self.moment($0, in: zone) }
    let store = try options.common.openReader()
    let statements = try await statements(SQLiteLedger(store), store, moment)
    try Output.write(Answer(statements: statements), asJSON: options.common.json) {
      statements.flatMap { Self.text($0, zone) }
    }
  }

  private func statements(
    _ ledger: SQLiteLedger, _ store: Store, _ moment: Instant?
  ) async throws -> [AccountStatement] {
    if let member {
      return try await Self.statements(ofMember: member, ledger, store, options, moment)
    }
    let accounts = try await ledger.accounts(named: account ?? "")
    guard let found = accounts.first else {
      throw Complaint(
        "no account \(account ?? ""); `kioskctl ledger trial-balance` lists all there are")
    }
    return try await ledger.statement(of: found.id, upTo: moment).map { [$0] } ?? []
  }

  /// Of all accounts of a member. What came before a merger stands in the accounts of the one that
  /// was merged.
  static func statements(
    ofMember member: String, _ ledger: SQLiteLedger, _ store: Store, _ options: MemberOptions,
    _ moment: Instant?
  ) async throws -> [AccountStatement] {
    let found = try await MemberSearch.member(
      member, in: store, plan: try options.rules().phones)
    guard let file = try await store.memberFile(found.id) else {
      throw Complaint(MemberRefusal.unknownMember.staffText)
    }
    var statements: [AccountStatement] = []
    for id in file.ids {
      statements += try await ledger.statements(ofOwner: MemberFacts.owner(id), upTo: moment)
    }
    return statements
  }

  /// The end of what is named: of a day, a minute, a second.
  static func moment(_ text: String, in zone: TimeZone) throws -> Instant {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = zone
    formatter.isLenient = false
    let forms: [(String, Double)] = [
      ("yyyy-MM-dd'T'HH:mm:ssXXXXX", 0.999), ("yyyy-MM-dd'T'HH:mm:ss", 0.999),
      ("yyyy-MM-dd'T'HH:mm", 59.999),
    ]
    for (form, rest) in forms {
      formatter.dateFormat = form
      guard let date = formatter.date(from: text) else { continue }
      return Instant(milliseconds: Int64((date.timeIntervalSince1970 + rest) * 1_000))
    }
    formatter.dateFormat = "yyyy-MM-dd"
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    guard let day = formatter.date(from: text),
      let next = calendar.date(byAdding: .day, value: 1, to: day)
    else {
      throw Complaint("\(text): no moment; write 2026-11-30, 2026-11-30T10:30 or with an offset")
    }
    return Instant(milliseconds: Int64(next.timeIntervalSince1970 * 1_000) - 1)
  }

  static func text(_ statement: AccountStatement, _ zone: TimeZone) -> [String] {
    let asset = statement.account.asset
    func amount(_ units: Int64) -> String { Amounts.text(units, of: asset) }
    var table = TextTable([.left, .left, .left, .left, .right, .right, .right])
    table.append(["at", "verb", "why", "sale", "moved", "held", "balance"])
    if statement.omittedCount > 0 {
      table.append([
        "", "", "\(statement.omittedCount) earlier", "", "", "", amount(statement.opening.posted),
      ])
    }
    for line in statement.lines {
      let held = line.heldDebits + line.heldCredits
      table.append([
        Amounts.text(line.at, in: zone), line.verb, line.reason,
        line.sale.map { "\($0)" } ?? "", line.posted == 0 ? "" : amount(line.posted),
        held == 0 ? "" : amount(held), amount(line.balance.posted),
      ])
    }
    let held = statement.closing.heldDebits + statement.closing.heldCredits
    return ["\(statement.account.id) (\(asset))"] + table.lines + [
      "Balance \(amount(statement.closing.posted))"
        + (held > 0 ? ", of which open holds keep \(amount(held))" : "")
    ]
  }
}
