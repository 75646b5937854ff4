extension HID.ReportDescriptor {
  /// The item state table (HID 1.11, 6.2.2.7): globals stay until changed, locals until the next
  /// main item.
  struct Parser {
    private struct Globals {
      var usagePage: UInt16 = 0
      var logicalMinimum: Int32 = 0
      var reportSize: UInt32 = 0
      var reportCount: UInt32 = 0
      var reportID: UInt8 = 0
    }

    private(set) var fields: [Field] = []
    private(set) var usesReportIDs = false
    var depth: Int { collections.count }

    private var globals = Globals()
    private var pushed: [Globals] = []
    private var usages: [ClosedRange<HID.Usage>] = []
    private var usageMinimum: HID.Usage?
    private var usageMaximum: HID.Usage?
    private var collections: [HID.Usage?] = []
    private var bitCounts: [UInt8: Int] = [:]

    /// One short item: the prefix without its size bits, and its data.
    mutating func take(
      tag: UInt8, data: ArraySlice<UInt8>, at offset: Int
    ) throws(Malformation) {
      let value = data.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      switch tag {
      case 0x80: try input(flags: value)
      case 0x90, 0xB0: clearLocals()  // Output and Feature have reports of their own.
      case 0xA0: try beginCollection(kind: value, at: offset)
      case 0xC0:
        guard collections.popLast() != nil else { throw .unbalanced(at: offset) }
        clearLocals()
      case 0x04: globals.usagePage = UInt16(truncatingIfNeeded: value)
      case 0x14: globals.logicalMinimum = signed(value, byteCount: data.count)
      case 0x74: globals.reportSize = value
      case 0x84:
        globals.reportID = UInt8(truncatingIfNeeded: value)
        usesReportIDs = true
      case 0x94: globals.reportCount = value
      case 0xA4:
        guard pushed.count < maximumDepth else { throw .tooDeep(at: offset) }
        pushed.append(globals)
      case 0xB4:
        guard let last = pushed.popLast() else { throw .unbalanced(at: offset) }
        globals = last
      case 0x08: try addUsage(usage(value, byteCount: data.count))
      case 0x18:
        usageMinimum = usage(value, byteCount: data.count)
        try addUsageRangeIfWhole()
      case 0x28:
        usageMaximum = usage(value, byteCount: data.count)
        try addUsageRangeIfWhole()
      default: break  // Units, strings, designators and reserved tags say nothing we read.
      }
    }

    private func signed(_ value: UInt32, byteCount: Int) -> Int32 {
      switch byteCount {
      case 1: Int32(Int8(truncatingIfNeeded: value))
      case 2: Int32(Int16(truncatingIfNeeded: value))
      default: Int32(truncatingIfNeeded: value)
      }
    }

    /// A usage of four bytes brings its page along (6.2.2.8).
    private func usage(_ value: UInt32, byteCount: Int) -> HID.Usage {
      byteCount == 4
        ? HID.Usage(extended: value)
        : HID.Usage(page: globals.usagePage, id: UInt16(truncatingIfNeeded: value))
    }

    private mutating func addUsage(_ usage: HID.Usage) throws(Malformation) {
      guard usages.count < maximumUsageCount else { throw .tooManyUsages }
      usages.append(usage...usage)
    }

    private mutating func addUsageRangeIfWhole() throws(Malformation) {
      guard let minimum = usageMinimum, let maximum = usageMaximum else { return }
      (usageMinimum, usageMaximum) = (nil, nil)
      guard minimum <= maximum else { return }
      guard usages.count < maximumUsageCount else { throw .tooManyUsages }
      usages.append(minimum...maximum)
    }

    private mutating func beginCollection(kind: UInt32, at offset: Int) throws(Malformation) {
      guard collections.count < maximumDepth else { throw .tooDeep(at: offset) }
      collections.append(kind == 0x01 ? usages.first?.lowerBound : nil)  // 01: application
      clearLocals()
    }

    private mutating func input(flags: UInt32) throws(Malformation) {
      let id = globals.reportID
      let begin = bitCounts[id] ?? (id == 0 ? 0 : 8)
      let (size, count) = (globals.reportSize, globals.reportCount)
      guard size <= maximumReportBitCount, count <= maximumReportBitCount,
        begin + Int(size) * Int(count) <= maximumReportBitCount
      else { throw .reportTooLong(id: id) }
      guard fields.count < maximumFieldCount else { throw .tooManyFields }
      fields.append(
        Field(
          reportID: id, bitOffset: begin, bitSize: Int(size), count: Int(count),
          isConstant: flags & 1 != 0, isVariable: flags & 2 != 0,
          logicalMinimum: globals.logicalMinimum, usages: usages,
          application: collections.lazy.compactMap { $0 }.first))
      bitCounts[id] = begin + Int(size) * Int(count)
      clearLocals()
    }

    private mutating func clearLocals() {
      usages = []
      (usageMinimum, usageMaximum) = (nil, nil)
    }
  }
}
