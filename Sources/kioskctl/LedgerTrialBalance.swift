import ArgumentParser
import Ledger
import Storage

struct LedgerTrialBalance: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trial-balance",
    abstract: "List all balances; debits and credits of an asset are equal.")

  @OptionGroup var common: CommonOptions

  @Flag(help: "The sums only, not every account.")
  var totals = false

  private struct Answer: Encodable {
    let balanced: Bool
    let assets: [TrialBalance.AssetTotal]
    let lines: [TrialBalance.Line]
  }

  func run() async throws {
    let balance = try await SQLiteLedger(try common.openReader()).trialBalance()
    let answer = Answer(
      balanced: balance.isBalanced, assets: balance.assets, lines: totals ? [] : balance.lines)
    try Output.write(answer, asJSON: common.json) { Self.text(answer) }
    if let asset = balance.assets.first(where: { !$0.isBalanced }) {
      throw Complaint(
        "\(common.data): the debits and credits of \(asset.asset) differ; "
          + "run `kioskctl ledger verify`, which names the first bad entry")
    }
  }

  private static func text(_ balance: Answer) -> [String] {
    var table = TextTable([.left, .right, .right, .right])
    table.append(["account", "debit", "credit", "held"])
    for asset in balance.assets {
      for line in balance.lines where line.account.asset == asset.asset {
        let posted = line.balance.posted
        let held = line.balance.heldDebits + line.balance.heldCredits
        table.append([
          "\(line.account.id)", posted > 0 ? Amounts.text(posted, of: asset.asset) : "",
          posted < 0 ? Amounts.text(-posted, of: asset.asset) : "",
          held > 0 ? Amounts.text(held, of: asset.asset) : "",
        ])
      }
      table.append([
        "= \(asset.asset)", Amounts.text(asset.debits, of: asset.asset),
        Amounts.text(asset.credits, of: asset.asset),
        Amounts.text(asset.heldDebits, of: asset.asset),
      ])
    }
    return table.lines
  }
}
