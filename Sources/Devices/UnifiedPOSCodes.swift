/// Where a device stands, in the numbers of UnifiedPOS 1.14 (annexes of OPOS and JavaPOS, which
/// agree): what people who service other tills look up.
public struct UnifiedPOSCodes: Equatable, Sendable, Codable {
  /// The property State.
  public enum State: Int, Sendable, Codable, CaseIterable {
    case closed = 1
    case idle, busy, error
  }

  /// The property PowerState. A cable that is out looks like a switch that is off.
  public enum Power: Int, Sendable, Codable, CaseIterable {
    case unknown = 2000
    case online, off, offline, offOrOffline
  }

  /// ErrorCode, or ResultCode in OPOS.
  public enum ErrorCode: Int, Sendable, Codable, CaseIterable {
    case closed = 101
    case claimed, notClaimed, noService, disabled, illegal, noHardware, offline, noExist, exists
    case failure, timeout, busy, extended, deprecated
  }

  /// ErrorCodeExtended of a POSPrinter, with `ErrorCode.extended`.
  public enum PrinterError: Int, Sendable, Codable, CaseIterable {
    case coverOpen = 201
    case journalEmpty, receiptEmpty, slipEmpty, slipForm, tooBig, badFormat
  }

  /// ErrorCodeExtended of a SmartCardRW.
  public enum CardError: Int, Sendable, Codable, CaseIterable {
    case read = 201
    case write, torn, noCard
  }

  /// Status of a StatusUpdateEvent of a POSPrinter.
  public enum PrinterUpdate: Int, Sendable, Codable, CaseIterable {
    case coverOpen = 11
    case coverOK = 12
    case receiptEmpty = 24
    case receiptNearEmpty = 25
    case receiptPaperOK = 26
  }

  /// The same of a SmartCardRW.
  public enum CardUpdate: Int, Sendable, Codable, CaseIterable {
    case noCard = 1
    case cardPresent = 2
  }

  public private(set) var state: State
  public let power: Power
  /// What a call would answer now; nil when it would succeed.
  public let error: ErrorCode?
  /// `PrinterError` or `CardError`; only with `ErrorCode.extended`.
  public let extendedError: Int?
  /// The last StatusUpdateEvent of each kind that the device has: `PrinterUpdate`, `CardUpdate`.
  public let statusUpdates: [Int]

  /// `cause` is the fault of a device that is faulted; `card` is what a reader said last, and
  /// `cardError` why it did not take that card.
  public init(
    _ kind: DeviceKind, _ state: DeviceState, cause: DeviceError.Kind? = nil,
    attention: [Attention] = [], card: CardUpdate? = nil, cardError: CardError? = nil
  ) {
    switch state {
    case .absent:
      (self.state, power, error) = (.closed, .offOrOffline, .noHardware)
      extendedError = nil
    case .attached, .opened:
      (self.state, power, error, extendedError) = (.closed, .online, .closed, nil)
    case .claimed: (self.state, power, error, extendedError) = (.idle, .online, .disabled, nil)
    case .enabled:
      var need = Self.need(attention)
      if let cardError { need = (.extended, cardError.rawValue) }
      self.state = need.error == nil ? .idle : .error
      power = attention.contains(.offline) ? .offline : .online
      (error, extendedError) = need
    case .faulted:
      self.state = .error
      power = cause == .disconnected ? .offOrOffline : .online
      (error, extendedError) = cause.map(Self.codes) ?? (.failure, nil)
    }
    statusUpdates =
      state == .enabled ? Self.updates(kind, attention: attention, card: card) : []
  }

  /// The same of a device that works at this moment: one whose state is an error stays that.
  public var whileBusy: UnifiedPOSCodes {
    var codes = self
    if state == .idle { codes.state = .busy }
    return codes
  }

  private static func updates(
    _ kind: DeviceKind, attention: [Attention], card: CardUpdate?
  ) -> [Int] {
    switch kind {
    case .printer:
      let cover: PrinterUpdate = attention.contains(.coverOpen) ? .coverOpen : .coverOK
      let paper: PrinterUpdate =
        attention.contains(.paperOut)
        ? .receiptEmpty : attention.contains(.paperNearEnd) ? .receiptNearEmpty : .receiptPaperOK
      return [cover.rawValue, paper.rawValue]
    case .cardReader: return card.map { [$0.rawValue] } ?? []
    case .scanner, .display: return []
    }
  }

  private static func codes(_ cause: DeviceError.Kind) -> (error: ErrorCode, extended: Int?) {
    switch cause {
    case .disconnected: (.noHardware, nil)
    case .busy: (.claimed, nil)
    // What a till says when its set-up is at fault and not the device.
    case .accessDenied: (.noService, nil)
    case .timedOut: (.timeout, nil)
    case .stalled, .malformedResponse, .exhausted: (.failure, nil)
    case .cancelled: (.closed, nil)
    case .unsupported: (.illegal, nil)
    case .needsAttention(let attention):
      need([attention]).error.map { ($0, need([attention]).extended) } ?? (.failure, nil)
    }
  }

  /// The most urgent first, as in the list.
  private static func need(_ list: [Attention]) -> (error: ErrorCode?, extended: Int?) {
    for attention in list {
      switch attention {
      case .coverOpen: return (.extended, PrinterError.coverOpen.rawValue)
      case .paperOut: return (.extended, PrinterError.receiptEmpty.rawValue)
      case .cardUnreadable: return (.extended, CardError.read.rawValue)
      case .offline: return (.offline, nil)
      case .cutterError, .unrecoverableError: return (.failure, nil)
      case .paperNearEnd: continue
      }
    }
    return (nil, nil)
  }
}
