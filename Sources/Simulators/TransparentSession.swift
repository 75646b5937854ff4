import Codecs

/// A reader's side of `FF C2 00 …` (PC/SC part 3, 3.2.3): whether a session is open and a tag
/// selected in it.
public struct TransparentSession: Equatable, Sendable {
  private static let done: [UInt8] = [0xC0, 0x03, 0x00, 0x90, 0x00]
  private var isOpen = false
  private var isSelected = false

  public init() {}

  /// The answer with its status word to a command that begins so.
  public mutating func answer(
    _ command: [UInt8], _ card: inout (any SimulatedCard)?
  ) -> [UInt8] {
    guard command.count >= 6, command.count >= 5 + Int(command[4]) else { return [0x67, 0x00] }
    return objects(command[3], Array(command[5..<5 + Int(command[4])]), &card) + [0x90, 0x00]
  }

  private mutating func objects(
    _ function: UInt8, _ data: [UInt8], _ card: inout (any SimulatedCard)?
  ) -> [UInt8] {
    switch (function, data.first) {
    case (0x00, 0x81):
      (isOpen, isSelected) = (true, false)
      return Self.done
    case (0x00, 0x82):
      (isOpen, isSelected) = (false, false)
      return Self.done
    case (0x02, 0x8F) where isOpen && data == [0x8F, 0x02, 0x00, 0x03]:
      guard card != nil else { return Self.refused(0x64, 0x01) }
      card?.activate()
      isSelected = true
      return Self.done
    case (0x01, 0x5F) where isSelected && data.count > 9 && data[7] == 0x95:
      let command = Array(data[9...].prefix(Int(data[8])))
      guard let answer = card?.respondNatively(to: command) else {
        // No answer of the card (96h, bit 0 of the first byte: ACM1252U-Y3, 5.2.3.3).
        return Self.refused(0x64, 0x01) + [0x96, 0x02, 0x01, 0x00]
      }
      return Self.done + [0x92, 0x01, 0x00, 0x96, 0x02, 0x00, 0x00, 0x97, UInt8(answer.count)]
        + answer
    default: return Self.refused(0x6A, 0x81)
    }
  }

  /// The first data object was bad.
  private static func refused(_ first: UInt8, _ second: UInt8) -> [UInt8] {
    [0xC0, 0x03, 0x01, first, second]
  }
}
