/// The data of GS k for Code 128, where { begins a code set or a function character.
enum Code128Data {
  /// The characters of the symbol; nil without a code set at the start, as the manual wants one,
  /// and for a sequence that means nothing. Function characters are left out.
  static func text(_ data: [UInt8]) -> String? {
    guard data.count > 2, data[0] == 0x7B, [0x41, 0x42, 0x43].contains(data[1]) else { return nil }
    var text: [UInt8] = []
    var set: UInt8 = 0
    var rest = data[...]
    while let byte = rest.popFirst() {
      // In set C a character is below 100 and { is 123.
      guard byte == 0x7B else {
        guard let characters = characters(byte, in: set) else { return nil }
        text += characters
        continue
      }
      switch rest.popFirst() {
      case let new? where (0x41...0x43).contains(new): set = new
      case 0x53?, 0x31?, 0x32?, 0x33?, 0x34?: continue  // SHIFT, FNC1 to FNC4
      case 0x7B?: text.append(0x7B)
      default: return nil
      }
    }
    return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
  }

  private static func characters(_ byte: UInt8, in set: UInt8) -> [UInt8]? {
    if set == 0x43 { return byte < 100 ? [0x30 + byte / 10, 0x30 + byte % 10] : nil }
    return byte < 0x80 ? [byte] : nil
  }
}

/// The data of GS k for GS1-128 and GS1 DataBar Expanded, and of GS ( k.
enum ElementStrings {
  /// Application identifiers in square brackets, as libzint takes them: the host's parentheses tell
  /// where they are, else their lengths do (GS1 General Specifications, 3.2). Nil for what is none.
  static func text(_ data: [UInt8]) -> String? {
    var plain: [UInt8] = []
    var rest = data[...]
    while let byte = rest.popFirst() {
      switch (byte, rest.first) {
      case (0x7B, 0x31?):  // FNC1
        rest = rest.dropFirst()
        if !plain.isEmpty { plain.append(0x1D) }
      case (0x7B, 0x28?), (0x7B, 0x29?), (0x7B, 0x2A?), (0x7B, 0x7B?):
        plain.append(rest.removeFirst())
      case (0x20, _): continue  // a blank is for the characters below the bars only
      case (0x20...0x7E, _), (0x1D, _): plain.append(byte)
      default: return nil
      }
    }
    guard plain.count <= 200 else { return nil }
    if plain.first == 0x28 { return marked(plain) }
    return divided(plain[...])
  }

  private static func marked(_ data: [UInt8]) -> String {
    String(
      decoding: data.filter { $0 != 0x1D }.map { $0 == 0x28 ? 0x5B : $0 == 0x29 ? 0x5D : $0 },
      as: UTF8.self)
  }

  private static func divided(_ data: ArraySlice<UInt8>) -> String? {
    var rest = data
    var text = ""
    while !rest.isEmpty {
      if rest.first == 0x1D { rest = rest.dropFirst() }
      let prefix = rest.prefix(2)
      guard prefix.count == 2, prefix.allSatisfy({ (0x30...0x39).contains($0) }) else {
        return nil
      }
      let number =
        Int(prefix[prefix.startIndex] - 0x30) * 10
        + Int(prefix[prefix.startIndex + 1] - 0x30)
      let identifier = rest.prefix(identifierLength(number))
      rest = rest.dropFirst(identifier.count)
      let value: ArraySlice<UInt8>
      if let total = predefinedLength(number) {
        value = rest.prefix(max(0, total - identifier.count))
      } else {
        value = rest.prefix { $0 != 0x1D }
      }
      guard !value.isEmpty else { return nil }
      rest = rest.dropFirst(value.count)
      text += "[" + String(decoding: identifier, as: UTF8.self) + "]"
      text += String(decoding: value, as: UTF8.self)
    }
    return text.isEmpty ? nil : text
  }

  /// Figure 3.2-1: by the first two digits.
  private static func identifierLength(_ prefix: Int) -> Int {
    switch prefix {
    case 31...36, 39, 43, 70, 72, 80...82: 4
    case 23...25, 40...42, 71: 3
    default: 2
    }
  }

  /// Figure 7.8.5-2: with the identifier's digits.
  private static func predefinedLength(_ prefix: Int) -> Int? {
    switch prefix {
    case 0: 20
    case 1...3: 16
    case 4: 18
    case 11...19: 8
    case 20: 4
    case 31...36: 10
    case 41: 16
    default: nil
    }
  }
}
