/// Names a device for people and logs: its kind and where it is plugged in, `printer@1-2.3`.
public struct DeviceID: Hashable, Sendable, Codable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}

/// The device categories of UnifiedPOS that this kiosk uses; raw values are the names in snapshots.
public enum DeviceKind: String, Hashable, Sendable, Codable, CaseIterable {
  case scanner  // UnifiedPOS Scanner
  case cardReader  // UnifiedPOS SmartCardRW
  case printer  // UnifiedPOS POSPrinter
  case display  // UnifiedPOS LineDisplay
}

/// Where a device stands on its way from the plug to use.
public enum DeviceState: String, Hashable, Sendable, Codable, CaseIterable {
  case absent, attached, opened, claimed, enabled, faulted
}

extension Attention {
  /// For staff: what has to be done.
  public var advice: String {
    switch self {
    case .paperOut: "The paper is out: put in a new roll."
    case .paperNearEnd: "The paper is near its end: have a new roll ready."
    case .coverOpen: "The cover is open: close it."
    case .cutterError: "The cutter is stuck: open the cover, take out the paper, close it."
    case .offline: "It is offline: look for a button pressed or a message on it."
    case .unrecoverableError: "It has an error it cannot leave: switch it off and on again."
    case .cardUnreadable: "A card cannot be read: take it off and put it on again."
    }
  }
}

/// What the shop and the customer are told about a device.
public struct DeviceStatus: Equatable, Sendable, Codable {
  public let device: DeviceID
  public let kind: DeviceKind
  public let state: DeviceState
  /// What a person has to do there; empty when nothing.
  public let attention: [Attention]
  /// The profile of `drivers/` that matched, or nil.
  public let profile: String?
  /// For staff: the cause and the cure. Empty when all is well.
  public let message: String
  /// The same in the numbers of UnifiedPOS.
  public let unifiedPOS: UnifiedPOSCodes

  /// `cause`, `card` and `cardError` as in `UnifiedPOSCodes`.
  public init(
    device: DeviceID, kind: DeviceKind, state: DeviceState, cause: DeviceError.Kind? = nil,
    attention: [Attention] = [], card: UnifiedPOSCodes.CardUpdate? = nil,
    cardError: UnifiedPOSCodes.CardError? = nil, profile: String? = nil, message: String = ""
  ) {
    unifiedPOS = UnifiedPOSCodes(
      kind, state, cause: cause, attention: attention, card: card, cardError: cardError)
    self.device = device
    self.kind = kind
    self.state = state
    self.attention = attention
    self.profile = profile
    self.message = message
  }
}
