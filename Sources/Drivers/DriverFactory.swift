import Codecs
import Devices
import Profiles

/// The only list of drivers: which one a profile names.
public enum DriverFactory {
  /// The port for a device that was opened with the match's interfaces claimed. `onLoss` is told
  /// what a printer's paper does not show as it was given; `clock` is what the drivers wait by, and
  /// `cards` what a card is asked.
  @Sendable public static func port(
    _ match: ProfileMatch, _ interface: any USBInterface, _ device: DeviceID,
    clock: any Clock<Duration> = ContinuousClock(),
    cards: @escaping CardConversations<CardIdentity> = { _ in UIDReading() },
    onLoss: @escaping @Sendable (DeviceID, [PrintLoss]) -> Void = { _, _ in }
  ) -> DevicePort {
    // Times of different scanners can be compared where the clock is the machine's.
    let scanClock = clock is ContinuousClock ? .system : ScanClock(clock)
    return switch match.profile.settings {
    case .keyboardScanner(let settings):
      .scanner(
        KeyboardScanner(
          interface: interface, device: device, settings: settings, layouts: match.layouts,
          clock: scanClock))
    case .hidPOSScanner(let settings):
      .scanner(
        HIDPOSScanner(
          interface: interface, device: device, settings: settings, clock: scanClock))
    case .serialScanner(let settings):
      .scanner(
        SerialScanner(
          interface: interface, device: device, settings: settings, clock: scanClock))
    case .ccid(let settings):
      .cardReader(
        CCIDReader(
          interface: interface, device: device, settings: settings, clock: clock,
          conversations: cards))
    case .keyboardCardReader(let settings):
      .cardReader(
        KeyboardCardReader(
          interface: interface, device: device, settings: settings, clock: scanClock))
    case .escpos(let settings):
      .printer(
        ESCPOSPrinter(
          interface: interface, device: device, settings: settings, models: match.models,
          clock: clock,
          onLoss: { onLoss(device, $0) }))
    case .lineDisplay(let settings):
      .display(USBLineDisplay(interface: interface, device: device, settings: settings))
    }
  }
}
