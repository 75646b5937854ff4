import Cards
import Foundation
import StrictYAML
import Testing

@testable import ShopConfiguration

struct CardKeysFileTests {
  private let example = repository + "/config/card-keys.example.yaml"

  private func settings(_ cards: String) throws(YAMLError) -> KioskConfiguration.CardSettings {
    try KioskConfiguration(
      YAMLFile.parse(
        """
        shop: { name: { zh: 店, en: Shop }, kiosk: 1, currency: CNY, language: en, timeZone: UTC }
        cards: \(cards)
        """, file: "kioskd.yaml")
    ).cards
  }

  @Test func `the example of the secrets is read`() throws {
    let keys = try CardKeysFile.keys(YAMLFile.read(example), CardTokenKeys([]))
    let zero = [UInt8](repeating: 0, count: 16)
    let suffix = [0x30, 0x42, 0xF5] + Array("KIOSK".utf8)
    let fileReadKey = try #require(
      CardKeys.ChipKey(number: 1, master: zero, diversification: nil))
    let opener = try #require(CardKeys.ChipKey(number: 2, master: zero, diversification: nil))
    #expect(
      keys
        == CardKeys(
          tapMessage: CardKeys.TapMessage(metaReadKey: zero, fileReadKey: fileReadKey),
          ntag424: CardKeys.ChipKey(number: 3, master: zero, diversification: suffix),
          desfire: CardKeys.DESFireApplication(application: 0xF5_4230, key: opener, file: 1)))
    let none = try CardKeysFile.keys(YAMLFile.parse("{}", file: "x"), CardTokenKeys([]))
    #expect(none == CardKeys())
  }

  @Test func `a file that others may read is refused`() throws {
    let path = NSTemporaryDirectory() + "card-keys-\(UUID().uuidString).yaml"
    defer { _ = unlink(path) }
    try "mifareClassic: \"010203040506\"".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(chmod(path, 0o640) == 0)
    let open = refusal { () throws(YAMLError) in
      _ = try CardKeysFile.read(path, tokenKeys: CardTokenKeys([]))
    }
    #expect(open?.contains("chmod 600") == true)
    #expect(chmod(path, 0o600) == 0)
    #expect(
      try CardKeysFile.read(path, tokenKeys: CardTokenKeys([]))
        == CardKeys(classicKey: [1, 2, 3, 4, 5, 6]))
    let missing = refusal { () throws(YAMLError) in
      _ = try CardKeysFile.read(path + ".no", tokenKeys: CardTokenKeys([]))
    }
    #expect(missing?.contains("cannot be read") == true)
  }

  @Test(arguments: [
    ("number: 3", "number: 14", "ntag424.number: expected a whole number from 0 to 13"),
    ("number: 3", "nummer: 3", "ntag424: the key \"number\" is missing"),
    ("file: 1", "file: 32", "desfire.file: expected a whole number from 0 to 31"),
    ("\"f54230\"", "\"f5423\"", "desfire.application: expected 6 hexadecimal digits"),
    ("d3f7d3f7d3f7", "d3f7d3f7d3fg", "mifareClassic: expected 12 hexadecimal digits"),
    ("\"3042f54b494f534b\"", "\"\(String(repeating: "00", count: 22))\"", "at most 21 bytes"),
  ])
  func `a wrong key is refused by its name, and never shown`(
    right: String, wrong: String, expected: String
  ) throws {
    let text = try String(contentsOfFile: example, encoding: .utf8)
      .replacingOccurrences(of: right, with: wrong)
    let message = refusal { () throws(YAMLError) in
      _ = try CardKeysFile.keys(
        YAMLFile.parse(text, file: "card-keys.yaml"), CardTokenKeys([]))
    }
    #expect(message?.contains(expected) == true, "\(message ?? "was read")")
    #expect(message?.contains("d3fg") != true)
  }

  @Test func `the issuers' keys are taken as openssl writes them`() throws {
    // RFC 8032, 7.1, test 1, in the form of RFC 8410.
    let text = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    let form = try #require(Data(base64Encoded: text))
    let key = try #require(CardTokenKey(Array(form.suffix(32))))
    let read = try settings("{ tokenKeys: [\"\(text)\"], keyFile: /etc/kioskd/card-keys.yaml }")
    #expect(read.tokenKeys == CardTokenKeys([key]))
    #expect(read.keyFile == "/etc/kioskd/card-keys.yaml")
    let revoked = try settings("{ revokedTokenKeys: [\"\(text)\"] }")
    #expect(revoked.tokenKeys == CardTokenKeys([], revoked: [key]))
    #expect(try settings("{}") == KioskConfiguration.CardSettings())
    for wrong in ["\"MCowBQYDK2VwAyEA\"", "\"no key\"", "\"\(text)\", \"\(text)\""] {
      let message = refusal { () throws(YAMLError) in
        _ = try settings("{ tokenKeys: [\(wrong)] }")
      }
      #expect(message?.contains("cards.tokenKeys[") == true)
    }
  }
}
