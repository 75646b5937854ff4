import ArgumentParser
import Daemon
import Foundation
import Ledger
import Retail
import ShopConfiguration
import Storage

struct MemberCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "member", abstract: "Look members up.", subcommands: [MemberShow.self])
}

/// Finds a member by what an operator has: the number on the card, a phone, or the id.
enum MemberSearch {
  static func member(_ text: String, in store: Store) async throws -> MemberRecord {
    if let member = try await store.member(number: text) { return member }
    let digits = String(text.filter(\.isNumber))
    if digits.count >= 5, let member = try await store.member(phone: digits) { return member }
    if let id = Int64(text), let member = try await store.member(id) { return member }
    throw Complaint(
      "no member has this number, phone or id; the number is printed on the card and on receipts")
  }
}

struct MemberShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a member's balances and lots.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var shop: ShopOptions

  @Argument(help: "The member's number, phone or id.")
  var member: String

  @Flag(help: "Name, phone and birthday in full.")
  var full = false

  struct Answer: Encodable {
    struct Lot: Encodable {
      let account: String
      let asset: String
      /// What may be spent now, and what open holds keep.
      let available: Int64
      let held: Int64
      let granted: Int64?
      let availableAt: Instant?
      let expiresAt: Instant?
    }

    let id: Int64
    let number: String
    let name: String
    let phone: String?
    let birthday: String?
    let tier: String
    let blocked: Bool
    let lots: [Lot]
  }

  func run() async throws {
    let store = try common.openReader()
    let record = try await MemberSearch.member(member, in: store)
    let accounts = try await SQLiteLedger(store).accounts(ofOwner: MemberFacts.owner(record.id))
    let answer = Answer(
      id: record.id, number: record.number,
      name: full ? record.name : MemberMask.name(record.name),
      phone: full ? record.phone : record.phone.map(MemberMask.phone),
      birthday: full ? record.birthday : nil, tier: record.tier, blocked: record.isBlocked,
      lots: accounts.map(Self.lot))
    let zone = TimeZone(identifier: try shop.load().timeZone) ?? .gmt
    try Output.write(answer, asJSON: common.json) { Self.text(answer, in: zone) }
  }

  private static func lot(_ account: Account, _ balance: Balance) -> Answer.Lot {
    Answer.Lot(
      account: account.id.purpose, asset: account.asset.code,
      available: balance.available(under: account.rule) ?? -balance.posted,
      held: balance.heldDebits, granted: account.grant?.limitUnits,
      availableAt: account.grant?.availableAt, expiresAt: account.expiresAt)
  }

  private static func text(_ answer: Answer, in zone: TimeZone) -> [String] {
    var table = TextTable([.left, .right, .right, .left])
    table.append(["account", "available", "held", "ends"])
    for lot in answer.lots {
      guard let asset = Asset(code: lot.asset) else { continue }
      table.append([
        lot.account, Amounts.text(lot.available, of: asset),
        lot.held > 0 ? Amounts.text(lot.held, of: asset) : "",
        lot.expiresAt.map { Amounts.text($0, in: zone) } ?? "",
      ])
    }
    let head = [
      "\(answer.number)  \(answer.name)", answer.phone ?? "no phone", answer.birthday,
      answer.tier, answer.blocked ? "BLOCKED" : nil,
    ]
    return [head.compactMap(\.self).joined(separator: ", ")] + table.lines
  }
}
