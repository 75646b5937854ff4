import Codecs
import Testing

/// Element strings by the dictionary: lengths, characters, content and pairs.
struct ElementStringTests {
  private let gtin = "0104006381333931"

  private func read(_ text: String) throws -> Result<[String], GS1.SyntaxRefusal> {
    let dictionary = try ScanCorpora.dictionary()
    return Result { () throws(GS1.SyntaxRefusal) in
      try dictionary.elements(of: Array(text.replacing("^", with: "\u{1D}").utf8))
        .map { "(\($0.identifier))\($0.value)" }
    }
  }

  private func reason(_ text: String) throws -> String {
    switch try read(text) {
    case .success(let elements): "read: \(elements.joined())"
    case .failure(let refusal): "\(refusal)"
    }
  }

  /// Verdicts of the GS1 syntax engine.
  @Test func `elements come apart where their length or a separator ends them`() throws {
    let cases: [(String, [String])] = [
      ("010400638133393110" + "3A^17251231", ["(01)04006381333931", "(10)3A", "(17)251231"]),
      ("010400638133393110A", ["(01)04006381333931", "(10)A"]),
      // A separator at the end, and behind what needs none.
      ("0104006381333931^10A^", ["(01)04006381333931", "(10)A"]),
      (
        "010400638133393132020012503922" + "999",
        [
          "(01)04006381333931", "(3202)001250", "(3922)999",
        ]
      ),
      // The same element twice with the same data.
      ("90X^90X", ["(90)X", "(90)X"]),
      // Optional components, one after the other.
      ("01040063813339314230041568^", ["(01)04006381333931"]),
      ("0104006381333931423156840", ["(01)04006381333931", "(423)156840"]),
    ]
    for (text, expected) in cases where expected.count > 1 {
      #expect(try read(text) == .success(expected), "\(text)")
    }
  }

