extension HID {
  /// The usage page of keys (HID Usage Tables, 10).
  static let keyboardPage: UInt16 = 0x07

  /// What one keyboard report says is held down.
  public struct KeyboardState: Equatable, Sendable {
    /// Left control, shift, alt, GUI, then the right ones, from bit 0 (HID 1.11, 8.3).
    public let modifiers: UInt8
    /// Usages of page 07h in the order of the report, modifiers not counted.
    public let keys: [UInt8]

    public init(modifiers: UInt8, keys: [UInt8]) {
      self.modifiers = modifiers
      self.keys = keys
    }
  }

  /// Where modifiers and keys are in a keyboard's input report: an array of usages, as in the boot
  /// protocol, or a bit per key.
  public struct KeyboardReportFormat: Equatable, Sendable {
    public enum Reading: Equatable, Sendable {
      case keys(KeyboardState)
      /// More keys are down than the report can tell (usages 01h to 03h); says nothing else.
      case rollOverError
      /// A report of another collection.
      case otherReport
      case truncated
    }

    private let reportID: UInt8
    private let fields: [ReportDescriptor.Field]
    /// Bytes of a whole report, the id's byte counted.
    public let byteCount: Int
    private let minimumByteCount: Int

    /// The report of the boot protocol (HID 1.11, B.1): modifiers, a reserved byte, six keys.
    public static let boot = KeyboardReportFormat(
      reportID: 0,
      fields: [
        field(bitOffset: 0, bitSize: 1, count: 8, isVariable: true, usages: 0xE0...0xE7),
        field(bitOffset: 16, bitSize: 8, count: 6, isVariable: false, usages: 0x00...0xFF),
      ], byteCount: 8)

    /// The first keyboard report of the descriptor, or nil if it declares none.
    public init?(_ descriptor: ReportDescriptor) {
      let keyFields = descriptor.inputFields.filter { field in
        !field.isConstant && (1...32).contains(field.bitSize)
          && field.usages.contains { $0.lowerBound.page == keyboardPage }
      }
      let keyboard = Usage(page: 0x01, id: 0x06)  // Generic Desktop, Keyboard
      let first = keyFields.first { $0.application == keyboard } ?? keyFields.first
      guard let id = first?.reportID else { return nil }
      self.init(
        reportID: id, fields: keyFields.filter { $0.reportID == id },
        byteCount: descriptor.byteCount(ofReport: id))
    }

    private init(reportID: UInt8, fields: [ReportDescriptor.Field], byteCount: Int) {
      self.reportID = reportID
      self.fields = fields
      self.byteCount = byteCount
      // A device may leave out array places at the end, but never the first one.
      minimumByteCount =
        fields.map { field in
          let needed = field.isVariable ? field.bitSize * field.count : field.bitSize
          return (field.bitOffset + needed + 7) / 8
        }.max() ?? 0
    }

    private static func field(
      bitOffset: Int, bitSize: Int, count: Int, isVariable: Bool, usages: ClosedRange<UInt16>
    ) -> ReportDescriptor.Field {
      let range =
        Usage(
          page: keyboardPage, id: usages.lowerBound)...Usage(
          page: keyboardPage, id: usages.upperBound)
      return ReportDescriptor.Field(
        reportID: 0, bitOffset: bitOffset, bitSize: bitSize, count: count, isConstant: false,
        isVariable: isVariable, logicalMinimum: 0, usages: [range],
        application: Usage(page: 0x01, id: 0x06))
    }

    public func read(_ report: [UInt8]) -> Reading {
      if reportID != 0 {
        guard let id = report.first else { return .truncated }
        guard id == reportID else { return .otherReport }
      }
      guard report.count >= minimumByteCount else { return .truncated }
      var modifiers: UInt8 = 0
      var keys: [UInt8] = []
      for field in fields {
        for index in 0..<field.count {
          guard let usage = pressedUsage(in: field, at: index, of: report) else { continue }
          switch usage {
          case 0x00: continue
          case 0x01...0x03: return .rollOverError
          case 0xE0...0xE7: modifiers |= 1 << (usage - 0xE0)
          default: if !keys.contains(usage) { keys.append(usage) }
          }
        }
      }
      return .keys(KeyboardState(modifiers: modifiers, keys: keys))
    }

    private func pressedUsage(
      in field: ReportDescriptor.Field, at index: Int, of report: [UInt8]
    ) -> UInt8? {
      let offset = field.bitOffset + index * field.bitSize
      guard let value = HID.bits(of: report, from: offset, size: field.bitSize) else { return nil }
      let usage: Usage?
      if field.isVariable {
        usage = value != 0 ? field.usage(at: index) : nil
      } else {
        usage = field.usage(at: Int(value) - Int(field.logicalMinimum))
      }
      guard let usage, usage.page == HID.keyboardPage else { return nil }
      return UInt8(exactly: usage.id)
    }
  }
}
