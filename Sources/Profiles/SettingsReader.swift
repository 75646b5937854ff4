import Devices
import StrictYAML

/// Reads the settings of one driver. What the file does not name comes from the profile that it
/// inherits from; without one, what has no sensible default must be named.
struct SettingsReader {
  private static let codePageLimit = 64
  private static let featureReportLimit = 8

  private let driver: DriverName
  private var mapping: YAMLMapping?
  private let file: YAMLValue

  init(_ driver: DriverName, _ value: YAMLValue?, file: YAMLValue) throws(YAMLError) {
    self.driver = driver
    mapping = try value?.mapping()
    self.file = file
  }

  func finish() throws(YAMLError) { try mapping?.finish() }

  mutating func keyboardScanner(
    _ base: KeyboardScannerSettings
  ) throws(YAMLError) -> KeyboardScannerSettings {
    KeyboardScannerSettings(
      layout: try optional("layout")?.choice() ?? base.layout,
      gapMilliseconds: try optional("gapMilliseconds")?.integer(in: 5...2_000)
        ?? base.gapMilliseconds)
  }

  mutating func hidPOSScanner(
    _ base: HIDPOSScannerSettings
  ) throws(YAMLError) -> HIDPOSScannerSettings {
    guard let list = optional("featureReports") else { return base }
    var reports: [HIDPOSScannerSettings.FeatureReport] = []
    for item in try list.items(limit: Self.featureReportLimit) {
      var report = try item.mapping()
      let id: UInt8 = try report.required("id").integer(in: 0...255)
      let bytes = try report.required("bytes").items(limit: 64)
      var data: [UInt8] = []
      for byte in bytes { data.append(try byte.integer(in: 0...255)) }
      try report.finish()
      reports.append(HIDPOSScannerSettings.FeatureReport(id: id, bytes: data))
    }
    return HIDPOSScannerSettings(featureReports: reports)
  }

  mutating func ccid(_ base: CCIDSettings) throws(YAMLError) -> CCIDSettings {
    CCIDSettings(
      maximumMessageByteCount: try optional("maxMessageLength")?.integer(in: 64...65_556)
        ?? base.maximumMessageByteCount,
      exchangeLevel: try optional("exchangeLevel")?.choice() ?? base.exchangeLevel,
      pollMilliseconds: try optional("pollMilliseconds")?.integer(in: 20...1_000)
        ?? base.pollMilliseconds)
  }

  mutating func escpos(_ base: ESCPOSSettings?) throws(YAMLError) -> ESCPOSSettings {
    ESCPOSSettings(
      columns: try integer("columns", or: base?.columns, in: 16...96),
      dotsPerLine: try integer("dotsPerLine", or: base?.dotsPerLine, in: 128...2_048),
      completion: try choice("completion", or: base?.completion),
      hasCutter: try value("cutter", or: base?.hasCutter) { value throws(YAMLError) in
        try value.boolean()
      },
      multibyte: try choice("multibyte", or: base?.multibyte),
      codePages: try value("codePages", or: base?.codePages, Self.codePages),
      millimetersPerSecond: try integer(
        "millimetersPerSecond", or: base?.millimetersPerSecond, in: 20...600))
  }

  mutating func dmD(_ base: LineDisplaySettings?) throws(YAMLError) -> LineDisplaySettings {
    LineDisplaySettings(
      columns: try integer("columns", or: base?.columns, in: 8...80),
      rows: try integer("rows", or: base?.rows, in: 1...8),
      codePage: try value("codePage", or: base?.codePage) { value throws(YAMLError) in
        try value.text()
      },
      bridge: try choice("bridge", or: base?.bridge),
      baud: try integer("baud", or: base?.baud, in: 1_200...115_200))
  }

  private static func codePages(_ value: YAMLValue) throws(YAMLError) -> [String: UInt8] {
    var pages: [String: UInt8] = [:]
    var mapping = try value.mapping()
    for (name, number) in try mapping.all(limit: codePageLimit) {
      pages[name] = try number.integer(in: 0...255)
    }
    return pages
  }

  // MARK: One key

  private mutating func optional(_ key: String) -> YAMLValue? { mapping?.optional(key) }

  private mutating func integer(
    _ key: String, or base: Int?, in range: ClosedRange<Int>
  ) throws(YAMLError) -> Int {
    try value(key, or: base) { value throws(YAMLError) in try value.integer(in: range) }
  }

  private mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, or base: Choice?
  ) throws(YAMLError) -> Choice where Choice.RawValue == String {
    try value(key, or: base) { value throws(YAMLError) in try value.choice() }
  }

  /// The key's value, else the parent's, else an error that names the key.
  private mutating func value<Value>(
    _ key: String, or base: Value?, _ read: (YAMLValue) throws(YAMLError) -> Value
  ) throws(YAMLError) -> Value {
    if let value = mapping?.optional(key) { return try read(value) }
    if let base { return base }
    guard let mapping else {
      throw file.error("the key \"\(driver.rawValue)\" is missing")
    }
    throw mapping.value.error("the key \"\(key)\" is missing")
  }
}
