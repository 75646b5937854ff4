import Devices

/// The port that a driver makes of a claimed device.
public enum DevicePort: Sendable {
  case scanner(any Scanner)
  case cardReader(any SmartCardReader)
  case printer(any POSPrinter)
  case display(any LineDisplay)
}
