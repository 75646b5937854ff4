import ArgumentParser
import Daemon
import Foundation
import Ledger
import Retail
import ShopConfiguration
import Storage

struct MemberCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "member", abstract: "Register, find, change and erase members.",
    discussion: """
      The running daemon writes; when none runs on the data directory, this program does.
      """,
    subcommands: [
      MemberShow.self, MemberFind.self, MemberRegister.self, MemberChangeCommand.self,
      MemberBlock.self, MemberUnblock.self, MemberNote.self, MemberConsent.self,
      MemberMergeCommand.self, MemberExportCommand.self, MemberErase.self,
      MemberImportCommand.self, MemberCardCommand.self, MemberCodeCommand.self,
      MemberSegmentCommand.self,
    ])
}

/// Finds a member by what an operator has: the number on the card, a phone, or the id.
enum MemberSearch {
  static func member(
    _ text: String, in store: Store, plan: PhonePlan
  ) async throws -> MemberRecord {
    if let member = try await store.member(number: text) { return member }
    if let phone = phone(text, plan), let member = try await store.member(phone: phone.text) {
      return member
    }
    if let id = Int64(text), let member = try await store.member(id) { return member }
    let refusal: MemberRefusal = isMistyped(text) ? .mistypedNumber : .unknownMember
    throw Complaint(refusal.staffText)
  }

  /// Nil for what is no phone, for it may be something else.
  private static func phone(_ text: String, _ plan: PhonePlan) -> PhoneNumber? {
    switch Result(catching: { () throws(PhoneNumber.Flaw) in try PhoneNumber(text, plan: plan) }) {
    case .success(let phone): phone
    case .failure: nil
    }
  }

  private static func isMistyped(_ text: String) -> Bool {
    switch Result(catching: { () throws(MemberNumber.Flaw) in try MemberNumber(text) }) {
    case .success(let number): number.isMistyped
    case .failure: false
    }
  }
}

struct MemberShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a member's record, cards, balances and lots.")

  @OptionGroup var options: MemberOptions

  @Argument(help: "The member's number, phone or id.")
  var member: String

  @Flag(help: "Name, phone, birthday, preferences and notes in full.")
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

    struct Card: Encodable {
      let id: Int64
      let state: CardState
      let issuedAt: Instant?
      let replacedBy: Int64?
    }

    let id: Int64
    let number: String
    let name: String
    let phone: String?
    let birthday: String?
    let tier: String
    let tierSince: String
    let tierReview: String?
    let blocked: Bool
    let tags: [String]
    let consents: [String]
    let source: String?
    let formerNumbers: [String]
    let preferences: [String: String]?
    let notes: [String]?
    let cards: [Card]
    let lots: [Lot]
  }

  func run() async throws {
    let store = try options.common.openReader()
    let record = try await MemberSearch.member(
      member, in: store, plan: try options.rules().phones)
    guard let file = try await store.memberFile(record.id) else {
      throw Complaint(MemberRefusal.unknownMember.staffText)
    }
    let accounts = try await SQLiteLedger(store).accounts(ofOwner: MemberFacts.owner(record.id))
    let answer = answer(file, accounts)
    let zone = TimeZone(identifier: try options.shop.load().timeZone) ?? .gmt
    try Output.write(answer, asJSON: options.common.json) { Self.text(answer, in: zone) }
  }

  private func answer(_ file: MemberFile, _ accounts: [(Account, Balance)]) -> Answer {
    let record = file.record
    return Answer(
      id: record.id, number: record.number,
      name: full ? record.name : MemberMask.name(record.name),
      phone: full ? record.phone : record.phone.map(MemberMask.phone),
      birthday: full ? record.birthday : nil, tier: record.tier,
      tierSince: "\(file.standing.since)", tierReview: file.standing.review.map { "\($0)" },
      blocked: record.isBlocked, tags: file.tags,
      consents: file.givenConsents.map(\.rawValue).sorted(), source: file.source,
      formerNumbers: file.formerNumbers, preferences: full ? file.preferences : nil,
      notes: full ? file.notes.map(\.text) : nil,
      cards: file.cards.map {
        .init(
          id: $0.id, state: $0.state, issuedAt: $0.issuedAt, replacedBy: $0.replacedBy)
      },
      lots: accounts.map(Self.lot))
  }

  static func lot(_ account: Account, _ balance: Balance) -> Answer.Lot {
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
    var lines = [head.compactMap(\.self).joined(separator: ", ")]
    if !answer.tags.isEmpty { lines.append("tags: " + answer.tags.joined(separator: " ")) }
    lines += answer.cards.map { card in
      "card \(card.id): \(card.state.rawValue)" + (card.replacedBy.map { ", now card \($0)" } ?? "")
    }
    lines += answer.notes ?? []
    return lines + table.lines
  }
}

struct MemberFind: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find", abstract: "Find members by parts of their names.")

  @OptionGroup var options: MemberOptions

  @Argument(help: "Two letters or more of each word; in any order.")
  var name: [String]

  @Flag(help: "Names and phones in full.")
  var full = false

  private struct Answer: Encodable {
    struct Member: Encodable {
      let id: Int64
      let number: String
      let name: String
      let phone: String?
      let tier: String
    }

    let members: [Member]
    /// There are more; ask for more of the name.
    let cut: Bool
  }

  func run() async throws {
    let store = try options.common.openReader()
    let matches = try await store.members(named: name.joined(separator: " "))
    let answer = Answer(
      members: matches.members.map {
        .init(
          id: $0.id, number: $0.number, name: full ? $0.name : MemberMask.name($0.name),
          phone: full ? $0.phone : $0.phone.map(MemberMask.phone), tier: $0.tier)
      }, cut: matches.isCut)
    try Output.write(answer, asJSON: options.common.json) {
      answer.members.map { "\($0.number)  \($0.name)  \($0.phone ?? "")  \($0.tier)" }
        + (answer.members.isEmpty ? ["No member has this name."] : [])
        + (answer.cut ? ["There are more: name more of it."] : [])
    }
  }
}
