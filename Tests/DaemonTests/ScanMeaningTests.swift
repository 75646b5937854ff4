import Devices
import Retail
import Testing

@testable import Daemon

/// What a scan is, before anything is looked up.
struct ScanMeaningTests {
  private func meaning(_ text: String, _ aim: String?) -> ScanMeaning {
    ScanMeaning(
      ScanData(bytes: Array(text.utf8), aimIdentifier: aim, device: DeviceID("scanner@1-1")))
  }

  @Test(arguments: [
    ("6901000000011", "]E0", "06901000000011"),
    ("6901000000011", nil, "06901000000011"),
    // UPC-A, with and without its leading zero (GS1 General Specifications, 5.2.2).
    ("036000291452", "]E0", "00036000291452"),
    ("0036000291452", "]E0", "00036000291452"),
    ("96385074", "]E4", "00000096385074"),
    ("96385074", nil, "00000096385074"),
    // ITF-14.
    ("16901000000018", "]I1", "16901000000018"),
  ])
  func `a trade item is a GTIN of 14 digits`(text: String, aim: String?, gtin: String) {
    #expect(meaning(text, aim) == .product(gtin: gtin))
  }

  @Test(arguments: [
    ("6901000000012", "]E0"), ("6901000000012", nil), ("036000291453", "]E0"),
    ("96385075", "]E4"), ("16901000000019", "]I1"),
  ])
  func `a wrong check digit is no product`(text: String, aim: String?) {
    #expect(meaning(text, aim) == .wrongCheckDigit)
  }

  @Test(arguments: [nil, "]Q1", "]C0", "]X0"] as [String?])
  func `a coupon code is known by its form, however it was sent`(aim: String?) throws {
    let code = try #require(BearerCode(random: Array(1...10)))
    for text in [code.characters, code.text, code.characters.lowercased()] {
      #expect(meaning(text, aim) == .coupon(code))
    }
  }

  /// WeChat Pay, Alipay and UnionPay: their prefixes and lengths, with every symbology they come
  /// in.
  @Test(
    arguments: [
      "101234567890123456", "134567890123456789", "159999999999999999",
      "2512345678901234", "281234567890123456", "301234567890123456789012",
      "6212345678901234567",
    ], [nil, "]Q1", "]C0", "]C1", "]d2"] as [String?])
  func `a payment code is none of ours`(text: String, aim: String?) {
    let meaning = meaning(text, aim)
    // As an element string it is not understood, which looks up just as little.
    #expect(meaning == .paymentCode || meaning == .notUnderstood)
    if aim == nil || aim == "]Q1" || aim == "]C0" { #expect(meaning == .paymentCode) }
  }

  /// Eighteen digits that happen to be a coupon's code with right check characters.
  @Test func `what could be a payment code is never taken for a coupon`() throws {
    var found: BearerCode?
    var random = SplitMix64(seed: 7)
    // Each byte holds digits in base 32 only sometimes: some tens of thousands of draws find one.
    while found == nil {
      let digits = (0..<16).map { index in index == 0 ? 1 : UInt8(random.next() % 10) }
      let text = digits.map(String.init).joined()
      for check in 0..<100 {
        let tail = check < 10 ? "0\(check)" : "\(check)"
        guard let code = BearerCode(text + tail), (10...15).contains(Int(text.prefix(2)) ?? 0)
        else { continue }
        found = code
      }
    }
    let code = try #require(found)
    #expect(meaning(code.characters, "]Q1") == .paymentCode)
  }

  @Test(
    arguments: [
      ("", nil), (" ", nil), ("https://example.com/a", "]Q1"), ("12345", nil), ("hello", "]C0"),
      ("7ZQ2MK-4T0XWB-9HVC3F", "]Q1"), ("01069010000000113102001234", "]C1"),
      ("1234567890123456", "]C0"), ("311234567890123456", "]C0"), ("161234567890123456", "]Q1"),
      ("621234567890123456", "]Q1"), (String(repeating: "9", count: 4_000), "]Q1"),
    ] as [(String, String?)])
  func `nonsense is told as such`(text: String, aim: String?) {
    #expect(meaning(text, aim) == .notUnderstood)
  }

  @Test func `digits as long as a GTIN that are none were meant as one`() {
    #expect(meaning("690100000001", "]C0") == .wrongCheckDigit)
    #expect(meaning("69010000000119", "]Q1") == .wrongCheckDigit)
  }

  @Test func `any bytes have a meaning`() {
    var random = SplitMix64(seed: 4_021)
    for length in 0..<600 {
      let bytes = (0..<length % 64).map { _ in UInt8(truncatingIfNeeded: random.next() >> 24) }
      let aims = [nil, "]E0", "]C1", "]Q3", "", "]", "xyz"] as [String?]
      let scan = ScanData(
        bytes: bytes, aimIdentifier: aims[length % aims.count], device: DeviceID("scanner@1-1"))
      if case .product(let gtin) = ScanMeaning(scan) { #expect(gtin.count == 14) }
    }
  }
}
