import ArgumentParser

/// The daemon of one kiosk.
@main
struct Kioskd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kioskd", abstract: "Self-service kiosk controller.",
    subcommands: [Run.self])
}
