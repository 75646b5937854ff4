import ArgumentParser
import Cards
import Codecs
import Daemon
import Devices
import Profiles
import Retail
import ShopConfiguration
import Storage

/// What every command takes.
struct CommonOptions: ParsableArguments {
  @Flag(help: "Write JSON instead of text.")
  var json = false

  @Option(help: ArgumentHelp("The kiosk's data directory.", valueName: "dir"))
  var data = "/var/lib/kioskd"

  /// For a command that only reads; never disturbs a running daemon.
  func openReader() throws -> Store { try Store.open(directory: data, mode: .reader) }
}

/// Where the shop's choices are.
struct ShopOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The kiosk's configuration; by default \(ResourcePaths.operatorsConfiguration), "
        + "else the example's values.",
      valueName: "file"))
  var config: String?

  /// The file that is read, whether it is there or not.
  var path: String { config ?? ResourcePaths.configuration }

  func load() throws -> KioskConfiguration { try KioskConfiguration(path: path) }
}

/// Where the device profiles are.
struct DriverOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The folder of the device profiles.", valueName: "dir"))
  var drivers: String?

  var path: String { drivers ?? ResourcePaths.drivers }

  func load(_ configuration: KioskConfiguration) throws -> ProfileSet {
    try configuration.profiles(in: path)
  }
}

extension KioskConfiguration {
  /// What the kiosk asks a card; `key` counts as one of the shop's.
  func cardInterviews(
    knowing key: CardTokenKey? = nil
  ) throws -> CardConversations<CardIdentity> {
    let settings = CardSettings(
      tokenKeys: key.map { cards.tokenKeys.adding($0) } ?? cards.tokenKeys, keyFile: cards.keyFile)
    let (keys, clock) = (try settings.keys(), try clock())
    return { CardInterview(keys: keys, abilities: $0, randomBytes: clock.randomBytes) }
  }

  func clock() throws -> KioskClock {
    guard let clock = KioskClock.system(timeZone: timeZone) else {
      throw Complaint("shop.timeZone: the time zone database has no \(timeZone); install tzdata")
    }
    return clock
  }
}
