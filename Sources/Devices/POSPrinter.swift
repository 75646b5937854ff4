/// A receipt printer that is open and claimed; UnifiedPOS calls the category POSPrinter.
/// Conformers: `ESCPOSPrinter` (Drivers) and the scripted printer of DaemonTests.
public protocol POSPrinter: Sendable {
  var device: DeviceID { get }
  /// What the model can do, from its profile in `drivers/` and from what it says of itself.
  var capabilities: PrinterCapabilities { get async }

  /// Paper that the job takes, as far as it is known before, in millimetres.
  func paperMillimeters(for job: PrintJob) async -> Int

  /// Returns when the job is as far as the model can tell: `printed` when the printer reported
  /// that it is on paper, `sent` when the model cannot report.
  /// What may be on the paper of a job that throws, the fault tells; the caller decides whether to
  /// repeat it.
  func print(_ job: PrintJob) async throws(PrintFault) -> PrintCompletion

  /// Hands cover, paper and fault changes to `deliver`, the current status first, until the device
  /// faults, which is thrown.
  func run(_ deliver: @Sendable (PrinterStatus) -> Void) async throws(DeviceError)
}

/// Why a job ended before it was on paper, and what of it may be there.
public struct PrintFault: Error, Equatable, Sendable {
  public enum Paper: Equatable, Sendable {
    /// No byte of it went out: the job can be printed as if for the first time.
    case blank
    /// Some of it may be on paper: so many of its parts are, by the printer's word.
    case begun(confirmedParts: Int, of: Int)
  }

  public let cause: DeviceError
  public let paper: Paper

  public init(_ cause: DeviceError, paper: Paper) {
    self.cause = cause
    self.paper = paper
  }
}

public enum PrintCompletion: String, Equatable, Sendable, Codable {
  case printed
  case sent
}

public struct PrinterCapabilities: Equatable, Sendable {
  /// How the model tells that a job is on paper (profile key `completion`).
  public enum Completion: String, Sendable, Codable, CaseIterable {
    case processID, bufferedStatus, none
  }

  /// Columns of the standard font.
  public let columns: Int
  public let completion: Completion
  public let hasCutter: Bool
  /// Connectors for cash drawers.
  public let drawerCount: Int
  /// The maker's name of the model, when the printer told it.
  public let model: String?

  public init(
    columns: Int, completion: Completion, hasCutter: Bool, drawerCount: Int = 0,
    model: String? = nil
  ) {
    self.columns = columns
    self.completion = completion
    self.hasCutter = hasCutter
    self.drawerCount = drawerCount
    self.model = model
  }
}

public struct PrinterStatus: Equatable, Sendable {
  public enum Paper: String, Sendable { case ok, nearEnd, out }

  public var isOnline: Bool
  public var isCoverOpen: Bool
  public var paper: Paper
  public var hasCutterError: Bool
  public var hasUnrecoverableError: Bool

  public init(
    isOnline: Bool, isCoverOpen: Bool, paper: Paper, hasCutterError: Bool = false,
    hasUnrecoverableError: Bool = false
  ) {
    self.isOnline = isOnline
    self.isCoverOpen = isCoverOpen
    self.paper = paper
    self.hasCutterError = hasCutterError
    self.hasUnrecoverableError = hasUnrecoverableError
  }

  /// What a person has to do, the most urgent first.
  public var attention: [Attention] {
    var list: [Attention] = []
    if hasUnrecoverableError { list.append(.unrecoverableError) }
    if hasCutterError { list.append(.cutterError) }
    if isCoverOpen { list.append(.coverOpen) }
    if paper == .out { list.append(.paperOut) }
    if paper == .nearEnd { list.append(.paperNearEnd) }
    if !isOnline && list.allSatisfy({ $0 == .paperNearEnd }) { list.append(.offline) }
    return list
  }

  /// Whether a job may be started.
  public var canPrint: Bool {
    isOnline && !isCoverOpen && paper != .out && !hasCutterError && !hasUnrecoverableError
  }
}
