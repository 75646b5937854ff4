import StrictYAML

/// How a scanner that sends characters is set up to frame its symbols.
public struct ScanFraming: Equatable, Sendable {
  public static let standardGapMilliseconds = 100
  /// A QR code of the largest version holds 2,953 bytes (ISO/IEC 18004, table 7).
  public static let standardMaximumLength = 4_096
  static let markLimit = 16

  /// What the scanner sends in front of and behind every symbol; empty when nothing.
  public var prefix: [UInt8]
  public var suffix: [UInt8]
  /// Bytes; what is longer is refused.
  public var maximumLength: Int
  /// A character that the scanner sends instead of GS (1Dh); nil when it sends GS itself.
  public var groupSeparator: UInt8?
  /// Whether `]E0` in front is an AIM identifier and not text.
  public var splitsAIMIdentifier: Bool
  /// A scan whose next character does not come within this time is torn, or ended.
  public var gapMilliseconds: Int

  public init(
    prefix: [UInt8] = [], suffix: [UInt8] = [],
    maximumLength: Int = standardMaximumLength, groupSeparator: UInt8? = nil,
    splitsAIMIdentifier: Bool = true, gapMilliseconds: Int = standardGapMilliseconds
  ) {
    self.prefix = prefix
    self.suffix = suffix
    self.maximumLength = maximumLength
    self.groupSeparator = groupSeparator
    self.splitsAIMIdentifier = splitsAIMIdentifier
    self.gapMilliseconds = gapMilliseconds
  }
}

extension SettingsReader {
  mutating func framing(_ base: ScanFraming) throws(YAMLError) -> ScanFraming {
    ScanFraming(
      prefix: try optional("prefix")?.ascii(atMost: ScanFraming.markLimit) ?? base.prefix,
      suffix: try optional("suffix")?.ascii(atMost: ScanFraming.markLimit) ?? base.suffix,
      maximumLength: try optional("maximumLength")?.integer(in: 8...4_096)
        ?? base.maximumLength,
      groupSeparator: try optional("groupSeparator")?.ascii(atMost: 1).first
        ?? base.groupSeparator,
      splitsAIMIdentifier: try optional("aimIdentifier")?.boolean() ?? base.splitsAIMIdentifier,
      gapMilliseconds: try optional("gapMilliseconds")?.integer(in: 5...2_000)
        ?? base.gapMilliseconds)
  }

  /// Some of the names of an enumeration, at least one.
  mutating func choices<Choice: RawRepresentable & CaseIterable & Hashable>(
    _ key: String, or base: Set<Choice>
  ) throws(YAMLError) -> Set<Choice> where Choice.RawValue == String {
    guard let value = optional(key) else { return base }
    var choices: Set<Choice> = []
    for item in try value.items(limit: Choice.allCases.count) {
      choices.insert(try item.choice())
    }
    guard !choices.isEmpty else { throw value.error("expected at least one item") }
    return choices
  }
}
