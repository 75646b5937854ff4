import StrictYAML

extension KioskConfiguration {
  /// What most printers' sensors leave.
  public static let standardPaperAfterNearEnd = 1_500

  static func paperAfterNearEnd(_ value: YAMLValue?) throws(YAMLError) -> Int {
    guard let value else { return standardPaperAfterNearEnd }
    var printing = try value.mapping()
    let millimeters: Int? = try printing.optional("paperAfterNearEnd")
      .map { value throws(YAMLError) in try value.integer(in: 0...20_000) }
    try printing.finish()
    return millimeters ?? standardPaperAfterNearEnd
  }
}
