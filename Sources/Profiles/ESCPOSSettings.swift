import Devices
import StrictYAML

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

extension SettingsReader {
  private static let codePageLimit = 64

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

  private static func codePages(_ value: YAMLValue) throws(YAMLError) -> [String: UInt8] {
    var pages: [String: UInt8] = [:]
    var mapping = try value.mapping()
    for (name, number) in try mapping.all(limit: codePageLimit) {
      pages[name] = try number.integer(in: 0...255)
    }
    return pages
  }
}
