import ArgumentParser
import Cards
import Codecs
import Daemon
import Devices
import Foundation
import Retail
import ShopConfiguration

struct CardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "card", abstract: "Issue member cards and check them.",
    discussion: "What a card carries, and what it proves: docs/card-token.md.",
    subcommands: [CardKeygenCommand.self, CardIssueCommand.self, CardVerifyCommand.self])
}

struct CardKeygenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keygen",
    abstract: "Make the key that signs cards, and print the line for cards.tokenKeys.",
    discussion: """
      The file is the issuing office's alone: whoever has it can make cards of any member. Kiosks \
      are given the line that is printed.
      """)

  @Argument(help: "The file for the private key; one that is there stays as it is.")
  var file: String

  @Flag(help: "Write JSON instead of text.")
  var json = false

  private struct Answer: Encodable {
    let file: String
    let keyID: String
    let tokenKey: String
  }

  func run() throws {
    let key = CardSigningKey()
    try SigningKeyFile.create(key, path: file)
    let answer = Answer(
      file: file, keyID: key.publicKey.id.description, tokenKey: key.publicKey.line)
    try Output.write(answer, asJSON: json) {
      [
        "\(answer.file): the private key \(answer.keyID); keep it at the office, and a copy in a "
          + "safe place",
        "for cards.tokenKeys of every kiosk:", "  - \"\(answer.tokenKey)\"",
      ]
    }
  }
}

struct CardIssueCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "issue", abstract: "Sign a card token and write it on a card.",
    discussion: """
      Lay an empty NTAG or Ultralight on the reader. Beside a running daemon its reader is used, \
      between two customers, and no customer's tap is taken meanwhile; the key stays with this \
      program. With --uid nothing is written: the bytes are printed for another tool.
      """)

  @OptionGroup var desk: CardDeskOptions

  @Option(help: ArgumentHelp("The file of the private key.", valueName: "file"))
  var key: String

  @Option(help: "The member's or card's number: 1 to 20 printable characters without blanks.")
  var number: String

  @Option(help: ArgumentHelp("The last day that the card is good on.", valueName: "yyyy-mm-dd"))
  var expires: String?

  @Option(help: ArgumentHelp("Print the token for the chip with this UID.", valueName: "hex"))
  var uid: String?

  @Flag(help: "Also on a card that holds something already.")
  var replace = false

  private struct Answer: Encodable {
    let uid: String
    let number: String
    let keyID: String
    /// The record's payload, and the whole NDEF message.
    let token: String
    let message: String
    /// Nil where nothing was written.
    let card: CardReport?
  }

  func run() async throws {
    let configuration = try desk.shop.load()
    let clock = try configuration.clock()
    let issuer = CardIssuer(
      key: try SigningKeyFile.read(path: key), number: number,
      issuedOnDay: clock.now().date.dayNumber,
      expiresOnDay: try expires.map { try Self.day($0) })
    guard configuration.cards.tokenKeys[issuer.key.publicKey.id] != .revoked else {
      throw Complaint("\(key): this key is among cards.revokedTokenKeys; make a new one")
    }
    if let uid {
      guard let bytes = HexBytes.bytes(uid) else {
        throw Complaint("--uid takes 8, 14 or 20 hexadecimal digits")
      }
      return try write(try issuer.issued(uid: bytes), nil)
    }
    let report = try await desk.run(
      .write(replacing: replace), configuration, knowing: issuer.key.publicKey
    ) { try issuer.issued(uid: $0).message }
    guard let written = HexBytes.bytes(report.uid) else {
      throw Complaint("the reader told no UID")
    }
    let issued = try issuer.issued(uid: written)
    guard report.token?.number == number else {
      throw Complaint(
        "\(report.uid) is written, and does not verify here: \(report.why.joined(separator: "; "))")
    }
    try write(issued, report)
  }

  private func write(_ issued: CardIssuer.Issued, _ report: CardReport?) throws {
    let answer = Answer(
      uid: HexBytes.text(issued.uid), number: number, keyID: issued.keyID,
      token: HexBytes.text(issued.token), message: HexBytes.text(issued.message), card: report)
    try Output.write(answer, asJSON: desk.common.json) {
      if let report {
        return ["\(answer.uid) is written: level \(report.level)"] + report.why.map { "  - " + $0 }
      }
      return [
        "nothing is written; for the chip \(answer.uid):", "  token    \(answer.token)",
        "  message  \(answer.message)",
      ]
    }
  }

  static func day(_ text: String) throws -> Int {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    guard numbers.count == 3, parts.map(\.count) == [4, 2, 2] else {
      throw Complaint("--expires takes a date such as 2027-12-31")
    }
    let date = CalendarDate(year: numbers[0], month: numbers[1], day: numbers[2])
    // A day that the month has not would be another one.
    guard date.components == (numbers[0], numbers[1], numbers[2]) else {
      throw Complaint("--expires: there is no \(text)")
    }
    return date.dayNumber
  }
}

struct CardVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read a card, and say how far it is trusted and why.",
    discussion: """
      Beside a running daemon its reader is used, between two customers, and no customer's tap is \
      taken meanwhile. Exit status 1 for a card that no checkout takes.
      """)

  @OptionGroup var desk: CardDeskOptions

  func run() async throws {
    let report = try await desk.run(.read, try desk.shop.load()) { _ in [] }
    try Output.write(report, asJSON: desk.common.json) {
      ["\(report.uid) (\(report.kind)): level \(report.level)"] + report.why.map { "  - " + $0 }
    }
    guard report.isUsable else {
      throw Complaint("no checkout takes this card: \(report.why.joined(separator: "; "))")
    }
  }
}
