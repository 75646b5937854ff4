extension HID {
  /// Which character a key gives: data, one value per layout. The scanner's own setting decides
  /// which one is right, not the system's.
  public struct KeyboardLayout: Equatable, Sendable {
    public struct Key: Equatable, Sendable {
      public let plain: Unicode.Scalar
      public let shifted: Unicode.Scalar
      /// With AltGr; nil where the layout has no third level.
      public let alternate: Unicode.Scalar?
      /// Whether Caps Lock turns `plain` and `shifted` around.
      public let isLetter: Bool

      public init(
        _ plain: Unicode.Scalar, _ shifted: Unicode.Scalar, alternate: Unicode.Scalar? = nil,
        isLetter: Bool = false
      ) {
        self.plain = plain
        self.shifted = shifted
        self.alternate = alternate
        self.isLetter = isLetter
      }
    }

    public let name: String
    /// By usage of page 07h; keys of the keypad are the same in every layout and not in here.
    public let keys: [UInt8: Key]

    public init(name: String, keys: [UInt8: Key]) {
      self.name = name
      self.keys = keys
    }

    /// The US layout (HID Usage Tables, 10, names the keys by it).
    public static let us = KeyboardLayout(
      name: "us",
      keys: letters("abcdefghijklmnopqrstuvwxyz").merging(
        row(from: 0x1E, plain: "1234567890", shifted: "!@#$%^&*()")
          .merging(row(from: 0x2D, plain: "-=[]\\", shifted: "_+{}|")) { first, _ in first }
          .merging(row(from: 0x33, plain: ";'`,./", shifted: ":\"~<>?")) { first, _ in first }
          .merging([
            0x2C: Key(" ", " "),
            0x32: Key("\\", "|"),  // the same key on keyboards of ISO form
            0x64: Key("\\", "|"),
          ]) { first, _ in first }
      ) { first, _ in first })

    /// The layouts by the name that profiles and the configuration use.
    public static let all: [KeyboardLayout] = [.us]

    /// Letters in the order of usages 04h to 1Dh.
    static func letters(_ plain: String) -> [UInt8: Key] {
      let keys = plain.unicodeScalars.enumerated().map { offset, scalar in
        let shifted = scalar.properties.uppercaseMapping.unicodeScalars.first ?? scalar
        return (UInt8(0x04 + offset), Key(scalar, shifted, isLetter: true))
      }
      return Dictionary(uniqueKeysWithValues: keys)
    }

    static func row(from usage: UInt8, plain: String, shifted: String) -> [UInt8: Key] {
      let pairs = zip(plain.unicodeScalars, shifted.unicodeScalars).enumerated()
      return Dictionary(
        uniqueKeysWithValues: pairs.map { offset, pair in
          (usage + UInt8(offset), Key(pair.0, pair.1))
        })
    }

    /// The keypad, Num Lock on: a scanner that uses it means the characters.
    static let keypad: [UInt8: Unicode.Scalar] = [
      0x54: "/", 0x55: "*", 0x56: "-", 0x57: "+", 0x59: "1", 0x5A: "2", 0x5B: "3", 0x5C: "4",
      0x5D: "5", 0x5E: "6", 0x5F: "7", 0x60: "8", 0x61: "9", 0x62: "0", 0x63: ".", 0x67: "=",
    ]
  }
}
