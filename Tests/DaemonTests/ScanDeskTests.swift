import CheckoutMachine
import Codecs
import Devices
import Ledger
import Retail
import Storage
import Testing

@testable import Daemon

/// What a scan asks the checkout for, before anything is looked up.
struct ScanDeskTests {
  private static let today = CalendarDate(year: 2026, month: 11, day: 22)

  private func request(
    _ text: String, _ aim: String?, refusesExpired: Bool = true
  ) throws -> ScanDesk.Request {
    let scan = ScanData(
      bytes: Array(text.utf8), aimIdentifier: aim, device: DeviceID("scanner@1-1"))
    return try TestScans.desk(refusesExpired: refusesExpired)
      .request(scan, currency: .cny, today: Self.today)
  }

  private func refusal(_ text: String, _ aim: String?) throws -> String {
    guard case .refused(let refusal, _) = try request(text, aim) else { return "not refused" }
    return refusal.rawValue
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
    // A shop's own label printer puts the number in Code 128 or QR.
    ("6901000000011", "]C0", "06901000000011"),
    ("6901000000011", "]Q1", "06901000000011"),
    // OCA product-attribute #40: an EAN-13 that lost its leading zero on the way.
    ("042100005264", nil, "00042100005264"),
    // Element strings and a Digital Link with the number in them.
    ("0106901000000011" + "10A1\u{1D}17261231", "]C1", "06901000000011"),
    ("https://example.com/gtin/06901000000011?17=261231", "]Q1", "06901000000011"),
  ])
  func `a trade item is a GTIN of 14 digits`(text: String, aim: String?, gtin: String) throws {
    #expect(try request(text, aim) == .item(gtin: gtin, nil))
  }

  @Test(arguments: [
    ("6901000000012", "]E0"), ("6901000000012", nil), ("036000291453", "]E0"),
    ("96385075", "]E4"), ("16901000000019", "]I1"), ("0106901000000012", "]C1"),
    ("690100000001", "]C0"), ("69010000000119", "]Q1"),
  ])
  func `a wrong check digit is no product`(text: String, aim: String?) throws {
    #expect(try refusal(text, aim) == "wrongCheckDigit")
  }

  // MARK: Labels of scales

  // odoo #12205, POS-Awesome #2366, WooCommerce-POS #65: weight and price in the number.
  @Test func `a label of the scales is an item and how much of it`() throws {
    #expect(try request("2100001027506", "]E0") == .item(gtin: "02100001000004", .grams(2_750)))
    #expect(
      try request("2200412025501", nil) == .item(gtin: "02200412000003", .price(fen(2_550))))
    #expect(try request("2300001000121", "]E0") == .item(gtin: "02300001000008", .pieces(12)))
    #expect(try refusal("2100001027507", "]E0") == "wrongCheckDigit")
  }

  @Test func `weight, price and count of element strings go into the basket`() throws {
    let item = "0190614141000015"
    let gtin = "90614141000015"
    #expect(try request(item + "3103001250", "]e0") == .item(gtin: gtin, .grams(1_250)))
    #expect(try request(item + "3105012505", "]e0") == .item(gtin: gtin, .grams(125)))
    #expect(
      try request(item + "31030012503922999", "]e0") == .item(gtin: gtin, .price(fen(999))))
    #expect(
      try request(item + "31030012503920" + "12", "]e0")
        == .item(gtin: gtin, .price(fen(1_200))))
    #expect(try refusal(item + "31030012503923" + "1234", "]e0") == "noPrice")
    #expect(
      try request("0106901000000011" + "3012", "]C1")
        == .item(gtin: "06901000000011", .pieces(12)))
  }

  // MARK: Dates

  @Test func `an item past its last day is refused`() throws {
    let item = "0106901000000011"
    for date in ["261121", "261000", "261031", "991231"] {
      #expect(try refusal(item + "17" + date, "]d2") == "expired", "\(date)")
    }
    // The day itself, a month that is not over, and the next century are still good.
    for date in ["261122", "261100", "270101", "750101"] {
      #expect(try request(item + "17" + date, "]d2") == .item(gtin: "06901000000011", nil))
    }
    #expect(
      try request(item + "17261121", "]d2", refusesExpired: false)
        == .item(gtin: "06901000000011", nil))
    #expect(try refusal(item + "70032611211200", "]d2") == "expired")
    // Best before (15) is a hint, not a ban.
    #expect(try request(item + "15261121", "]d2") == .item(gtin: "06901000000011", nil))
  }

  // MARK: Codes

  @Test(arguments: [nil, "]Q1", "]C0", "]X0"] as [String?])
  func `a coupon code is known by its form, however it was sent`(aim: String?) throws {
    let code = try #require(BearerCode(random: Array(1...10)))
    for text in [code.characters, code.text, code.characters.lowercased(), "CP-" + code.text] {
      #expect(try request(text, aim) == .coupon(code))
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
  func `a payment code is none of ours`(text: String, aim: String?) throws {
    let isElementString = aim == "]C1" || aim == "]d2"
    #expect(
      try refusal(text, aim) == (isElementString ? "notUnderstood" : "paymentNotExpected"))
    guard case .refused(_, let reason) = try request(text, aim) else { return }
    #expect(!reason.contains(text))
  }

  @Test func `a payment code is one where a payment is expected, and nothing else changes`() throws
  {
    let desk = try TestScans.desk()
    func request(_ text: String, _ aim: String?) -> ScanDesk.Request {
      desk.request(
        ScanData(bytes: Array(text.utf8), aimIdentifier: aim, device: DeviceID("scanner@1-1")),
        currency: .cny, today: Self.today, paymentExpected: true)
    }
    let code = try #require(PaymentCode(Array("134567890123456789".utf8)))
    #expect(request("134567890123456789", "]Q1") == .payment(code))
    #expect(request("6901000000011", "]E0") == .item(gtin: "06901000000011", nil))
    #expect(!"\(request("134567890123456789", nil))".contains(code.digits))
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
    #expect(try refusal(code.characters, "]Q1") == "paymentNotExpected")
  }

  @Test(arguments: ["M80001003", "BG1234", "GC12345678", "3-000042"])
  func `the shop's other codes are told as not usable here`(text: String) throws {
    #expect(try refusal(text, "]Q1") == "notUsableHere")
    guard case .refused(_, let reason) = try request(text, "]Q1") else { return }
    #expect(!reason.contains(text))
  }

  @Test(
    arguments: [
      ("", nil), (" ", nil), ("https://example.com/a", "]Q1"), ("12345", nil), ("hello", "]C0"),
      ("7ZQ2MK-4T0XWB-9HVC3F", "]Q1"),
      ("1234567890123456", "]C0"), ("311234567890123456", "]C0"), ("161234567890123456", "]Q1"),
      ("621234567890123456", "]Q1"), (String(repeating: "9", count: 4_000), "]Q1"),
      (String(repeating: "9", count: 5_000), "]Q1"), ("00376104250021234569", "]C1"),
      ("2556901000000011", "]C1"), ("8110106141416543213150110120", "]e0"),
    ] as [(String, String?)])
  func `nonsense is told as such`(text: String, aim: String?) throws {
    #expect(try refusal(text, aim) == "notUnderstood")
  }

  @Test func `any bytes have a meaning`() throws {
    var random = SplitMix64(seed: 4_021)
    let desk = try TestScans.desk()
    for length in 0..<600 {
      let bytes = (0..<length % 64).map { _ in UInt8(truncatingIfNeeded: random.next() >> 24) }
      let aims = [nil, "]E0", "]C1", "]Q3", "", "]", "xyz"] as [String?]
      let scan = ScanData(
        bytes: bytes, aimIdentifier: aims[length % aims.count], device: DeviceID("scanner@1-1"))
      if case .item(let gtin, _) = desk.request(scan, currency: .cny, today: Self.today) {
        #expect(gtin.count == 14)
      }
    }
  }
}

