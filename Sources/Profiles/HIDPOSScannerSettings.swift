import StrictYAML

public struct HIDPOSScannerSettings: Equatable, Sendable {
  public struct FeatureReport: Equatable, Sendable {
    public let id: UInt8
    public let bytes: [UInt8]

    public init(id: UInt8, bytes: [UInt8]) {
      self.id = id
      self.bytes = bytes
    }
  }

  /// The report of a model whose descriptor does not name its parts.
  public enum ReportLayout: String, Sendable, CaseIterable {
    /// Length, three bytes of AIM identifier, data.
    case identified
    /// Length, data.
    case plain
  }

  /// What the maker's symbology byte means, for symbols without an AIM identifier.
  public enum Symbologies: String, Sendable, CaseIterable {
    case none, honeywell
  }

  /// Sent once after the claim, for models that scan only then.
  public var featureReports: [FeatureReport]
  public var report: ReportLayout
  public var symbologies: Symbologies

  public init(
    featureReports: [FeatureReport] = [], report: ReportLayout = .identified,
    symbologies: Symbologies = .none
  ) {
    self.featureReports = featureReports
    self.report = report
    self.symbologies = symbologies
  }
}

extension SettingsReader {
  private static let featureReportLimit = 8

  mutating func hidPOSScanner(
    _ base: HIDPOSScannerSettings
  ) throws(YAMLError) -> HIDPOSScannerSettings {
    var settings = base
    settings.report = try optional("report")?.choice() ?? base.report
    settings.symbologies = try optional("symbologies")?.choice() ?? base.symbologies
    guard let list = optional("featureReports") else { return settings }
    settings.featureReports = []
    for item in try list.items(limit: Self.featureReportLimit) {
      var report = try item.mapping()
      let id: UInt8 = try report.required("id").integer(in: 0...255)
      let bytes = try report.required("bytes").items(limit: 64)
      var data: [UInt8] = []
      for byte in bytes { data.append(try byte.integer(in: 0...255)) }
      try report.finish()
      settings.featureReports.append(HIDPOSScannerSettings.FeatureReport(id: id, bytes: data))
    }
    return settings
  }
}
