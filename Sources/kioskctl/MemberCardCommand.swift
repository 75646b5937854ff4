import ArgumentParser
import Daemon
import Retail
import Storage

extension CardChange: ExpressibleByArgument {}

struct MemberCardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "card", abstract: "Give members cards, replace, block and take them back.",
    discussion: """
      `kioskctl member show` names a member's cards by their ids; `kioskctl card verify` shows the \
      UID of a card that is held on the reader.
      """,
    subcommands: [MemberCardGive.self, MemberCardReplace.self, MemberCardSet.self])
}

struct MemberCardGive: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "give", abstract: "Give a member a card.")

  @OptionGroup var options: MemberOptions
  @Argument(help: "The member's number, phone or id.")
  var member: String
  @Argument(help: "The card's UID, hexadecimal digits.")
  var uid: String
  @Option var reason: String?

  func run() async throws {
    let id = try await options.find(member).id
    let request = MemberRequest.issueCard(
      uid: uid, member: id, replacing: nil, reason: reason)
    try MemberAnswer(try await MemberDoor.ask(request, options)).write(options)
  }
}

struct MemberCardReplace: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replace", abstract: "Give a member a new card in the place of an old one.")

  @OptionGroup var options: MemberOptions
  @Argument(help: "The member's number, phone or id.")
  var member: String
  @Argument(help: "The old card's id.")
  var old: Int64
  @Argument(help: "The new card's UID, hexadecimal digits.")
  var uid: String
  @Option var reason: String

  func run() async throws {
    let id = try await options.find(member).id
    let request = MemberRequest.issueCard(
      uid: uid, member: id, replacing: old, reason: reason)
    try MemberAnswer(try await MemberDoor.ask(request, options)).write(options)
  }
}

struct MemberCardSet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Report a card lost, block, unblock it or take it back.")

  @OptionGroup var options: MemberOptions
  @Argument(help: "The card's id.")
  var card: Int64
  @Argument(help: "reportLost, block, unblock or giveBack.")
  var change: CardChange
  @Option var reason: String

  func validate() throws {
    guard ![.issue, .replace].contains(change) else {
      throw ValidationError(
        "cards are given by `member card give` and replaced by `member card replace`")
    }
  }

  func run() async throws {
    let request = MemberRequest.changeCard(card: card, change, reason: reason)
    try MemberAnswer(try await MemberDoor.ask(request, options)).write(options)
  }
}