/// The same at the till, with what the catalogue knows.
@Suite(.timeLimit(.minutes(1)))
struct LabelledItemTests {
  private static let apples = CatalogueItem(
    sku: "apples", gtins: ["02100001000004", "90614141000015"],
    name: LocalizedText(zh: "苹果", en: "Apples"), category: "fruit", unitPrice: fen(1_280),
    priceUnit: .kilogram)
  private static let ham = CatalogueItem(
    sku: "ham", gtins: ["02200412000003"], name: LocalizedText(zh: "火腿", en: "Ham"),
    category: "deli", unitPrice: fen(9_900))

  @Test func `labels of the scales are lines of their own price`() async throws {
    let kiosk = try await TestKiosk()
    try await kiosk.store.replaceItems([Self.apples, Self.ham])
    kiosk.scan("2100001027506", aim: "]E0")
    kiosk.scan("2200412025501", aim: "]E0")
    kiosk.scan("01906141410000153103000286", aim: "]e0")
    let screen = try await kiosk.screen()
    #expect(screen.lines.map(\.amount) == [3_520, 2_550, 366])
    // The catalogue keeps what the price is for.
    #expect(try await kiosk.store.item(sku: "apples") == Self.apples)
    try await kiosk.stop()
  }

  @Test func `what the label and the catalogue do not price is left to staff`() async throws {
    let kiosk = try await TestKiosk()
    try await kiosk.store.replaceItems([Self.apples, Self.ham])
    kiosk.scan(TestShop.milk)
    // The number of the apples without a weight, a label of nothing, milk by the kilogram.
    for scan in ["2100001000004", "2100001000004"] {
      kiosk.scan(scan, aim: "]E0")
      #expect(try await kiosk.screen().messages.map(\.code) == ["noPrice"])
    }
    kiosk.scan("01069010000000113103001000", aim: "]C1")
    #expect(try await kiosk.screen().messages.map(\.code) == ["noPrice"])
    kiosk.scan("0106901000000011" + "17251231", aim: "]d2")
    #expect(try await kiosk.screen().messages.map(\.code) == ["expired"])
    kiosk.scan("M80001003", aim: "]Q1")
    #expect(try await kiosk.screen().messages.map(\.code) == ["notUsableHere"])
    #expect(try await kiosk.screen().lines.count == 1)
    try await kiosk.stop()
  }
}
