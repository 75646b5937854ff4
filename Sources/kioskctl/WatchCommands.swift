import ArgumentParser
import Daemon
import Devices
import Foundation
import ShopConfiguration
import Synchronization

struct ScannerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scanner", abstract: "See what the scanners tell.",
    subcommands: [ScannerWatchCommand.self])
}

struct ReaderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reader", abstract: "See what the card reader tells.",
    subcommands: [ReaderWatchCommand.self])
}

struct ScannerWatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Show each scan as it comes: what it is, its AIM identifier, its timing, and what is "
      + "odd about it.",
    discussion: """
      Beside a running daemon this looks on: what is scanned is also sold. Codes of coupons and \
      wallets are masked unless asked for with --raw.
      """)

  @OptionGroup var options: WatchOptions

  func run() async throws { try await options.run(.scanner) }
}

struct ReaderWatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Show each card as it comes: what it is, and what its reading proved.",
    discussion: """
      Beside a running daemon this looks on: a card that is put there is also taken for a \
      customer's. Numbers are masked unless asked for with --raw.
      """)

  @OptionGroup var options: WatchOptions

  func run() async throws { try await options.run(.reader) }
}

/// What both watches take.
struct WatchOptions: ParsableArguments {
  static let secondsLimit = ControlSocket.watchSeconds

  @OptionGroup var common: CommonOptions
  @OptionGroup var drivers: DriverOptions
  @OptionGroup var shop: ShopOptions

  @Flag(help: "Show codes and card numbers whole; payment codes never are.")
  var raw = false

  @Option(help: "End after so many scans or taps.")
  var count: Int?

  @Option(help: "End after so many seconds.")
  var seconds: Int?

  func validate() throws {
    guard count ?? 1 > 0 else { throw ValidationError("--count counts from 1") }
    guard (1...Self.secondsLimit).contains(seconds ?? 1) else {
      throw ValidationError("--seconds takes 1 to \(Self.secondsLimit)")
    }
  }

  func run(_ device: WatchedDevice) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds ?? Self.secondsLimit)
    let printer = SeenPrinter(asJSON: common.json, count: count)
    if try RunningDaemon.watch(
      device, isRaw: raw, directory: common.data, until: deadline, { try printer.take($0) })
    {
      return
    }
    let configuration = try shop.load()
    let watch = DeviceWatch(
      clock: try configuration.clock(),
      scans: ScanDesk(reader: try configuration.scanning.reader()))
    let devices = try LocalDevices(
      device.kind, configuration, profiles: try drivers.load(configuration),
      cards: try configuration.cardInterviews())
    try await LocalWatch.run(device, isRaw: raw, watch: watch, on: devices, until: deadline) {
      try printer.take($0)
    }
  }
}

extension WatchedDevice {
  var kind: DeviceKind {
    switch self {
    case .scanner: .scanner
    case .reader: .cardReader
    }
  }
}

/// A watch with devices of this program's own.
enum LocalWatch {
  static func run(
    _ device: WatchedDevice, isRaw: Bool, watch: DeviceWatch, on devices: LocalDevices,
    until deadline: ContinuousClock.Instant,
    _ take: @escaping @Sendable (SeenEvent) throws -> Bool
  ) async throws {
    guard let seen = watch.events(of: device, isRaw: isRaw) else { return }
    _ = try await devices.use(until: deadline) { events in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { for await event in events { watch.take(event) } }
        group.addTask {
          for await event in seen { guard try take(event) else { return } }
        }
        try await group.next()
        group.cancelAll()
      }
    }
  }
}

/// Writes what is seen, a line each, until there were enough.
final class SeenPrinter: Sendable {
  private let asJSON: Bool
  private let left: Mutex<Int?>

  init(asJSON: Bool, count: Int?) {
    self.asJSON = asJSON
    left = Mutex(count)
  }

  /// False when it was the last one.
  func take(_ event: SeenEvent) throws -> Bool {
    FileHandle.standardOutput.write(Data((try line(event) + "\n").utf8))
    // That a device came or went is shown, and does not count.
    guard event.what != "status" else { return true }
    return left.withLock { left in
      guard let count = left else { return true }
      left = count - 1
      return count > 1
    }
  }

  private func line(_ event: SeenEvent) throws -> String {
    guard asJSON else { return Self.text(event) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(event), as: UTF8.self)
  }

  static func text(_ event: SeenEvent) -> String {
    var words = [event.time, event.device, event.what]
    if let aim = event.aim { words.append(aim.isEmpty ? "(no AIM id)" : aim) }
    if let data = event.data { words.append(TerminalText.printable(data)) }
    if let meaning = event.meaning { words.append("= \(meaning)") }
    if let time = event.milliseconds { words.append("in \(time) ms") }
    if let pause = event.millisecondsSinceLast { words.append("after \(pause) ms") }
    if let anomaly = event.anomaly { words.append("! \(anomaly)") }
    return words.joined(separator: "  ")
  }
}
