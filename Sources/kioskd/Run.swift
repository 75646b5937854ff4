import ArgumentParser
import Foundation
import Logging

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sell, with the devices that are attached or with simulated ones.")

  @Flag(help: "Use simulated devices, with a page for them at /simulator.")
  var simulate = false

  @Flag(help: "Fill an empty data directory with a sample shop.")
  var sample = false

  @Option(help: "The kiosk's configuration; by default /etc/kioskd/kioskd.yaml, if it is there.")
  var config: String?

  @Option(help: "Where the kiosk keeps its book.")
  var data = "/var/lib/kioskd"

  @Option(help: "The port on the loopback address; 0 lets the system choose.")
  var port = 8480

  @Option(
    name: .customLong("crash-at"),
    help: "Die at the N-th point of writing and acting; only with --simulate, for tests.")
  var crashAt: Int?

  @Option(
    help: ArgumentHelp(
      "Write down every event, for `kioskctl replay`; codes and card numbers are sealed with the "
        + "key in FILE.key.", valueName: "file"))
  var record: String?

  func validate() throws {
    guard (0...65_535).contains(port) else {
      throw ValidationError("--port takes a number from 0 to 65535")
    }
    guard crashAt == nil || simulate else {
      throw ValidationError("--crash-at goes with --simulate only: it would lose real sales' time")
    }
    guard crashAt ?? 1 > 0 else { throw ValidationError("--crash-at counts from 1") }
  }

  func run() async throws {
    // Standard output carries the ready line alone.
    LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
    do {
      try await Kiosk(options: self).run()
    } catch {
      FileHandle.standardError.write(Data("kioskd: \(error)\n".utf8))
      throw ExitCode.failure
    }
  }
}
