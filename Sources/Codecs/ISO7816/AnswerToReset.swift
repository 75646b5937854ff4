extension ISO7816 {
  /// What a card says when it is powered (ISO/IEC 7816-3, 8.2).
  public struct AnswerToReset: Equatable, Sendable {
    public enum Malformation: Error, Equatable, Sendable {
      case truncated(at: Int)
      /// TS is neither 3B nor 3F.
      case unknownConvention(UInt8)
      /// More than the standard's 32 characters behind TS.
      case tooLong(Int)
      case wrongCheckCharacter(expected: UInt8, found: UInt8)
    }

    /// TS and at most 32 characters.
    public static let maximumByteCount = 33

    public let bytes: [UInt8]
    public let historicalBytes: [UInt8]
    /// The transmission protocols offered, in order: 0, 1; empty means 0 (8.2.3).
    public let protocols: [UInt8]

    public init(decoding bytes: [UInt8]) throws(Malformation) {
      guard bytes.count >= 2 else { throw .truncated(at: bytes.count) }
      guard bytes.count <= Self.maximumByteCount else { throw .tooLong(bytes.count) }
      guard bytes[0] == 0x3B || bytes[0] == 0x3F else { throw .unknownConvention(bytes[0]) }
      var protocols: [UInt8] = []
      var index = 2
      var presence = bytes[1] >> 4  // Y: which of TA, TB, TC, TD follow.
      while true {
        let interfaceBytes = presence.nonzeroBitCount
        guard index + interfaceBytes <= bytes.count else { throw .truncated(at: bytes.count) }
        index += interfaceBytes
        guard presence & 8 != 0 else { break }
        let next = bytes[index - 1]  // TD is the last of its group.
        if !protocols.contains(next & 0x0F) { protocols.append(next & 0x0F) }
        presence = next >> 4
      }
      let end = index + Int(bytes[1] & 0x0F)
      guard end <= bytes.count else { throw .truncated(at: bytes.count) }
      historicalBytes = Array(bytes[index..<end])
      // TCK is absent only if T=0 alone is offered (8.2.5).
      if protocols.contains(where: { $0 != 0 }) {
        guard end < bytes.count else { throw .truncated(at: bytes.count) }
        let expected = bytes[1..<end].reduce(0, ^)
        guard bytes[end] == expected else {
          throw .wrongCheckCharacter(expected: expected, found: bytes[end])
        }
      }
      self.protocols = protocols
      self.bytes = bytes
    }

    /// What a reader makes up for a contactless storage card (PC/SC part 3, 3.1.3.2.3.2).
    public init(storageCard name: StorageCardName) {
      let historical: [UInt8] =
        [0x80, 0x4F, 0x0C] + Self.pcscProvider + [
          0x03, UInt8(name.rawValue >> 8), UInt8(truncatingIfNeeded: name.rawValue), 0, 0, 0, 0,
        ]
      let body = [0x80 | UInt8(historical.count), 0x80, 0x01] + historical
      bytes = [0x3B] + body + [body.reduce(0, ^)]
      historicalBytes = historical
      protocols = [0, 1]
    }

    /// The registered application provider identifier of the PC/SC workgroup.
    private static let pcscProvider: [UInt8] = [0xA0, 0x00, 0x00, 0x03, 0x06]

    /// The kind of storage card, if the reader tells one this program knows.
    public var storageCardName: StorageCardName? {
      let bytes = historicalBytes
      guard bytes.count >= 11, bytes[0] == 0x80, bytes[1] == 0x4F,
        Array(bytes[3...7]) == Self.pcscProvider
      else { return nil }
      return StorageCardName(rawValue: UInt16(bytes[9]) << 8 | UInt16(bytes[10]))
    }
  }

  /// Storage cards by their number in the historical bytes (PC/SC part 3, supplemental document).
  public enum StorageCardName: UInt16, Equatable, Sendable, CaseIterable {
    case mifareClassic1K = 0x0001
    case mifareClassic4K = 0x0002
    /// Also what readers say of NTAG 21x.
    case mifareUltralight = 0x0003
    case mifareMini = 0x0026
    case mifareUltralightC = 0x003A
    case felica = 0x003B
  }
}
