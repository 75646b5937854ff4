import StrictYAML

public struct SerialScannerSettings: Equatable, Sendable {
  /// What ends a symbol.
  public enum Terminator: String, Sendable, CaseIterable {
    /// Either of CR and LF; both together end one symbol.
    case cr, lf
    case tab
    case etx
    /// The scanner sends nothing: silence for the gap ends the symbol.
    case gap
  }

  public static let standardBaud = 9_600
  public static let standardTerminators: Set<Terminator> = [.cr, .lf]

  public var bridge: SerialBridgeKind
  /// Of the serial line; without a meaning where the scanner itself is on the USB.
  public var baud: Int
  public var terminators: Set<Terminator>
  public var framing: ScanFraming

  public init(
    bridge: SerialBridgeKind = .cdcACM, baud: Int = standardBaud,
    terminators: Set<Terminator> = standardTerminators, framing: ScanFraming = .init()
  ) {
    self.bridge = bridge
    self.baud = baud
    self.terminators = terminators
    self.framing = framing
  }
}

extension SettingsReader {
  mutating func serialScanner(
    _ base: SerialScannerSettings
  ) throws(YAMLError) -> SerialScannerSettings {
    SerialScannerSettings(
      bridge: try choice("bridge", or: base.bridge),
      baud: try integer("baud", or: base.baud, in: 1_200...921_600),
      terminators: try choices("terminators", or: base.terminators),
      framing: try framing(base.framing))
  }
}
