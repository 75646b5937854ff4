import ArgumentParser
import Foundation
import Ledger
import Storage

struct LedgerVerify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Recompute the hash chain, the holds and all balances; name the first bad entry.")

  @OptionGroup var common: CommonOptions

  private struct Answer: Encodable {
    let sound: Bool
    let fault: String?
    let report: LedgerReport
    /// Left out of a book that is not sound.
    let openHolds: [OpenHold]?
  }

  func run() async throws {
    let ledger = SQLiteLedger(try common.openReader())
    let report = try await ledger.verify()
    let fault = report.fault.map(Self.sentence)
    let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    let holds = report.isSound ? try await ledger.openHolds().map { OpenHold($0, now: now) } : nil
    let answer = Answer(sound: report.isSound, fault: fault, report: report, openHolds: holds)
    try Output.write(answer, asJSON: common.json) {
      holds.map { Self.text(report, $0) } ?? []
    }
    if let fault {
      throw Complaint(
        "\(common.data): \(fault); stop kioskd, keep a copy of the directory, "
          + "and restore the last backup that verifies")
    }
  }

  private static func text(_ report: LedgerReport, _ holds: [OpenHold]) -> [String] {
    [
      "The book is sound: \(report.entryCount) entries, \(report.accountCount) accounts, "
        + "\(report.openHoldCount) open holds."
    ]
      + report.heads.map {
        "Kiosk \($0.kiosk): \($0.entryCount) entries, chain ends in \($0.hash)"
      }
      + holds.map(\.text)
  }

  static func sentence(_ fault: LedgerFault) -> String {
    switch fault {
    case .missingEntry(let number): "entry \(number) is missing"
    case .notAnEntry(let number, let id, let detail):
      "entry \(number) (\(id)) is none: \(detail)"
    case .brokenChain(let number, let id):
      "entry \(number) (\(id)) is not what its hash was made over"
    case .wrongChainHead(let kiosk):
      "the chain of kiosk \(kiosk) does not end in the hash that is kept of it"
    case .wrongHold(let number, let id):
      "entry \(number) (\(id)): its hold is not kept as the entries say"
    case .wrongBalance(let account, let kept, let recomputed):
      "account \(account) is kept as \(kept.posted) posted, \(kept.heldDebits) and "
        + "\(kept.heldCredits) held, and its entries say \(recomputed.posted), "
        + "\(recomputed.heldDebits) and \(recomputed.heldCredits)"
    case .damagedFile(let answer): "the database file is damaged (\(answer))"
    }
  }
}

/// A hold that no entry has ended yet. One that is old is a case for staff: none lapses by itself.
struct OpenHold: Encodable {
  let entry: String
  let sale: String?
  let actor: String
  let reason: String
  let at: Instant
  let ageSeconds: Int64

  init(_ hold: JournalEntry, now: Instant) {
    entry = "\(hold.id)"
    sale = hold.context.sale.map { "\($0)" }
    actor = hold.context.actor
    reason = hold.context.reason
    at = hold.context.at
    // A clock that was set back makes no hold younger than new.
    ageSeconds = max(0, (now.milliseconds - hold.context.at.milliseconds) / 1_000)
  }

  var text: String {
    "Open hold \(entry): \(sale.map { "sale \($0)" } ?? "no sale"), "
      + "\(Amounts.age(seconds: ageSeconds)) old, by \(actor), \(reason)"
  }
}
