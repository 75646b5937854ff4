import ArgumentParser
import Daemon
import Ledger
import Retail
import Storage

struct LedgerExpire: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "expire",
    abstract: "End the lots whose term is over: points, bonus, coupons and visits.",
    discussion: """
      The daemon does it once a day by itself; doing it again posts nothing. What an open sale \
      holds stays. After a jump of the date of more than a month nothing is ended before somebody \
      says that it is right.
      """)

  @OptionGroup var options: MemberOptions
  @Flag(help: "Only tell what would be posted.")
  var dryRun = false
  @Flag(help: "The date of this machine is right, although it jumped.")
  var dateIsRight = false

  private struct Answer: Encodable {
    let isTrial: Bool
    let cut: Instant
    let looked: Int
    let posted: Int
    let sums: [ExpiryPlan.Sum]
    let held: Int
    let unknown: Int
    let withheld: Int
  }

  func run() async throws {
    let door = MemberDoor(options)
    var sum: ExpiryPart?
    var place: ExpiryPart.Place?
    repeat {
      let reply = try await door.ask(
        .sweepEnded(after: place, isDateConfirmed: dateIsRight, isTrial: dryRun))
      guard case .ended(let part) = reply else {
        throw Complaint("kioskd answered something else; use the kioskctl of its version")
      }
      sum = sum.map { $0 + part } ?? part
      place = part.next
    } while place != nil
    try door.close()
    guard let sum else { return }
    let answer = Answer(
      isTrial: dryRun, cut: sum.cut, looked: sum.looked, posted: sum.posted, sums: sum.sums,
      held: sum.held, unknown: sum.unknown, withheld: sum.withheld)
    try Output.write(answer, asJSON: options.common.json) { text(answer) }
  }

  private func text(_ answer: Answer) -> [String] {
    var lines = ["\(answer.looked) lots looked at, \(answer.posted) ended."]
    lines += answer.sums.map {
      "\($0.kind.rawValue): \($0.lots) lots, \($0.units) units of \($0.asset)"
    }
    if answer.held > 0 { lines.append("\(answer.held) lots are partly held by open sales.") }
    if answer.unknown > 0 {
      lines.append("\(answer.unknown) accounts have a term that this version ends nothing of.")
    }
    if answer.withheld > 0 {
      lines.append(
        "\(answer.withheld) were not ended because the date jumped: say --date-is-right.")
    }
    if answer.isTrial { lines.append("Nothing was posted.") }
    return lines
  }
}
