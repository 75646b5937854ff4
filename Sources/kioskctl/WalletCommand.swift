import ArgumentParser
import Daemon
import Foundation
import Ledger
import Retail
import ShopConfiguration
import Storage

struct WalletCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wallet", abstract: "Top wallets up, undo it, give it back, show and report them.",
    discussion: """
      The running daemon writes; when none runs on the data directory, this program does. Offers \
      and limits are in wallet.yaml, what the law allows in members.yaml.
      """,
    subcommands: [
      WalletShow.self, WalletStatement.self, WalletTopUp.self, WalletUndo.self,
      WalletRefundTopUp.self, WalletReport.self,
    ])
}

struct WalletTopUp: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top-up", abstract: "Put money on a member's wallet.")

  @OptionGroup var options: WalletOptions
  @OptionGroup var act: ActOptions

  @Option(help: "The member's number, phone or id.")
  var member: String

  @Option(help: "How much, with all digits of the minor unit, such as 300.00.")
  var amount: String

  @Option(help: ArgumentHelp("cash or psp/NAME, one of wallet.yaml.", valueName: "tender"))
  var tender: String

  @Option(help: ArgumentHelp("By default the best there is for the amount.", valueName: "offer"))
  var offer: String?

  @Flag(help: "The member's name was shown by a document.")
  var nameProven = false

  private struct Answer: Encodable {
    let id: MoneyActID
    let member: Int64
    let at: Instant
    let amount: Money
    let tender: String
    let offer: String?
    let bonus: Money
    let bonusLot: String?
    let bonusEndsAt: Instant?
    let milliPoints: Int64
    let coupons: [IssuedCode]
    /// It was done before, under the same id.
    let repeated: Bool
  }

  func run() async throws {
    let currency = try options.currency()
    let found = try await options.member.find(member)
    let request = TopUpRequest(
      member: found.id, amount: try Amounts.money(amount, currency), tender: tender, offer: offer,
      isNameProven: nameProven)
    let (_, reply) = try await WalletDoor.ask(.topUp(request), act, options)
    guard case .toppedUp(let facts, let codes, let isRepeated) = reply else {
      throw WalletDoor.stranger
    }
    let answer = Answer(
      id: facts.id, member: facts.member, at: facts.at, amount: facts.amount,
      tender: facts.tender, offer: facts.offer, bonus: facts.bonus,
      bonusLot: facts.bonus > .zero ? facts.bonusLot.description : nil,
      bonusEndsAt: facts.bonusEndsAt, milliPoints: facts.milliPoints, coupons: codes,
      repeated: isRepeated)
    try Output.write(answer, asJSON: options.common.json) {
      var line = "Top-up \(facts.id): \(currency.text(facts.amount)) by \(facts.tender)"
      if let offer = facts.offer { line += ", offer \(offer)" }
      if facts.bonus > .zero { line += ", bonus \(currency.text(facts.bonus))" }
      if facts.milliPoints > 0 {
        line += ", \(Amounts.text(facts.milliPoints, of: .points)) points"
      }
      return [line + (isRepeated ? " (done before)." : ".")]
        + codes.map { "\($0.code)  \($0.title), good from \($0.validFrom) to \($0.validUntil)" }
    }
  }
}

struct WalletUndo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo", abstract: "Undo a wrong top-up of which nothing was used.",
    discussion: "After topUp.undoMinutes of wallet.yaml it takes two persons.")

  @OptionGroup var options: WalletOptions
  @OptionGroup var act: ActOptions

  @Argument(help: "The top-up's id.")
  var topUp: String

  @Option(help: ArgumentHelp("The second person.", valueName: "name"))
  var second: String?

  private struct Answer: Encodable {
    let id: MoneyActID
    let undone: TopUpUndo.Facts
    let repeated: Bool
  }

  func run() async throws {
    let currency = try options.currency()
    let (id, reply) = try await WalletDoor.ask(
      .undo(topUp: try ActOptions.actID(topUp), second: second), act, options)
    guard case .undone(let facts, let isRepeated) = reply else { throw WalletDoor.stranger }
    try Output.write(
      Answer(id: id, undone: facts, repeated: isRepeated), asJSON: options.common.json
    ) {
      [
        "Top-up \(facts.topUp) is undone: pay out \(currency.text(facts.amount)) by "
          + "\(facts.tender)\(isRepeated ? " (done before)" : "")."
      ]
    }
  }
}

struct WalletRefundTopUp: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refund-top-up", abstract: "Give back what is left of a top-up.",
    discussion: """
      Its unused bonus goes; used bonus is priced as the offer said (usedBonus in wallet.yaml). \
      Bonus is never paid out.
      """)

  @OptionGroup var options: WalletOptions
  @OptionGroup var act: ActOptions

  @Argument(help: "The top-up's id.")
  var topUp: String

  private struct Answer: Encodable {
    let id: MoneyActID
    let refunded: TopUpRefund.Facts
    let repeated: Bool
  }

  func run() async throws {
    let currency = try options.currency()
    let (id, reply) = try await WalletDoor.ask(
      .refundTopUp(try ActOptions.actID(topUp)), act, options)
    guard case .topUpRefunded(let facts, let isRepeated) = reply else { throw WalletDoor.stranger }
    try Output.write(
      Answer(id: id, refunded: facts, repeated: isRepeated), asJSON: options.common.json
    ) {
      [
        "Top-up \(facts.topUp) is given back: pay out \(currency.text(facts.paidOut)) by "
          + "\(facts.tender)\(isRepeated ? " (done before)" : "").",
        "Left were \(currency.text(facts.principal)) and a bonus of \(currency.text(facts.bonus)); "
          + "\(currency.text(facts.usedBonus)) of bonus were used, "
          + "\(currency.text(facts.withheld)) of them withheld.",
      ]
    }
  }
}
