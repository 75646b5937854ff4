import ArgumentParser
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
  }

  func run() async throws {
    let report = try await SQLiteLedger(try common.openReader()).verify()
    let fault = report.fault.map(Self.sentence)
    try Output.write(
      Answer(sound: report.isSound, fault: fault, report: report), asJSON: common.json
    ) {
      guard report.isSound else { return [] }
      return [
        "The book is sound: \(report.entryCount) entries, \(report.accountCount) accounts, "
          + "\(report.openHoldCount) open holds."
      ]
        + report.heads.map {
          "Kiosk \($0.kiosk): \($0.entryCount) entries, chain ends in \($0.hash)"
        }
    }
    if let fault {
      throw Complaint(
        "\(common.data): \(fault); stop kioskd, keep a copy of the directory, "
          + "and restore the last backup that verifies")
    }
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
