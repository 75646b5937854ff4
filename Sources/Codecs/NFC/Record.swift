extension NFC {
  /// One record of a message, its chunks put together (NDEF 1.0, 2.3 and 3.2).
  public struct Record: Equatable, Sendable {
    /// What the type field means (NDEF 1.0, 3.2.6).
    public enum TypeNameFormat: UInt8, Equatable, Sendable, CaseIterable {
      case empty = 0
      /// A type of the NFC Forum, such as `T` and `U`.
      case wellKnown = 1
      /// A media type (RFC 2046).
      case media = 2
      case absoluteURI = 3
      /// `domain:name` of anyone who owns the domain.
      case external = 4
      case unknown = 5
    }

    public let format: TypeNameFormat
    public let type: [UInt8]
    public let id: [UInt8]
    public let payload: [UInt8]

    /// `type` and `id` hold at most 255 bytes.
    public init(
      format: TypeNameFormat, type: [UInt8] = [], id: [UInt8] = [], payload: [UInt8] = []
    ) {
      precondition(type.count <= 255 && id.count <= 255)
      self.format = format
      self.type = type
      self.id = id
      self.payload = payload
    }

    /// A record of an external type, `kioskd:card`. The name is written in lower case, because a
    /// reader compares it without case (NFC Record Type Definition 1.0, 3.4).
    public static func external(_ name: String, payload: [UInt8]) -> Record {
      Record(format: .external, type: Array(name.lowercased().utf8), payload: payload)
    }

    /// Whether this is a record of the external type `name`, without regard to case.
    public func isExternal(_ name: String) -> Bool {
      format == .external
        && String(decoding: type, as: UTF8.self).lowercased() == name.lowercased()
    }
  }

  /// Why bytes are no message; the offset is that of the record, or of the byte that is missing.
  public enum Malformation: Error, Equatable, Sendable, CustomStringConvertible {
    case truncated(at: Int)
    case tooLong(Int)
    case tooManyRecords(at: Int)
    /// The first record does not say that the message begins, or a later one says so again.
    case misplacedBegin(at: Int)
    case bytesAfterEnd(at: Int)
    /// An empty or unknown record with a type, or an empty one with an id or a payload.
    case contentWithoutType(at: Int)
    case reservedFormat(at: Int)
    /// A piece that follows none, carries a type or an id, or never ends.
    case misplacedChunk(at: Int)

    public var description: String {
      switch self {
      case .truncated(let offset): "the bytes end in the record or block at offset \(offset)"
      case .tooLong(let count): "\(count) bytes are too many"
      case .tooManyRecords(let offset): "too many records, from offset \(offset) on"
      case .misplacedBegin(let offset): "wrong message begin flag at offset \(offset)"
      case .bytesAfterEnd(let offset): "bytes behind the message's end, from offset \(offset) on"
      case .contentWithoutType(let offset):
        "an empty or unknown record with content at offset \(offset)"
      case .reservedFormat(let offset): "a reserved type name format at offset \(offset)"
      case .misplacedChunk(let offset): "a chunk that belongs to none at offset \(offset)"
      }
    }
  }
}
