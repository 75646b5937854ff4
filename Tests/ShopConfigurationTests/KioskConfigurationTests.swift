import Devices
import Foundation
import Ledger
import Profiles
import Retail
import ShopConfiguration
import StrictYAML
import Testing

/// The package's root, where config/ is.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().path

func refusal(_ body: () throws(YAMLError) -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return error.description
  }
}

struct KioskConfigurationTests {
  private let minimal = """
    shop:
      name: { zh: 店, en: Shop }
      kiosk: 1
      currency: CNY
      language: en
      timeZone: Asia/Shanghai
    """

  private func read(_ text: String) throws(YAMLError) -> KioskConfiguration {
    try KioskConfiguration(YAMLFile.parse(text, file: "kioskd.yaml"))
  }

  @Test func `the example is read and names every key`() throws {
    let path = repository + "/config/kioskd.example.yaml"
    let configuration = try KioskConfiguration(path: path)
    #expect(configuration.shopName == LocalizedText(zh: "青禾超市", en: "Qinghe Market"))
    #expect(configuration.kioskNumber == 3)
    #expect(configuration.currency == .cny)
    #expect(configuration.language == .zh)
    #expect(configuration.timeZone == "Asia/Shanghai")
    #expect(configuration.scanners == [])
    // It says of itself that it shows what holds when a key is left out.
    #expect(configuration.timers == .standard)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let keys = [
      "scanners", "usb", "port", "layout", "guestIdle", "memberIdle", "warning", "paper", "done",
      "tokenKeys", "revokedTokenKeys", "keyFile", "cardReader", "store",
    ]
    for key in keys { #expect(text.contains(key + ":"), "\(key) is not in the example") }
  }

