extension HID {
  /// Joins the scanned data reports of one bar code scanner into symbols. Without a clock: who
  /// reads the reports calls `gapElapsed` when none came for the gap limit while `isMidScan`.
  public struct POSScanDecoder: Sendable {
    private enum Symbol: Equatable {
      case none
      case collecting([UInt8], aimIdentifier: String?)
      /// The fault is told; what is left of the symbol is thrown away up to its end.
      case discarding
    }

    /// A QR code holds 2,953 bytes at most (ISO/IEC 18004, table 7); nothing a kiosk takes is near.
    public static let defaultMaximumByteCount = 1_024

    private let format: POSReportFormat
    private let maximumByteCount: Int
    private var symbol = Symbol.none

    public init(
      format: POSReportFormat = .common, maximumByteCount: Int = defaultMaximumByteCount
    ) {
      self.format = format
      self.maximumByteCount = maximumByteCount
    }

    /// Whether a report said that another one follows, and it has not come.
    public var isMidScan: Bool { symbol != .none }

    public mutating func feed(_ bytes: [UInt8]) -> [ScanResult] {
      switch format.read(bytes) {
      case .otherReport: []
      case .malformed: refuse(.torn, continues: false)
      case .scanned(let report): take(report)
      }
    }

    public mutating func gapElapsed() -> [ScanResult] {
      symbol == .none ? [] : refuse(.torn, continues: false)
    }

    private mutating func take(_ report: POSReport) -> [ScanResult] {
      let before: [UInt8]
      let aimIdentifier: String?
      switch symbol {
      case .none: (before, aimIdentifier) = ([], report.aimIdentifier)
      case .collecting(let data, let aim): (before, aimIdentifier) = (data, aim)
      case .discarding:
        if !report.continues { symbol = .none }
        return []
      }
      let data = before + report.data
      guard data.count <= maximumByteCount else {
        return refuse(.tooLong, continues: report.continues)
      }
      if report.continues {
        symbol = .collecting(data, aimIdentifier: aimIdentifier)
        return []
      }
      symbol = .none
      return data.isEmpty ? [] : [.success(Scan(bytes: data, aimIdentifier: aimIdentifier))]
    }

    private mutating func refuse(_ fault: ScanFault, continues: Bool) -> [ScanResult] {
      defer { symbol = continues ? .discarding : .none }
      return symbol == .discarding ? [] : [.failure(fault)]
    }
  }
}
