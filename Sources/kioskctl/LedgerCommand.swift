import ArgumentParser

struct LedgerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger", abstract: "Check and sum up the book.",
    subcommands: [
      LedgerVerify.self, LedgerTrialBalance.self, LedgerStatement.self, LedgerSubmit.self,
      LedgerExpire.self,
    ])
}
