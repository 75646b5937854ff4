extension ESCPOS {
  /// The four bytes that a printer sends by itself when its status changes (GS a).
  public struct AutomaticStatus: Equatable, Sendable {
    public var isDrawerPinHigh = false
    public var isOffline = false
    public var isCoverOpen = false
    public var isFeedingByButton = false
    /// Not the knife's, and gone by DLE ENQ when its cause is.
    public var hasRecoverableError = false
    public var hasCutterError = false
    public var hasUnrecoverableError = false
    /// Print head too hot or the like: it goes away without anybody's help.
    public var hasSelfRecoveringError = false
    public var isPaperNearEnd = false
    public var isPaperOut = false

    public init() {}

    /// Nil unless the fixed bits are as they must be (GS a, "Basic ASB status").
    public init?(bytes: [UInt8]) {
      guard bytes.count == 4, bytes[0] & 0x93 == 0x10,
        bytes.dropFirst().allSatisfy({ $0 & 0x90 == 0 })
      else { return nil }
      isDrawerPinHigh = bytes[0] & 0x04 != 0
      isOffline = bytes[0] & 0x08 != 0
      isCoverOpen = bytes[0] & 0x20 != 0
      isFeedingByButton = bytes[0] & 0x40 != 0
      hasRecoverableError = bytes[1] & 0x04 != 0
      hasCutterError = bytes[1] & 0x08 != 0
      hasUnrecoverableError = bytes[1] & 0x20 != 0
      hasSelfRecoveringError = bytes[1] & 0x40 != 0
      isPaperNearEnd = bytes[2] & 0x03 != 0
      isPaperOut = bytes[2] & 0x0C != 0
    }

    public var bytes: [UInt8] {
      let first: UInt8 =
        0x10 | (isDrawerPinHigh ? 0x04 : 0) | (isOffline ? 0x08 : 0) | (isCoverOpen ? 0x20 : 0)
        | (isFeedingByButton ? 0x40 : 0)
      let second: UInt8 =
        (hasRecoverableError ? 0x04 : 0) | (hasCutterError ? 0x08 : 0)
        | (hasUnrecoverableError ? 0x20 : 0) | (hasSelfRecoveringError ? 0x40 : 0)
      let third: UInt8 = (isPaperNearEnd ? 0x03 : 0) | (isPaperOut ? 0x0C : 0)
      return [first, second, third, 0x0F]
    }

    public var hasError: Bool {
      hasRecoverableError || hasCutterError || hasUnrecoverableError || hasSelfRecoveringError
    }

    /// The answer to DLE EOT n, 1 to 4, for the same facts.
    public func realTimeByte(for request: RealTimeRequest) -> UInt8 {
      switch request {
      case .printer: 0x12 | (isDrawerPinHigh ? 0x04 : 0) | (isOffline ? 0x08 : 0)
      case .offlineCause:
        0x12 | (isCoverOpen ? 0x04 : 0) | (isFeedingByButton ? 0x08 : 0)
          | (isPaperOut ? 0x20 : 0)
          | (hasError ? 0x40 : 0)
      case .errorCause:
        0x12 | (hasRecoverableError ? 0x04 : 0) | (hasCutterError ? 0x08 : 0)
          | (hasUnrecoverableError ? 0x20 : 0) | (hasSelfRecoveringError ? 0x40 : 0)
      case .paper: 0x12 | (isPaperNearEnd ? 0x0C : 0) | (isPaperOut ? 0x60 : 0)
      }
    }

    /// Takes over what the answer to DLE EOT n says; the rest stays. Another byte does nothing.
    public mutating func update(_ byte: UInt8, answering request: RealTimeRequest) {
      guard byte & 0x93 == 0x12 else { return }
      switch request {
      case .printer:
        isDrawerPinHigh = byte & 0x04 != 0
        isOffline = byte & 0x08 != 0
      case .offlineCause:
        isCoverOpen = byte & 0x04 != 0
        isFeedingByButton = byte & 0x08 != 0
        // Bit 5 says that printing stopped for want of paper; that paper is there, the sensors say.
        if byte & 0x20 != 0 { isPaperOut = true }
      case .errorCause:
        hasRecoverableError = byte & 0x04 != 0
        hasCutterError = byte & 0x08 != 0
        hasUnrecoverableError = byte & 0x20 != 0
        hasSelfRecoveringError = byte & 0x40 != 0
      case .paper:
        isPaperNearEnd = byte & 0x0C != 0
        isPaperOut = byte & 0x60 != 0
      }
    }
  }

  /// n of DLE EOT n.
  public enum RealTimeRequest: UInt8, Sendable, CaseIterable {
    case printer = 1, offlineCause, errorCause, paper
  }
}
