import ArgumentParser
import Daemon
import Foundation
import Ledger
import Retail
import ShopConfiguration
import Storage

struct GiftCardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gift-card", abstract: "Sell gift cards, show, spend and give them back.",
    discussion: """
      A card is money for who has its code. The running daemon writes; when none runs on the data \
      directory, this program does. What is sold is in wallet.yaml, what the law allows in \
      members.yaml.
      """,
    subcommands: [GiftCardSell.self, GiftCardShow.self, GiftCardSpend.self, GiftCardRefund.self])
}

struct GiftCardSell: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sell", abstract: "Sell a card and show its code.",
    discussion: "Asked again under the same --id, the same card and code are the answer.")

  @OptionGroup var options: WalletOptions
  @OptionGroup var act: ActOptions

  @Option(help: "How much, with all digits of the minor unit, such as 100.00.")
  var amount: String

  @Option(help: ArgumentHelp("cash or psp/NAME, one of wallet.yaml.", valueName: "tender"))
  var tender: String

  @Flag(help: "The buyer's name was shown by a document.")
  var nameProven = false

  private struct Answer: Encodable {
    let id: MoneyActID
    let code: String
    let amount: Money
    let tender: String
    let endsAt: Instant?
    let repeated: Bool
  }

  func run() async throws {
    let currency = try options.currency()
    let request = GiftCardSale.Request(
      amount: try Amounts.money(amount, currency), tender: tender, isBuyerProven: nameProven)
    let (_, reply) = try await WalletDoor.ask(.sellGiftCard(request), act, options)
    guard case .giftCardSold(let facts, let code, let isRepeated) = reply else {
      throw WalletDoor.stranger
    }
    let answer = Answer(
      id: facts.card, code: code, amount: facts.amount, tender: facts.tender,
      endsAt: facts.endsAt, repeated: isRepeated)
    let zone = TimeZone(identifier: try options.member.shop.load().timeZone) ?? .gmt
    try Output.write(answer, asJSON: options.common.json) {
      [
        "\(code)  \(currency.text(facts.amount))"
          + (facts.endsAt.map { ", until \(Amounts.text($0, in: zone))" } ?? "")
          + (isRepeated ? " (sold before)" : "")
      ]
    }
  }
}

struct GiftCardShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show what is left of a card.")

  @OptionGroup var options: WalletOptions

  @Argument(help: "Its code.")
  var code: String

  private struct Answer: Encodable {
    let id: MoneyActID
    let mask: String
    let left: Money
    let held: Bool
    let endsAt: Instant?
  }

  func run() async throws {
    let (card, currency) = (try await GiftCode.card(code, options), try options.currency())
    let answer = Answer(
      id: card.id, mask: card.mask, left: card.left, held: card.holding.isHeld,
      endsAt: card.endsAt)
    let zone = TimeZone(identifier: try options.member.shop.load().timeZone) ?? .gmt
    try Output.write(answer, asJSON: options.common.json) {
      [
        "\(card.mask)  \(currency.text(card.left)) left"
          + (card.endsAt.map { ", until \(Amounts.text($0, in: zone))" } ?? "")
      ]
    }
  }
}

struct GiftCardSpend: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spend", abstract: "Take a part of a card for a bill that is booked elsewhere.")

  @OptionGroup var options: WalletOptions
  @OptionGroup var act: ActOptions

  @Argument(help: "Its code.")
  var code: String

  @Option(help: "How much, with all digits of the minor unit, such as 12.50.")
  var amount: String

  func run() async throws {
    let card = try await GiftCode.card(code, options)
    let money = try Amounts.money(amount, try options.currency())
    try await GiftCode.use(.spendGiftCard(card.id, money), "spent", act, options)
  }
}

struct GiftCardRefund: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refund", abstract: "Pay out what is left of a card.",
    discussion: "Also of one whose term is over.")

  @OptionGroup var options: WalletOptions
  @OptionGroup var act: ActOptions

  @Argument(help: "Its code.")
  var code: String

  @Option(help: ArgumentHelp("cash or psp/NAME, one of wallet.yaml.", valueName: "tender"))
  var tender = "cash"

  func run() async throws {
    let card = try await GiftCode.card(code, options)
    try await GiftCode.use(.refundGiftCard(card.id, tender: tender), "paid out", act, options)
  }
}

/// A code on the command line; it goes no further than to the card's id.
private enum GiftCode {
  private struct Answer: Encodable {
    let id: MoneyActID
    let used: GiftCardUse.Facts
    let repeated: Bool
  }

  static func card(_ text: String, _ options: WalletOptions) async throws -> GiftCard.State {
    let (store, currency) = (try options.common.openReader(), try options.currency())
    let unknown = Complaint(WalletRefusal.unknownCard.staffText(currency))
    guard let code = BearerCode(text) else { throw unknown }
    do throws(WalletFailure) {
      return try await store.giftCard(code: code)
    } catch {
      switch error {
      case .refused: throw unknown
      case .store(let fault): throw fault
      }
    }
  }

  static func use(
    _ work: WalletRequest.Work, _ verb: String, _ act: ActOptions, _ options: WalletOptions
  ) async throws {
    let currency = try options.currency()
    let (id, reply) = try await WalletDoor.ask(work, act, options)
    guard case .giftCardUsed(let facts, let isRepeated) = reply else { throw WalletDoor.stranger }
    try Output.write(
      Answer(id: id, used: facts, repeated: isRepeated), asJSON: options.common.json
    ) {
      [
        "\(currency.text(facts.amount)) \(verb), \(currency.text(facts.left)) left"
          + (isRepeated ? " (done before)." : ".")
      ]
    }
  }
}
