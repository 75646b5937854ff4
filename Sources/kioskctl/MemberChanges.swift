import ArgumentParser
import Codecs
import Daemon
import Foundation
import Retail
import ShopConfiguration
import Storage

extension Consent.Purpose: ExpressibleByArgument {}
extension Consent.Source: ExpressibleByArgument {}
extension ErasureGround: ExpressibleByArgument {}

struct MemberRegister: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "register", abstract: "Register a member under a new number.")

  @OptionGroup var options: MemberOptions

  @Option var name: String
  @Option var phone: String?
  @Option(help: "YYYY-MM-DD or MM-DD.")
  var birthday: String?
  @Option(help: "A tier of promotions.yaml; without it the first.")
  var tier: String?
  @Option(help: "A word of the shop; may be given several times.")
  var tag: [String] = []
  @Option(help: "How the member came: kiosk, counter, friend …")
  var source: String?
  @Option(help: "The number of the member who brought this one.")
  var referrer: String?
  @Option(help: "What the member agreed to; may be given several times.")
  var consent: [Consent.Purpose] = []
  @Option(help: "Ask again for a registration whose answer was lost, by the number told then.")
  var number: String?

  func run() async throws {
    let input = MemberInput(
      name: name, phone: phone, birthday: birthday, tier: tier, tags: tag, source: source,
      referrer: referrer, consents: consent)
    let drawn = try number ?? MemberOffice.drawnNumber(try options.shop.load().clock())
    do {
      let reply = try await MemberDoor.ask(.register(input, number: drawn), options)
      try MemberAnswer(reply).write(options)
    } catch let lost as ControlError {
      throw Complaint("\(lost); ask again with --number \(drawn)")
    }
  }
}

struct MemberChangeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "change", abstract: "Change a member's record, tags, preferences or tier.")

  @OptionGroup var options: MemberOptions

  @Argument(help: "The member's number, phone or id.")
  var member: String
  @Option var name: String?
  @Option(help: "Empty takes it away.")
  var phone: String?
  @Option(help: "Empty takes it away.")
  var birthday: String?
  @Option(help: "Give a tier, which the rules do not take back before --until.")
  var tier: String?
  @Option(help: ArgumentHelp("The day from which they may.", valueName: "YYYY-MM-DD"))
  var until: String?
  @Option var addTag: [String] = []
  @Option var removeTag: [String] = []
  @Option(help: "NAME=TEXT; an empty text takes it away.")
  var preference: [String] = []

  func validate() throws {
    guard preference.allSatisfy({ $0.contains("=") }) else {
      throw ValidationError("--preference takes NAME=TEXT")
    }
  }

  func run() async throws {
    let pairs = preference.map { text in
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(parts[0]), String(parts[1]))
    }
    let edit = MemberEdit(
      name: name, phone: phone, birthday: birthday, tier: tier, tierUntil: until,
      addTags: addTag, removeTags: removeTag,
      preferences: Dictionary(pairs) { _, last in last })
    let id = try await options.find(member).id
    try MemberAnswer(try await MemberDoor.ask(.change(member: id, edit), options)).write(options)
  }
}

/// What closing an account and opening it again take.
struct MemberBlocking: ParsableArguments {
  @OptionGroup var options: MemberOptions
  @Argument(help: "The member's number, phone or id.")
  var member: String
  @Option var reason: String

  func set(_ isBlocked: Bool) async throws {
    let id = try await options.find(member).id
    let request = MemberRequest.block(member: id, isBlocked, reason: reason)
    try MemberAnswer(try await MemberDoor.ask(request, options)).write(options)
  }
}

struct MemberBlock: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "block", abstract: "Close a member's account to every card and code.")

  @OptionGroup var blocking: MemberBlocking

  func run() async throws { try await blocking.set(true) }
}

struct MemberUnblock: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unblock", abstract: "Open a member's account again.")

  @OptionGroup var blocking: MemberBlocking

  func run() async throws { try await blocking.set(false) }
}

struct MemberNote: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "note", abstract: "Add a note to a member's record.")

  @OptionGroup var options: MemberOptions
  @Argument(help: "The member's number, phone or id.")
  var member: String
  @Argument var note: String

  func run() async throws {
    let id = try await options.find(member).id
    let reply = try await MemberDoor.ask(.note(member: id, note), options)
    try MemberAnswer(reply).write(options)
  }
}

