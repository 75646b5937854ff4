import Devices
import Retail

/// What a shop chooses for its customer display.
public struct DisplaySettings: Equatable, Sendable {
  /// Shown while nobody is there, one text a line; empty for the standard words. A text that is
  /// wider than the display runs through it.
  public let idleLines: [String]
  public let dimming: DimmingPlan

  public init(idleLines: [String] = [], dimming: DimmingPlan = DimmingPlan()) {
    self.idleLines = idleLines
    self.dimming = dimming
  }
}

/// How bright the customer display is at which time of the day.
public struct DimmingPlan: Equatable, Sendable {
  public static let stepLimit = 24
  private static let minutesPerDay = 1_440

  /// From this minute of the day on, 0 to 1439, by the shop's clock, until the next step's.
  public struct Step: Equatable, Sendable {
    public let minuteOfDay: Int
    public let percent: Int

    public init(minuteOfDay: Int, percent: Int) {
      self.minuteOfDay = minuteOfDay
      self.percent = percent
    }
  }

  /// In the order of the day.
  private let steps: [Step]

  /// Without steps always the brightest. Of more than `stepLimit` the first are taken.
  public init(_ steps: [Step] = []) {
    self.steps = Array(steps.prefix(Self.stepLimit)).sorted { $0.minuteOfDay < $1.minuteOfDay }
  }

  /// Before the day's first step the last one of the day before still holds.
  func percent(at time: ShopTime) -> Int {
    let minute = Self.minute(time)
    return (steps.last { $0.minuteOfDay <= minute } ?? steps.last)?.percent ?? 100
  }

  /// How long until it changes; nil when it never does. Short enough that a clock that is set, or
  /// moved for summer, is noticed within the hour.
  func pause(from time: ShopTime) -> Duration? {
    guard steps.count > 1 else { return nil }
    let minute = Self.minute(time)
    let next =
      steps.first { $0.minuteOfDay > minute }?.minuteOfDay
      ?? steps[0].minuteOfDay + Self.minutesPerDay
    return .seconds(min(next - minute, 60) * 60)
  }

  private static func minute(_ time: ShopTime) -> Int { time.clock.hour * 60 + time.clock.minute }
}

/// A text that is wider than the display and runs through it from the right.
enum Marquee {
  static let pause = Duration.milliseconds(500)
  /// Blanks between the end and the beginning.
  private static let gap = 4

  /// Only a line without an amount runs: where there is one, its words are cut.
  static func isNeeded(_ line: DisplayLine, columns: Int) -> Bool {
    line.right.isEmpty && DisplayText.width(line.left) > columns
  }

  /// What stands on the display after so many steps of one column.
  static func window(_ line: DisplayLine, columns: Int, step: Int) -> DisplayLine {
    guard isNeeded(line, columns: columns) else { return line }
    return DisplayLine(
      window(line.left, columns: columns, step: step),
      plain: window(line.plain, columns: columns, step: step))
  }

  /// Half of a wide character at an edge is a blank.
  private static func window(_ line: String, columns: Int, step: Int) -> String {
    guard DisplayText.width(line) > columns else { return line }
    // A wide character is itself and nil.
    var cells: [Character?] = []
    for character in line {
      let width = DisplayText.width(String(character))
      cells.append(character)
      if width > 1 { cells.append(nil) }
    }
    cells += Array(repeating: " ", count: gap)
    var text = ""
    var column = 0
    while column < columns {
      let index = (step + column) % cells.count
      let isWide = index + 1 < cells.count && cells[index + 1] == nil
      if let character = cells[index], !isWide || column + 1 < columns {
        text.append(character)
        column += isWide ? 2 : 1
      } else {
        text.append(" ")
        column += 1
      }
    }
    return text
  }
}
