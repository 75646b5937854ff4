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
  case ccid
  case escpos
  case dmD = "dm-d"

  public var category: DeviceCategory {
    switch self {
    case .keyboardScanner, .hidPOSScanner: .scanner
    case .ccid: .smartCardReader
    case .escpos: .posPrinter
    case .dmD: .lineDisplay
    }
  }
}

/// What a driver has to know of a model and cannot ask it.
public enum DriverSettings: Equatable, Sendable {
  case keyboardScanner(KeyboardScannerSettings)
  case hidPOSScanner(HIDPOSScannerSettings)
  case ccid(CCIDSettings)
  case escpos(ESCPOSSettings)
  case dmD(LineDisplaySettings)

  public var driver: DriverName {
    switch self {
    case .keyboardScanner: .keyboardScanner
    case .hidPOSScanner: .hidPOSScanner
    case .ccid: .ccid
    case .escpos: .escpos
    case .dmD: .dmD
    }
  }
}

/// Keyboard layouts that scanners can be set to.
public enum ScannerLayout: String, Sendable, CaseIterable {
  case us
}

public struct KeyboardScannerSettings: Equatable, Sendable {
  /// The layout that the scanner is set to, whatever the system's.
  public var layout: ScannerLayout
  /// A scan whose next key does not come within this time is torn.
  public var gapMilliseconds: Int

  public static let standardGapMilliseconds = 100

  public init(
    layout: ScannerLayout = .us, gapMilliseconds: Int = standardGapMilliseconds
  ) {
    self.layout = layout
    self.gapMilliseconds = gapMilliseconds
  }
}

public struct HIDPOSScannerSettings: Equatable, Sendable {
  public struct FeatureReport: Equatable, Sendable {
    public let id: UInt8
    public let bytes: [UInt8]

    public init(id: UInt8, bytes: [UInt8]) {
      self.id = id
      self.bytes = bytes
    }
  }

  /// Sent once after the claim, for models that scan only then.
  public var featureReports: [FeatureReport]

  public init(featureReports: [FeatureReport] = []) { self.featureReports = featureReports }
}

/// What replaces the reader's own class descriptor where that is wrong; nil leaves it.
public struct CCIDSettings: Equatable, Sendable {
  public enum ExchangeLevel: String, Sendable, CaseIterable {
    case tpdu, shortAPDU, extendedAPDU
  }

  /// dwMaxCCIDMessageLength
  public var maximumMessageByteCount: Int?
  /// dwFeatures, bits 16 to 18
  public var exchangeLevel: ExchangeLevel?
  /// For readers whose interrupt endpoint misses a card: ask for the slot's status this often.
  public var pollMilliseconds: Int?

  public init(
    maximumMessageByteCount: Int? = nil, exchangeLevel: ExchangeLevel? = nil,
    pollMilliseconds: Int? = nil
  ) {
    self.maximumMessageByteCount = maximumMessageByteCount
    self.exchangeLevel = exchangeLevel
    self.pollMilliseconds = pollMilliseconds
  }
}

public struct ESCPOSSettings: Equatable, Sendable {
  public enum Multibyte: String, Sendable, CaseIterable {
    case none, gb18030
  }

  /// Characters of font A on one line.
  public var columns: Int
  public var dotsPerLine: Int
  public var completion: PrinterCapabilities.Completion
  public var hasCutter: Bool
  /// The character set of `FS &`.
  public var multibyte: Multibyte
  /// The numbers of `ESC t` by the name of the code page.
  public var codePages: [String: UInt8]
  /// Print speed; time-outs are derived from it.
  public var millimetersPerSecond: Int

  public init(
    columns: Int, dotsPerLine: Int, completion: PrinterCapabilities.Completion, hasCutter: Bool,
    multibyte: Multibyte, codePages: [String: UInt8], millimetersPerSecond: Int
  ) {
    self.columns = columns
    self.dotsPerLine = dotsPerLine
    self.completion = completion
    self.hasCutter = hasCutter
    self.multibyte = multibyte
    self.codePages = codePages
    self.millimetersPerSecond = millimetersPerSecond
  }
}

public struct LineDisplaySettings: Equatable, Sendable {
  /// What stands between the cable and the display's serial line.
  public enum Bridge: String, Sendable, CaseIterable {
    case cdcACM = "cdc-acm"
    case ftdi
  }

  public var columns: Int
  public var rows: Int
  /// The page that the display is in after a reset, by name.
  public var codePage: String
  public var bridge: Bridge
  public var baud: Int

  public init(columns: Int, rows: Int, codePage: String, bridge: Bridge, baud: Int) {
    self.columns = columns
    self.rows = rows
    self.codePage = codePage
    self.bridge = bridge
    self.baud = baud
  }
}
