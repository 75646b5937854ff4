/// Customer displays with the DM-D command set (Epson DM-D110 specification, 5.4).
public enum DMD {
  public enum DisplayMode: UInt8, Equatable, Sendable {
    case overwrite = 0x01
    case verticalScroll = 0x02
    case horizontalScroll = 0x03
  }

  public enum Command: Equatable, Sendable {
    case initialize  // ESC @
    case clear  // CLR
    case clearLine  // CAN
    case home  // HOM
    case mode(DisplayMode)  // US MD1, MD2, MD3
    /// From 1, the top left.
    case moveTo(column: UInt8, row: UInt8)  // US $
    case cursor(isVisible: Bool)  // US C
    /// 1 to 4.
    case brightness(UInt8)  // US X
    case codePage(UInt8)  // ESC t
    case internationalSet(UInt8)  // ESC R
    /// Bytes in the display's own code page. Control codes in it become blanks, so that no text
    /// can be a command.
    case text([UInt8])
  }

  public static func encode(_ commands: [Command]) -> [UInt8] { commands.flatMap(encode) }

  private static func encode(_ command: Command) -> [UInt8] {
    switch command {
    case .initialize: [0x1B, 0x40]
    case .clear: [0x0C]
    case .clearLine: [0x18]
    case .home: [0x0B]
    case .mode(let mode): [0x1F, mode.rawValue]
    case .moveTo(let column, let row): [0x1F, 0x24, column, row]
    case .cursor(let isVisible): [0x1F, 0x43, isVisible ? 1 : 0]
    case .brightness(let level): [0x1F, 0x58, level]
    case .codePage(let page): [0x1B, 0x74, page]
    case .internationalSet(let set): [0x1B, 0x52, set]
    case .text(let bytes): bytes.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }
    }
  }
}
