import Devices

/// The port that a driver makes of a claimed device.
public enum DevicePort: Sendable {
  case scanner(any Scanner)
  case cardReader(any SmartCardReader)
  /// With the display that stands behind it, if there is one.
  case printer(any POSPrinter, display: (any LineDisplay)?)
  case display(any LineDisplay)
}