  // opensourcepos #2417, inventree-app #542: what a lost separator does is seen, not guessed at.
  @Test func `what is wrong with an element string has a name`() throws {
    let cases = [
      ("", "no data"),
      ("^" + gtin, "no known application identifier at 0"),
      (gtin + "^^10A", "no known application identifier at 17"),
      (gtin + "0512", "no known application identifier at 16"),
      (gtin + "(10)A", "no known application identifier at 16"),
      ("4", "no known application identifier at 0"),
      (gtin + "10", "(10) has no data"), (gtin + "10^17251231", "(10) has no data"),
      ("01040063813339", "(01) is too short"), (gtin + "17^251231", "(17) has no data"),
      // The separator behind (10) was lost: its data run on.
      (
        gtin + "10ABCDEFGHIJKLMNOPQRST17251231",
        "(10) is too long, or its separator is missing"
      ),
      (gtin + "421156123456789012", "(421) is too long, or its separator is missing"),
      (gtin + "10A B", "(10) has a character it must not have"),
      (gtin + "10é", "(10) has a character it must not have"),
      ("0104006381333932", "(01) fails the check csum"),
      (gtin + "17250230", "(17) fails the check yymmd0"),
      (gtin + "10A^10B", "(10) is there twice with different data"),
      (gtin + "3712", "(01) must not stand beside (37)"),
      (gtin + "31000001003101000100", "(3100) must not stand beside (3101)"),
      ("10A", "(10) needs (01) or (02) or (03) or (8006) or (8026) beside it"),
      (
        gtin + "7020A",
        "(7020) needs (01) and (416), or (03) and (416), or (8006) and (416) beside it"
      ),
      ("3712", "(37) needs (00) and (02), or (00) and (8026) beside it"),
      (String(repeating: "90A^", count: 65), "too many application identifiers"),
    ]
    for (text, expected) in cases { #expect(try reason(text) == expected, "\(text)") }
  }

  /// Identifiers with the check, data that pass and data that fail, beside what they need.
  @Test(arguments: [
    ("csum", "00", "376104250021234569", "376104250021234568"),
    ("csumalpha", "8013", "1987654Ad4X4bL5ttr2310c2K", "1987654Ad4X4bL5ttr2310c2X"),
    ("csumalpha", "8013", "12345_ABCDEFGHIJKLMCP", "12345_ABCDEFGHIJKLMC1"),
    ("gcppos1", "8004", "1234A", "123A5"),
    ("gcppos1", "8004", "4006381A", "400"),
    ("hasnondigit", "8014", "1987654Ad4X4bL5ttr2310c2K", "599000034"),
    ("yymmd0", "17", "240229", "230229"), ("yymmd0", "17", "240200", "240001"),
    ("yymmdd", "7006", "000229", "240200"), ("yymmdd", "7006", "991231", "241301"),
    ("yyyymmdd", "7250", "20000229", "19000229"), ("yyyymmdd", "7250", "19991231", "20261100"),
    ("hhmi", "7003", "2601012359", "2601012400"), ("hhmi", "7003", "2601010000", "2601010060"),
    ("hh", "8008", "26010123", "26010124"), ("mi", "8008", "2601012359", "2601012360"),
    ("ss", "8008", "260101235959", "260101235960"),
    ("iso3166", "422", "156", "157"), ("iso3166", "423", "156840", "156841"),
    ("iso3166999", "7030", "999ABC", "998ABC"),
    ("iso3166alpha2", "4307", "CN", "XX"),
    ("iso4217", "3912", "156100", "157100"),
    ("iso5218", "7252", "9", "3"),
    ("iban", "8007", "FR7630006000011234567890189", "FR7630006000011234567890188"),
    ("iban", "8007", "GB98MIDL07009312345678", "XX98MIDL07009312345678"),
    ("importeridx", "7040", "1AB-", "1AB/"),
    ("latitude", "4309", "18000000003600000000", "18000000013600000000"),
    ("longitude", "4309", "00000000003600000000", "00000000003600000001"),
    ("mediatype", "7241", "10", "11"),
    ("nonzero", "8001", "00010000100110", "00000000100110"),
    ("winding", "8001", "00010000100190", "00010000100120"),
    ("nozeroprefix", "8011", "1", "01"),
    ("packagetype", "7041", "PX", "0A"),
    ("pcenc", "4300", "A%20B", "A%2"), ("pcenc", "4300", "%fF", "%Fg"),
    ("pieceoftotal", "8006", "040063813339310102", "040063813339310201"),
    ("pieceoftotal", "8006", "040063813339319999", "040063813339310000"),
    ("posinseqslash", "7258", "1/3", "3/1"), ("posinseqslash", "7258", "9/9", "0/1"),
    ("yesno", "4321", "1", "2"), ("hyphen", "4330", "001234-", "001234+"),
    ("zero", "8003", "04006381333931", "14006381333931"),
    ("couponcode", "8110", "012345612345611110123", "712345612345611110123"),
    ("couponcode", "8110", "012345612345611110123" + "101101239", "0123456123456111101231"),
    (
      "couponcode", "8110", "012345612345611110123" + "3261231" + "4260101",
      "012345612345611110123" + "3260101" + "4261231"
    ),
    (
      "couponcode", "8110",
      "012345612345611110123" + "2110123" + "9" + "50123456" + "61123456"
        + "7" + "90101", "012345612345611110123" + "93001"
    ),
    ("couponposoffer", "8112", "001234561234560123456", "0012345612345601234567"),
    ("couponposoffer", "8112", "101234561234560123456", "201234561234560123456"),
  ])
  func `content is checked by its name`(
    check: String, identifier: String, good: String, bad: String
  ) throws {
    let companions = [
      "7003": gtin, "17": gtin, "7006": gtin, "8008": gtin, "422": gtin, "423": gtin,
      "7030": gtin, "8001": gtin, "7252": "8018061414100371135889",
      "7250": "8018061414100371135889", "7258": "8018061414100371135889^7259A^",
      "7241": "8018061414100371135889", "8014": gtin, "3912": "41540063813339318020A^",
      "8007": "41540063813339318020A^", "4307": "00376104250021234569",
      "4309": "00376104250021234569", "7041": "00376104250021234569",
      "4300": "00376104250021234569", "4321": "00376104250021234569",
      "4330": "00376104250021234569", "8011": "80104006381A^",
    ]
    let before = companions[identifier] ?? ""
    let separator = before.isEmpty || before.hasSuffix("^") ? "" : "^"
    #expect(try reason(before + separator + identifier + good).hasPrefix("read: "))
    #expect(
      try reason(before + separator + identifier + bad)
        == "(\(identifier)) fails the check \(check)"
    )
  }

