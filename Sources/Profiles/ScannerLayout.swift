import Foundation
import StrictYAML

/// A keyboard layout that scanners can be set to, as `drivers/layouts/<name>.yaml` tells it.
public struct ScannerLayout: Equatable, Sendable {
  public enum Symbol: Equatable, Hashable, Sendable {
    case character(Unicode.Scalar)
    /// An accent that waits for the next key.
    case dead(Unicode.Scalar)
  }

  /// The layout that needs no file: most scanners leave the factory with it.
  public static let standardName = "us"
  static let folder = "layouts"
  static let fileLimit = 64

  public let name: String
  /// Where the facts come from.
  public let source: String
  /// By usage of page 07h (HID Usage Tables, 10): plain, Shift, AltGr, Shift and AltGr; nil where
  /// the key types nothing. At most four, and none at the end that is nil.
  public let keys: [UInt8: [Symbol?]]
  /// What an accent and the character after it come to.
  public let compositions: [Unicode.Scalar: [Unicode.Scalar: Unicode.Scalar]]
  /// The codes 01h to 1Fh that Ctrl and a key type, those of letters not counted.
  public let controls: [UInt8: UInt8]

  /// Reads the layouts beside the profiles; none when there is no such folder.
  static func load(_ drivers: String) throws(YAMLError) -> [ScannerLayout] {
    let directory = drivers + "/" + folder
    guard FileManager.default.fileExists(atPath: directory) else { return [] }
    var layouts: [ScannerLayout] = []
    for name in try YAMLFolder.names(directory, limit: fileLimit, what: "keyboard layouts") {
      layouts.append(
        try ScannerLayout(name: name, try YAMLFile.read("\(directory)/\(name).yaml")))
    }
    return layouts
  }

  init(name: String, _ value: YAMLValue) throws(YAMLError) {
    var reader = LayoutReader()
    var mapping = try value.mapping()
    self.name = name
    source = try mapping.required("source").text()
    keys = try reader.keys(mapping.required("keys"))
    compositions = try reader.compositions(mapping.optional("compose"))
    controls = try reader.controls(mapping.required("control"))
    try mapping.finish()
    try reader.checkComplete(mapping.value)
  }
}

/// Reads one layout's file; what a scanner may have to type must all be there.
private struct LayoutReader {
  /// Keys that end a symbol, lock, or are no characters: Enter to Backspace, Tab, Caps Lock.
  private static let reserved: Set<UInt8> = [0x28, 0x29, 0x2A, 0x2B, 0x39]
  private static let keyLimit = 160
  private static let accentLimit = 16

  private var symbols: Set<ScannerLayout.Symbol> = []
  private var usages: Set<UInt8> = []
  private var codes: Set<UInt8> = []

  mutating func keys(_ value: YAMLValue) throws(YAMLError) -> [UInt8: [ScannerLayout.Symbol?]] {
    var keys: [UInt8: [ScannerLayout.Symbol?]] = [:]
    var mapping = try value.mapping()
    for (key, value) in try mapping.all(limit: Self.keyLimit) {
      let usage = try Self.usage(key, value)
      let cells = try value.text().split(separator: " ", omittingEmptySubsequences: false)
      guard (1...4).contains(cells.count) else {
        throw value.error("expected one to four characters with a blank between them")
      }
      var levels: [ScannerLayout.Symbol?] = []
      for cell in cells { levels.append(try Self.symbol(cell, value)) }
      guard levels.last != .some(nil) else {
        throw value.error("expected a character at the end, found none")
      }
      guard keys.updateValue(levels, forKey: usage) == nil else {
        throw value.error("this usage is there twice")
      }
      symbols.formUnion(levels.compactMap(\.self))
    }
    usages = Set(keys.keys)
    return keys
  }

  mutating func compositions(
    _ value: YAMLValue?
  ) throws(YAMLError) -> [Unicode.Scalar: [Unicode.Scalar: Unicode.Scalar]] {
    guard let value else { return [:] }
    var all: [Unicode.Scalar: [Unicode.Scalar: Unicode.Scalar]] = [:]
    var mapping = try value.mapping()
    for (key, value) in try mapping.all(limit: Self.accentLimit) {
      let scalars = Array(key.unicodeScalars)
      guard scalars.count == 1, symbols.contains(.dead(scalars[0])) else {
        throw value.error("expected an accent that a dead key of this layout types")
      }
      for pair in try value.text().split(separator: " ") {
        let letters = Array(pair.unicodeScalars)
        guard letters.count == 2 else {
          throw value.error("expected pairs of a letter and what it becomes, \"aâ\"")
        }
        all[scalars[0], default: [:]][letters[0]] = letters[1]
      }
    }
    return all
  }

  mutating func controls(_ value: YAMLValue) throws(YAMLError) -> [UInt8: UInt8] {
    var controls: [UInt8: UInt8] = [:]
    var mapping = try value.mapping()
    for (key, value) in try mapping.all(limit: Self.keyLimit) {
      let usage = try Self.usage(key, value)
      guard usages.contains(usage) else { throw value.error("expected a key of this layout") }
      controls[usage] = try value.integer(in: 0x01...0x1F)
    }
    codes = Set(controls.values)
    return controls
  }

  /// All of ASCII that prints, and the separators of GS1 element strings and of ISO/IEC 15434.
  func checkComplete(_ value: YAMLValue) throws(YAMLError) {
    for code in UInt8(0x20)...0x7E {
      let scalar = Unicode.Scalar(code)
      guard symbols.contains(.character(scalar)) || symbols.contains(.dead(scalar)) else {
        throw value.error("expected a key that types \"\(scalar)\"")
      }
    }
    for code in [UInt8(0x1C), 0x1D, 0x1E, 0x1F] where !codes.contains(code) {
      throw value.error("expected a key that types 0x\(String(code, radix: 16)) with Ctrl")
    }
  }

  private static func usage(_ key: String, _ value: YAMLValue) throws(YAMLError) -> UInt8 {
    guard key.count == 4, key.hasPrefix("0x"), let usage = UInt8(key.dropFirst(2), radix: 16),
      (0x04...0xA4).contains(usage), !reserved.contains(usage)
    else { throw value.error("expected the usage of a key that types a character, 0x04") }
    return usage
  }

  private static func symbol(
    _ cell: Substring, _ value: YAMLValue
  ) throws(YAMLError) -> ScannerLayout.Symbol? {
    if cell == "none" { return nil }
    if cell == "space" { return .character(" ") }
    let isDead = cell.hasPrefix("dead")
    let scalars = Array((isDead ? cell.dropFirst(4) : cell).unicodeScalars)
    guard scalars.count == 1, scalars[0].value > 0x20, scalars[0].value != 0x7F else {
      throw value.error("expected a character, dead and one, space or none, found \"\(cell)\"")
    }
    return isDead ? .dead(scalars[0]) : .character(scalars[0])
  }
}
