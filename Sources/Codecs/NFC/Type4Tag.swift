extension NFC {
  /// The files of a Type 4 Tag (Type 4 Tag 2.0, 4 and 5).
  public enum Type4Tag {
    /// The NDEF application, version 2.
    public static let application: [UInt8] = [0xD2, 0x76, 0x00, 0x00, 0x85, 0x01, 0x01]
    public static let capabilityFile: UInt16 = 0xE103
    /// As many bytes of the capability container as the NDEF file control TLV needs.
    public static let capabilityByteCount = 15

    /// The capability container file, as far as it is needed to read (Type 4 Tag 2.0, 5.1).
    public struct CapabilityContainer: Equatable, Sendable {
      /// The most that READ BINARY answers at once.
      public let maximumReadByteCount: Int
      public let messageFile: UInt16
      /// The size of the file, its two length bytes counted.
      public let messageFileByteCount: Int
      public let isReadable: Bool

      public init(decoding bytes: [UInt8]) throws(Malformation) {
        guard bytes.count >= NFC.Type4Tag.capabilityByteCount else {
          throw .truncated(at: bytes.count)
        }
        // Mapping version 1 to 3, then MLe, MLc and the NDEF file control TLV.
        guard (1...3).contains(bytes[2] >> 4), bytes[7] == 0x04, bytes[8] == 0x06 else {
          throw .reservedFormat(at: 2)
        }
        let maximum = Int(bytes[3]) << 8 | Int(bytes[4])
        guard maximum >= 0x0F else { throw .reservedFormat(at: 3) }
        maximumReadByteCount = maximum
        messageFile = UInt16(bytes[9]) << 8 | UInt16(bytes[10])
        messageFileByteCount = Int(bytes[11]) << 8 | Int(bytes[12])
        isReadable = bytes[13] == 0
      }

      /// The container of a tag with one NDEF file that everyone may read.
      public static func bytes(
        messageFile: UInt16, byteCount: UInt16, maximumReadByteCount: UInt16 = 0x80
      ) -> [UInt8] {
        func two(_ value: UInt16) -> [UInt8] {
          [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)]
        }
        return [0x00, 0x0F, 0x20] + two(maximumReadByteCount) + [0x00, 0x34, 0x04, 0x06]
          + two(messageFile) + two(byteCount) + [0x00, 0x00]
      }
    }
  }
}
