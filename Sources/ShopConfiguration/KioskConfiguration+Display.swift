import Codecs
import Profiles
import Retail
import StrictYAML

extension KioskConfiguration {
  /// The shop's choices for the customer display.
  public struct Display: Equatable, Sendable {
    public static let idleLineLimit = 4
    public static let idleCharacterLimit = 200
    public static let brightnessLimit = 24

    /// From this minute of the day on, by the shop's clock.
    public struct Brightness: Equatable, Sendable {
      public let minuteOfDay: Int
      public let percent: Int

      public init(minuteOfDay: Int, percent: Int) {
        self.minuteOfDay = minuteOfDay
        self.percent = percent
      }
    }

    public let idleLines: [String]
    public let brightness: [Brightness]
    /// A display on the printer's own connector, reached through the printer (ESC =).
    public let behindPrinter: LineDisplaySettings?

    public init(
      idleLines: [String] = [], brightness: [Brightness] = [],
      behindPrinter: LineDisplaySettings? = nil
    ) {
      self.idleLines = idleLines
      self.brightness = brightness
      self.behindPrinter = behindPrinter
    }
  }

  static func display(_ value: YAMLValue?) throws(YAMLError) -> Display {
    guard let value else { return Display() }
    var display = try value.mapping()
    var idle: [String] = []
    if let lines = display.optional("idle") {
      for line in try lines.items(limit: Display.idleLineLimit) {
        let text = try line.text()
        guard (1...Display.idleCharacterLimit).contains(text.count) else {
          throw line.error("expected 1 to \(Display.idleCharacterLimit) characters")
        }
        idle.append(text)
      }
    }
    var brightness: [Display.Brightness] = []
    if let steps = display.optional("brightness") {
      for item in try steps.items(limit: Display.brightnessLimit) {
        var step = try item.mapping()
        let from = try minuteOfDay(step.required("from"))
        guard !brightness.contains(where: { $0.minuteOfDay == from }) else {
          throw item.error("begins at the same time as an earlier item")
        }
        let percent = try step.required("percent").integer(in: 0...100)
        brightness.append(Display.Brightness(minuteOfDay: from, percent: percent))
        try step.finish()
      }
    }
    let behindPrinter = try display.optional("behindPrinter").map {
      value throws(YAMLError) in try Self.behindPrinter(value)
    }
    try display.finish()
    return Display(idleLines: idle, brightness: brightness, behindPrinter: behindPrinter)
  }

  /// `HH:MM`, 00:00 to 23:59.
  private static func minuteOfDay(_ value: YAMLValue) throws(YAMLError) -> Int {
    let parts = try value.text().split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy(\.isNumber) }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
    else { throw value.error("expected a time of the day in quotes, \"07:30\"") }
    return hour * 60 + minute
  }

  private static func behindPrinter(_ value: YAMLValue) throws(YAMLError) -> LineDisplaySettings {
    var mapping = try value.mapping()
    let dialect = try mapping.required("dialect").choice(of: LineDisplaySettings.Dialect.self)
    let columns: Int = try mapping.required("columns").integer(in: 8...80)
    let rows: Int = try mapping.required("rows").integer(in: 1...8)
    let page = try mapping.required("codePage")
    let codePage = try page.text()
    guard let known = CodePage(rawValue: codePage) else {
      throw page.error("expected the name of a code page, such as cp437 or gb18030")
    }
    let number = mapping.optional("codePageNumber")
    if let number, dialect != .dmD {
      throw number.error("only the dialect dm-d chooses its page by a number")
    }
    let codePageNumber: UInt8? = try number?.integer(in: 0...255)
    try mapping.finish()
    return LineDisplaySettings(
      dialect: dialect, columns: columns, rows: rows, codePage: known.rawValue,
      codePageNumber: codePageNumber, bridge: .bulk)
  }
}
