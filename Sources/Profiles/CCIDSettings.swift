import StrictYAML

/// What a reader cannot say of itself, and what replaces its own class descriptor where that is
/// wrong; nil leaves it.
public struct CCIDSettings: Equatable, Sendable {
  public enum ExchangeLevel: String, Sendable, CaseIterable {
    case tpdu, shortAPDU, extendedAPDU
  }

  /// Slots with cards of customers in them.
  public enum Slots: Equatable, Sendable {
    /// By bSlot. A slot for a security module of the reader must not be among them: what lies in it
    /// counts as a card beside the customer's.
    case listed([UInt8])
    case all
  }

  /// Whose commands beside those of the class a reader knows.
  public enum Maker: String, Sendable, CaseIterable {
    case none
    /// ACR122U and others with a PN532 behind the same commands.
    case acr122u
  }

  /// How it is found out that a card is still there.
  public enum Presence: String, Sendable, CaseIterable {
    case status
    /// For readers that are late to tell that a card which was talked to is gone.
    case uid
  }

  /// dwMaxCCIDMessageLength
  public var maximumMessageByteCount: Int?
  /// dwFeatures, bits 16 to 18
  public var exchangeLevel: ExchangeLevel?
  /// For readers whose interrupt endpoint misses a card: ask for the slot's status this often.
  public var pollMilliseconds: Int?
  public var slots: Slots
  public var maker: Maker
  /// Whether it passes a tag's own commands on by `FF C2` (PC/SC part 3, transparent session).
  public var hasTransparentSession: Bool
  /// Whether a reader with the maker's commands beeps by itself; nil leaves it as it is.
  public var beepsOnDetection: Bool?
  /// PICC operating parameter of an ACR122U; nil leaves it.
  public var operatingParameter: UInt8?
  public var presence: Presence

  public static let maximumSlotCount = 16

  public init(
    maximumMessageByteCount: Int? = nil, exchangeLevel: ExchangeLevel? = nil,
    pollMilliseconds: Int? = nil, slots: Slots = .listed([0]), maker: Maker = .none,
    hasTransparentSession: Bool = false, beepsOnDetection: Bool? = nil,
    operatingParameter: UInt8? = nil, presence: Presence = .status
  ) {
    self.maximumMessageByteCount = maximumMessageByteCount
    self.exchangeLevel = exchangeLevel
    self.pollMilliseconds = pollMilliseconds
    self.slots = slots
    self.maker = maker
    self.hasTransparentSession = hasTransparentSession
    self.beepsOnDetection = beepsOnDetection
    self.operatingParameter = operatingParameter
    self.presence = presence
  }
}

extension SettingsReader {
  mutating func ccid(_ base: CCIDSettings) throws(YAMLError) -> CCIDSettings {
    CCIDSettings(
      maximumMessageByteCount: try optional("maxMessageLength")?.integer(in: 64...65_556)
        ?? base.maximumMessageByteCount,
      exchangeLevel: try optional("exchangeLevel")?.choice() ?? base.exchangeLevel,
      pollMilliseconds: try optional("pollMilliseconds")?.integer(in: 20...1_000)
        ?? base.pollMilliseconds,
      slots: try slots() ?? base.slots,
      maker: try optional("maker")?.choice() ?? base.maker,
      hasTransparentSession: try optional("transparentSession")?.boolean()
        ?? base.hasTransparentSession,
      beepsOnDetection: try optional("beepsOnDetection")?.boolean() ?? base.beepsOnDetection,
      operatingParameter: try optional("operatingParameter")?.integer(in: 0...255)
        ?? base.operatingParameter,
      presence: try optional("presence")?.choice() ?? base.presence)
  }

  private mutating func slots() throws(YAMLError) -> CCIDSettings.Slots? {
    guard let value = optional("slots") else { return nil }
    guard value.isList else {
      guard try value.text() == "all" else { throw value.error("expected a list, or all") }
      return .all
    }
    var slots: [UInt8] = []
    for item in try value.items(limit: CCIDSettings.maximumSlotCount) {
      let slot: UInt8 = try item.integer(in: 0...15)
      guard !slots.contains(slot) else { throw item.error("the slot \(slot) is there twice") }
      slots.append(slot)
    }
    guard !slots.isEmpty else { throw value.error("expected at least one slot") }
    return .listed(slots)
  }
}
