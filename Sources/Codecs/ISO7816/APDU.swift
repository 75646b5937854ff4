/// Integrated circuit cards: ISO/IEC 7816-3 and 7816-4, and PC/SC part 3 for contactless ones.
public enum ISO7816 {
  /// A command to a card (ISO/IEC 7816-4, 5.1), short lengths only.
  public struct CommandAPDU: Equatable, Sendable {
    public enum Malformation: Error, Equatable, Sendable {
      case truncated(at: Int)
      case lengthMismatch(at: Int)
    }

    public static let maximumDataByteCount = 255

    public let classByte: UInt8  // CLA
    public let instruction: UInt8  // INS
    public let parameter1: UInt8  // P1
    public let parameter2: UInt8  // P2
    public let data: [UInt8]
    /// Ne: 1 to 256 bytes expected, or nil for none.
    public let expectedByteCount: Int?

    /// `data` holds at most 255 bytes.
    public init(
      classByte: UInt8, instruction: UInt8, parameter1: UInt8, parameter2: UInt8,
      data: [UInt8] = [], expectedByteCount: Int? = nil
    ) {
      precondition(data.count <= Self.maximumDataByteCount)
      precondition(expectedByteCount.map { (1...256).contains($0) } ?? true)
      self.classByte = classByte
      self.instruction = instruction
      self.parameter1 = parameter1
      self.parameter2 = parameter2
      self.data = data
      self.expectedByteCount = expectedByteCount
    }

    /// `FF CA 00 00 00`: the UID of a contactless card (PC/SC part 3, 3.2.2.1.3).
    public static let getUID = CommandAPDU(
      classByte: 0xFF, instruction: 0xCA, parameter1: 0, parameter2: 0, expectedByteCount: 256)

    public var bytes: [UInt8] {
      var bytes = [classByte, instruction, parameter1, parameter2]
      if !data.isEmpty { bytes += [UInt8(data.count)] + data }
      if let expectedByteCount { bytes.append(UInt8(truncatingIfNeeded: expectedByteCount)) }
      return bytes
    }

    /// Cases 1 to 4 with short lengths.
    public init(decoding bytes: [UInt8]) throws(Malformation) {
      guard bytes.count >= 4 else { throw .truncated(at: bytes.count) }
      var data: [UInt8] = []
      var expected: Int?
      if bytes.count == 5 {
        expected = bytes[4] == 0 ? 256 : Int(bytes[4])
      } else if bytes.count > 5 {
        let end = 5 + Int(bytes[4])
        guard bytes[4] > 0, bytes.count == end || bytes.count == end + 1 else {
          throw .lengthMismatch(at: 4)
        }
        data = Array(bytes[5..<end])
        if bytes.count > end { expected = bytes[end] == 0 ? 256 : Int(bytes[end]) }
      }
      self.init(
        classByte: bytes[0], instruction: bytes[1], parameter1: bytes[2], parameter2: bytes[3],
        data: data, expectedByteCount: expected)
    }
  }

  /// SW1 and SW2 (ISO/IEC 7816-4, 5.6).
  public struct StatusWord: Equatable, Hashable, Sendable, CustomStringConvertible {
    public let value: UInt16

    public init(_ value: UInt16) { self.value = value }

    public static let success = StatusWord(0x9000)
    /// No information given, with PC/SC part 3: the operation failed.
    public static let failed = StatusWord(0x6300)
    public static let functionNotSupported = StatusWord(0x6A81)
    public static let instructionNotSupported = StatusWord(0x6D00)

    public var bytes: [UInt8] { [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)] }

    public var description: String {
      let hex = String(value, radix: 16, uppercase: true)
      return String(repeating: "0", count: 4 - hex.count) + hex
    }
  }

  /// A card's answer: data, then the status word.
  public struct ResponseAPDU: Equatable, Sendable {
    public enum Malformation: Error, Equatable, Sendable {
      case truncated(at: Int)
    }

    public let data: [UInt8]
    public let statusWord: StatusWord

    public init(data: [UInt8] = [], statusWord: StatusWord) {
      self.data = data
      self.statusWord = statusWord
    }

    public init(decoding bytes: [UInt8]) throws(Malformation) {
      guard bytes.count >= 2 else { throw .truncated(at: bytes.count) }
      let end = bytes.count - 2
      data = Array(bytes[..<end])
      statusWord = StatusWord(UInt16(bytes[end]) << 8 | UInt16(bytes[end + 1]))
    }

    public var bytes: [UInt8] { data + statusWord.bytes }
  }
}