  @Test func `the card reader is the kiosk's own or pcscd's, and nothing else`() throws {
    #expect(try read(minimal).cardReader == .usb)
    #expect(try read(minimal + "\ndevices: { cardReader: pcsc }").cardReader == .pcsc)
    #expect(try read(minimal + "\ndevices: { cardReader: usb }").cardReader == .usb)
    let refused = refusal { () throws(YAMLError) in
      _ = try read(minimal + "\ndevices:\n  cardReader: pcscd")
    }
    #expect(
      refused == "kioskd.yaml:8: devices.cardReader: expected one of usb, pcsc, found \"pcscd\"")
  }

  @Test func `a store has a name that rules can use`() throws {
    #expect(try read(minimal).store == "")
    let named = minimal.replacing("kiosk: 1", with: "kiosk: 1\n  store: east-gate")
    #expect(try read(named).store == "east-gate")
    let refused = refusal { () throws(YAMLError) in
      _ = try read(minimal.replacing("kiosk: 1", with: "kiosk: 1\n  store: East Gate"))
    }
    #expect(refused?.contains("shop.store: expected a name of 1 to 40 small letters") == true)
  }

  @Test func `devices and timers may be left out`() throws {
    let configuration = try read(minimal)
    #expect(configuration.scanners == [])
    #expect(configuration.timers == .standard)
  }

  @Test func `scanners are named by id and port, with what is set on them`() throws {
    let configuration = try read(
      minimal + "\n"
        + """
        devices:
          scanners:
            - { usb: "1a86:5456", port: "1-2.3", layout: us }
            - { usb: "1A86:5457", prefix: "\u{5C}x02", suffix: "#", groupSeparator: "~" }
        timers: { done: 12 }
        """)
    #expect(
      configuration.scanners == [
        ConfiguredScanner(
          usb: USBID(vendorID: 0x1A86, productID: 0x5456), port: "1-2.3", layout: "us"),
        ConfiguredScanner(
          usb: USBID(vendorID: 0x1A86, productID: 0x5457), prefix: [0x02],
          suffix: Array("#".utf8), groupSeparator: UInt8(ascii: "~")),
      ])
    #expect(configuration.timers.done == 12)
    #expect(configuration.timers.guestIdle == 90)
  }

  @Test(arguments: [
    ("kiosk: 1", "kiosk: 0", "3: shop.kiosk: expected a whole number from 1 to 999999"),
    ("currency: CNY", "currency: XYZ", "4: shop.currency: expected the ISO 4217 code"),
    ("language: en", "language: de", "5: shop.language: expected one of zh, en"),
    ("Asia/Shanghai", "Asia/Qinghe", "6: shop.timeZone: expected a name of the time zone"),
    ("kiosk: 1", "kiosk: 1\n  till: 2", "4: shop.till: unknown key; expected one of currency"),
    ("en: Shop", "en: ''", "2: shop.name.en: expected text, found nothing"),
    ("kiosk: 1", "kiosks: 1", "2: shop: the key \"kiosk\" is missing"),
  ])
  func `a wrong key is refused with its line and what was expected`(
    right: String, wrong: String, expected: String
  ) {
    let text = minimal.replacingOccurrences(of: right, with: wrong)
    let refused = refusal { () throws(YAMLError) in _ = try read(text) }
    #expect(refused?.hasPrefix("kioskd.yaml:" + expected) == true, "\(refused ?? "was read")")
  }

  @Test(arguments: [
    ("{ usb: \"1a86\", layout: us }", "usb: expected an id as lsusb prints it"),
    ("{ usb: \"1a86:5456\", port: \"2.3\", layout: us }", "port: expected a port path"),
    ("{ usb: \"1a86:5456\", port: \"1-\", layout: us }", "port: expected a port path"),
    ("{ usb: \"1a86:5456\", port: \"1-2*\", layout: us }", "port: expected a port path"),
    (
      "{ usb: \"1a86:5456\", layout: klingon }",
      "layout: expected one of de, es, fr, jp, uk, us, found \"klingon\""
    ),
    ("{ usb: \"1a86:5456\", groupSeparator: ab }", "expected one character of ASCII"),
    ("{ usb: \"1a86:5456\", suffix: \"é\" }", "expected at most 16 characters of ASCII"),
  ])
  func `a scanner that cannot be meant is refused`(scanner: String, expected: String) {
    let text = minimal + "\ndevices: { scanners: [\(scanner)] }"
    let refused = refusal { () throws(YAMLError) in _ = try read(text) }
    #expect(refused?.contains(expected) == true, "\(refused ?? "was read")")
  }

  @Test func `the same scanner twice and a time out of range are refused`() {
    let scanner = "{ usb: \"1a86:5456\", layout: us }"
    let twice = minimal + "\ndevices: { scanners: [\(scanner), \(scanner)] }"
    #expect(
      refusal { () throws(YAMLError) in _ = try read(twice) }
        == "kioskd.yaml:7: devices.scanners[1]: names the same scanner as an earlier item")
    #expect(
      refusal { () throws(YAMLError) in _ = try read(minimal + "\ntimers: { warning: 5 }") }
        == "kioskd.yaml:7: timers.warning: expected a whole number from 20 to 120, "
        + "found the number 5")
  }

  @Test func `a logo is a PNG's path, and nothing else`() throws {
    #expect(
      try read(minimal + "\nprinting: { logo: pictures/shop.PNG }").logo == "pictures/shop.PNG")
    #expect(try read(minimal).logo == nil)
    let refused = refusal { () throws(YAMLError) in
      _ = try read(minimal + "\nprinting: { logo: shop.jpg }")
    }
    #expect(refused?.contains("logo: expected the path of a PNG file") == true)
  }

  @Test func `the display's idle text, brightness and place are read`() throws {
    let display = try read(
      minimal + "\n"
        + """
        display:
          idle: ["欢迎光临 WELCOME", "Members save on Wednesdays, all day long"]
          brightness: [{ from: "21:30", percent: 25 }, { from: "07:00", percent: 100 }]
          behindPrinter: { dialect: cd5220, columns: 20, rows: 2, codePage: cp437 }
        """
    ).display
    #expect(display.idleLines.count == 2)
    #expect(display.brightness.map(\.minuteOfDay) == [1_290, 420])
    #expect(display.brightness.map(\.percent) == [25, 100])
    #expect(
      display.behindPrinter
        == LineDisplaySettings(
          dialect: .cd5220, columns: 20, rows: 2, codePage: "cp437", bridge: .bulk))
    #expect(try read(minimal).display == KioskConfiguration.Display())
  }

  @Test(arguments: [
    ("brightness: [{ from: \"24:00\", percent: 5 }]", "from: expected a time of the day"),
    ("brightness: [{ from: \"7:00\", percent: 5 }]", "from: expected a time of the day"),
    ("brightness: [{ from: \"07:00\", percent: 101 }]", "percent: expected a whole number"),
    (
      "brightness: [{ from: \"07:00\", percent: 1 }, { from: \"07:00\", percent: 2 }]",
      "begins at the same time"
    ),
    ("idle: [\"\"]", "expected"),
    ("behindPrinter: { dialect: vt100, columns: 20, rows: 2, codePage: cp437 }", "dm-d, cd5220"),
    (
      "behindPrinter: { dialect: cd5220, columns: 20, rows: 2, codePage: cp9000 }",
      "codePage: expected the name of a code page"
    ),
    (
      "behindPrinter: { dialect: cd5220, columns: 20, rows: 2, codePage: cp437, "
        + "codePageNumber: 0 }",
      "only the dialect dm-d"
    ),
    ("colour: red", "unknown key"),
  ])
  func `a display that cannot be meant is refused`(line: String, expected: String) {
    let text = minimal + "\ndisplay: { \(line) }"
    let refused = refusal { () throws(YAMLError) in _ = try read(text) }
    #expect(refused?.contains(expected) == true, "\(refused ?? "was read")")
  }
}
