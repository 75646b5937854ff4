import Foundation
import Testing

/// Money is whole numbers, from the price of an item to the entry in the book.
struct NoFloatingPointTests {
  private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")
  private static let types =
    #"\b(Double|Float|Float16|Float32|Float64|Float80|CGFloat|Decimal)\b"#
  /// `1.5`, but neither `pair.0.1` nor `$0.1`.
  private static let fractions = #"(?<![\w$.])[0-9][0-9_]*\.[0-9]"#

  @Test(arguments: ["Ledger", "Retail", "CheckoutMachine"])
  func `the core has no floating-point type and no fraction`(target: String) throws {
    let folder = Self.sources.appending(path: target)
    let files = try #require(
      FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    var count = 0
    for case let file as URL in files where file.pathExtension == "swift" {
      count += 1
      for (number, line) in try String(contentsOf: file, encoding: .utf8)
        .split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      {
        let code = line.split(separator: "//", omittingEmptySubsequences: false).first ?? ""
        // What stands in a text is read by people.
        let bare = code.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
          .filter { $0.offset.isMultiple(of: 2) }.map { String($0.element) }.joined(separator: " ")
        let found = [Self.types, Self.fractions].contains {
          bare.range(of: $0, options: .regularExpression) != nil
        }
        #expect(!found, "\(file.lastPathComponent):\(number + 1)")
      }
    }
    #expect(count > 3)
  }
}
