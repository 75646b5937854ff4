import ArgumentParser
import Foundation

/// The operator's command line of one kiosk.
@main
struct Kioskctl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kioskctl",
    abstract: "Look after a self-service kiosk, beside its running daemon or without one.",
    discussion: "Exit status 0, or 1 with one line that says what is wrong and what to do.",
    subcommands: [
      DevicesCommand.self, DoctorCommand.self, UdevRulesCommand.self, LedgerCommand.self,
      MemberCommand.self, WalletCommand.self, RefundCommand.self, GiftCardCommand.self,
      TiersCommand.self, KeysCommand.self, CouponCommand.self, PointsCommand.self,
      CountCardCommand.self, ReceiptCommand.self, SaleCommand.self, PrinterCommand.self,
      DrawerCommand.self,
      DisplayCommand.self, ScannerCommand.self, ReaderCommand.self, CardCommand.self,
      ReplayCommand.self, PriceCommand.self, DecodeCommand.self, EncodeCommand.self,
    ])

  static func main() async {
    var command: any ParsableCommand
    do {
      command = try parseAsRoot()
    } catch {
      // A request for help is no fault.
      guard !exitCode(for: error).isSuccess else { exit(withError: error) }
      end("\(message(for: error)) (see `\(help(for: CommandLine.arguments.dropFirst()))`)")
    }
    do {
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      guard !exitCode(for: error).isSuccess else { exit(withError: error) }
      end("\(error)")
    }
  }

  /// What to type for the usage of the command that some arguments name.
  private static func help(for arguments: some Sequence<String>) -> String {
    var words = ["kioskctl", "help"]
    var command: any ParsableCommand.Type = Kioskctl.self
    for argument in arguments {
      let subcommands = command.configuration.subcommands
      guard let next = subcommands.first(where: { $0.configuration.commandName == argument })
      else { break }
      words.append(argument)
      command = next
    }
    return words.joined(separator: " ")
  }

  /// Ends with status 1 and one line on standard error.
  private static func end(_ text: String) -> Never {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    FileHandle.standardError.write(Data("kioskctl: \(TerminalText.printable(line))\n".utf8))
    exit(withError: ExitCode.failure)
  }
}

/// What is wrong and what to do, one sentence for the operator.
struct Complaint: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
