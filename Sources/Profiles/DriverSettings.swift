import Devices

/// The port that a profile fills, by the word of the data files.
public enum DeviceCategory: String, Sendable, CaseIterable {
  case scanner
  case smartCardReader = "smart-card-reader"
  case posPrinter = "pos-printer"
  case lineDisplay = "line-display"

  public var kind: DeviceKind {
    switch self {
    case .scanner: .scanner
    case .smartCardReader: .cardReader
    case .posPrinter: .printer
    case .lineDisplay: .display
    }
  }
}

public enum DriverName: String, Sendable, CaseIterable {
  case keyboardScanner = "keyboard-scanner"
  case hidPOSScanner = "hid-pos-scanner"
  case serialScanner = "serial-scanner"
  case ccid
  case keyboardCardReader = "keyboard-card-reader"
  case escpos
  case lineDisplay = "line-display"

  public var category: DeviceCategory {
    switch self {
    case .keyboardScanner, .hidPOSScanner, .serialScanner: .scanner
    case .ccid, .keyboardCardReader: .smartCardReader
    case .escpos: .posPrinter
    case .lineDisplay: .lineDisplay
    }
  }
}

/// What a driver has to know of a model and cannot ask it.
public enum DriverSettings: Equatable, Sendable {
  case keyboardScanner(KeyboardScannerSettings)
  case hidPOSScanner(HIDPOSScannerSettings)
  case serialScanner(SerialScannerSettings)
  case ccid(CCIDSettings)
  case keyboardCardReader(KeyboardCardReaderSettings)
  case escpos(ESCPOSSettings)
  case lineDisplay(LineDisplaySettings)

  public var driver: DriverName {
    switch self {
    case .keyboardScanner: .keyboardScanner
    case .hidPOSScanner: .hidPOSScanner
    case .serialScanner: .serialScanner
    case .ccid: .ccid
    case .keyboardCardReader: .keyboardCardReader
    case .escpos: .escpos
    case .lineDisplay: .lineDisplay
    }
  }
}
