import Foundation
import Retail
import Testing

@testable import Daemon

/// One line of `kioskctl decode scan`.
struct ScanReportTests {
  private func report(
    _ text: String, paymentExpected: Bool = false, isLenient: Bool = false
  ) throws -> ScanReport {
    ScanReport(
      text, paymentExpected: paymentExpected,
      reader: try TestScans.reader(isLenient: isLenient))
  }

  @Test func `each kind of scan has its word`() throws {
    let coupon = try #require(BearerCode(random: Array(1...10)))
    let cases = [
      ("]E04006381333931", "product"), ("]E02100001027506", "inStore.weight"),
      ("2200412025501", "inStore.price"), ("]C1010400638133393110A", "elementString"),
      ("]Q1https://id.gs1.org/01/04006381333931", "digitalLink"), ("]Q1hello", "text"),
      ("]C0" + coupon.text, "coupon"), ("CP-" + coupon.characters, "coupon"),
      ("M80001003", "member"), ("BG1234", "badge"), ("GC12345678", "giftCard"),
      ("3-000042", "receipt"), ("]Q1134567890123456789", "payment.wechat"),
      ("]E04006381333932", "refused"), ("]", "text"), ("]E", "text"), ("", "text"),
    ]
    for (text, meaning) in cases {
      let report = try report(text)
      #expect(report.meaning == meaning, "\(text)")
      #expect(report.ok == (meaning != "refused"), "\(text)")
      #expect((report.reason == nil) == (report.ok && !meaning.hasPrefix("payment")), "\(text)")
    }
  }

  @Test func `a payment code is right when one is expected, and nothing else is`() throws {
    let code = "289431869362714645"
    let expected = try report(code, paymentExpected: true)
    #expect(expected.ok && expected.meaning == "payment.alipay" && expected.reason == nil)
    let early = try report(code)
    #expect(early.ok && early.meaning == "payment.alipay")
    #expect(early.reason == "a payment code (alipay), and none is expected")
    for other in ["]E04006381333931", "]C100376104250021234569", "CP-0180519433267040", "x"] {
      let report = try report(other, paymentExpected: true)
      #expect(!report.ok && report.reason == "a payment code is expected", "\(other)")
    }
  }

  @Test func `it is written as one object with all its keys`() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    func json(_ text: String) throws -> String {
      String(decoding: try encoder.encode(report(text)), as: UTF8.self)
    }
    #expect(
      try json("]E496385074")
        == #"{"elements":[],"gtin14":"00000096385074","meaning":"product","#
        + #""ok":true,"reason":null}"#)
    #expect(
      try json("]C101040063813339311725")
        == #"{"elements":[],"gtin14":null,"meaning":"refused","ok":false,"#
        + #""reason":"(17) is too short"}"#)
    #expect(
      try json("]C1010400638133393117251231")
        == #"{"elements":[["01","04006381333931"],["17","251231"]],"gtin14":null,"#
        + #""meaning":"elementString","ok":true,"reason":null}"#)
  }
}
