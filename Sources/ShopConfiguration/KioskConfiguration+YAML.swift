import Cards
import Foundation
import Ledger
import Profiles
import Retail
import StrictYAML

extension KioskConfiguration {
  /// Kiosk numbers that fit an entry's id (32 bits) and a receipt's line.
  static let kioskNumbers: ClosedRange<UInt32> = 1...999_999
  /// What a shop may set a waiting time to (SCREEN rule 17).
  static let waitingSeconds = 30...300
  /// To read a warning or a last screen takes less than to think over a basket.
  static let readingSeconds = 10...300

  /// Reads the file at a path. A wrong one is refused with its key, its line and what was expected.
  public init(path: String) throws(YAMLError) {
    try self.init(YAMLFile.read(path))
  }

  public init(_ value: YAMLValue) throws(YAMLError) {
    var top = try value.mapping()
    var shop = try top.required("shop").mapping()
    let name = try PromotionsFile.title(shop.required("name"))
    let kiosk = try shop.required("kiosk").integer(in: Self.kioskNumbers)
    let store = try shop.optional("store").map { value throws(YAMLError) in
      try PromotionsFile.key(value)
    }
    let currency = try Self.currency(shop.required("currency"))
    let language: Language = try shop.required("language").choice()
    let timeZone = try Self.timeZone(shop.required("timeZone"))
    try shop.finish()
    let (scanners, printers, cardReader) = try Self.devices(top.optional("devices"))
    let timers = try Self.timers(top.optional("timers"))
    let scanning = try ScanConfiguration(
      top.optional("scanning"), countries: ResourcePaths.inStoreNumbers)
    let display = try Self.display(top.optional("display"))
    let (paperAfterNearEnd, logo) = try Self.printing(top.optional("printing"))
    let cards = try Self.cards(top.optional("cards"))
    try top.finish()
    self.init(
      shopName: name, kioskNumber: kiosk, store: store ?? "", currency: currency,
      language: language, timeZone: timeZone, scanners: scanners, printers: printers,
      cardReader: cardReader,
      timers: timers, display: display, paperAfterNearEnd: paperAfterNearEnd, logo: logo,
      scanning: scanning,
      cards: cards)
  }

  static func currency(_ value: YAMLValue) throws(YAMLError) -> Currency {
    let code = try value.text()
    guard let currency = Currency(code: code) else {
      throw value.error(
        "expected the ISO 4217 code of a currency that the book can be kept in, such as CNY, "
          + "found \"\(code.prefix(40))\"")
    }
    return currency
  }

  private static func timeZone(_ value: YAMLValue) throws(YAMLError) -> String {
    let name = try value.text()
    guard name.count <= 64, TimeZone(identifier: name) != nil else {
      throw value.error(
        "expected a name of the time zone database, such as Asia/Shanghai, "
          + "found \"\(name.prefix(40))\"")
    }
    return name
  }

  // MARK: Devices

  private static func devices(
    _ value: YAMLValue?
  ) throws(YAMLError) -> (
    scanners: [ConfiguredScanner], printers: [ConfiguredPrinter], cardReader: CardReaderAccess
  ) {
    guard let value else { return ([], [], .usb) }
    var devices = try value.mapping()
    let scanners = try scanners(&devices)
    let printers = try printers(&devices)
    let cardReader = try devices.optional("cardReader").map { value throws(YAMLError) in
      try value.choice(of: CardReaderAccess.self)
    }
    try devices.finish()
    return (scanners, printers, cardReader ?? .usb)
  }

  // MARK: Cards

  private static func cards(_ value: YAMLValue?) throws(YAMLError) -> CardSettings {
    guard let value else { return CardSettings() }
    var cards = try value.mapping()
    let keys = try CardKeysFile.tokenKeys(cards.optional("tokenKeys"))
    let revoked = try CardKeysFile.tokenKeys(cards.optional("revokedTokenKeys"))
    let keyFile = try cards.optional("keyFile").map { value throws(YAMLError) in
      try value.text()
    }
    try cards.finish()
    return CardSettings(tokenKeys: CardTokenKeys(keys, revoked: revoked), keyFile: keyFile)
  }

  // MARK: Timers

  private static func timers(_ value: YAMLValue?) throws(YAMLError) -> Timers {
    let standard = Timers.standard
    guard let value else { return standard }
    var timers = try value.mapping()
    func seconds(
      _ key: String, _ standard: Int, in range: ClosedRange<Int>
    ) throws(YAMLError) -> Int {
      guard let value = timers.optional(key) else { return standard }
      return try value.integer(in: range)
    }
    let read = Timers(
      guestIdle: try seconds("guestIdle", standard.guestIdle, in: waitingSeconds),
      memberIdle: try seconds("memberIdle", standard.memberIdle, in: waitingSeconds),
      // At least 20 s to answer (WCAG 2.2.1).
      warning: try seconds("warning", standard.warning, in: 20...120),
      paper: try seconds("paper", standard.paper, in: readingSeconds),
      done: try seconds("done", standard.done, in: readingSeconds))
    try timers.finish()
    return read
  }
}
