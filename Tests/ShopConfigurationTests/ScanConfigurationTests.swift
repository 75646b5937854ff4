import Codecs
import Foundation
import ShopConfiguration
import StrictYAML
import Testing

/// What a shop chooses about the meaning of scans, and the files it stands on.
struct ScanConfigurationTests {
  private func read(_ scanning: String) throws(YAMLError) -> ScanConfiguration {
    let shop = """
      shop: { name: { zh: 店, en: Shop }, kiosk: 1, currency: CNY, language: en, timeZone: UTC }
      scanning:

      """
    let lines = scanning.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
    return try KioskConfiguration(YAMLFile.parse(shop + lines, file: "kioskd.yaml")).scanning
  }

  private func refusal(_ scanning: String) -> String {
    ShopConfigurationTests.refusal { () throws(YAMLError) in _ = try read(scanning) } ?? "was read"
  }

  @Test func `the example says what holds when nothing is chosen`() throws {
    let example = try KioskConfiguration(path: repository + "/config/kioskd.example.yaml")
    #expect(example.scanning == .standard)
  }

  @Test func `each choice is taken`() throws {
    let chosen = try read(
      """
      lenient: false
      weChat16: true
      elementsWithoutIdentifier: true
      refuseExpired: false
      codes: [{ kind: badge, prefix: STAFF-, body: digits, shortest: 4, longest: 6 }]
      inStoreNumbers: [{ pattern: 21IIIIIVVVVVK, measure: weight, decimals: 3 }]
      """)
    #expect(!chosen.settings.isLenient && chosen.settings.acceptsWeChat16)
    #expect(chosen.settings.readsElementsWithoutIdentifier && !chosen.refusesExpired)
    #expect(
      chosen.settings.ownCodes == [
        try OwnCode.Form(kind: .badge, prefix: "STAFF-", body: .digits, length: 4...6)
      ])
    #expect(chosen.settings.inStoreNumbers.map(\.pattern) == ["21IIIIIVVVVVK"])
  }

  // odoo #12205, opensourcepos #2417: prefixes differ from country to country.
  @Test func `a country's forms are used, and the shop's own go before them`() throws {
    let german = try read("inStoreCountry: DE")
    #expect(
      german.settings.inStoreNumbers.map(\.prefixDigits) == ["22", "23", "25", "26", "28", "29"])
    let mixed = try read(
      """
      inStoreCountry: DE
      inStoreNumbers: [{ pattern: 22IIIIIVVVVVK, measure: weight, decimals: 3 }]
      """)
    #expect(
      mixed.settings.inStoreNumbers.map(\.prefixDigits) == ["22", "23", "25", "26", "28", "29"])
    #expect(mixed.settings.inStoreNumbers[0].measure == .weight)
  }

  @Test(arguments: ["DE", "DK", "EE", "FI", "GB", "LT", "LV", "NO", "SE"])
  func `every country in the file has forms`(country: String) throws {
    #expect(try !read("inStoreCountry: \"\(country)\"").settings.inStoreNumbers.isEmpty)
  }

  @Test func `a wrong choice is refused with its line and what was expected`() {
    #expect(
      refusal("inStoreCountry: XX")
        == "kioskd.yaml:3: scanning.inStoreCountry: expected one of DE, DK, EE, FI, GB, LT, LV, "
        + "NO, SE, found \"XX\"")
    #expect(refusal("lenient: often").hasPrefix("kioskd.yaml:3: scanning.lenient:"))
    #expect(
      refusal("inStoreNumbers: [{ pattern: 21IIIII, measure: weight }]")
        .contains("inStoreNumbers[0].pattern: expected 13 places"))
    #expect(
      refusal("inStoreNumbers: [{ pattern: 21IIIIIVVVVVK, measure: volume }]")
        .contains("measure: expected one of price, weight, count"))
    let twice = "{ pattern: 21IIIIIVVVVVK, measure: weight, decimals: 3 }"
    #expect(
      refusal("inStoreNumbers: [\(twice), \(twice)]").contains("an earlier item has the prefix 21"))
    #expect(
      refusal("codes: [{ kind: member, prefix: \"28\", body: digits, shortest: 4, longest: 8 }]")
        .contains("expected a prefix with a letter"))
    #expect(
      refusal("codes: [{ kind: member, prefix: M, body: digits, shortest: 9, longest: 8 }]")
        .contains("longest: expected a whole number from 9"))
    #expect(refusal("colour: red").contains("scanning.colour: unknown key"))
  }

  // MARK: Files

  @Test func `the installed files make a reader`() throws {
    let reader = try ScanConfiguration.standard.reader()
    #expect(reader.dictionary.count > 500)
    let meaning = reader.read(
      Array("010400638133393117261231".utf8), aim: "]d2", paymentExpected: false)
    #expect(meaning.elements.count == 2)
  }

  @Test func `a file that cannot be used is named with its line`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer {
      do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
    }
    func file(_ name: String, _ text: String) throws -> String {
      let url = folder.appending(path: name)
      try text.write(to: url, atomically: true, encoding: .utf8)
      return url.path
    }
    func problem(_ dictionary: String, _ lists: String) -> String? {
      do throws(GS1FileError) {
        _ = try GS1Files.dictionary(dictionary, lists: lists)
        return nil
      } catch {
        return "\(error)"
      }
    }
    let good = try file("good.txt", "01 *? N14,csum\n")
    let empty = try file("lists.txt", "# none\n")
    #expect(problem(good, empty) == nil)
    let missing = folder.path + "/none.txt"
    #expect(problem(missing, empty) == "\(missing): cannot be opened")
    let bad = try file("bad.txt", "01 *? N14\nxx N2\n")
    #expect(problem(bad, empty)?.hasPrefix("\(bad): line 2: expected an application") == true)
    let wrong = try file("wrong.txt", "colours red\n")
    #expect(problem(good, wrong)?.hasPrefix("\(wrong): line 1: expected the name") == true)
    let large = try file("large.txt", String(repeating: "#", count: GS1Files.byteLimit + 1))
    #expect(problem(large, empty) == "\(large): expected 1 to 1048576 bytes")
  }
}
