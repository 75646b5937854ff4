import StrictYAML

/// What replaces the reader's own class descriptor where that is wrong; nil leaves it.
public struct CCIDSettings: Equatable, Sendable {
  public enum ExchangeLevel: String, Sendable, CaseIterable {
    case tpdu, shortAPDU, extendedAPDU
  }

  /// dwMaxCCIDMessageLength
  public var maximumMessageByteCount: Int?
  /// dwFeatures, bits 16 to 18
  public var exchangeLevel: ExchangeLevel?
  /// For readers whose interrupt endpoint misses a card: ask for the slot's status this often.
  public var pollMilliseconds: Int?

  public init(
    maximumMessageByteCount: Int? = nil, exchangeLevel: ExchangeLevel? = nil,
    pollMilliseconds: Int? = nil
  ) {
    self.maximumMessageByteCount = maximumMessageByteCount
    self.exchangeLevel = exchangeLevel
    self.pollMilliseconds = pollMilliseconds
  }
}

extension SettingsReader {
  mutating func ccid(_ base: CCIDSettings) throws(YAMLError) -> CCIDSettings {
    CCIDSettings(
      maximumMessageByteCount: try optional("maxMessageLength")?.integer(in: 64...65_556)
        ?? base.maximumMessageByteCount,
      exchangeLevel: try optional("exchangeLevel")?.choice() ?? base.exchangeLevel,
      pollMilliseconds: try optional("pollMilliseconds")?.integer(in: 20...1_000)
        ?? base.pollMilliseconds)
  }
}
