/// A receipt printer that is open and claimed; UnifiedPOS calls the category POSPrinter.
/// Conformers: `ESCPOSPrinter` (Drivers) and the scripted printer of DaemonTests.
public protocol POSPrinter: Sendable {
  var device: DeviceID { get }
  /// What the model can do, from its profile in `drivers/`.
  var capabilities: PrinterCapabilities { get }

  /// Returns when the job is as far as the model can tell: `printed` when the printer reported
  /// that it is on paper, `sent` when the model cannot report.
  /// A job that throws may have printed in part; the caller decides whether to repeat it.
  func print(_ job: PrintJob) async throws(DeviceError) -> PrintCompletion

  /// Hands cover, paper and fault changes to `deliver`, the current status first, until the device
  /// faults, which is thrown.
  func run(_ deliver: @Sendable (PrinterStatus) -> Void) async throws(DeviceError)
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

  public init(columns: Int, completion: Completion, hasCutter: Bool) {
    self.columns = columns
    self.completion = completion
    self.hasCutter = hasCutter
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
