import Codecs
import Devices
import Profiles

/// A card reader that types the number of a card like a keyboard. It tells a number that anybody
/// can type, and no removal: every tap is a card that comes and goes, never above assurance L0.
public struct KeyboardCardReader: SmartCardReader {
  public let device: DeviceID
  private let interface: any USBInterface
  private let settings: KeyboardCardReaderSettings
  private let clock: any DriverClock

  /// `interface` has the keyboard's HID interfaces claimed.
  public init(
    interface: any USBInterface, device: DeviceID, settings: KeyboardCardReaderSettings,
    clock: any DriverClock = MachineClock()
  ) {
    self.interface = interface
    self.device = device
    self.settings = settings
    self.clock = clock
  }

  public func run(_ deliver: @Sendable (CardEvent) -> Void) async throws(DeviceError) {
    var taps = NumberTaps(settings: settings)
    let keyboard = KeyboardScanner(interface: interface, device: device, clock: clock)
    try await keyboard.run { output, milliseconds in
      for event in taps.take(output, at: milliseconds) { deliver(event) }
    }
  }
}

/// What the typed numbers mean, and which of them are the same tap.
struct NumberTaps {
  private let settings: KeyboardCardReaderSettings
  private var last: (bytes: [UInt8], milliseconds: Int64)?

  init(settings: KeyboardCardReaderSettings) { self.settings = settings }

  /// `now` counts milliseconds from any moment on.
  mutating func take(_ output: ScannerOutput, at now: Int64) -> [CardEvent] {
    switch output {
    case .refused(.torn): return [.refused(.torn), .removed]
    case .refused: return [.refused(.unreadable), .removed]
    case .scan(let scan):
      let text = String(decoding: scan.bytes, as: UTF8.self)
      guard let bytes = NFC.cardBytes(typed: text, as: settings.numberFormat.format) else {
        return [.refused(.unreadable), .removed]
      }
      let isRepeated =
        last.map {
          $0.bytes == bytes && now &- $0.milliseconds < Int64(settings.repeatMilliseconds)
        } ?? false
      last = (bytes, now)
      guard !isRepeated else { return [] }
      return [.inserted(CardIdentity(uid: bytes, answerToReset: [])), .removed]
    }
  }
}

extension KeyboardCardReaderSettings.NumberFormat {
  fileprivate var format: NFC.CardNumberFormat {
    switch self {
    case .hexadecimal: .hexadecimal
    case .hexadecimalReversed: .hexadecimalReversed
    case .decimal: .decimal
    case .decimalReversed: .decimalReversed
    case .facilityAndNumber: .facilityAndNumber
    }
  }
}
