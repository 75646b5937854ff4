import Codecs
import Profiles

/// What is known of the bytes that a printer still has, and what must be sent before a new job.
struct PrinterBuffer: Equatable {
  /// Whether half a command may have to be ended: another program, or this one before a crash, may
  /// have left one, and what goes out may stop anywhere.
  private(set) var needsRecovery = true
  /// Whether the beginning of a paper of ours may hang from the printer.
  private(set) var hasTornPaper = false

  mutating func jobBegan() { (needsRecovery, hasTornPaper) = (true, true) }
  mutating func jobEnded() { (needsRecovery, hasTornPaper) = (false, false) }

  /// Bytes for the display behind the printer: what stops among them is no paper.
  mutating func passageBegan() { needsRecovery = true }
  mutating func passageEnded() { needsRecovery = false }

  /// The bytes of `recovery` are out.
  mutating func recovered() { needsRecovery = false }

  /// Zeros that complete the longest head of a command of ours, GS 8 L with its 17 bytes, so that
  /// nothing of what follows is taken for the length of one that stopped in its head.
  static let headByteCount = 17

  /// Back to the printer from whatever part of a passage: zeros for what a command lacks, the
  /// display's or the printer's, then ESC = 1. It obeys that one alone while it is not chosen.
  static let wayBack =
    [UInt8](repeating: 0, count: headByteCount) + ESCPOS.encode(.selectPeripheral(1))

  /// What ends any command of ours wherever it stopped: more zeros than the longest of them can
  /// lack (as text they print nothing, as dots nothing black), then a new beginning, with the
  /// changes of status that it ended told again.
  static func recovery(_ settings: ESCPOSSettings, hasDisplay: Bool) -> [UInt8] {
    let longest = max(settings.maximumRasterBytes, ESCPOS.QRCode.maximumByteCount) + 64
    return (hasDisplay ? wayBack : []) + [UInt8](repeating: 0, count: longest)
      + ESCPOS.encode([.initialize])
      + (settings.statusReports == .automatic ? ESCPOS.encode(.automaticStatus(0xFF)) : [])
  }
}
