extension NFC {
  /// An NDEF message: one record or more (NDEF 1.0, 2.2).
  public struct Message: Equatable, Sendable {
    public let records: [Record]

    public init(_ records: [Record]) { self.records = records }

    /// Reads exactly one message, short and long records, chunks put together. Total: whatever the
    /// bytes are, it returns or throws.
    public init(decoding bytes: [UInt8]) throws(Malformation) {
      guard bytes.count <= NFC.maximumMessageByteCount else { throw .tooLong(bytes.count) }
      var reader = MessageReader(bytes)
      records = try reader.readAll()
    }

    /// The bytes of the message: whole records, short where the payload allows. An empty message
    /// is one empty record (NDEF 1.0, 3.2.6).
    public var bytes: [UInt8] {
      let all = records.isEmpty ? [Record(format: .empty)] : records
      return all.enumerated().flatMap { index, record -> [UInt8] in
        let isShort = record.payload.count < 256
        var header = record.format.rawValue
        if index == 0 { header |= Header.messageBegin }
        if index == all.count - 1 { header |= Header.messageEnd }
        if isShort { header |= Header.shortRecord }
        if !record.id.isEmpty { header |= Header.idLengthPresent }
        var bytes = [header, UInt8(record.type.count)]
        let count = UInt32(record.payload.count)
        bytes +=
          isShort
          ? [UInt8(count)]
          : stride(from: 24, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: count >> UInt32($0))
          }
        if !record.id.isEmpty { bytes.append(UInt8(record.id.count)) }
        return bytes + record.type + record.id + record.payload
      }
    }
  }

  /// The flags of a record's first byte (NDEF 1.0, 3.2).
  enum Header {
    static let messageBegin: UInt8 = 0x80
    static let messageEnd: UInt8 = 0x40
    static let chunk: UInt8 = 0x20
    static let shortRecord: UInt8 = 0x10
    static let idLengthPresent: UInt8 = 0x08
    static let formatMask: UInt8 = 0x07
    static let unchanged: UInt8 = 6
  }

  /// Takes a message apart, record by record.
  private struct MessageReader {
    private struct Piece {
      let flags: UInt8
      let type: [UInt8]
      let id: [UInt8]
      let payload: [UInt8]

      var isChunk: Bool { flags & Header.chunk != 0 }
      var isUnchanged: Bool { flags & Header.formatMask == Header.unchanged }
    }

    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func readAll() throws(Malformation) -> [Record] {
      var records: [Record] = []
      var open: Record?
      for number in 0..<NFC.maximumRecordCount {
        let start = offset
        let piece = try readPiece()
        guard (piece.flags & Header.messageBegin != 0) == (number == 0) else {
          throw .misplacedBegin(at: start)
        }
        let record = try join(piece, to: open, at: start)
        open = piece.isChunk ? record : nil
        if open == nil { records.append(record) }
        guard piece.flags & Header.messageEnd != 0 else { continue }
        guard open == nil else { throw .misplacedChunk(at: start) }
        guard offset == bytes.count else { throw .bytesAfterEnd(at: offset) }
        return records
      }
      throw .tooManyRecords(at: offset)
    }

    private func join(
      _ piece: Piece, to open: Record?, at start: Int
    ) throws(Malformation) -> Record {
      if let open {
        guard piece.isUnchanged, piece.type.isEmpty, piece.id.isEmpty else {
          throw .misplacedChunk(at: start)
        }
        return Record(
          format: open.format, type: open.type, id: open.id, payload: open.payload + piece.payload)
      }
      guard !piece.isUnchanged else { throw .misplacedChunk(at: start) }
      guard let format = Record.TypeNameFormat(rawValue: piece.flags & Header.formatMask) else {
        throw .reservedFormat(at: start)
      }
      switch format {
      case .empty:
        guard piece.type.isEmpty, piece.id.isEmpty, piece.payload.isEmpty, !piece.isChunk else {
          throw .contentWithoutType(at: start)
        }
      case .unknown:
        guard piece.type.isEmpty else { throw .contentWithoutType(at: start) }
      case .wellKnown, .media, .absoluteURI, .external: break
      }
      return Record(format: format, type: piece.type, id: piece.id, payload: piece.payload)
    }

    private mutating func readPiece() throws(Malformation) -> Piece {
      let flags = try readByte()
      let typeCount = Int(try readByte())
      var payloadCount = Int(try readByte())
      if flags & Header.shortRecord == 0 {
        for _ in 0..<3 { payloadCount = payloadCount << 8 | Int(try readByte()) }
      }
      let idCount = flags & Header.idLengthPresent == 0 ? 0 : Int(try readByte())
      return Piece(
        flags: flags, type: try read(typeCount), id: try read(idCount),
        payload: try read(payloadCount))
    }

    private mutating func readByte() throws(Malformation) -> UInt8 {
      guard offset < bytes.count else { throw .truncated(at: bytes.count) }
      defer { offset += 1 }
      return bytes[offset]
    }

    private mutating func read(_ count: Int) throws(Malformation) -> [UInt8] {
      guard count <= bytes.count - offset else { throw .truncated(at: bytes.count) }
      defer { offset += count }
      return Array(bytes[offset..<(offset + count)])
    }
  }
}
