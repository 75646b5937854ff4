/// One line of a customer display; the display fits it to its columns and its characters.
public struct DisplayLine: Equatable, Sendable, Codable {
  /// From the left edge, cut where there is no more room.
  public var left: String
  /// Stands in the place of `left` on a display that has not got all its characters; empty for no
  /// other words.
  public var plain: String
  /// Flush right, whole, with a blank before it: an amount.
  public var right: String

  public init(_ left: String, plain: String = "", right: String = "") {
    self.left = left
    self.plain = plain
    self.right = right
  }
}

/// What a customer display shows.
public struct DisplayContent: Equatable, Sendable, Codable {
  public var lines: [DisplayLine]
  /// UnifiedPOS DeviceBrightness: 0 to 100 % of what the model can; 0 is its darkest, not off.
  public var brightnessPercent: Int

  public init(_ lines: [DisplayLine], brightnessPercent: Int = 100) {
    self.lines = lines
    self.brightnessPercent = brightnessPercent
  }

  public init(words lines: [String], brightnessPercent: Int = 100) {
    self.init(lines.map { DisplayLine($0) }, brightnessPercent: brightnessPercent)
  }
}

/// A customer display that is open and claimed (UnifiedPOS LineDisplay).
/// Conformers: `USBLineDisplay` and `PassThroughLineDisplay` (Drivers), and the scripted display of
/// DaemonTests.
public protocol LineDisplay: Sendable {
  var device: DeviceID { get }
  /// Columns and rows of the model; a Chinese character takes two columns.
  var size: (columns: Int, rows: Int) { get }
  /// Replaces the whole display. Lines that it has no room for are left out.
  func show(_ content: DisplayContent) async throws(DeviceError)
  /// Returns by throwing when the device faults.
  func run() async throws(DeviceError)
}
