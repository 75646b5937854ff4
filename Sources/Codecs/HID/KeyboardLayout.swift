extension HID {
  /// Which character a key gives: data, one value per layout. The scanner's own setting decides
  /// which one is right, not the system's.
  public struct KeyboardLayout: Equatable, Sendable {
    public enum Symbol: Equatable, Hashable, Sendable {
      case character(Unicode.Scalar)
      /// An accent that waits for the next key.
      case dead(Unicode.Scalar)
    }

    /// The four levels of a key; nil where it types nothing.
    public struct Key: Equatable, Sendable {
      public let plain: Symbol?
      public let shifted: Symbol?
      /// With AltGr, and with AltGr and Shift.
      public let alternate: Symbol?
      public let shiftedAlternate: Symbol?

      public init(
        _ plain: Symbol?, _ shifted: Symbol?, alternate: Symbol? = nil,
        shiftedAlternate: Symbol? = nil
      ) {
        self.plain = plain
        self.shifted = shifted
        self.alternate = alternate
        self.shiftedAlternate = shiftedAlternate
      }

      /// Whether Caps Lock turns `plain` and `shifted` around.
      var isLetter: Bool {
        guard case .character(let plain) = plain, case .character(let shifted) = shifted,
          plain != shifted
        else { return false }
        return plain.properties.uppercaseMapping.unicodeScalars.elementsEqual([shifted])
      }
    }

    public let name: String
    /// By usage of page 07h. Keys of the keypad are the same in every layout and not in here, save
    /// where one differs.
    public let keys: [UInt8: Key]
    /// What a dead key and the character after it come to, by the accent.
    public let compositions: [Unicode.Scalar: [Unicode.Scalar: Unicode.Scalar]]
    /// The codes below 20h that Ctrl and a key type, those of letters not counted.
    public let controls: [UInt8: UInt8]
    /// Whether right Alt selects characters.
    let hasAltGraph: Bool

    public init(
      name: String, keys: [UInt8: Key],
      compositions: [Unicode.Scalar: [Unicode.Scalar: Unicode.Scalar]] = [:],
      controls: [UInt8: UInt8] = [:]
    ) {
      self.name = name
      self.keys = keys
      self.compositions = compositions
      self.controls = controls
      hasAltGraph = keys.values.contains { $0.alternate != nil }
    }

    /// The US layout (HID Usage Tables, 10, names the keys by it), where none is read from a file.
    public static let us: KeyboardLayout = {
      var keys: [UInt8: Key] = [:]
      // Not usage 64h, which no US keyboard has, but which types the same as 31h where it is.
      let rows: [(first: UInt8, plain: String, shifted: String)] = [
        (0x04, "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        (0x1E, "1234567890", "!@#$%^&*()"), (0x2C, " -=[]\\\\;'`,./", " _+{}||:\"~<>?"),
        (0x64, "\\", "|"),
      ]
      for row in rows {
        for (offset, pair) in zip(row.plain.unicodeScalars, row.shifted.unicodeScalars).enumerated()
        {
          keys[row.first + UInt8(offset)] = Key(.character(pair.0), .character(pair.1))
        }
      }
      return KeyboardLayout(
        name: "us", keys: keys,
        controls: [
          0x23: 0x1E, 0x2D: 0x1F, 0x2F: 0x1B, 0x30: 0x1D, 0x31: 0x1C, 0x32: 0x1C, 0x64: 0x1C,
        ])
    }()

    /// The keypad, Num Lock on: a scanner that uses it means the characters.
    static let keypad: [UInt8: Unicode.Scalar] = [
      0x54: "/", 0x55: "*", 0x56: "-", 0x57: "+", 0x59: "1", 0x5A: "2", 0x5B: "3", 0x5C: "4",
      0x5D: "5", 0x5E: "6", 0x5F: "7", 0x60: "8", 0x61: "9", 0x62: "0", 0x63: ".", 0x67: "=",
    ]
  }
}
