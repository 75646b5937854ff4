import Codecs
import Devices
import Profiles

/// The only list of drivers: which one a profile names.
public enum DriverFactory {
  /// The port for a device that was opened with the match's interfaces claimed. `onLoss` is told
  /// what a paper or a display does not show as it was given; `clock` is where the drivers have
  /// the time from, and `cards` what a card is asked.
  @Sendable public static func port(
    _ match: ProfileMatch, _ interface: any USBInterface, _ device: DeviceID,
    clock: any DriverClock = MachineClock(),
    cards: @escaping CardConversations<CardIdentity> = { _ in UIDReading() },
    onLoss: @escaping @Sendable (DeviceID, [PrintLoss]) -> Void = { _, _ in }
  ) -> DevicePort {
    switch match.profile.settings {
    case .keyboardScanner(let settings):
      .scanner(
        KeyboardScanner(
          interface: interface, device: device, settings: settings, layouts: match.layouts,
          clock: clock))
    case .hidPOSScanner(let settings):
      .scanner(
        HIDPOSScanner(
          interface: interface, device: device, settings: settings, clock: clock))
    case .serialScanner(let settings):
      .scanner(
        SerialScanner(
          interface: interface, device: device, settings: settings, clock: clock))
    case .ccid(let settings):
      .cardReader(
        CCIDReader(
          interface: interface, device: device, settings: settings, clock: clock,
          conversations: cards))
    case .keyboardCardReader(let settings):
      .cardReader(
        KeyboardCardReader(
          interface: interface, device: device, settings: settings, clock: clock))
    case .escpos(let settings):
      printer(
        ESCPOSPrinter(
          interface: interface, device: device, settings: settings, models: match.models,
          hasDisplay: match.displayBehind != nil, clock: clock,
          onLoss: { onLoss(device, $0) }), match, onLoss)
    case .lineDisplay(let settings):
      .display(
        USBLineDisplay(
          interface: interface, device: device, settings: settings,
          onLoss: { onLoss(device, $0) }))
    }
  }

  private static func printer(
    _ printer: ESCPOSPrinter, _ match: ProfileMatch,
    _ onLoss: @escaping @Sendable (DeviceID, [PrintLoss]) -> Void
  ) -> DevicePort {
    let display = DeviceID.display(behind: printer.device)
    return .printer(
      printer,
      display: match.displayBehind.map {
        PassThroughLineDisplay(
          printer: printer, device: display, settings: $0, onLoss: { onLoss(display, $0) })
      })
  }
}
