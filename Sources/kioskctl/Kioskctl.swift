import ArgumentParser
import Foundation

/// The operator's command line of one kiosk.
@main
struct Kioskctl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kioskctl",
    abstract: "Look after a self-service kiosk, beside its running daemon or without one.",
    discussion: """
      Exit status 0; 1 with one line on standard error that says what is wrong and what to do; \
      64 for a command line that cannot be understood.
      """,
    subcommands: [
      DevicesCommand.self, DoctorCommand.self, UdevRulesCommand.self, LedgerCommand.self,
      MemberCommand.self, CouponCommand.self, ReceiptCommand.self, SaleCommand.self,
    ])

  static func main() async {
    var command: any ParsableCommand
    do {
      command = try parseAsRoot()
    } catch {
      exit(withError: error)
    }
    do {
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      // What ArgumentParser throws, a request for help say, has a status of its own.
      guard exitCode(for: error) == .failure else { exit(withError: error) }
      let line = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
      FileHandle.standardError.write(Data("kioskctl: \(line)\n".utf8))
      exit(withError: ExitCode.failure)
    }
  }
}

/// What is wrong and what to do, one sentence for the operator.
struct Complaint: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
