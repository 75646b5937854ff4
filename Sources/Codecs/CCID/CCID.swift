/// Chip card interface devices: USB Device Class Smart Card CCID, Rev 1.1.
public enum CCID {
  /// Every bulk message opens with a header of this size (6.1, 6.2).
  public static let headerByteCount = 10
  /// The largest message that a short APDU needs: header, four bytes, Lc, 255 bytes, Le.
  public static let shortMessageByteCount = 271
  /// No reader of the field tells more than an extended APDU and a header; a larger length is a
  /// broken one.
  public static let maximumMessageByteCount = 65_556

  /// Slots that are looked at; the largest reader known has eight.
  public static let maximumSlots = 16

  public enum DecodeError: Error, Equatable, Sendable, CustomStringConvertible {
    case truncated(at: Int, expected: Int)
    case tooLong(Int)
    case unknownMessage(UInt8)
    /// bLength or bDescriptorType of the class descriptor (5.1).
    case notAClassDescriptor

    public var description: String {
      switch self {
      case .truncated(let count, let expected): "\(count) of \(expected) bytes"
      case .tooLong(let count): "\(count) bytes are too many"
      case .unknownMessage(let type): "no message is of type \(hexadecimal(type))"
      case .notAClassDescriptor:
        "no class descriptor: bLength is 36 and bDescriptorType 21 in hexadecimal (CCID 5.1)"
      }
    }
  }

  /// How many bytes the message has whose first bytes these are; nil while the header is not
  /// complete.
  public static func messageByteCount(opening bytes: [UInt8]) -> Int? {
    guard bytes.count >= headerByteCount else { return nil }
    return headerByteCount + Int(littleEndian(bytes[1...4]))
  }

  static func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  static func littleEndianBytes(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
  }

  /// The payload of a message with its 10-byte header, whose length must be that of the header.
  static func payload(of bytes: [UInt8]) throws(DecodeError) -> [UInt8] {
    guard let count = messageByteCount(opening: bytes) else {
      throw .truncated(at: bytes.count, expected: headerByteCount)
    }
    guard count <= maximumMessageByteCount else { throw .tooLong(count) }
    guard bytes.count >= count else { throw .truncated(at: bytes.count, expected: count) }
    return Array(bytes[headerByteCount..<count])
  }
}
