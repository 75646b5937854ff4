import Simulators

/// The devices of `--simulate`, plugged into a bus in this process: one of each kind, the customer
/// display on the bus or on the printer's connector.
public struct SimulatedDevices: Sendable {
  /// Where each device is plugged in, as `lsusb -t` would say.
  private enum Port {
    static let scanner = "1-1"
    static let reader = "1-2"
    static let printer = "1-3"
    static let display = "1-4"
  }

  /// The bus that the drivers open the devices on.
  public let bus: SimulatedBus
  private let scanner: SimulatedDevice<KeyboardScannerModel>
  private let reader: SimulatedDevice<CCIDReaderModel>
  private let printer: SimulatedDevice<PrinterModel>
  /// Nil where it is behind the printer.
  private let display: SimulatedDevice<LineDisplayModel>?

  /// Plugs in all, with paper, a closed cover and no card. With `displayBehindPrinter` the display
  /// is that one, on the printer's own connector.
  public init(displayBehindPrinter: LineDisplayModel? = nil) {
    bus = SimulatedBus()
    scanner = SimulatedDevice("scanner", KeyboardScannerModel())
    reader = SimulatedDevice("card reader", CCIDReaderModel())
    var model = PrinterModel()
    model.display = displayBehindPrinter
    printer = SimulatedDevice("printer", model)
    display =
      displayBehindPrinter == nil ? SimulatedDevice("display", LineDisplayModel()) : nil
    bus.plug(scanner, at: Port.scanner)
    bus.plug(reader, at: Port.reader)
    bus.plug(printer, at: Port.printer)
    if let display { bus.plug(display, at: Port.display) }
  }

  /// Holds a symbol before the scanner; `aim` as `]E0` (ISO/IEC 15424) is typed in front.
  public func scan(_ text: String, aim: String?) {
    scanner.withModel { $0.scan(text, aim: aim) }
  }

  /// Lays a card with this identifier on the reader, or takes it away.
  public func setCard(uid: [UInt8]?) {
    reader.withModel { $0.setCard(uid: uid) }
  }

  /// Lays an NTAG 213 with this identifier of seven bytes on the reader, as it was last taken away,
  /// or an empty one.
  public func setTag(uid: [UInt8]) {
    reader.withModel { $0.setTag(uid: uid) }
  }

  /// The identifier of the card on the reader.
  public var cardUID: [UInt8]? { reader.withModel { $0.card?.uid } }

  public func setPaper(_ supply: PrinterModel.PaperSupply) {
    printer.withModel { $0.setPaper(supply) }
  }

  public func setCover(isOpen: Bool) {
    printer.withModel { $0.setCover(isOpen: isOpen) }
  }

  /// Pushes the printer's plug in, or pulls it. What is printed stays printed.
  public func setPrinterAttached(_ attached: Bool) {
    guard attached != isPrinterAttached else { return }
    if attached {
      bus.plug(printer, at: Port.printer)
    } else {
      bus.unplug(topology: Port.printer)
    }
  }

  public var isPrinterAttached: Bool { bus.isPlugged(topology: Port.printer) }

  /// The printer as it stands there; a copy, so that drawing its paper holds nothing up.
  public var printerModel: PrinterModel { printer.withModel { $0 } }

  /// The lines of the customer display.
  public var displayLines: [String] {
    display?.withModel { $0.lines } ?? printer.withModel { $0.display?.lines ?? [] }
  }
}
