import Devices
import StrictYAML

/// What the driver has to know of a receipt printer that obeys ESC/POS.
public struct ESCPOSSettings: Equatable, Sendable {
  /// The character set of `FS &`, or one that the printer's UTF-8 fonts cover.
  public enum Multibyte: String, Sendable, CaseIterable {
    case none
    /// Models of one name differ: the printer is asked (GS I 69).
    case ask
    case gb2312, gbk, gb18030, big5
    case shiftJIS = "shift_jis"
    case eucKR = "euc-kr"
  }

  /// The command that pictures go out with.
  public enum Pictures: String, Sendable, CaseIterable {
    case raster  // GS v 0
    case graphics  // GS ( L, fn 112 and 50
    case column  // ESC *, 24 dots high
    case none
  }

  public enum CutCommand: String, Sendable, CaseIterable {
    /// GS V 66 n: the printer itself feeds to its knife.
    case feedAndCut = "feed-and-cut"
    /// GS V 1 where the paper is; it is fed by `cutterDistanceDots` before.
    case cut
    /// ESC m, as `cut`.
    case old
  }

  public enum StatusReports: String, Sendable, CaseIterable {
    /// Tells its changes by itself (GS a), and answers DLE EOT.
    case automatic
    /// Answers DLE EOT only.
    case polled
    /// Says nothing; whether it has paper, only its port tells.
    case none
  }

  /// Symbols that the printer draws itself; the others are drawn for it.
  public enum Symbol: String, Sendable, CaseIterable {
    case ean13, ean8
    case upcA = "upc-a"
    case code128, code39, itf, qr
  }

  public static let standardDotsPerInch = 203
  public static let standardRasterRows = 240
  public static let standardRasterBytes = 18_432

  /// Characters of font A on one line.
  public var columns: Int
  public var dotsPerLine: Int
  public var dotsPerInch = standardDotsPerInch
  public var completion: PrinterCapabilities.Completion
  public var hasCutter: Bool
  public var cutCommand = CutCommand.feedAndCut
  /// From the print head to the knife.
  public var cutterDistanceDots = 0
  /// The character set of `FS &`.
  public var multibyte: Multibyte
  /// What its fonts cover in UTF-8 (FS ( C); empty where it has no UTF-8.
  public var utf8Fonts: [Multibyte] = []
  /// The numbers of `ESC t` by the name of the code page.
  public var codePages: [String: UInt8]
  public var pictures = Pictures.raster
  /// Whether pictures of 24 dots may stand in a line of text (ESC * 33).
  public var hasColumnImages = true
  /// Limits of one picture command; a larger picture goes out in strips.
  public var maximumRasterRows = standardRasterRows
  public var maximumRasterBytes = standardRasterBytes
  public var nativeSymbols = Set(Symbol.allCases)
  public var statusReports = StatusReports.automatic
  /// Connectors for cash drawers, 0 to 2 (ESC p).
  public var drawerCount = 0
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
  private static let listLimit = 16

  mutating func escpos(_ base: ESCPOSSettings?) throws(YAMLError) -> ESCPOSSettings {
    var settings = ESCPOSSettings(
      columns: try integer("columns", or: base?.columns, in: 16...96),
      dotsPerLine: try integer("dotsPerLine", or: base?.dotsPerLine, in: 128...2_048),
      completion: try choice("completion", or: base?.completion),
      hasCutter: try boolean("cutter", or: base?.hasCutter),
      multibyte: try choice("multibyte", or: base?.multibyte),
      codePages: try value("codePages", or: base?.codePages, Self.codePages),
      millimetersPerSecond: try integer(
        "millimetersPerSecond", or: base?.millimetersPerSecond, in: 20...600))
    // What is not named is as the parent has it, or as most printers do.
    let usual = base ?? settings
    settings.dotsPerInch = try integer("dotsPerInch", or: usual.dotsPerInch, in: 60...600)
    settings.cutCommand = try choice("cutCommand", or: usual.cutCommand)
    settings.cutterDistanceDots = try integer(
      "cutterDistanceDots", or: usual.cutterDistanceDots, in: 0...600)
    settings.utf8Fonts = try list("utf8Fonts", or: usual.utf8Fonts)
    settings.pictures = try choice("pictures", or: usual.pictures)
    settings.hasColumnImages = try boolean("columnImages", or: usual.hasColumnImages)
    settings.maximumRasterRows = try integer(
      "maxRasterRows", or: usual.maximumRasterRows, in: 24...4_095)
    settings.maximumRasterBytes = try integer(
      "maxRasterBytes", or: usual.maximumRasterBytes, in: 2_048...65_000)
    settings.nativeSymbols = Set(try list("nativeSymbols", or: Array(usual.nativeSymbols)))
    settings.statusReports = try choice("statusReports", or: usual.statusReports)
    settings.drawerCount = try integer("drawers", or: usual.drawerCount, in: 0...2)
    return settings
  }

  private mutating func boolean(_ key: String, or base: Bool?) throws(YAMLError) -> Bool {
    try value(key, or: base) { value throws(YAMLError) in try value.boolean() }
  }

  private mutating func list<Choice: RawRepresentable & CaseIterable>(
    _ key: String, or base: [Choice]
  ) throws(YAMLError) -> [Choice] where Choice.RawValue == String {
    try value(key, or: base) { value throws(YAMLError) in
      var choices: [Choice] = []
      for element in try value.items(limit: Self.listLimit) {
        choices.append(try element.choice())
      }
      return choices
    }
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
