import ArgumentParser
import CheckoutMachine
import Daemon
import Foundation
import Ledger
import Profiles
import Recording
import Retail
import ShopConfiguration

struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract:
      "Play a recording of `kioskd run --record` again, and say where it comes to something "
      + "else.",
    discussion: """
      Every step of the checkout is decided again, every receipt laid out again, and every driver \
      given the bytes that came; states, effects and all bytes that went out are compared. Needs \
      nothing but the file and, for the devices, its key.
      """)

  @Flag(help: "Write JSON instead of text.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "The recording's key; by default FILE.key, if it is there.", valueName: "file")
  )
  var key: String?

  @Argument(help: "The recording.")
  var file: String

  private struct Answer: Encodable {
    let summary: ReplaySummary
    /// Left out without it.
    let keyMissing: Bool?
  }

  func run() async throws {
    let reader = try RecordingReader(path: file, keyPath: key)
    var replay = try Self.replay(reader.header)
    if let difference = try await replay.run(reader) {
      throw Complaint("\(file), \(difference)")
    }
    let summary = replay.summary
    try Output.write(
      Answer(summary: summary, keyMissing: reader.hasKey ? nil : true), asJSON: json
    ) {
      [
        "The same again: \(summary.steps) steps, \(summary.receipts) receipts, "
          + "\(summary.devices) devices with \(summary.deviceLines) lines.",
        "The recording ends: \(summary.ending).",
      ] + (reader.hasKey ? [] : ["Its key is not here: the devices were not replayed."])
    }
  }

  /// With the profiles and the configuration that the kiosk had.
  private static func replay(_ header: RecordingHeader) throws -> Replay {
    let layout = ReceiptLayout(shop: header.shop, currency: header.policy.currency)
    let profiles =
      try RecordedFiles(header).map { try Self.profiles(of: $0) } ?? ProfileSet([])
    return Replay(profiles: profiles, layOut: { layout.receipt($0) })
  }

  private static func profiles(of files: RecordedFiles) throws -> ProfileSet {
    let folder = NSTemporaryDirectory() + "kioskctl-replay-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o700])
    let result = Result {
      try files.write(below: folder)
      let configuration = try KioskConfiguration(
        path: folder + "/" + RecordedFiles.configurationName)
      return try configuration.profiles(in: folder + "/" + RecordedFiles.driversName)
    }
    try FileManager.default.removeItem(atPath: folder)
    return try result.get()
  }
}