struct MemberConsent: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "consent", abstract: "Keep what a member agreed to, or withdrew.")

  @OptionGroup var options: MemberOptions
  @Argument(help: "The member's number, phone or id.")
  var member: String
  @Argument(help: "membership, marketing, birthday or analysis.")
  var purpose: Consent.Purpose
  @Flag(help: "It was withdrawn.")
  var withdrawn = false
  @Option(help: "How it was said: kiosk, counter, paper, phone, web or file.")
  var source: Consent.Source = .counter

  func run() async throws {
    let id = try await options.find(member).id
    let request = MemberRequest.consent(member: id, purpose, isGiven: !withdrawn, source)
    try MemberAnswer(try await MemberDoor.ask(request, options)).write(options)
  }
}

struct MemberMergeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Make one member of two records of one person.",
    discussion: """
      Balances move by entries of the ledger, cards and tags with them. The first one's number, \
      phone and cards lead to the second from then on. It cannot be undone.
      """)

  @OptionGroup var options: MemberOptions
  @Argument(help: "The record that goes: number, phone or id.")
  var from: String
  @Argument(help: "The record that stays.")
  var into: String
  @Option var reason: String

  func run() async throws {
    let request = MemberRequest.merge(
      from: try await options.find(from).id, into: try await options.find(into).id,
      reason: reason)
    try MemberAnswer(try await MemberDoor.ask(request, options)).write(options)
  }
}

struct MemberErase: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "erase", abstract: "Erase a member's personal data for good.",
    discussion: """
      The key that it is sealed under is deleted, with everything that leads to the member; the \
      ledger keeps its entries under the bare id. Copies of the database from before stay \
      readable until `kioskctl keys rotate`.
      """)

  @OptionGroup var options: MemberOptions
  @Argument(help: "The member's number, phone or id.")
  var member: String
  @Option(help: "memberAsked, consentWithdrawn or retentionOver.")
  var ground: ErasureGround
  @Flag(help: "Stored value that is left was given up in writing.")
  var forfeit = false
  @Flag(help: "Needed, because it cannot be undone.")
  var yes = false

  func validate() throws {
    guard yes else { throw ValidationError("erasing cannot be undone; say --yes") }
  }

  func run() async throws {
    let id = try await options.find(member).id
    let request = MemberRequest.erase(member: id, ground, forfeits: forfeit)
    try MemberAnswer(try await MemberDoor.ask(request, options)).write(options)
  }
}

struct MemberCodeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "code", abstract: "Show the code that a member's phone shows now, or renew it.",
    discussion: "Renewed when a phone was lost: its codes are refused from then on.")

  @OptionGroup var options: MemberOptions
  @Argument(help: "The member's number, phone or id.")
  var member: String
  @Option(help: "Renew it, for this reason.")
  var renew: String?

  private struct Answer: Encodable {
    let code: String
    let seconds: Int
  }

  func run() async throws {
    let id = try await options.find(member).id
    if let renew {
      let reply = try await MemberDoor.ask(.renewCode(member: id, reason: renew), options)
      return try MemberAnswer(reply).write(options)
    }
    let (shop, window) = (try options.shop.load(), try options.rules().codes)
    let store = try options.common.openReader()
    let body = try await store.memberCode(
      of: id, at: try shop.clock().now().instant, window: window)
    let form = shop.scanning.settings.ownCodes.first { $0.kind == .member }
    let answer = Answer(code: (form?.prefix ?? "M") + body, seconds: window.seconds)
    try Output.write(answer, asJSON: options.common.json) { [answer.code] }
  }
}

struct MemberSegmentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "segment", abstract: "List the members of a segment of members.yaml.")

  /// How far back sales are looked at; no rule asks for more.
  private static let days = 3_650
  private static let partLimit = 500

  @OptionGroup var options: MemberOptions
  @Argument(help: "The segment's id.")
  var segment: String

  private struct Answer: Encodable {
    let segment: String
    let members: [Int64]
  }

  func run() async throws {
    guard let rule = try options.rules().segments.first(where: { $0.id == segment })?.rule else {
      throw Complaint(MemberRefusal.unknownSegment(String(segment.prefix(40))).staffText)
    }
    let now = try options.shop.load().clock().now()
    let store = try options.common.openReader()
    var members: [Int64] = []
    var after: Int64 = 0
    while true {
      let ids = try await store.memberIDs(after: after, limit: Self.partLimit)
      for id in ids {
        let facts = try await store.segmentFacts(of: id, today: now, days: Self.days)
        if let facts, rule.holds(for: facts) { members.append(id) }
      }
      guard let last = ids.last else { break }
      after = last
    }
    let answer = Answer(segment: segment, members: members)
    try Output.write(answer, asJSON: options.common.json) {
      ["\(members.count) \(members.count == 1 ? "member" : "members")"] + members.map { "\($0)" }
    }
  }
}
