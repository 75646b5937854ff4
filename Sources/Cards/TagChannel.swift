import Codecs

/// Wraps a tag's own commands for the reader that passes them on.
struct TagChannel: Equatable, Sendable {
  let passThrough: CardReaderAbilities.PassThrough

  /// GET_VERSION (NXP NTAG213_215_216, 10.1).
  static let getVersion: [UInt8] = [0x60]
  /// READ_SIG (10.8).
  static let readSignature: [UInt8] = [0x3C, 0x00]
  /// PN532 InListPassiveTarget for one tag at 106 kbit/s: selects anew a tag that fell silent
  /// because it did not know a command (PN532 User Manual, 7.3.5).
  static let selectAgain = direct([0xD4, 0x4A, 0x01, 0x00])

  /// nil where the reader passes nothing on.
  func command(_ command: [UInt8]) -> ISO7816.CommandAPDU? {
    switch passThrough {
    case .none: nil
    // InCommunicateThru (PN532 User Manual, 7.3.9).
    case .pn532: Self.direct([0xD4, 0x42] + command)
    }
  }

  /// What the tag answered; nil if it did not.
  func answer(_ answer: ISO7816.ResponseAPDU) -> [UInt8]? {
    switch passThrough {
    case .none: return nil
    case .pn532:
      guard let data = answer.success, data.count >= 3, data[..<3] == [0xD5, 0x43, 0x00] else {
        return nil
      }
      return Array(data[3...])
    }
  }

  /// `FF 00 00 00 Lc D4 …` (ACR122U Application Programming Interface, 6.1).
  private static func direct(_ frame: [UInt8]) -> ISO7816.CommandAPDU {
    ISO7816.CommandAPDU(
      classByte: 0xFF, instruction: 0x00, parameter1: 0x00, parameter2: 0x00, data: frame)
  }
}
