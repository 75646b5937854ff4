extension ISO7816 {
  /// What a card says when it is powered (ISO/IEC 7816-3:2006, 8.2).
  public struct AnswerToReset: Equatable, Sendable {
    /// Why bytes are no answer to reset. Each tells where: see `offset`.
    public enum Malformation: Error, Equatable, Sendable, CustomStringConvertible {
      /// The bytes end before the character at this offset.
      case truncated(at: Int)
      /// TS is neither 3B nor 3F.
      case unknownConvention(UInt8)
      /// More than the standard's 32 characters behind TS.
      case tooLong(Int)
      case wrongCheckCharacter(expected: UInt8, found: UInt8, at: Int)
      /// Characters behind the last that T0, TD and the rule for TCK announce.
      case trailingBytes(at: Int)

      /// Where in the bytes the answer stops being one.
      public var offset: Int {
        switch self {
        case .truncated(let offset), .trailingBytes(let offset): offset
        case .wrongCheckCharacter(_, _, let offset): offset
        case .unknownConvention: 0
        case .tooLong: AnswerToReset.maximumByteCount
        }
      }

      /// Bytes in hexadecimal, as standards write them.
      public var description: String {
        switch self {
        case .truncated(let offset): "the bytes end before the one at offset \(offset)"
        case .unknownConvention(let byte): "TS is \(hexadecimal(byte)), and neither 3B nor 3F"
        case .tooLong(let count): "\(count) bytes, more than \(AnswerToReset.maximumByteCount)"
        case .wrongCheckCharacter(let expected, let found, let offset):
          "TCK at offset \(offset) is \(hexadecimal(found)), and \(hexadecimal(expected)) expected"
        case .trailingBytes(let offset): "nothing announces the bytes from offset \(offset) on"
        }
      }
    }

    /// TS: how the levels on the line are read (8.1).
    public enum Convention: String, Equatable, Sendable { case direct, inverse }

    /// TAi, TBi, TCi and TDi; `index` is i, counted from 1.
    public struct InterfaceBytes: Equatable, Sendable {
      public let index: Int
      /// The low half of TD before: 0 to 14 are protocols, 15 stands for global bytes; nil in the
      /// first group. From the third group on the bytes are those of this protocol (8.2.3).
      public let type: UInt8?
      public let ta: UInt8?
      public let tb: UInt8?
      public let tc: UInt8?
      public let td: UInt8?
    }

    /// TS and at most 32 characters.
    public static let maximumByteCount = 33

    public let bytes: [UInt8]
    public let convention: Convention
    public let interfaceBytes: [InterfaceBytes]
    public let historicalBytes: [UInt8]
    /// TCK, which is absent if and only if T=0 alone is offered (8.2.5).
    public let checkCharacter: UInt8?

    public init(decoding bytes: [UInt8]) throws(Malformation) {
      guard bytes.count <= Self.maximumByteCount else { throw .tooLong(bytes.count) }
      guard let first = bytes.first else { throw .truncated(at: 0) }
      switch first {
      case 0x3B: convention = .direct
      case 0x3F: convention = .inverse
      default: throw .unknownConvention(first)
      }
      var input = Input(bytes: bytes, index: 1)
      let format = try input.next()
      interfaceBytes = try Self.groups(format, &input)
      var historical: [UInt8] = []
      for _ in 0..<(format & 0x0F) { historical.append(try input.next()) }
      historicalBytes = historical
      let end = input.index
      if interfaceBytes.contains(where: { ($0.td ?? 0) & 0x0F != 0 }) {
        let found = try input.next()
        let expected = bytes[1..<end].reduce(0, ^)
        guard found == expected else {
          throw .wrongCheckCharacter(expected: expected, found: found, at: end)
        }
        checkCharacter = found
      } else {
        checkCharacter = nil
      }
      guard input.index == bytes.count else { throw .trailingBytes(at: input.index) }
      self.bytes = bytes
    }

    init(
      bytes: [UInt8], convention: Convention, interfaceBytes: [InterfaceBytes],
      historicalBytes: [UInt8], checkCharacter: UInt8?
    ) {
      self.bytes = bytes
      self.convention = convention
      self.interfaceBytes = interfaceBytes
      self.historicalBytes = historicalBytes
      self.checkCharacter = checkCharacter
    }

    private struct Input {
      let bytes: [UInt8]
      var index: Int

      mutating func next() throws(Malformation) -> UInt8 {
        guard index < bytes.count else { throw .truncated(at: index) }
        defer { index += 1 }
        return bytes[index]
      }

      mutating func next(if isPresent: Bool) throws(Malformation) -> UInt8? {
        isPresent ? try next() : nil
      }
    }

    /// T0's and each TD's high half says which bytes follow (8.2.2). The input's end bounds it.
    private static func groups(
      _ format: UInt8, _ input: inout Input
    ) throws(Malformation) -> [InterfaceBytes] {
      var groups: [InterfaceBytes] = []
      var presence = format >> 4
      var type: UInt8?
      while presence != 0 {
        let group = InterfaceBytes(
          index: groups.count + 1, type: type,
          ta: try input.next(if: presence & 1 != 0), tb: try input.next(if: presence & 2 != 0),
          tc: try input.next(if: presence & 4 != 0), td: try input.next(if: presence & 8 != 0))
        groups.append(group)
        presence = (group.td ?? 0) >> 4
        type = group.td.map { $0 & 0x0F }
      }
      return groups
    }
  }
}
