import Codecs
import Foundation
import Testing

/// Rows of the shared corpora, which lie beside the repository or where `KIOSK_CORPORA` says. Tests
/// over them are left out where they are absent; each has cases of its own beside.
enum ScanCorpora {
  private static let folder: URL = {
    if let path = ProcessInfo.processInfo.environment["KIOSK_CORPORA"] {
      return URL(filePath: path)
    }
    return repository.deletingLastPathComponent().appending(path: "shared/corpora")
  }()

  private static let repository = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static var areThere: Bool { FileManager.default.fileExists(atPath: folder.path) }

  static func rows<Row: Decodable>(_ name: String, as: Row.Type = Row.self) throws -> [Row] {
    let data = try Data(contentsOf: folder.appending(path: name))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try data.split(separator: 0x0A).map { try decoder.decode(Row.self, from: $0) }
  }

  static func corpusText(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  /// A file of the repository.
  static func text(_ path: String) throws -> String {
    try String(contentsOf: repository.appending(path: path), encoding: .utf8)
  }

  /// The dictionary that comes with the product.
  static func dictionary() throws -> GS1.SyntaxDictionary { try parsed.get() }

  private static let parsed = Result {
    try GS1.SyntaxDictionary(
      parsing: text("config/gs1/syntax-dictionary.txt"),
      lists: GS1.CodeLists(parsing: text("config/gs1/code-lists.txt")))
  }
}

/// An AIM identifier and data, as corpora write them: no bracket in front, no identifier.
struct ScanText {
  let bytes: [UInt8]
  let aim: String?

  init(_ text: String) {
    let all = Array(text.utf8)
    guard all.count >= 3, all[0] == UInt8(ascii: "]") else {
      (bytes, aim) = (all, nil)
      return
    }
    (bytes, aim) = (Array(all[3...]), String(decoding: all[..<3], as: UTF8.self))
  }
}
