import StrictYAML

/// Keyboard layouts that scanners can be set to.
public enum ScannerLayout: String, Sendable, CaseIterable {
  case us
}

public struct KeyboardScannerSettings: Equatable, Sendable {
  /// The layout that the scanner is set to, whatever the system's.
  public var layout: ScannerLayout
  /// A scan whose next key does not come within this time is torn.
  public var gapMilliseconds: Int

  public static let standardGapMilliseconds = 100

  public init(
    layout: ScannerLayout = .us, gapMilliseconds: Int = standardGapMilliseconds
  ) {
    self.layout = layout
    self.gapMilliseconds = gapMilliseconds
  }
}

extension SettingsReader {
  mutating func keyboardScanner(
    _ base: KeyboardScannerSettings
  ) throws(YAMLError) -> KeyboardScannerSettings {
    KeyboardScannerSettings(
      layout: try optional("layout")?.choice() ?? base.layout,
      gapMilliseconds: try optional("gapMilliseconds")?.integer(in: 5...2_000)
        ?? base.gapMilliseconds)
  }
}
