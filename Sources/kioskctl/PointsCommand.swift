import ArgumentParser
import Daemon
import Foundation
import Ledger
import Retail
import Storage

struct PointsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "points", abstract: "Show, exchange and correct a member's points.",
    subcommands: [
      PointsShow.self, PointsExchangeCommand.self, PointsAdjust.self, PointsTakeBack.self,
      PointsStockCommand.self,
    ])
}

/// Points as they are typed: whole, or with up to three decimals.
struct PointsArgument: ExpressibleByArgument {
  let units: Int64

  init?(argument: String) {
    let isNegative = argument.hasPrefix("-")
    let parts = argument.dropFirst(isNegative ? 1 : 0)
      .split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), (1...12).contains(parts[0].utf8.count),
      parts.allSatisfy({ $0.utf8.allSatisfy { $0 &- 0x30 <= 9 } }), let whole = Int64(parts[0])
    else { return nil }
    var rest: Int64 = 0
    if parts.count == 2 {
      guard (1...3).contains(parts[1].utf8.count),
        let digits = Int64(parts[1] + String(repeating: "0", count: 3 - parts[1].utf8.count))
      else { return nil }
      rest = digits
    }
    units = (whole * 1_000 + rest) * (isNegative ? -1 : 1)
  }
}

struct PointsShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show what a member has in points, and when they end.")

  @OptionGroup var options: MemberOptions
  @Option(help: "The member's number, phone or id.")
  var member: String

  private struct Lot: Encodable {
    let account: String
    let units: Int64
    /// The last day they are good on, or on which they wait.
    let until: String?
  }

  private struct Answer: Encodable {
    let member: Int64
    let spendable: Int64
    let total: Int64
    let owed: Int64
    let held: Int64
    let lots: [Lot]
    let pending: [Lot]
  }

  func run() async throws {
    let id = try await options.find(member).id
    let now = try options.shop.load().clock().now()
    let store = try options.common.openReader()
    let purse = try await store.points(of: id, now: now.instant)
    try store.close()
    func lots(_ list: [PointsPurse.Lot]) throws -> [Lot] {
      try list.map {
        Lot(
          account: "\($0.account.id)", units: $0.free,
          until: try options.day($0.account.expiresAt))
      }
    }
    let answer = Answer(
      member: id, spendable: purse.spendable, total: purse.total, owed: purse.owed,
      held: purse.held, lots: try lots(purse.lots), pending: try lots(purse.pending))
    try Output.write(answer, asJSON: options.common.json) {
      ["\(PointsRefusal.points(answer.spendable)) points can be spent."]
        + answer.lots.map {
          "\(PointsRefusal.points($0.units)) "
            + ($0.until.map { "until \($0)" } ?? "without an end")
        }
        + answer.pending.map { "\(PointsRefusal.points($0.units)) wait until \($0.until ?? "")" }
        + (answer.owed > 0 ? ["\(PointsRefusal.points(answer.owed)) are owed."] : [])
    }
  }
}

/// What was done with points.
private func write(_ reply: UnitReply, _ unit: UnitOptions) throws {
  guard case .points(let answer, let code) = reply else { throw UnitOptions.stranger }
  struct Told: Encodable {
    let answer: PointsAnswer
    let code: String?
  }
  try Output.write(Told(answer: answer, code: code), asJSON: unit.asJSON) {
    [
      "\(PointsRefusal.points(answer.moved)) points; "
        + "\(PointsRefusal.points(answer.spendable)) can be spent now."
    ] + [answer.coupon.map { "coupon \($0): \(code ?? "")" }].compactMap(\.self)
  }
}

struct PointsExchangeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exchange", abstract: "Give what an offer of members.yaml gives for points.")

  @OptionGroup var unit: UnitOptions
  @Argument(help: "The offer's id.")
  var offer: String
  @Option(help: "The member's number, phone or id.")
  var member: String

  func run() async throws {
    let member = try await unit.find(member)
    try write(
      try await unit.ask { .exchange(member: member, offer: offer, id: $0) }, unit)
  }
}

struct PointsAdjust: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adjust", abstract: "Correct a member's points by hand, with a second person.")

  @OptionGroup var unit: UnitOptions
  @Option(help: "The member's number, phone or id.")
  var member: String
  @Option(
    parsing: .unconditional, help: "So many more; below zero, so many fewer.")
  var points: PointsArgument
  @Option var reason: String
  @Option(help: "Who does it.")
  var by: String
  @Option(help: "Who saw it.")
  var second: String?

  func run() async throws {
    let member = try await unit.find(member)
    let adjustment = PointsCorrection.Adjustment(
      units: points.units, reason: reason, by: by, second: second)
    try write(try await unit.ask { .adjust(member: member, adjustment, id: $0) }, unit)
  }
}

struct PointsTakeBack: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "take-back", abstract: "Take back what a purchase gave that was refunded.",
    discussion: "Points that are spent already are owed, forgiven or refused: `spentAlready`.")

  @OptionGroup var unit: UnitOptions
  @Option(help: "The member's number, phone or id.")
  var member: String
  @Option var points: PointsArgument
  @Option var reason: String
  @Option(help: "The account that the sale put them on, `points/2027-11`.")
  var lot: String?

  func run() async throws {
    let member = try await unit.find(member)
    let account = lot.map { AccountID(owner: MemberFacts.owner(member), purpose: $0) }
    try write(
      try await unit.ask {
        .takeBack(member: member, units: points.units, lot: account, reason: reason, id: $0)
      }, unit)
  }
}

struct PointsStockCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stock", abstract: "Set goods aside that are given for points.")

  @OptionGroup var unit: UnitOptions
  @Argument(help: "The goods' name in members.yaml.")
  var sku: String
  @Option(parsing: .unconditional, help: "So many more; below zero, so many fewer.")
  var pieces: Int64
  @Option var reason: String

  func run() async throws {
    let reply = try await unit.ask {
      .stock(sku: sku, pieces: pieces, reason: reason, id: $0)
    }
    guard case .stock(let left) = reply else { throw UnitOptions.stranger }
    try Output.write(["pieces": left], asJSON: unit.asJSON) { ["\(left) of \(sku) are set aside."] }
  }
}
