extension HID {
  /// The input fields that a report descriptor declares (HID 1.11, 6.2.2).
  ///
  /// The parser is total: whatever bytes a device sends, it returns or throws. Items it has no use
  /// for are passed over, as the standard asks.
  public struct ReportDescriptor: Equatable, Sendable {
    /// One input main item: `count` values of `bitSize` bits from `bitOffset` on.
    public struct Field: Equatable, Sendable {
      /// 0 if the device's reports have no id.
      public let reportID: UInt8
      /// From the first byte of the report, the id's byte counted.
      public let bitOffset: Int
      public let bitSize: Int
      public let count: Int
      /// Padding.
      public let isConstant: Bool
      /// One value per usage; otherwise each value is the index of a usage (array).
      public let isVariable: Bool
      public let logicalMinimum: Int32
      public let usages: [ClosedRange<Usage>]
      /// The usage of the outermost application collection.
      public let application: Usage?

      /// The usage of the value at `index` of a variable field, where the last one repeats
      /// (HID 1.11, 6.2.2.8), or the one an array's value stands for, nil when it is out of range.
      public func usage(at index: Int) -> Usage? {
        guard index >= 0 else { return nil }
        var remaining = index
        for range in usages {
          let size = Int(range.upperBound.extended - range.lowerBound.extended) + 1
          if remaining < size {
            return Usage(extended: range.lowerBound.extended + UInt32(remaining))
          }
          remaining -= size
        }
        return isVariable ? usages.last?.upperBound : nil
      }

      /// Whether the usage is one of this field.
      public func contains(_ usage: Usage) -> Bool { usages.contains { $0.contains(usage) } }
    }

    public enum Malformation: Error, Equatable, Sendable {
      case truncated(at: Int)
      case tooLong(Int)
      case tooManyFields
      case tooManyUsages
      case tooDeep(at: Int)
      case unbalanced(at: Int)
      case reportTooLong(id: UInt8)
    }

    public static let maximumByteCount = 4_096
    public static let maximumFieldCount = 512
    public static let maximumUsageCount = 256
    /// Nested collections, and pushed global states.
    public static let maximumDepth = 16
    public static let maximumReportBitCount = 8 * 1_024

    public let inputFields: [Field]
    public let usesReportIDs: Bool

    public init(decoding bytes: [UInt8]) throws(Malformation) {
      guard bytes.count <= Self.maximumByteCount else { throw .tooLong(bytes.count) }
      var parser = Parser()
      var index = 0
      while index < bytes.count {
        let prefix = bytes[index]
        if prefix == 0xFE {
          // A long item (6.2.2.3): its data size is in the next byte; none is defined.
          guard index + 2 < bytes.count else { throw .truncated(at: index) }
          index += 3 + Int(bytes[index + 1])
          guard index <= bytes.count else { throw .truncated(at: bytes.count) }
          continue
        }
        let size = [0, 1, 2, 4][Int(prefix & 3)]
        guard index + size < bytes.count else { throw .truncated(at: index) }
        let data = bytes[(index + 1)..<(index + 1 + size)]
        try parser.take(tag: prefix & 0xFC, data: data, at: index)
        index += 1 + size
      }
      guard parser.depth == 0 else { throw .unbalanced(at: bytes.count) }
      inputFields = parser.fields
      usesReportIDs = parser.usesReportIDs
    }

    /// Bytes of the input report, the id's byte counted; 0 if there is no such report.
    public func byteCount(ofReport id: UInt8) -> Int {
      let bits = inputFields.lazy.filter { $0.reportID == id }
        .map { $0.bitOffset + $0.bitSize * $0.count }
      return ((bits.max() ?? 0) + 7) / 8
    }
  }

  /// Reads `size` bits (at most 32) from a report, least significant first (HID 1.11, 8.4); nil
  /// past its end.
  static func bits(of report: [UInt8], from offset: Int, size: Int) -> UInt32? {
    guard offset >= 0, (1...32).contains(size), offset + size <= report.count * 8 else {
      return nil
    }
    // The fields of most keyboards are whole bytes.
    if size == 8, offset % 8 == 0 { return UInt32(report[offset / 8]) }
    var value: UInt32 = 0
    for bit in 0..<size where report[(offset + bit) / 8] >> ((offset + bit) % 8) & 1 == 1 {
      value |= 1 << bit
    }
    return value
  }
}
