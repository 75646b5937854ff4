/// What stands between the cable and a serial line.
public enum SerialBridgeKind: String, Sendable, CaseIterable {
  /// The device is a serial port of its own.
  case cdcACM = "cdc-acm"
  case ftdi
  /// Prolific, chips of the HX family.
  case pl2303
  case cp210x
  /// WCH CH340 and CH341.
  case ch340
}
