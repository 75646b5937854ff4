/// Why a file was refused: where, and what was expected there.
public struct YAMLError: Error, Equatable, Sendable, CustomStringConvertible {
  public let file: String
  /// Counted from 1; nil when the file as a whole is meant.
  public let line: Int?
  /// The key with all that lead to it, `devices.scanners[0].usb`; empty at the top.
  public let keyPath: String
  /// What is wrong and what was expected, one sentence without a full stop.
  public let message: String

  public init(file: String, line: Int?, keyPath: String, message: String) {
    self.file = file
    self.line = line
    self.keyPath = keyPath
    self.message = message
  }

  /// `kioskd.yaml:12: devices.scanners[0].usb: expected …`
  public var description: String {
    let place = line.map { "\(file):\($0)" } ?? file
    return keyPath.isEmpty ? "\(place): \(message)" : "\(place): \(keyPath): \(message)"
  }
}
