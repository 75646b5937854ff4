import Ledger
import Testing

struct MoneyTests {
  @Test func `an amount is shown with all minor digits and the minus sign before the symbol`() {
    #expect(Currency.cny.text(Money(minorUnits: 1_200)) == "¥12.00")
    #expect(Currency.cny.text(Money(minorUnits: -5)) == "\u{2212}¥0.05")
    #expect(Currency.cny.text(.zero) == "¥0.00")
    #expect(Currency(code: "JPY")?.text(Money(minorUnits: 150)) == "¥150")
    #expect(Currency(code: "KWD")?.text(Money(minorUnits: 1_005)) == "KD1.005")
  }

  @Test func `the smallest amount there is has a text`() {
    #expect(
      Currency.cny.text(Money(minorUnits: .min)) == "\u{2212}¥92233720368547758.08")
  }

  @Test func `a currency outside the list is refused`() {
    #expect(Currency(code: "XXX") == nil)
    #expect(Currency(code: "cny") == nil)
  }

  @Test func `sums and products are exact`() {
    let prices = [Money(minorUnits: 999), Money(minorUnits: 1), Money(minorUnits: -250)]
    #expect(prices.sum() == Money(minorUnits: 750))
    #expect(Money(minorUnits: 333) * 3 == Money(minorUnits: 999))
    #expect(-Money(minorUnits: 7) == Money(minorUnits: -7))
  }

  @Test func `an asset code is printable ASCII of at most 64 characters`() {
    #expect(Asset(code: "CPN/spring")?.code == "CPN/spring")
    #expect(Asset(code: "") == nil)
    #expect(Asset(code: "a b") == nil)
    #expect(Asset(code: "券") == nil)
    #expect(Asset(code: String(repeating: "A", count: 64)) != nil)
    #expect(Asset(code: String(repeating: "A", count: 65)) == nil)
  }
}
