/// What the supervised devices tell the daemon, in order per device.
public enum DeviceEvent: Sendable {
  case status(DeviceStatus)
  case scan(ScanData)
  /// A scan was begun and cannot be trusted; nothing of it is used.
  case scanRefused(DeviceID, ScanFault)
  case card(CardEvent)
  /// A printer is claimed and enabled; it replaces any earlier one.
  case printerReady(any POSPrinter)
  case displayReady(any LineDisplay)
}
