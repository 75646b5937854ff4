import ArgumentParser
import Foundation
import Ledger
import Retail
import ShopConfiguration
import Storage

struct WalletShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a member's stored value, its lots and its top-ups.")

  @OptionGroup var options: WalletOptions

  @Option(help: "The member's number, phone or id.")
  var member: String

  private struct Answer: Encodable {
    struct Lot: Encodable {
      let account: String
      let available: Int64
      let held: Int64
      let granted: Int64?
      let expiresAt: Instant?
    }

    struct TopUp: Encodable {
      let id: MoneyActID
      let at: Instant
      let amount: Money
      let tender: String
      let offer: String?
      /// Undone or given back.
      let givenBack: Bool
      let unusedPrincipal: Money
      let bonus: Money
      let unusedBonus: Money
      let usedBonus: Money
    }

    let member: Int64
    let principal: Int64
    let bonus: Int64
    let lots: [Lot]
    let topUps: [TopUp]
  }

  func run() async throws {
    let (store, currency) = (try options.common.openReader(), try options.currency())
    let found = try await MemberSearch.member(
      member, in: store, plan: try options.member.rules().phones)
    let view: WalletView
    do throws(WalletFailure) {
      view = try await store.wallet(of: found.id)
    } catch {
      switch error {
      case .refused(let refusal): throw Complaint(refusal.staffText(currency))
      case .store(let fault): throw fault
      }
    }
    let answer = Self.answer(view)
    let zone = TimeZone(identifier: try options.member.shop.load().timeZone) ?? .gmt
    try Output.write(answer, asJSON: options.common.json) {
      Self.text(answer, currency, in: zone)
    }
  }

  private static func answer(_ view: WalletView) -> Answer {
    let money = view.accounts.filter {
      $0.account.id == MemberFacts.principal(view.member)
        || $0.account.id.purpose.hasPrefix("bonus/")
    }
    let lots = money.map { holding in
      Answer.Lot(
        account: holding.account.id.description,
        available: holding.balance.available(under: holding.account.rule) ?? 0,
        held: holding.balance.heldDebits, granted: holding.account.grant?.limitUnits,
        expiresAt: holding.account.expiresAt)
    }
    let principal = MemberFacts.principal(view.member).description
    return Answer(
      member: view.member,
      principal: lots.filter { $0.account == principal }.map(\.available).reduce(0, +),
      bonus: lots.filter { $0.account != principal }.map(\.available).reduce(0, +), lots: lots,
      topUps: view.topUps.map { state in
        Answer.TopUp(
          id: state.facts.id, at: state.facts.at, amount: state.facts.amount,
          tender: state.facts.tender, offer: state.facts.offer, givenBack: state.isGivenBack,
          unusedPrincipal: state.isGivenBack ? .zero : state.unusedPrincipal,
          bonus: state.facts.bonus,
          unusedBonus: state.unusedBonus, usedBonus: state.usedBonus)
      })
  }

  private static func text(
    _ answer: Answer, _ currency: Currency, in zone: TimeZone
  ) -> [String] {
    func money(_ units: Int64) -> String { currency.text(Money(minorUnits: units)) }
    var lots = TextTable([.left, .right, .right, .left])
    lots.append(["account", "available", "held", "ends"])
    for lot in answer.lots {
      lots.append([
        lot.account, money(lot.available), lot.held > 0 ? money(lot.held) : "",
        lot.expiresAt.map { Amounts.text($0, in: zone) } ?? "",
      ])
    }
    var topUps = TextTable([.left, .left, .right, .right, .right, .left])
    topUps.append(["top-up", "at", "amount", "unused", "bonus left", ""])
    for topUp in answer.topUps {
      topUps.append([
        topUp.id.text, Amounts.text(topUp.at, in: zone), currency.text(topUp.amount),
        currency.text(topUp.unusedPrincipal), currency.text(topUp.unusedBonus),
        topUp.givenBack ? "given back" : "",
      ])
    }
    return lots.lines + (answer.topUps.isEmpty ? [] : topUps.lines)
  }
}

struct WalletStatement: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "statement", abstract: "List what moved a member's stored value.",
    discussion: "`kioskctl ledger statement --member` lists all of a member's accounts.")

  @OptionGroup var options: WalletOptions

  @Option(help: "The member's number, phone or id.")
  var member: String

  private struct Answer: Encodable {
    let statements: [AccountStatement]
  }

  func run() async throws {
    let store = try options.common.openReader()
    let zone = TimeZone(identifier: try options.member.shop.load().timeZone) ?? .gmt
    let all = try await LedgerStatement.statements(
      ofMember: member, SQLiteLedger(store), store, options.member, nil)
    let statements = all.filter {
      $0.account.id.purpose == "principal" || $0.account.id.purpose.hasPrefix("bonus/")
    }
    try Output.write(Answer(statements: statements), asJSON: options.common.json) {
      statements.flatMap { LedgerStatement.text($0, zone) }
    }
  }
}
