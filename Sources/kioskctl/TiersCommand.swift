import ArgumentParser
import Daemon
import Storage

struct TiersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tiers", abstract: "Move members between tiers by the rules of members.yaml.",
    subcommands: [TiersSweep.self])
}

struct TiersSweep: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep", abstract: "Look at every member's figures and move who has to be.",
    discussion: """
      The daemon does it once a day by itself; doing it again changes nothing. After a jump of the \
      date of more than a month nobody is moved down before somebody says that it is right.
      """)

  @OptionGroup var options: MemberOptions
  @Flag(help: "The date of this machine is right, although it jumped.")
  var dateIsRight = false

  func run() async throws {
    let door = MemberDoor(options)
    var sum = TierSweep.Part()
    var after: Int64? = 0
    while let member = after {
      let reply = try await door.ask(
        .sweepTiers(after: member, isDateConfirmed: dateIsRight))
      guard case .swept(let part) = reply else {
        throw Complaint("kioskd answered something else; use the kioskctl of its version")
      }
      sum = sum + part
      after = part.next
    }
    try door.close()
    try Output.write(sum, asJSON: options.common.json) {
      [
        "\(sum.looked) members: \(sum.risen) moved up, \(sum.fallen) down, "
          + "\(sum.coupons) coupons given."
      ]
        + (sum.withheld > 0
          ? ["\(sum.withheld) were not moved down because the date jumped: say --date-is-right."]
          : [])
    }
  }
}

struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "Change the keys that personal data is sealed under.",
    subcommands: [KeysRotate.self])
}

struct KeysRotate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate",
    abstract: "Bring all personal data under new keys and drop the old ones.",
    discussion: """
      Copies of the database from before can then be opened only with a copy of the key file from \
      before. A rotation that was cut off goes on. Copy the new key file to its safe place.
      """)

  @OptionGroup var options: MemberOptions

  private struct Answer: Encodable {
    let generation: Int64
  }

  func run() async throws {
    let door = MemberDoor(options)
    var rotation = try await step(door, isBeginning: true)
    while rotation.left > 0 { rotation = try await step(door, isBeginning: false) }
    guard try await door.ask(.endKeyRotation) == .done else {
      throw Complaint("members were registered meanwhile; run this again")
    }
    try door.close()
    let answer = Answer(generation: rotation.generation)
    try Output.write(answer, asJSON: options.common.json) {
      [
        "Personal data is under generation \(answer.generation) of the keys. Copy the key file of "
          + "\(options.common.data) to its safe place, and destroy the copies from before."
      ]
    }
  }

  private func step(_ door: MemberDoor, isBeginning: Bool) async throws -> KeyRotation {
    guard case .rotation(let rotation) = try await door.ask(.rotateKeys(isBeginning: isBeginning))
    else { throw Complaint("kioskd answered something else; use the kioskctl of its version") }
    return rotation
  }
}
