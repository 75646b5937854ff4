import ArgumentParser
import Daemon
import Foundation
import Ledger
import Retail
import Storage

struct CountCardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "count-card", abstract: "Sell visits of a service, use them, pay them back.",
    subcommands: [
      CountCardSell.self, CountCardUse.self, CountCardShow.self, CountCardRefund.self,
    ])
}

extension CountCardSale.Payment: ExpressibleByArgument {
  public init?(argument: String) {
    switch argument {
    case "cash": self = .cash
    case "wallet": self = .wallet
    default:
      guard argument.hasPrefix("psp/"), argument.utf8.count > 4 else { return nil }
      self = .psp(String(argument.dropFirst(4)))
    }
  }
}

private func write(_ reply: UnitReply, _ unit: UnitOptions) throws {
  guard case .countCard(let answer) = reply else { throw UnitOptions.stranger }
  let until = try unit.options.day(answer.expiresAt)
  try Output.write(answer, asJSON: unit.asJSON) {
    [
      "card \(answer.card): \(answer.left) visits of \(answer.service) left"
        + (until.map { ", until \($0)" } ?? "")
        + (answer.amount.map { "; amount \($0.minorUnits)" } ?? "")
    ]
  }
}

struct CountCardSell: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sell", abstract: "Sell a card of members.yaml.")

  @OptionGroup var unit: UnitOptions
  @Argument(help: "The offer's id.")
  var offer: String
  @Option(help: "The member's number, phone or id.")
  var member: String
  @Option(help: "cash, wallet or psp/NAME.")
  var pay: CountCardSale.Payment

  func run() async throws {
    let member = try await unit.find(member)
    try write(
      try await unit.ask { .sellCard(member: member, offer: offer, pay, id: $0) }, unit)
  }
}

struct CountCardUse: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "use", abstract: "Take one visit, of the card that ends first.")

  @OptionGroup var unit: UnitOptions
  @Argument(help: "The service.")
  var service: String
  @Option(help: "The member's number, phone or id.")
  var member: String
  @Option(help: "This card, and no other.")
  var card: String?

  func run() async throws {
    let member = try await unit.find(member)
    try write(
      try await unit.ask { .useVisit(member: member, service: service, card: card, id: $0) },
      unit)
  }
}

struct CountCardRefund: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refund", abstract: "Pay the visits back that are left, by the card's rule.")

  @OptionGroup var unit: UnitOptions
  @Argument(help: "The card.")
  var card: String
  @Option(help: "The member's number, phone or id.")
  var member: String
  @Option var reason: String

  func run() async throws {
    let member = try await unit.find(member)
    try write(
      try await unit.ask { .refundCard(member: member, card: card, reason: reason, id: $0) },
      unit)
  }
}

struct CountCardShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a member's cards.")

  @OptionGroup var options: MemberOptions
  @Option(help: "The member's number, phone or id.")
  var member: String

  private struct Card: Encodable {
    let card: String
    let service: String
    let left: Int64
    /// What was paid and is not used yet, in minor units.
    let valueLeft: Int64
    /// The last day it is good on.
    let until: String?
  }

  func run() async throws {
    let id = try await options.find(member).id
    let store = try options.common.openReader()
    let lots = try await store.countCards(of: id)
    try store.close()
    let cards = try lots.map {
      Card(
        card: $0.card, service: $0.service, left: $0.left, valueLeft: $0.valueLeft,
        until: try options.day($0.visits.expiresAt))
    }
    try Output.write(cards, asJSON: options.common.json) {
      cards.isEmpty
        ? ["No cards."]
        : cards.map {
          "card \($0.card): \($0.left) visits of \($0.service)"
            + ($0.until.map { " until \($0)" } ?? "")
        }
    }
  }
}
