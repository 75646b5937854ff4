import ArgumentParser
import Codecs
import Daemon
import Foundation
import Ledger
import Retail
import Storage

struct MemberExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Hand out all that is kept of one member, or all members.",
    discussion: """
      One member as JSON: record, notes, consents, audit, cards, balances and sales. With --all, a \
      CSV that `member import` reads. The audit notes either.
      """)

  @OptionGroup var options: MemberOptions
  @Argument(help: "The member's number, phone or id.")
  var member: String?
  @Flag(help: "All members, as CSV.")
  var all = false
  @Option(help: ArgumentHelp("Write here, readable for you alone.", valueName: "file"))
  var out: String?

  func validate() throws {
    guard all != (member != nil) else { throw ValidationError("name a member, or say --all") }
  }

  func run() async throws {
    if let member {
      let id = try await options.find(member).id
      // Before the reading: what is handed out is noted, whatever comes of it.
      _ = try await MemberDoor.ask(.logExport(member: id, detail: "all data"), options)
      let store = try options.common.openReader()
      let export = try await MemberExport(of: id, in: store)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try write(try encoder.encode(export) + Data("\n".utf8))
    } else {
      _ = try await MemberDoor.ask(.logExport(member: nil, detail: "all members"), options)
      try write(try await MemberTableFile.export(try options.common.openReader()))
    }
  }

  private func write(_ data: Data) throws {
    guard let out else { return try FileHandle.standardOutput.write(contentsOf: data) }
    let descriptor = open(out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw Complaint("\(out): \(String(cString: strerror(errno))); name a file that is not there")
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try file.write(contentsOf: data)
    try file.synchronize()
  }
}

/// All that is kept of one member.
struct MemberExport: Encodable {
  struct Note: Encodable {
    let text: String
    let actor: String
    let at: Instant
  }

  struct Line: Encodable {
    let action: MemberLogLine.Action
    let card: Int64?
    let detail: String
    let reason: String?
    let actor: String
    let at: Instant
  }

  struct Sale: Encodable {
    let sale: String
    let at: Instant
    let total: Money
  }

  let id: Int64
  let number: String
  let formerNumbers: [String]
  let name: String
  let phone: String?
  let birthday: String?
  let tier: TierStanding
  let blocked: Bool
  let registeredAt: Instant?
  let source: String?
  let referrer: String?
  let tags: [String]
  let preferences: [String: String]
  let notes: [Note]
  let consents: [Consent]
  let cards: [MemberShow.Answer.Card]
  let log: [Line]
  let accounts: [MemberShow.Answer.Lot]
  let sales: [Sale]

  init(of member: Int64, in store: Store) async throws {
    guard let file = try await store.memberFile(member) else {
      throw Complaint(MemberRefusal.unknownMember.staffText)
    }
    let record = file.record
    id = record.id
    number = record.number
    formerNumbers = file.formerNumbers
    name = record.name
    phone = record.phone
    birthday = record.birthday
    tier = file.standing
    blocked = record.isBlocked
    registeredAt = file.registeredAt
    source = file.source
    referrer = file.referrer
    tags = file.tags
    preferences = file.preferences
    notes = file.notes.map { Note(text: $0.text, actor: $0.actor, at: $0.at) }
    consents = file.consents
    cards = file.cards.map {
      .init(id: $0.id, state: $0.state, issuedAt: $0.issuedAt, replacedBy: $0.replacedBy)
    }
    log = try await store.memberLog(member).map {
      Line(
        action: $0.action, card: $0.card, detail: $0.detail, reason: $0.reason, actor: $0.actor,
        at: $0.at)
    }
    var accounts: [MemberShow.Answer.Lot] = []
    var sales: [Sale] = []
    for id in file.ids {
      accounts += try await SQLiteLedger(store).accounts(ofOwner: MemberFacts.owner(id))
        .map(MemberShow.lot)
      sales += try await store.sales(of: id).map {
        Sale(sale: "\($0.id)", at: $0.at, total: $0.total)
      }
    }
    self.accounts = accounts
    self.sales = sales
  }
}
