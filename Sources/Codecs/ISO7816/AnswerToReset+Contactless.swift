/// What readers make up for cards without contacts (PC/SC part 3, 3.1.3.2.3).
extension ISO7816.AnswerToReset {
  /// The registered application provider identifier of the PC/SC workgroup.
  private static let workgroup: [UInt8] = [0xA0, 0x00, 0x00, 0x03, 0x06]

  /// `3B 8n 80 01 …`: the form of every answer that a reader makes up.
  public var isContactless: Bool {
    bytes.count >= 4 && bytes[0] == 0x3B && bytes[1] >> 4 == 8 && bytes[2] == 0x80
      && bytes[3] == 0x01
  }

  /// A contactless card that speaks ISO/IEC 14443-4 (ISO-DEP), its historical bytes those of its
  /// answer to select; storage cards have the workgroup's bytes there instead.
  public var isISODEP: Bool { isContactless && storageCard == nil }

  /// A contactless card without protocol, as a reader names it.
  public struct StorageCard: Equatable, Sendable {
    /// SS: the standard it follows.
    public let standard: UInt8
    /// NN: which card of it.
    public let name: ISO7816.StorageCardName

    /// The standard's name; nil if it is not one of the list.
    public var standardName: String? {
      switch standard {
      case 0x00: "no information given"
      case 0x01...0x03: "ISO 14443 A, part \(standard)"
      case 0x05...0x07: "ISO 14443 B, part \(standard - 4)"
      case 0x09...0x0C: "ISO 15693, part \(standard - 8)"
      case 0x0D: "ISO 7816-10 I2C"
      case 0x0E: "ISO 7816-10 extended I2C"
      case 0x0F: "ISO 7816-10 2WBP"
      case 0x10: "ISO 7816-10 3WBP"
      case 0x11: "FeliCa"
      default: nil
      }
    }
  }

  /// What the reader says of a storage card; nil for every other card.
  public var storageCard: StorageCard? {
    let bytes = historicalBytes
    guard bytes.count >= 11, bytes[0] == 0x80, bytes[1] == 0x4F,
      Array(bytes[3...7]) == Self.workgroup
    else { return nil }
    return StorageCard(
      standard: bytes[8],
      name: ISO7816.StorageCardName(rawValue: UInt16(bytes[9]) << 8 | UInt16(bytes[10])))
  }

  /// The kind of storage card, if it is one.
  public var storageCardName: ISO7816.StorageCardName? { storageCard?.name }

  /// What a reader makes up for a storage card of ISO/IEC 14443 A (3.1.3.2.3.2).
  public init(storageCard name: ISO7816.StorageCardName) {
    let historical: [UInt8] =
      [0x80, 0x4F, 0x0C] + Self.workgroup + [
        0x03, UInt8(name.rawValue >> 8), UInt8(truncatingIfNeeded: name.rawValue), 0, 0, 0, 0,
      ]
    self.init(contactlessWithHistoricalBytes: historical)
  }

  /// What a reader makes up for a contactless card: the historical bytes of its answer to select,
  /// at most 15 (3.1.3.2.3.1).
  public init(contactlessWithHistoricalBytes historical: [UInt8]) {
    let historical = Array(historical.prefix(15))
    let body = [0x80 | UInt8(historical.count), 0x80, 0x01] + historical
    let check = body.reduce(0, ^)
    self.init(
      bytes: [0x3B] + body + [check], convention: .direct,
      interfaceBytes: [
        InterfaceBytes(index: 1, type: nil, ta: nil, tb: nil, tc: nil, td: 0x80),
        InterfaceBytes(index: 2, type: 0, ta: nil, tb: nil, tc: nil, td: 0x01),
      ], historicalBytes: historical, checkCharacter: check)
  }
}
