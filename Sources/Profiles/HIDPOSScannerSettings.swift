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

  /// Sent once after the claim, for models that scan only then.
  public var featureReports: [FeatureReport]

  public init(featureReports: [FeatureReport] = []) { self.featureReports = featureReports }
}

extension SettingsReader {
  private static let featureReportLimit = 8

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
}
