import Codecs

/// How a simulated keyboard scanner types: which keys make up a text in its layout.
public struct ScannerTypist: Equatable, Sendable {
  /// What the scanner does for GS (1Dh), for which no keyboard has a key.
  public enum GroupSeparator: Equatable, Sendable {
    case control  // Ctrl+]
    case f8
    case altCode  // Alt and 0029 on the keypad
    case character(Unicode.Scalar)
  }

  public enum Ending: UInt8, Sendable, CaseIterable {
    case enter = 0x28
    case tab = 0x2B
    case keypadEnter = 0x58
    case none = 0x00
  }

  /// The reports of the scanner say in turn that these keys are down.
  struct Stroke: Equatable, Sendable {
    let modifiers: UInt8
    let usage: UInt8
  }

  private static let shift: UInt8 = 0x02
  private static let altGraph: UInt8 = 0x40
  private static let control: UInt8 = 0x01
  private static let alt: UInt8 = 0x04

  public var layout: HID.KeyboardLayout
  public var groupSeparator: GroupSeparator
  public var usesKeypad: Bool
  public var ending: Ending
  /// Typed around every symbol.
  public var prefix: String
  public var suffix: String

  public init(
    layout: HID.KeyboardLayout = .us, groupSeparator: GroupSeparator = .control,
    usesKeypad: Bool = false, ending: Ending = .enter, prefix: String = "", suffix: String = ""
  ) {
    self.layout = layout
    self.groupSeparator = groupSeparator
    self.usesKeypad = usesKeypad
    self.ending = ending
    self.prefix = prefix
    self.suffix = suffix
  }

  /// The keys of a text; characters that the layout has not got are left out, as real scanners do.
  func strokes(_ text: String) -> [Stroke] {
    let table = table
    return (prefix + text + suffix).unicodeScalars.flatMap { scalar -> [Stroke] in
      if scalar == "\u{1D}" { return separator(table) }
      return table[scalar] ?? []
    }
  }

  private func separator(_ table: [Unicode.Scalar: [Stroke]]) -> [Stroke] {
    switch groupSeparator {
    case .control: table["\u{1D}"] ?? []
    case .f8: [Stroke(modifiers: 0, usage: 0x41)]
    case .altCode:
      [0x62, 0x62, 0x5A, 0x61].map { Stroke(modifiers: Self.alt, usage: $0) }  // 0 0 2 9
    case .character(let scalar): table[scalar] ?? []
    }
  }

  /// The shortest way to every character: few modifiers, and a key of its own before a dead key and
  /// the space bar.
  private var table: [Unicode.Scalar: [Stroke]] {
    var direct: [Unicode.Scalar: [Stroke]] = [:]
    var accents: [Unicode.Scalar: Stroke] = [:]
    let levels: [(symbol: (HID.KeyboardLayout.Key) -> HID.KeyboardLayout.Symbol?, UInt8)] = [
      ({ $0.plain }, 0), ({ $0.shifted }, Self.shift), ({ $0.alternate }, Self.altGraph),
      ({ $0.shiftedAlternate }, Self.altGraph | Self.shift),
    ]
    for (symbol, modifiers) in levels {
      for (usage, key) in layout.keys.sorted(by: { $0.key < $1.key }) {
        let stroke = Stroke(modifiers: modifiers, usage: usage)
        switch symbol(key) {
        case .character(let scalar) where direct[scalar] == nil: direct[scalar] = [stroke]
        case .dead(let scalar) where accents[scalar] == nil: accents[scalar] = stroke
        case .character, .dead, nil: continue
        }
      }
    }
    let space = direct[" "] ?? []
    for (accent, stroke) in accents where direct[accent] == nil {
      direct[accent] = [stroke] + space
    }
    for (usage, code) in layout.controls.sorted(by: { $0.key > $1.key }) {
      direct[Unicode.Scalar(code)] = [Stroke(modifiers: Self.control, usage: usage)]
    }
    if usesKeypad {
      for (offset, digit) in "1234567890".unicodeScalars.enumerated() {
        direct[digit] = [Stroke(modifiers: 0, usage: 0x59 + UInt8(offset))]
      }
    }
    return direct
  }
}
