import Cards
import Ledger
import Profiles
import Retail
import StrictYAML

/// What a shop chooses for one kiosk, `kioskd.yaml`. The facts of device models and the promotions
/// have their own files.
public struct KioskConfiguration: Equatable, Sendable {
  /// Waiting times in seconds.
  public struct Timers: Equatable, Sendable {
    public let guestIdle: Int
    public let memberIdle: Int
    public let warning: Int
    public let paper: Int
    public let done: Int

    public init(guestIdle: Int, memberIdle: Int, warning: Int, paper: Int, done: Int) {
      self.guestIdle = guestIdle
      self.memberIdle = memberIdle
      self.warning = warning
      self.paper = paper
      self.done = done
    }

    public static let standard = Timers(
      guestIdle: 90, memberIdle: 45, warning: 30, paper: 60, done: 30)
  }

  /// Who drives the card reader: the kiosk itself, or pcscd for it and other programs.
  public enum CardReaderAccess: String, Equatable, Sendable, CaseIterable { case usb, pcsc }

  /// Member cards: who may issue them, and where their secrets are.
  public struct CardSettings: Equatable, Sendable {
    public let tokenKeys: CardTokenKeys
    /// The path of the file with the keys of chips; nil: cards are not asked to prove any.
    public let keyFile: String?

    public init(tokenKeys: CardTokenKeys = CardTokenKeys([]), keyFile: String? = nil) {
      self.tokenKeys = tokenKeys
      self.keyFile = keyFile
    }
  }

  public let shopName: LocalizedText
  /// Unique among the shop's kiosks; part of every entry's id, so never given to another kiosk.
  public let kioskNumber: UInt32
  /// Which of the shop's stores this is, as rules name it; empty: it has but one.
  public let store: String
  public let currency: Currency
  /// The language that a new customer is met in.
  public let language: Language
  /// A name of the time zone database, `Asia/Shanghai`.
  public let timeZone: String
  public let scanners: [ConfiguredScanner]
  public let printers: [ConfiguredPrinter]
  public let cardReader: CardReaderAccess
  public let timers: Timers
  public let display: Display
  /// Paper on the roll when the printer reports its near end, in millimetres.
  public let paperAfterNearEnd: Int
  /// The path of the PNG above every receipt and coupon, from where the configuration is.
  public let logo: String?
  public let scanning: ScanConfiguration
  public let cards: CardSettings

  public init(
    shopName: LocalizedText, kioskNumber: UInt32, store: String = "", currency: Currency,
    language: Language, timeZone: String, scanners: [ConfiguredScanner] = [],
    printers: [ConfiguredPrinter] = [],
    cardReader: CardReaderAccess = .usb, timers: Timers = .standard,
    display: Display = Display(), paperAfterNearEnd: Int = standardPaperAfterNearEnd,
    logo: String? = nil, scanning: ScanConfiguration = .standard,
    cards: CardSettings = CardSettings()
  ) {
    self.shopName = shopName
    self.kioskNumber = kioskNumber
    self.store = store
    self.currency = currency
    self.language = language
    self.timeZone = timeZone
    self.scanners = scanners
    self.printers = printers
    self.cardReader = cardReader
    self.timers = timers
    self.display = display
    self.paperAfterNearEnd = paperAfterNearEnd
    self.logo = logo
    self.scanning = scanning
    self.cards = cards
  }
}
