/// The command sets of customer displays (UnifiedPOS LineDisplay).
public enum DisplayDialect: String, Equatable, Hashable, Sendable, Codable, CaseIterable {
  /// Epson's ESC/POS for displays (DM-D110 specification, 5.4).
  case dmD = "dm-d"
  /// Partner Tech CD5220, its standard mode (CD5220 user's manual, 6.1).
  case cd5220
  /// Logic Controls LD9000 and PD3000 (LDX9 user manual, 8.1.1).
  case logicControls = "logic-controls"

  /// Where the next character goes when a line is full.
  public enum Mode: Equatable, Sendable, CaseIterable {
    case overwrite, verticalScroll, horizontalScroll
  }

  public enum Command: Equatable, Sendable {
    /// All settings as after power on, nothing shown.
    case initialize
    case clear
    case clearLine
    case home
    case mode(Mode)
    /// From 1, the top left.
    case moveTo(column: UInt8, row: UInt8)
    case cursor(isVisible: Bool)
    /// 1 to 4, 4 the brightest.
    case brightness(UInt8)
    case codePage(UInt8)
    case internationalSet(UInt8)
    /// Bytes in the display's own code page. Control codes in it become blanks, so that no text
    /// can be a command.
    case text([UInt8])
  }

  /// The bytes of the commands, for a display of so many columns. A command that the dialect has
  /// not got gives none: Logic Controls has no horizontal scroll and no clearing of one line, and
  /// only DM-D chooses its pages by number.
  public func encode(_ commands: [Command], columns: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for command in commands {
      switch self {
      case .dmD: bytes += Self.dmD(command)
      case .cd5220: bytes += Self.cd5220(command)
      case .logicControls: bytes += Self.logicControls(command, columns: columns)
      }
    }
    return bytes
  }

  private static func dmD(_ command: Command) -> [UInt8] {
    switch command {
    case .initialize: [0x1B, 0x40]  // ESC @
    case .clear: [0x0C]
    case .clearLine: [0x18]
    case .home: [0x0B]
    case .mode(.overwrite): [0x1F, 0x01]  // US MD1
    case .mode(.verticalScroll): [0x1F, 0x02]
    case .mode(.horizontalScroll): [0x1F, 0x03]
    case .moveTo(let column, let row): [0x1F, 0x24, column, row]  // US $
    case .cursor(let isVisible): [0x1F, 0x43, isVisible ? 1 : 0]  // US C
    case .brightness(let level): [0x1F, 0x58, level]  // US X
    case .codePage(let page): [0x1B, 0x74, page]  // ESC t
    case .internationalSet(let set): [0x1B, 0x52, set]  // ESC R
    case .text(let bytes): harmless(bytes)
    }
  }

  private static func cd5220(_ command: Command) -> [UInt8] {
    switch command {
    case .initialize: [0x1B, 0x40]  // ESC @
    case .clear: [0x0C]
    case .clearLine: [0x18]
    case .home: [0x0B]
    case .mode(.overwrite): [0x1B, 0x11]  // ESC DC1
    case .mode(.verticalScroll): [0x1B, 0x12]
    case .mode(.horizontalScroll): [0x1B, 0x13]
    case .moveTo(let column, let row): [0x1B, 0x6C, column, row]  // ESC l
    case .cursor(let isVisible): [0x1B, 0x5F, isVisible ? 1 : 0]  // ESC _
    case .brightness(let level): [0x1B, 0x2A, level]  // ESC *
    case .codePage: []
    case .internationalSet(let set): [0x1B, 0x66, set]  // ESC f
    // Not the string mode of ESC Q: in it no other command is obeyed before a CLR.
    case .text(let bytes): harmless(bytes)
    }
  }

  private static func logicControls(_ command: Command, columns: Int) -> [UInt8] {
    switch command {
    // Reset, and the mode with it: some models begin with vertical scroll.
    case .initialize: [0x1F, 0x11]
    case .clear: [0x1F]
    case .clearLine: []
    case .home: [0x10, 0x00]
    case .mode(.overwrite): [0x11]
    case .mode(.verticalScroll): [0x12]
    case .mode(.horizontalScroll): []
    case .moveTo(let column, let row):
      [0x10, UInt8(clamping: max(0, (Int(row) - 1) * columns + Int(column) - 1))]
    case .cursor(let isVisible): [isVisible ? 0x13 : 0x14]
    case .brightness(let level): [0x04, brightnessBytes[Int(min(max(level, 1), 4)) - 1]]
    case .codePage, .internationalSet: []
    case .text(let bytes): harmless(bytes)
    }
  }

  /// 20, 40, 60 and 100 % (LDX9 user manual, 8.1.1, 3).
  static let brightnessBytes: [UInt8] = [0x20, 0x40, 0x60, 0xFF]

  private static func harmless(_ bytes: [UInt8]) -> [UInt8] {
    bytes.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }
  }
}
