import Codecs
import Profiles

/// What is known of the bytes that a printer still has, and what must be sent before a new job.
struct PrinterBuffer: Equatable {
  enum State: Equatable {
    /// Another program, or this one before a crash, may have left half a command in it.
    case unknown
    /// The last job came to its end.
    case clean
    /// A job of ours stopped somewhere: half a command may wait for its rest, and the beginning of
    /// the paper may hang from the printer.
    case interrupted
  }

  private(set) var state = State.unknown

  /// Whether half a command may have to be ended.
  var needsRecovery: Bool { state != .clean }
  /// Whether a paper of ours may hang from the printer.
  var hasTornPaper: Bool { state == .interrupted }

  mutating func jobBegan() { state = .interrupted }
  mutating func jobEnded() { state = .clean }

  /// What ends any command of ours wherever it stopped: more zeros than the longest of them can
  /// lack (as text they print nothing, as dots nothing black), then a new beginning.
  static func recovery(_ settings: ESCPOSSettings) -> [UInt8] {
    let longest = max(settings.maximumRasterBytes, ESCPOS.QRCode.maximumByteCount) + 64
    return [UInt8](repeating: 0, count: longest) + ESCPOS.encode([.initialize])
  }
}
