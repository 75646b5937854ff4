import ArgumentParser
import Daemon
import PCSC
import ShopConfiguration
import Storage

struct DevicesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices",
    abstract: "List the devices: what the daemon makes of them, and what is plugged in.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var drivers: DriverOptions
  @OptionGroup var shop: ShopOptions

  private struct Answer: Encodable {
    let running: Bool
    /// Left out when no daemon runs on the data directory.
    let daemon: [Snapshot.Device]?
    let attached: [AttachedDevice]
    /// The readers that pcscd knows; left out where the kiosk drives its reader itself.
    let pcscd: [String]?
  }

  func run() throws {
    let configuration = try shop.load()
    let profiles = try drivers.load(configuration)
    let pcscd = configuration.cardReader == .pcsc ? KnownReaders.look() : nil
    let daemon = try RunningDaemon.devices(directory: common.data)
    let answer = Answer(
      running: daemon != nil, daemon: daemon,
      attached: AttachedDevice.all(
        profiles, usesPCSC: pcscd != nil,
        reader: .system(daemon: DataDirectoryLock.holder(directory: common.data))),
      pcscd: pcscd?.readers)
    try Output.write(answer, asJSON: common.json) {
      var lines: [String] = []
      if let daemon = answer.daemon {
        var table = TextTable([.left, .left, .left])
        for device in daemon { table.append([device.kind, device.state, device.message]) }
        lines = ["kioskd:"] + table.lines.map { "  " + $0 }
      } else {
        lines = ["kioskd does not run on \(common.data)."]
      }
      return lines + (answer.attached.isEmpty ? ["No USB device is attached."] : ["attached:"])
        + answer.attached.flatMap(Self.text) + (pcscd.map(Self.text) ?? [])
    }
  }

  static func text(_ pcscd: KnownReaders) -> [String] {
    ["pcscd:"] + pcscd.readers.map { "  \($0)" }
      + [pcscd.message].filter { !$0.isEmpty }.map { "  \($0)" }
  }

  static func text(_ device: AttachedDevice) -> [String] {
    let access =
      switch device.access {
      case nil: "not used"
      case .ok: "free"
      case .throughPCSC: "pcscd's"
      case .some(let access): access.rawValue
      }
    let name = device.name.isEmpty ? "" : "  \(device.name)"
    return [
      "  \(device.topology)  \(device.id)\(name): \(device.reason) [\(access)]"
    ] + [device.cure, device.remark].filter { !$0.isEmpty }.map { "      \($0)" }
  }
}
