import StrictYAML

public struct KeyboardScannerSettings: Equatable, Sendable {
  /// What ends a symbol.
  public enum Terminator: String, Sendable, CaseIterable {
    case enter, keypadEnter, tab
    /// The scanner sends nothing: silence for the gap ends the symbol.
    case gap
  }

  public static let standardTerminators: Set<Terminator> = [.enter, .keypadEnter, .tab]
  /// F8
  public static let standardGroupSeparatorKeys: Set<UInt8> = [0x41]

  /// The name of the layout that the scanner is set to, whatever the system's.
  public var layout: String
  public var terminators: Set<Terminator>
  /// Usages of keys that stand for GS (1Dh), beside Ctrl+].
  public var groupSeparatorKeys: Set<UInt8>
  public var framing: ScanFraming

  public init(
    layout: String = ScannerLayout.standardName,
    terminators: Set<Terminator> = standardTerminators,
    groupSeparatorKeys: Set<UInt8> = standardGroupSeparatorKeys, framing: ScanFraming = .init()
  ) {
    self.layout = layout
    self.terminators = terminators
    self.groupSeparatorKeys = groupSeparatorKeys
    self.framing = framing
  }
}

extension SettingsReader {
  private static let keyLimit = 8

  mutating func keyboardScanner(
    _ base: KeyboardScannerSettings
  ) throws(YAMLError) -> KeyboardScannerSettings {
    var settings = base
    if let value = optional("layout") {
      settings.layout = try value.text()
      guard layouts.contains(settings.layout) else {
        throw value.error("expected one of \(layouts.sorted().joined(separator: ", "))")
      }
    }
    settings.terminators = try choices("terminators", or: base.terminators)
    if let value = optional("groupSeparatorKeys") {
      settings.groupSeparatorKeys = []
      for item in try value.items(limit: Self.keyLimit) {
        settings.groupSeparatorKeys.insert(try item.integer(in: 0x04...0xA4))
      }
    }
    settings.framing = try framing(base.framing)
    return settings
  }
}
