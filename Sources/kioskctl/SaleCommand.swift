import ArgumentParser
import Ledger

struct SaleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sale", abstract: "Settle sales that went wrong.", subcommands: [SaleRelease.self])
}

struct SaleRelease: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release",
    abstract: "Give back all that a sale holds whose posting was refused, and reopen the kiosk.",
    discussion: """
      The running daemon does it, by entries of the book; repeating it changes nothing. `kioskctl \
      doctor` names such sales.
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "The sale's number, such as 3-000042.")
  var sale: String

  private struct Answer: Encodable {
    let sale: String
    let released: Int
  }

  func validate() throws {
    guard SaleID(sale) != nil else { throw ValidationError(SaleNumber.hint) }
  }

  func run() throws {
    guard let count = try RunningDaemon.release(sale, directory: common.data) else {
      throw Complaint(
        "kioskd does not run on \(common.data), and only it can release a sale: start it "
          + "(systemctl start kioskd), then repeat this")
    }
    try Output.write(Answer(sale: sale, released: count), asJSON: common.json) {
      [
        "Sale \(sale): \(count) \(count == 1 ? "hold was" : "holds were") given back.",
        "The kiosk is open again unless something else keeps it closed; `kioskctl doctor` says.",
      ]
    }
  }
}

/// How a sale is named on the command line.
enum SaleNumber {
  static let hint = "a sale's number looks like 3-000042: kiosk, hyphen, counter"
}
