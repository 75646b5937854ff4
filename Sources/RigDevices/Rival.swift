import Devices
import Foundation
import LibUSB

/// Another program that was faster: it has the interface 0 of a device until it is told to let go.
final class Rival {
  private static let word = "held"

  private let process = Process()
  private let input = Pipe()
  let isHolding: Bool
  var processID: Int32 { process.processIdentifier }

  /// Starts this program anew; returns when it holds the device or has ended.
  init(holding port: String) throws {
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = ["hold", port]
    let output = Pipe()
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    let said = output.fileHandleForReading.availableData
    isHolding = String(decoding: said, as: UTF8.self).hasPrefix(Self.word)
  }

  func letGo() {
    process.terminate()
    process.waitUntilExit()
  }

  /// The other program's side: claims, says so, and waits until it is ended or left alone.
  static func hold(_ port: String) async throws {
    let bus = try LibUSBBus()
    let watch = BusWatch(bus)
    let device = await eventually { watch.devices.first { $0.topology == port } }
    guard let device else { throw CarrierFault(description: "nothing at \(port)") }
    let usb = try await bus.open(device, claiming: [0])
    FileHandle.standardOutput.write(Data("\(word)\n".utf8))
    _ = FileHandle.standardInput.readDataToEndOfFile()
    await usb.close()
  }
}
