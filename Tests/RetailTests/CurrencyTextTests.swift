import Ledger
import Testing

struct CurrencyTextTests {
  @Test(arguments: [
    (Int64(0), "¥0.00"), (5, "¥0.05"), (99, "¥0.99"), (100, "¥1.00"), (123_456, "¥1234.56"),
    (-1_200, "\u{2212}¥12.00"), (-5, "\u{2212}¥0.05"),
  ])
  func `an amount shows all minor digits and its sign before the symbol`(
    minorUnits: Int64, text: String
  ) {
    #expect(Currency.cny.text(fen(minorUnits)) == text)
  }

  @Test func `a currency without or with three minor digits is shown so`() throws {
    let yen = try #require(Currency(code: "JPY"))
    #expect(yen.text(fen(1_200)) == "¥1200")
    let dinar = try #require(Currency(code: "KWD"))
    #expect(dinar.text(fen(1_005)) == "KD1.005")
  }

  @Test func `the least amount there is has a text`() {
    #expect(
      Currency.cny.text(Money(minorUnits: .min)) == "\u{2212}¥92233720368547758.08")
  }

  @Test func `a currency that no list has is none`() {
    #expect(Currency(code: "XYZ") == nil && Currency(code: "cny") == nil)
  }
}
