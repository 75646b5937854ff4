import ArgumentParser
import Foundation
import Ledger
import Retail
import Storage

struct LedgerVerify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Recompute the hash chain, the rules, the holds and all balances; name the first "
      + "bad entry.")

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
    // The book may be sound and say that units went where none can go.
    let lost = report.isSound ? try await ledger.issuances().first { !$0.isWhole } : nil
    let fault = report.fault.map(Self.sentence) ?? lost.map(Self.sentence)
    let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    let holds = report.isSound ? try await ledger.openHolds().map { OpenHold($0, now: now) } : nil
    let answer = Answer(sound: fault == nil, fault: fault, report: report, openHolds: holds)
    try Output.write(answer, asJSON: common.json) {
      lost == nil ? holds.map { Self.text(report, $0) } ?? [] : []
    }
    if let fault, lost != nil {
      throw Complaint(
        "\(common.data): \(fault); look for the entry with `kioskctl ledger statement`")
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

  static func sentence(_ sum: Issuance) -> String {
    "of \(sum.name) \(sum.issued) were issued, and \(sum.used) used, \(sum.expired) expired, "
      + "\(sum.takenBack) taken back, \(sum.outstanding) with customers and "
      + "\(sum.elsewhere) elsewhere"
  }

  static func sentence(_ fault: LedgerFault) -> String {
    switch fault {
    case .missingEntry(let number): "entry \(number) is missing"
    case .notAnEntry(let number, let detail): "entry \(number) is none: \(detail)"
    case .brokenChain(let number, let id):
      "entry \(number) (\(id)) is not what its hash was made over"
    case .wrongChainHead(let kiosk):
      "the chain of kiosk \(kiosk) does not end in the hash that is kept of it"
    case .wrongID(let number, let id):
      "entry \(number) (\(id)): its id does not lead to it alone"
    case .wrongHistory(let number, let id):
      "entry \(number) (\(id)) does not name those that moved its accounts before it"
    case .brokenRule(let number, let id, let detail): "entry \(number) (\(id)) \(detail)"
    case .wrongHold(let number, let id):
      "entry \(number) (\(id)): its hold is not kept as the entries say"
    case .holdOfClosedSale(let number, let id, let sale):
      "entry \(number) (\(id)) holds for the sale \(sale), which is closed"
    case .wrongBalance(let account, let kept, let recomputed):
      "account \(account) is kept as \(kept.posted) posted, \(kept.heldDebits) and "
        + "\(kept.heldCredits) held, and its entries say \(recomputed.posted), "
        + "\(recomputed.heldDebits) and \(recomputed.heldCredits)"
    case .wrongNewest(let account, let kept, let recomputed):
      "account \(account) names entry \(kept) as its newest, which is entry \(recomputed)"
    case .missingAct(let number, let id):
      "entry \(number) (\(id)) is of an operation on stored value that is not kept"
    case .wrongAct(let act, let detail): "the operation \(act) on stored value \(detail)"
    case .overRefunded(let sale, let detail): "the sale \(sale) \(detail)"
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
