extension HID {
  /// The usage page of bar code scanners (HID Point of Sale Usage Tables 1.02, 3).
  static let barCodeScannerPage: UInt16 = 0x8C

  /// What one scanned data report says.
  public struct POSReport: Equatable, Sendable {
    public let aimIdentifier: String?
    public let data: [UInt8]
    /// The rest of the symbol comes in the next report (usage FFh, Decode Data Continued).
    public let continues: Bool
    /// The maker's own name of the symbology, where the report has a place for it.
    public let vendorSymbology: UInt8?

    public init(
      aimIdentifier: String?, data: [UInt8], continues: Bool, vendorSymbology: UInt8?
    ) {
      self.aimIdentifier = aimIdentifier
      self.data = data
      self.continues = continues
      self.vendorSymbology = vendorSymbology
    }
  }

  /// Where the scanned data report of a bar code scanner has its parts.
  public struct POSReportFormat: Equatable, Sendable {
    public enum Reading: Equatable, Sendable {
      case scanned(POSReport)
      /// A report of another kind.
      case otherReport
      case malformed
    }

    public let reportID: UInt8
    /// Offsets in bytes from the id's byte on.
    public let lengthOffset: Int
    /// Nil where the report has no place for it.
    public let aimOffset: Int?
    public let dataOffset: Int
    public let dataByteCount: Int
    /// In bits.
    public let continuedBitOffset: Int?
    public let vendorSymbologyOffset: Int?
    public let byteCount: Int

    /// The report that makers agree on, 64 bytes: id 2, length, 3 bytes of AIM identifier, 56 of
    /// data, the maker's symbology, a reserved byte, and bit 0 of the last says that more follows
    /// (Access-IS LSR118 manual, appendix B.1; the same with Honeywell, Zebra and Datalogic).
    public static let common = POSReportFormat(
      reportID: 2, lengthOffset: 1, aimOffset: 2, dataOffset: 5, dataByteCount: 56,
      continuedBitOffset: 63 * 8, vendorSymbologyOffset: 61, byteCount: 64)

    /// The same without an identifier, the data right behind the length (Newland FM420 integration
    /// guide and IDTECH 2DScan manual, USB interface, HID-POS).
    public static let withoutIdentifier = POSReportFormat(
      reportID: 2, lengthOffset: 1, aimOffset: nil, dataOffset: 2, dataByteCount: 56,
      continuedBitOffset: 63 * 8, vendorSymbologyOffset: 62, byteCount: 64)

    init(
      reportID: UInt8, lengthOffset: Int, aimOffset: Int?, dataOffset: Int, dataByteCount: Int,
      continuedBitOffset: Int?, vendorSymbologyOffset: Int?, byteCount: Int
    ) {
      self.reportID = reportID
      self.lengthOffset = lengthOffset
      self.aimOffset = aimOffset
      self.dataOffset = dataOffset
      self.dataByteCount = dataByteCount
      self.continuedBitOffset = continuedBitOffset
      self.vendorSymbologyOffset = vendorSymbologyOffset
      self.byteCount = byteCount
    }

    /// Finds the report by its usages; nil if the descriptor has no scanned data in whole bytes
    /// with a length in front.
    public init?(_ descriptor: ReportDescriptor) {
      let fields = descriptor.inputFields
      func has(_ field: ReportDescriptor.Field, _ id: UInt16) -> Bool {
        field.contains(Usage(page: barCodeScannerPage, id: id))
      }
      guard
        let data = fields.first(where: {
          !$0.isConstant && has($0, 0xFE) && Self.isBytes($0) && (2...255).contains($0.count)
        })
      else { return nil }
      let ofReport = fields.filter { $0.reportID == data.reportID }
      let aim = ofReport.first { has($0, 0xFB) && Self.isBytes($0) }
      let byteCount = Usage(page: 0x01, id: 0x3B)  // Generic Desktop, Byte Count
      let lengths = ofReport.filter {
        Self.isBytes($0) && $0.count == 1 && $0.bitOffset < (aim ?? data).bitOffset
      }
      // Makers that leave its usage out put it first.
      guard let length = lengths.first(where: { $0.contains(byteCount) }) ?? lengths.first else {
        return nil
      }
      let continued = ofReport.first { !$0.isConstant && has($0, 0xFF) && $0.bitSize >= 1 }
      let dataEnd = data.bitOffset + data.count * 8
      let vendor = ofReport.first {
        Self.isBytes($0) && !$0.isConstant && $0.bitOffset >= dataEnd && !has($0, 0xFF)
      }
      self.init(
        reportID: data.reportID, lengthOffset: length.bitOffset / 8,
        aimOffset: aim.map { $0.bitOffset / 8 },
        dataOffset: data.bitOffset / 8, dataByteCount: data.count,
        continuedBitOffset: continued?.bitOffset,
        vendorSymbologyOffset: vendor.map { $0.bitOffset / 8 },
        byteCount: descriptor.byteCount(ofReport: data.reportID))
    }

    private static func isBytes(_ field: ReportDescriptor.Field) -> Bool {
      field.bitSize == 8 && field.bitOffset % 8 == 0
    }

    public func read(_ report: [UInt8]) -> Reading {
      if reportID != 0 {
        guard let id = report.first else { return .malformed }
        guard id == reportID else { return .otherReport }
      }
      guard report.count > max(lengthOffset, (aimOffset ?? 0) + 2) else { return .malformed }
      let length = Int(report[lengthOffset])
      // Zeros at the end may be missing, data may not.
      guard length <= dataByteCount, dataOffset + length <= report.count else {
        return .malformed
      }
      let continues = continuedBitOffset.flatMap { HID.bits(of: report, from: $0, size: 1) }
      let vendor = vendorSymbologyOffset.flatMap { $0 < report.count ? report[$0] : nil }
      return .scanned(
        POSReport(
          aimIdentifier: aimOffset.flatMap { Scanning.aimIdentifier(report[$0..<($0 + 3)]) },
          data: Array(report[dataOffset..<(dataOffset + length)]), continues: continues == 1,
          vendorSymbology: vendor))
    }

    /// The reports of one symbol, for a device that sends them.
    public func encode(_ data: [UInt8], aim: [UInt8], vendorSymbology: UInt8 = 0) -> [[UInt8]] {
      let starts = data.isEmpty ? [0] : Array(stride(from: 0, to: data.count, by: dataByteCount))
      return starts.map { start in
        let part = data[start..<min(start + dataByteCount, data.count)]
        var report = [UInt8](repeating: 0, count: byteCount)
        if reportID != 0 { report[0] = reportID }
        report[lengthOffset] = UInt8(part.count)
        if let aimOffset {
          for (offset, byte) in aim.prefix(3).enumerated() { report[aimOffset + offset] = byte }
        }
        for (offset, byte) in part.enumerated() { report[dataOffset + offset] = byte }
        if let offset = vendorSymbologyOffset { report[offset] = vendorSymbology }
        if let bit = continuedBitOffset, start + dataByteCount < data.count {
          report[bit / 8] |= 1 << (bit % 8)
        }
        return report
      }
    }
  }
}

extension HID.ReportDescriptor {
  /// Whether an application of the bar code scanner page is in it. Makers that leave the usages of
  /// the fields out still send the report they agree on.
  public var isBarCodeScanner: Bool {
    inputFields.contains { $0.application?.page == HID.barCodeScannerPage }
  }
}