  @Test func `character sets are those of the formats`() throws {
    // Y: the set of 39; Z: base64 for files, with padding.
    #expect(try reason("80104006381#-/A9").hasPrefix("read"))
    #expect(try reason("80104006381a") == "(8010) has a character it must not have")
    let signature = gtin + "21A^8030"
    for good in ["A-_z", "12=", "1=="] {
      #expect(try reason(signature + good).hasPrefix("read"), "\(good)")
    }
    for bad in ["A+B", "123=", "===", "1/2"] {
      #expect(try reason(signature + bad) == "(8030) has a character it must not have", "\(bad)")
    }
    let all82 = "!\"%&'()*+,-./0123456789:;<=>?"
    #expect(try reason("91" + all82 + "ABCDEFGHIJKLMNOPQRSTUVWXYZ_").hasPrefix("read"))
    for bad in ["#", "$", "@", "[", "\\", "]", "`", "{", "|", "}", "~", " "] {
      #expect(try reason("91" + bad) == "(91) has a character it must not have", "\(bad)")
    }
  }

  @Test func `a list of codes that is not there refuses nothing`() throws {
    let dictionary = try GS1.SyntaxDictionary(parsing: "422 N3,iso3166\n4307 X2,iso3166alpha2")
    #expect(try dictionary.elements(of: Array("422157".utf8)).count == 1)
    #expect(throws: GS1.SyntaxRefusal.self) { try dictionary.elements(of: Array("42215".utf8)) }
  }

  @Test func `what a till needs of an item is drawn from its elements`() throws {
    func item(_ text: String) throws -> GS1.TradeItem? {
      GS1.TradeItem(try ScanCorpora.dictionary().elements(of: Array(text.utf8)))
    }
    let cheese = try #require(try item(gtin + "310300125017261100" + "3922999"))
    #expect(cheese.gtin.description == "04006381333931")
    #expect(cheese.grams == 1_250)
    #expect(cheese.payable?.minorUnits(currencyDecimals: 2) == 999)
    #expect(cheese.payable?.minorUnits(currencyDecimals: 3) == 9_990)
    #expect(cheese.payable?.minorUnits(currencyDecimals: 0) == nil)
    #expect(cheese.expiry == .init(yearOfCentury: 26, month: 11, day: 0))
    #expect(try item(gtin + "3012")?.count == 12)
    // Half a gram is rounded up.
    #expect(try item(gtin + "3104000005")?.grams == 1)
    #expect(try item(gtin + "3105000049")?.grams == 0)
    #expect(try item(gtin + "3100999999")?.grams == 999_999_000)
    #expect(try item("00376104250021234569") == nil)
    let far = GS1.TradeItem.Day(yearOfCentury: 77, month: 1, day: 1)
    #expect(far.year(seenFrom: 2026) == 1977 && far.year(seenFrom: 2027) == 2077)
    let near = GS1.TradeItem.Day(yearOfCentury: 0, month: 1, day: 1)
    #expect(near.year(seenFrom: 2026) == 2000 && near.year(seenFrom: 2050) == 2100)
  }
}
