import Foundation
import PricingCases
import Testing

/// Known answers of other projects' tests: `PRICING_VECTORS` names the file, else the copy here.
struct CaseAgreementTests {
  private static let path =
    ProcessInfo.processInfo.environment["PRICING_VECTORS"]
    ?? URL(filePath: #filePath).deletingLastPathComponent().appending(path: "pricing.jsonl").path

  /// Further scenarios of the same sources.
  private static let further =
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "upstream.jsonl").path

  @Test(arguments: [path, further])
  func `the product agrees with every case`(path: String) async throws {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline)
    #expect(!lines.isEmpty)
    for (number, line) in lines.enumerated() {
      let answer = await CaseRunner.answer(line: String(line), number: number + 1)
      #expect(
        answer.agrees,
        "\(answer.id): \(answer.refused ?? String(describing: answer.result))")
    }
  }

  @Test(arguments: [
    (#"{"id":"a","kind":"promo","expect":{},"surprise":1}"#, "surprise: unknown key"),
    (#"{"id":"a","kind":"promo","expect":{},"rules":[{"type":"gift"}]}"#, "no kind of rule"),
    (
      #"{"id":"a","kind":"promo","expect":{},"rules":[{"type":"percent","bp":-1}]}"#,
      "rules[0].bp: expected a whole number from 0"
    ),
    (
      #"{"id":"a","kind":"promo","expect":{},"cart":[{"sku":"x","price":1.5,"qty":1}]}"#,
      "cart[0].price: expected a whole number"
    ),
    ("{", "not YAML"),
  ])
  func `a case that is not understood is named, and agrees with nothing`(
    line: String, reason: String
  ) async {
    let answer = await CaseRunner.answer(line: line, number: 7)
    #expect(!answer.agrees && answer.result.isEmpty)
    #expect(answer.refused?.contains(reason) ?? false, "\(answer.refused ?? "")")
  }
}
