extension NFC {
  /// The memory of a Type 2 Tag, pages of 4 bytes (Type 2 Tag 1.2, 2 and 6).
  public enum Type2Tag {
    public static let pageByteCount = 4
    /// A read answers four pages (Type 2 Tag 1.2, 5.2).
    public static let pagesPerRead = 4
    public static let lockPage: UInt8 = 2
    public static let capabilityPage: UInt8 = 3
    /// Where the data area begins.
    public static let firstDataPage: UInt8 = 4

    /// Page 3 (Type 2 Tag 1.2, 6.1).
    public struct CapabilityContainer: Equatable, Sendable {
      public static let magicNumber: UInt8 = 0xE1

      /// Major and minor version of the mapping, one digit each.
      public let version: UInt8
      public let dataByteCount: Int
      public let isReadable: Bool
      public let isWritable: Bool

      /// nil if the tag is not formatted for NDEF, or by a later major version.
      public init?(_ page: [UInt8]) {
        guard page.count >= 4, page[0] == Self.magicNumber, page[1] >> 4 == 1 else { return nil }
        version = page[1]
        dataByteCount = Int(page[2]) * 8
        isReadable = page[3] >> 4 == 0
        isWritable = page[3] & 0x0F == 0
      }

      /// Version 1.0, read and written by everyone. `dataByteCount` is a multiple of 8 up to 2040.
      public static func bytes(dataByteCount: Int) -> [UInt8] {
        precondition(dataByteCount.isMultiple(of: 8) && (0...2_040).contains(dataByteCount))
        return [magicNumber, 0x10, UInt8(dataByteCount / 8), 0x00]
      }
    }

    /// Which of pages 3 to 15 can never be written again, from bytes 2 and 3 of page 2
    /// (Type 2 Tag 1.2, 6.2).
    public static func lockedPages(_ lockBytes: (UInt8, UInt8)) -> [UInt8] {
      let bits = UInt16(lockBytes.1) << 8 | UInt16(lockBytes.0)
      return (3...15).filter { bits & 1 << $0 != 0 }.map { UInt8($0) }
    }

    /// What the data area holds, as far as it is known.
    public enum Content: Equatable, Sendable {
      /// The bytes of the message in the first NDEF TLV; none for an empty one.
      case message([UInt8])
      /// The blocks end before any NDEF TLV.
      case nothing
      /// At least so many bytes of the data area are needed to tell.
      case needs(byteCount: Int)
    }

    /// Walks the TLV blocks of a data area that is known up to `data.count` (Type 2 Tag 1.2, 2.3).
    /// The needed count never passes `byteCount`, the size of the whole area: a block that says it
    /// is longer is refused.
    public static func content(
      of data: [UInt8], byteCount: Int
    ) throws(Malformation) -> Content {
      var offset = 0
      while offset < byteCount {
        guard offset < data.count else { return .needs(byteCount: offset + 1) }
        let tag = data[offset]
        switch tag {
        case Tag.null: offset += 1
        case Tag.terminator: return .nothing
        default:
          guard offset + 1 < data.count else { return try needs(offset + 2, offset, byteCount) }
          var start = offset + 2
          var count = Int(data[offset + 1])
          if count == 0xFF {
            guard offset + 3 < data.count else { return try needs(offset + 4, offset, byteCount) }
            start = offset + 4
            count = Int(data[offset + 2]) << 8 | Int(data[offset + 3])
          }
          let end = start + count
          guard end <= byteCount else { throw .truncated(at: offset) }
          if tag == Tag.message {
            guard end <= data.count else { return .needs(byteCount: end) }
            return .message(Array(data[start..<end]))
          }
          // Lock and memory control lie behind the data of every chip that is read here;
          // what is proprietary is passed over.
          offset = end
        }
      }
      return .nothing
    }

    /// The NDEF TLV and the terminator, as they are written from page 4 on.
    public static func data(holding message: [UInt8]) -> [UInt8] {
      precondition(message.count <= 0xFFFE)
      let count = message.count
      let length: [UInt8] =
        count < 0xFF
        ? [UInt8(count)] : [0xFF, UInt8(count >> 8), UInt8(truncatingIfNeeded: count)]
      return [Tag.message] + length + message + [Tag.terminator]
    }

    private static func needs(
      _ count: Int, _ offset: Int, _ byteCount: Int
    ) throws(Malformation) -> Content {
      guard count <= byteCount else { throw .truncated(at: offset) }
      return .needs(byteCount: count)
    }

    /// Type 2 Tag 1.2, table 3.
    private enum Tag {
      static let null: UInt8 = 0x00
      static let message: UInt8 = 0x03
      static let terminator: UInt8 = 0xFE
    }
  }
}
