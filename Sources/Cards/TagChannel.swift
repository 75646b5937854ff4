import Codecs

/// Wraps a tag's own commands for the reader that passes them on.
struct TagChannel: Equatable, Sendable {
  let passThrough: CardReaderAbilities.PassThrough

  /// GET_VERSION (NXP NTAG213_215_216, 10.1).
  static let getVersion: [UInt8] = [0x60]
  /// READ_SIG (10.8).
  static let readSignature: [UInt8] = [0x3C, 0x00]

  /// What has to be answered by success before the first command of the tag; nil where the reader
  /// passes nothing on.
  var opening: [ISO7816.CommandAPDU]? {
    switch passThrough {
    case .none: nil
    case .pn532: []
    case .transparent: [Transparent.start, Transparent.selectTypeA]
    }
  }

  /// What ends it, whatever came of it.
  var closing: [ISO7816.CommandAPDU] {
    switch passThrough {
    case .none, .pn532: []
    case .transparent: [Transparent.end]
    }
  }

  /// Selects anew a tag that fell silent because it did not know a command.
  var selectAgain: ISO7816.CommandAPDU? {
    switch passThrough {
    case .none: nil
    // InListPassiveTarget for one tag at 106 kbit/s (PN532 User Manual, 7.3.5).
    case .pn532: Self.direct([0xD4, 0x4A, 0x01, 0x00])
    case .transparent: Transparent.selectTypeA
    }
  }

  func command(_ command: [UInt8]) -> ISO7816.CommandAPDU? {
    switch passThrough {
    case .none: nil
    // InCommunicateThru (PN532 User Manual, 7.3.9).
    case .pn532: Self.direct([0xD4, 0x42] + command)
    case .transparent: Transparent.exchange(command)
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
    case .transparent: return answer.success.flatMap(Transparent.answer)
    }
  }

  /// Whether a command of `opening` did what it should.
  func isOpened(_ answer: ISO7816.ResponseAPDU) -> Bool {
    guard passThrough == .transparent else { return answer.success != nil }
    return answer.success.map { Transparent.objects($0) != nil } ?? false
  }

  /// `FF 00 00 00 Lc D4 …` (ACR122U Application Programming Interface, 6.1).
  private static func direct(_ frame: [UInt8]) -> ISO7816.CommandAPDU {
    ISO7816.CommandAPDU(
      classByte: 0xFF, instruction: 0x00, parameter1: 0x00, parameter2: 0x00, data: frame)
  }

  /// `FF C2 00 function`, data objects in and out (PC/SC part 3, 3.2.3; ACM1252U-Y3 Reference
  /// Manual 1.03, 5.2.3).
  private enum Transparent {
    private enum Function {
      static let session: UInt8 = 0x00
      static let exchange: UInt8 = 0x01
      static let protocolSwitch: UInt8 = 0x02
    }

    /// 50 ms in microseconds, the lowest byte first: the longest that a tag takes is 5 ms.
    private static let timer: [UInt8] = [0x5F, 0x46, 0x04, 0x50, 0xC3, 0x00, 0x00]

    static let start = command(Function.session, [0x81, 0x00])
    static let end = command(Function.session, [0x82, 0x00])
    /// ISO/IEC 14443 type A, up to layer 3: selected, and not taken for an ISO-DEP card.
    static let selectTypeA = command(Function.protocolSwitch, [0x8F, 0x02, 0x00, 0x03])

    static func exchange(_ bytes: [UInt8]) -> ISO7816.CommandAPDU {
      command(Function.exchange, timer + [0x95, UInt8(bytes.count)] + bytes)
    }

    private static func command(_ function: UInt8, _ data: [UInt8]) -> ISO7816.CommandAPDU {
      ISO7816.CommandAPDU(
        classByte: 0xFF, instruction: 0xC2, parameter1: 0x00, parameter2: function, data: data,
        expectedByteCount: 256)
    }

    /// The data objects; nil when the first of them, C0h, tells an error or they are malformed.
    static func objects(_ data: [UInt8]) -> [UInt8: [UInt8]]? {
      var objects: [UInt8: [UInt8]] = [:]
      var rest = data[...]
      while let tag = rest.popFirst() {
        // Tags of two bytes are the reader's parameters, which nobody asked for.
        guard tag & 0x1F != 0x1F, let count = rest.popFirst(), count < 0x80,
          rest.count >= Int(count)
        else { return nil }
        objects[tag] = Array(rest.prefix(Int(count)))
        rest = rest.dropFirst(Int(count))
      }
      return objects[0xC0] == [0x00, 0x90, 0x00] ? objects : nil
    }

    /// The tag's bytes (97h), if the exchange went without a fault (96h).
    static func answer(_ data: [UInt8]) -> [UInt8]? {
      guard let objects = objects(data), (objects[0x96]?.first ?? 0) & 0x0F == 0 else {
        return nil
      }
      return objects[0x97]
    }
  }
}
