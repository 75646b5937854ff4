extension HID {
  /// A key that went down, and the modifiers held with it (HID 1.11, 8.3).
  struct KeyPress: Equatable, Sendable {
    let usage: UInt8
    let modifiers: KeyModifiers
  }

  /// The modifier byte by meaning (HID 1.11, 8.3).
  struct KeyModifiers: Equatable, Sendable {
    let byte: UInt8

    var control: Bool { byte & 0x11 != 0 }
    var shift: Bool { byte & 0x22 != 0 }
    var leftAlt: Bool { byte & 0x04 != 0 }
    var rightAlt: Bool { byte & 0x40 != 0 }
    var gui: Bool { byte & 0x88 != 0 }
  }

  /// What keys type in one layout: Shift, AltGr, Caps Lock, dead keys, Ctrl, and numbers typed on
  /// the keypad while Alt is held. The keypad always types its characters: Num Lock is the state of
  /// a computer, and a scanner that sends it means that computer.
  struct KeyTyping: Sendable {
    enum Output: Equatable {
      case bytes([UInt8])
      /// A key that may end a symbol, and the byte it types where it does not.
      case terminator(Scanning.Terminator, orByte: UInt8)
      case unknown
    }

    private let layout: KeyboardLayout
    private let groupSeparatorKeys: Set<UInt8>
    private var isCapsLocked = false
    /// Digits typed on the keypad while Alt is held; nil when none.
    private var altCode: Int?
    private var deadAccent: Unicode.Scalar?

    init(layout: KeyboardLayout, groupSeparatorKeys: Set<UInt8>) {
      self.layout = layout
      self.groupSeparatorKeys = groupSeparatorKeys
    }

    /// Whether the next key depends on an earlier one.
    var isPending: Bool { isCapsLocked || altCode != nil || deadAccent != nil }

    /// The modifiers as they are now: Alt let go ends a number.
    mutating func hold(_ modifiers: KeyModifiers) -> [Output] {
      guard !modifiers.leftAlt, !modifiers.rightAlt, let code = altCode else { return [] }
      altCode = nil
      // Above 7Fh the number is another character on each system, or only a byte of one.
      return (0x01...0x7F).contains(code) ? [.bytes([UInt8(code)])] : [.unknown]
    }

    /// What is still to come of the keys pressed so far; then nothing is pending.
    mutating func flush() -> [Output] {
      let outputs = hold(KeyModifiers(byte: 0)) + flushAccent()
      isCapsLocked = false
      return outputs
    }

    mutating func press(_ press: KeyPress) -> [Output] {
      let (key, modifiers) = (press.usage, press.modifiers)
      let ended = hold(modifiers)
      switch key {
      case 0x39:  // Caps Lock
        isCapsLocked.toggle()
        return ended
      case 0x47, 0x53: return ended  // Scroll Lock, Num Lock
      case 0x28: return ended + flushAccent() + [.terminator(.enter, orByte: 0x0D)]
      case 0x58: return ended + flushAccent() + [.terminator(.keypadEnter, orByte: 0x0D)]
      case 0x2B: return ended + flushAccent() + [.terminator(.tab, orByte: 0x09)]
      case _ where groupSeparatorKeys.contains(key):
        return ended + flushAccent() + [.bytes([0x1D])]
      default: return ended + pressCharacter(key, modifiers)
      }
    }

    private mutating func pressCharacter(
      _ key: UInt8, _ modifiers: KeyModifiers
    ) -> [Output] {
      guard !modifiers.gui else { return flushAccent() + [.unknown] }
      // Windows takes Ctrl and Alt for AltGr, and so do scanners that are made for it.
      let isAltGraph =
        layout.hasAltGraph
        && (modifiers.rightAlt || modifiers.control && modifiers.leftAlt)
      if isAltGraph { return type(alternate(key, isShifted: modifiers.shift)) }
      if modifiers.leftAlt { return flushAccent() + pressWithAlt(key) }
      if modifiers.control { return flushAccent() + pressWithControl(key) }
      return type(character(key, modifiers))
    }

    private func character(
      _ key: UInt8, _ modifiers: KeyModifiers
    ) -> KeyboardLayout.Symbol? {
      guard let entry = layout.keys[key] else {
        return KeyboardLayout.keypad[key].map { .character($0) }
      }
      let isShifted = entry.isLetter ? modifiers.shift != isCapsLocked : modifiers.shift
      return isShifted ? entry.shifted : entry.plain
    }

    private func alternate(_ key: UInt8, isShifted: Bool) -> KeyboardLayout.Symbol? {
      guard let entry = layout.keys[key] else { return nil }
      return isShifted ? entry.shiftedAlternate : entry.alternate
    }

    /// `ALT+0029`
    private mutating func pressWithAlt(_ key: UInt8) -> [Output] {
      guard let scalar = KeyboardLayout.keypad[key], ("0"..."9").contains(scalar) else {
        return [.unknown]
      }
      // Saturates above every code that is accepted, however many digits come.
      altCode = min((altCode ?? 0) * 10 + Int(scalar.value - 0x30), 1_000)
      return []
    }

    private func pressWithControl(_ key: UInt8) -> [Output] {
      if let code = layout.controls[key] { return [.bytes([code])] }
      guard case .character(let scalar) = layout.keys[key]?.plain,
        ("a"..."z").contains(scalar)
      else { return [.unknown] }
      switch UInt8(scalar.value & 0x1F) {
      case 0x0A, 0x0D: return [.terminator(.enter, orByte: 0x0D)]
      case 0x09: return [.terminator(.tab, orByte: 0x09)]
      case let code: return [.bytes([code])]
      }
    }

    /// A symbol of the layout after the accent that may wait for it.
    private mutating func type(_ symbol: KeyboardLayout.Symbol?) -> [Output] {
      switch symbol {
      case nil: return flushAccent() + [.unknown]
      case .dead(let accent):
        defer { deadAccent = accent }
        return flushAccent()
      case .character(let scalar):
        guard let accent = deadAccent else { return [Self.bytes(scalar)] }
        deadAccent = nil
        if scalar == " " { return [Self.bytes(accent)] }
        if let composed = layout.compositions[accent]?[scalar] { return [Self.bytes(composed)] }
        return [Self.bytes(accent), Self.bytes(scalar)]
      }
    }

    private mutating func flushAccent() -> [Output] {
      defer { deadAccent = nil }
      return deadAccent.map { [Self.bytes($0)] } ?? []
    }

    private static func bytes(_ scalar: Unicode.Scalar) -> Output {
      .bytes(Array(String(scalar).utf8))
    }
  }
}
