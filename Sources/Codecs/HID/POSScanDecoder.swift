extension HID {
  /// Joins the scanned data reports of one bar code scanner into symbols. Without a clock: who
  /// reads the reports calls `fallSilent` when none came for `silenceMilliseconds`.
  public struct POSScanDecoder: Sendable {
    private struct Symbol: Equatable {
      var data: [UInt8]
      let aimIdentifier: String?
      let first: Int64
    }

    private enum State: Equatable {
      case idle
      case collecting(Symbol)
      /// The fault is told; what is left of the symbol is thrown away up to its end.
      case discarding
      /// A symbol was torn, and its rest may come.
      case quiet
    }

    /// A symbol of several reports comes without a pause; the rest of one that stops is lost.
    public static let continuationMilliseconds = 500

    private let format: POSReportFormat
    private let symbologies: VendorSymbologies
    private let maximumByteCount: Int
    private var state = State.idle

    public init(
      format: POSReportFormat = .common, symbologies: VendorSymbologies = .none,
      maximumByteCount: Int = Scanning.Framing.defaultMaximumByteCount
    ) {
      self.format = format
      self.symbologies = symbologies
      self.maximumByteCount = maximumByteCount
    }

    /// After how much silence `fallSilent` is to be called: a report said that another one follows,
    /// or one that should have come still may. Nil while nothing is awaited.
    public var silenceMilliseconds: Int? { state == .idle ? nil : Self.continuationMilliseconds }

    public mutating func feed(_ bytes: [UInt8], at now: Int64) -> [Scanning.ScanResult] {
      switch format.read(bytes) {
      case .otherReport: return []
      case .malformed: return refuse(.torn, then: .idle)
      case .scanned(let report): return take(report, at: now)
      }
    }

    /// Nothing came for `silenceMilliseconds`.
    public mutating func fallSilent(at now: Int64) -> [Scanning.ScanResult] {
      switch state {
      case .idle: return []
      case .quiet:
        state = .idle
        return []
      case .collecting, .discarding: return refuse(.torn, then: .quiet)
      }
    }

    private mutating func take(
      _ report: POSReport, at now: Int64
    ) -> [Scanning.ScanResult] {
      let identifier =
        report.aimIdentifier ?? symbologies.aimIdentifier(report.vendorSymbology)
      switch state {
      case .idle:
        return add(
          report, to: Symbol(data: [], aimIdentifier: identifier, first: now), at: now)
      case .collecting(let symbol) where symbol.aimIdentifier == identifier:
        return add(report, to: symbol, at: now)
      case .collecting:
        // Another symbology: this is the next symbol, and the rest of the one before is lost.
        state = .idle
        return [.failure(.torn)] + take(report, at: now)
      case .discarding:
        if !report.continues { state = .idle }
        return []
      case .quiet:
        state = report.continues ? .discarding : .idle
        return [.failure(.torn)]
      }
    }

    private mutating func add(
      _ report: POSReport, to begun: Symbol, at now: Int64
    ) -> [Scanning.ScanResult] {
      var symbol = begun
      symbol.data += report.data
      guard symbol.data.count <= maximumByteCount else {
        return refuse(.tooLong, then: report.continues ? .discarding : .idle)
      }
      guard !report.continues else {
        state = .collecting(symbol)
        return []
      }
      state = .idle
      let data = Self.withoutLineEnd(symbol.data)
      guard !data.isEmpty else { return [] }
      return [
        .success(
          Scanning.Scan(
            bytes: data, aimIdentifier: symbol.aimIdentifier, firstMilliseconds: symbol.first,
            lastMilliseconds: now, terminator: .report))
      ]
    }

    private mutating func refuse(
      _ fault: Scanning.Fault, then next: State
    ) -> [Scanning.ScanResult] {
      let isTold = state == .discarding
      state = next
      return isTold ? [] : [.failure(fault)]
    }

    /// The suffix CR, LF or both, which scanners that were set up as keyboards go on to send.
    private static func withoutLineEnd(_ data: [UInt8]) -> [UInt8] {
      var data = data
      if data.last == 0x0A { data.removeLast() }
      if data.last == 0x0D { data.removeLast() }
      return data
    }
  }

  /// A maker's own names of symbologies, for models that leave the AIM identifier out.
  public enum VendorSymbologies: Sendable {
    case none
    /// Honeywell's code identifiers (user guide of the 3820, appendix A).
    case honeywell

    /// Only where one symbology has one identifier: which of several it is, is not guessed.
    func aimIdentifier(_ code: UInt8?) -> String? {
      guard self == .honeywell, let code else { return nil }
      return switch code {
      case 0x64, 0x45: "]E0"  // d EAN-13, E UPC-E; not c UPC-A, whose 12 digits lack the zero
      case 0x44: "]E4"  // D EAN-8
      case 0x49: "]C1"  // I GS1-128
      case 0x6A: "]C0"  // j Code 128
      case 0x79, 0x7B, 0x7D: "]e0"  // y { } GS1 DataBar
      default: nil
      }
    }
  }
}
