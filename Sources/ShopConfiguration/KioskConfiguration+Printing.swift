import StrictYAML

extension KioskConfiguration {
  /// What most printers' sensors leave.
  public static let standardPaperAfterNearEnd = 1_500

  static func printing(
    _ value: YAMLValue?
  ) throws(YAMLError) -> (paperAfterNearEnd: Int, logo: String?) {
    guard let value else { return (standardPaperAfterNearEnd, nil) }
    var printing = try value.mapping()
    let millimeters: Int? = try printing.optional("paperAfterNearEnd")
      .map { value throws(YAMLError) in try value.integer(in: 0...20_000) }
    let logo = try printing.optional("logo").map { value throws(YAMLError) in
      let path = try value.text()
      guard path.lowercased().hasSuffix(".png") else {
        throw value.error("expected the path of a PNG file, found \"\(path.prefix(200))\"")
      }
      return path
    }
    try printing.finish()
    return (millimeters ?? standardPaperAfterNearEnd, logo)
  }
}
