import Codecs
import Testing

/// Every verdict of the shared corpora.
@Suite(.enabled(if: ScanCorpora.areThere, "no corpora on this machine"))
struct ScanCorpusTests {
  private struct Scan: Decodable {
    let `in`: String
    let ok: Bool
    let elements: [[String]]
    let gtin14: String?
  }

  @Test func `4,000 scans have the verdict of the GS1 syntax engine`() throws {
    let reader = ScanReader(dictionary: try ScanCorpora.dictionary())
    let rows = try ScanCorpora.rows("gs1/scans.jsonl", as: Scan.self)
    #expect(rows.count == 4_000)
    for row in rows {
      let scan = ScanText(row.in)
      let meaning = reader.read(scan.bytes, aim: scan.aim, paymentExpected: false)
      #expect(meaning.isWellFormed == row.ok, "\(row.in.debugDescription) \(meaning)")
      #expect(
        meaning.elements.map { [$0.identifier.description, $0.value] } == row.elements,
        "\(row.in.debugDescription)")
      if let gtin14 = row.gtin14 {
        #expect(meaning == .product(try GS1.GTIN(ascii: gtin14.utf8)), "\(row.in)")
      }
    }
  }

  private struct InStore: Decodable {
    let `in`: String
    let pattern: String?
    let measure: String?
    let decimals: Int?
    let item: String?
    let priceMinor: Int64?
    let weightG: Int64?
    let count: Int64?
    let ok: Bool
  }

  @Test func `in-store numbers have the item and the value of their rule`() throws {
    let dictionary = try ScanCorpora.dictionary()
    let rows = try ScanCorpora.rows("rcn/rcn.jsonl", as: InStore.self)
    #expect(rows.count == 114)
    for row in rows {
      var settings = ScanReader.Settings()
      if let pattern = row.pattern, let name = row.measure, let decimals = row.decimals {
        let measure = try #require(InStoreNumber.Measure(rawValue: name))
        settings.inStoreNumbers = [
          try InStoreNumber.Template(pattern: pattern, measure: measure, decimals: decimals)
        ]
      }
      let reader = ScanReader(dictionary: dictionary, settings: settings)
      let meaning = reader.read(Array(row.in.utf8), aim: nil, paymentExpected: false)
      guard case .inStore(let number) = meaning else {
        #expect(row.item == nil, "\(row.in): \(meaning)")
        // Decision 0010: what holds a letter is text, and no number that is wrong.
        let isText = row.in.contains { !$0.isNumber }
        #expect(meaning.isWellFormed == (row.ok || isText), "\(row.in): \(meaning)")
        if case .product = meaning { #expect(row.pattern == nil, "\(row.in)") }
        continue
      }
      #expect(row.ok && number.item == row.item, "\(row.in)")
      #expect(number.price(currencyDecimals: 2) == row.priceMinor, "\(row.in)")
      #expect(number.grams == row.weightG, "\(row.in)")
      #expect(number.count == row.count, "\(row.in)")
    }
  }

  private struct Payment: Decodable {
    let `in`: String
    let aim: String?
    let expect: String
    let expectWith16X: String?
  }

  @Test func `payment codes are those of their carriers`() throws {
    let dictionary = try ScanCorpora.dictionary()
    let rows = try ScanCorpora.rows("payment/codes.jsonl", as: Payment.self)
    #expect(rows.count == 100)
    for row in rows {
      for acceptsWeChat16 in [false, true] {
        var settings = ScanReader.Settings()
        settings.acceptsWeChat16 = acceptsWeChat16
        let reader = ScanReader(dictionary: dictionary, settings: settings)
        let aim = row.aim.map { "]" + $0 }
        let meaning = reader.read(Array(row.in.utf8), aim: aim, paymentExpected: true)
        let expected = acceptsWeChat16 ? row.expectWith16X ?? row.expect : row.expect
        var found = "none"
        if case .payment(let code) = meaning { found = code.kind.rawValue }
        #expect(found == expected, "\(row.in)")
        let unexpected = reader.read(Array(row.in.utf8), aim: aim, paymentExpected: false)
        if expected == "none" {
          #expect(unexpected == meaning)
        } else {
          let kind = try #require(PaymentCode.Kind(rawValue: expected))
          #expect(unexpected == .refused(.paymentNotExpected(kind)))
        }
      }
    }
  }
}
