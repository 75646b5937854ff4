import Codecs
import Testing

/// Labels of scales: templates as data, for the rules differ from country to country.
struct InStoreNumberTests {
  private func read(
    _ digits: String, _ pattern: String, _ measure: InStoreNumber.Measure, _ decimals: Int
  ) throws -> ScanMeaning {
    var settings = ScanReader.Settings()
    settings.inStoreNumbers = [
      try InStoreNumber.Template(pattern: pattern, measure: measure, decimals: decimals)
    ]
    return ScanReader(dictionary: try ScanCorpora.dictionary(), settings: settings)
      .read(Array(digits.utf8), aim: nil, paymentExpected: false)
  }

  private func number(
    _ digits: String, _ pattern: String, _ measure: InStoreNumber.Measure, _ decimals: Int
  ) throws -> InStoreNumber {
    guard case .inStore(let number) = try read(digits, pattern, measure, decimals) else {
      throw NoLabel(digits: digits)
    }
    return number
  }

  private struct NoLabel: Error {
    let digits: String
  }

  // odoo #12205: the example of its manual, whose base is the number with zeros for the weight.
  @Test func `the catalogue knows an item by the number without its value`() throws {
    let fruit = try number("2100001027506", "21IIIIIVVVVVK", .weight, 3)
    #expect(fruit.item == "00001" && fruit.grams == 2_750)
    #expect(fruit.catalogueNumber.description == "02100001000004")
    #expect(fruit.price(currencyDecimals: 2) == nil && fruit.count == nil)
  }

  // WooCommerce-POS #65, opensourcepos #2612, metasfresh PR 20292: price in the number.
  @Test func `a price is in minor units of the currency`() throws {
    let ham = try number("2400412025505", "24IIIIIVVVVVK", .price, 2)
    #expect(ham.item == "00412" && ham.price(currencyDecimals: 2) == 2_550)
    #expect(ham.price(currencyDecimals: 3) == 25_500)
    // Finer than the currency: never rounded.
    #expect(ham.price(currencyDecimals: 0) == nil)
    #expect(ham.grams == nil)
  }

  // metasfresh PR 20309: the value has a check digit of its own.
  @Test func `a value with a wrong check digit is refused though the number is right`() throws {
    let price = try number("02211114002394", "22IIIIcVVVVVK", .price, 2)
    #expect(price.item == "1111" && price.price(currencyDecimals: 2) == 239)
    #expect(price.number.description == "02211114002394")
    #expect(price.catalogueNumber.description == "02211110000004")
    #expect(
      try read("2343532724678", "23IIIIcVVVVVK", .price, 2) == .refused(.valueCheckDigit))
    let british = try number("2011122912346", "20IIIIIcVVVVK", .price, 2)
    #expect(british.item == "11122" && british.price(currencyDecimals: 2) == 1_234)
  }

  @Test func `a number of twelve digits has a zero in front`() throws {
    let american = try number("212345912348", "02IIIIIcVVVVK", .price, 2)
    #expect(american.item == "12345")
    #expect(try read("296860559809", "29IIIIcVVVVVK", .weight, 3).isWellFormed == false)
  }

  @Test func `prefixes without a form, and packages, are numbers as they stand`() throws {
    for digits in ["2911111111111", "12991111111110", "00011112", "401111111119"] {
      guard case .product(let gtin) = try read(digits, "23IIIIIIVVVVK", .weight, 3) else {
        Issue.record("\(digits) is no product")
        continue
      }
      #expect(gtin.description.hasSuffix(digits))
    }
  }

  @Test func `the longest prefix decides`() throws {
    var settings = ScanReader.Settings()
    settings.inStoreNumbers = [
      try InStoreNumber.Template(pattern: "2IIIIIIVVVVVK", measure: .price, decimals: 2),
      try InStoreNumber.Template(pattern: "21IIIIIVVVVVK", measure: .weight, decimals: 3),
    ]
    let reader = ScanReader(dictionary: try ScanCorpora.dictionary(), settings: settings)
    func measure(_ digits: String) -> InStoreNumber.Measure? {
      let meaning = reader.read(Array(digits.utf8), aim: "]E0", paymentExpected: false)
      return if case .inStore(let number) = meaning { number.measure } else { nil }
    }
    #expect(measure("2100001027506") == .weight)
    #expect(measure("2258482999994") == .price)
  }

  @Test func `a pattern that is none has its flaw`() {
    func flaw(_ pattern: String, _ decimals: Int = 2) -> InStoreNumber.Template.Flaw? {
      do throws(InStoreNumber.Template.Flaw) {
        _ = try InStoreNumber.Template(pattern: pattern, measure: .price, decimals: decimals)
        return nil
      } catch {
        return error
      }
    }
    #expect(flaw("22IIIIcVVVVVK") == nil)
    #expect(flaw("22IIIIcVVVVV") == .length && flaw("22IIIIcVVVVVKK") == .length)
    #expect(flaw("IIIIIIIVVVVVK") == .prefix && flaw("42IIIIIVVVVVK") == .prefix)
    #expect(flaw("222222222IVVK") == .prefix)
    #expect(flaw("22IIIIcVVVVVV") == .place && flaw("22IIIIxVVVVVK") == .place)
    #expect(flaw("22VVVVVVVVVVK") == .item && flaw("22IIVVIIIVVVK") == .item)
    #expect(flaw("22IIIIIIIIIIK") == .value && flaw("22VIIIIIVVVVK") == .value)
    #expect(flaw("22IIIIcVVVVcK") == .checkDigit && flaw("22IIIcVVVVVVK") == .checkDigit)
    #expect(flaw("22IIIIIVVVVVK", 4) == .decimals && flaw("22IIIIIVVVVVK", -1) == .decimals)
  }
}
