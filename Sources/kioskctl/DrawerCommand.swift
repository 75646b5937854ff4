import ArgumentParser
import Daemon
import Devices
import Foundation
import Ledger
import ShopConfiguration
import Storage

struct DrawerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drawer", abstract: "Open the cash drawer at the printer, and see who did.",
    subcommands: [DrawerOpenCommand.self, DrawerLogCommand.self])
}

struct DrawerOpenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Have the running daemon open the drawer.",
    discussion: "It is written down before and after: `kioskctl drawer log` lists it.")

  @OptionGroup var common: CommonOptions

  @Option(help: "The printer's connector that the drawer is at, 1 or 2.")
  var connector = 1

  private struct Answer: Encodable {
    /// `printed` when the printer confirmed the pulse, else `sent`.
    let completion: String
  }

  func validate() throws {
    guard DrawerConnector(rawValue: connector) != nil else {
      throw ValidationError("--connector takes 1 or 2")
    }
  }

  func run() throws {
    let completion = try RunningDaemon.openDrawer(
      connector: connector, by: Self.user, directory: common.data)
    guard let completion else {
      throw Complaint(
        "kioskd does not run on \(common.data): only it opens the drawer, because it writes down "
          + "who asked")
    }
    try Output.write(Answer(completion: completion), asJSON: common.json) {
      [
        completion == PrintCompletion.printed.rawValue
          ? "The printer has given the drawer its pulse."
          : "The pulse is sent; this printer cannot say more."
      ]
    }
  }

  /// Who asks, as the system knows them; whoever went through sudo is named, not root.
  private static var user: String {
    ProcessInfo.processInfo.environment["SUDO_USER"] ?? NSUserName()
  }
}

struct DrawerLogCommand: AsyncParsableCommand {
  static let lineLimit = 50

  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "List the last \(lineLimit) lines on the drawer's openings, the newest first.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var shop: ShopOptions

  private struct Line: Encodable {
    /// ISO 8601, by the shop's clock.
    let at: String
    let actor: String
    let outcome: String
  }

  func run() async throws {
    let store = try common.openReader()
    let times = ISO8601DateFormatter()
    times.timeZone = TimeZone(identifier: try shop.load().timeZone)
    let acts = try await store.staffActs(limit: Self.lineLimit).filter { $0.act == .openDrawer }
    let lines = acts.map { act in
      Line(
        at: times.string(
          from: Date(timeIntervalSince1970: Double(act.at.milliseconds) / 1_000)),
        actor: act.actor, outcome: act.outcome)
    }
    try Output.write(lines, asJSON: common.json) {
      lines.isEmpty
        ? ["The drawer was never opened."] : lines.map { "\($0.at)  \($0.actor): \($0.outcome)" }
    }
  }
}
