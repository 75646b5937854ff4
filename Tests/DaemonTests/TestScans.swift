import Codecs
import Daemon
import Foundation

/// The till's reading of scans, on the dictionary of the repository.
enum TestScans {
  static func desk(refusesExpired: Bool = true) throws -> ScanDesk {
    ScanDesk(reader: try reader(isLenient: true), refusesExpired: refusesExpired)
  }

  /// With labels of weight under 21, of price under 22, of count under 23.
  static func reader(isLenient: Bool) throws -> ScanReader {
    var settings = ScanReader.Settings()
    settings.isLenient = isLenient
    settings.inStoreNumbers = [
      try .init(pattern: "21IIIIIVVVVVK", measure: .weight, decimals: 3),
      try .init(pattern: "22IIIIIVVVVVK", measure: .price, decimals: 2),
      try .init(pattern: "23IIIIIVVVVVK", measure: .count, decimals: 0),
    ]
    return ScanReader(dictionary: try dictionary.get(), settings: settings)
  }

  private static let dictionary = Result {
    try GS1.SyntaxDictionary(
      parsing: file("syntax-dictionary.txt"),
      lists: GS1.CodeLists(parsing: file("code-lists.txt")))
  }

  private static func file(_ name: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "config/gs1/\(name)"), encoding: .utf8)
  }
}
