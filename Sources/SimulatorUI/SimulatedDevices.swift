import Simulators

/// The devices of `kioskd run --simulate`, each plugged into a port of a simulated bus.
public final class SimulatedDevices: Sendable {
  private enum Port {
    static let scanner = "1-1"
    static let reader = "1-2"
    static let printer = "1-3"
    static let display = "1-4"
  }

  public let bus = SimulatedBus()
  public let scanner = SimulatedDevice("scanner", KeyboardScannerModel())
  public let reader = SimulatedDevice("reader", CCIDReaderModel())
  public let printer = SimulatedDevice("printer", PrinterModel())
  public let display = SimulatedDevice("display", LineDisplayModel())

  /// All of them plugged in, with paper and no card.
  public init() {
    bus.plug(scanner, at: Port.scanner)
    bus.plug(reader, at: Port.reader)
    bus.plug(printer, at: Port.printer)
    bus.plug(display, at: Port.display)
  }

  /// Puts the printer's plug in or pulls it; nothing happens when it already is so.
  public func setPrinter(attached: Bool) {
    guard attached != bus.isPlugged(topology: Port.printer) else { return }
    if attached {
      bus.plug(printer, at: Port.printer)
    } else {
      bus.unplug(topology: Port.printer)
    }
  }

  public var isPrinterAttached: Bool { bus.isPlugged(topology: Port.printer) }
}

/// What a newcomer can scan and tap.
public struct SimulatorSamples: Codable, Equatable, Sendable {
  public struct Product: Codable, Equatable, Sendable {
    /// As a scanner reads it: 13 digits.
    public let code: String
    public let name: String
    /// Minor units.
    public let price: Int64

    public init(code: String, name: String, price: Int64) {
      self.code = code
      self.name = name
      self.price = price
    }
  }

  public struct Card: Codable, Equatable, Sendable {
    /// Hexadecimal.
    public let uid: String
    public let member: String

    public init(uid: String, member: String) {
      self.uid = uid
      self.member = member
    }
  }

  public struct Coupon: Codable, Equatable, Sendable {
    public let code: String
    public let title: String

    public init(code: String, title: String) {
      self.code = code
      self.title = title
    }
  }

  public let products: [Product]
  public let cards: [Card]
  public let coupons: [Coupon]

  public init(products: [Product], cards: [Card], coupons: [Coupon]) {
    self.products = products
    self.cards = cards
    self.coupons = coupons
  }
}
