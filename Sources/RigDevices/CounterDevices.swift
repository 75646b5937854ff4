import Simulators

/// The devices of one counter, the product's own models, each behind a cable.
final class CounterDevices: Sendable {
  struct Refusal: Error, CustomStringConvertible {
    let description: String
  }

  let scanner = SimulatedDevice("scanner", KeyboardScannerModel())
  let reader = SimulatedDevice("reader", CCIDReaderModel())
  let printer = SimulatedDevice("printer", PrinterModel())
  let display = SimulatedDevice("display", LineDisplayModel())
  private let cables: [ControlCommand.Device: any Carrier]

  init(_ cable: MakeCarrier = { Cable($0, number: $1) }) {
    cables = [
      .scanner: cable(scanner, 1), .reader: cable(reader, 2), .printer: cable(printer, 3),
      .display: cable(display, 4),
    ]
  }

  func cable(_ device: ControlCommand.Device) throws -> any Carrier {
    guard let cable = cables[device] else { throw Refusal(description: "no such device") }
    return cable
  }

  func device(_ device: ControlCommand.Device) -> any SimulatedUSBDevice {
    switch device {
    case .scanner: scanner
    case .reader: reader
    case .printer: printer
    case .display: display
    }
  }

  /// Returns what there is to say, empty for most.
  @discardableResult
  func perform(_ command: ControlCommand) throws -> String {
    switch command {
    case .plug(let device): try cable(device).plug()
    case .unplug(let device): try cable(device).unplug()
    case .scan(let text): scanner.withModel { $0.scan(text) }
    case .card(let uid): reader.withModel { $0.setCard(uid: uid) }
    case .paper(let word):
      guard let supply = PrinterModel.PaperSupply(rawValue: word) else {
        throw Refusal(description: "paper is ok, nearEnd or out")
      }
      printer.withModel { $0.setPaper(supply) }
    case .cover(let isOpen): printer.withModel { $0.setCover(isOpen: isOpen) }
    case .fault(let fault, let device, let endpoint):
      try cable(device).disturb { end in
        switch fault {
        case .hold: end.hold(endpoint)
        case .release: end.release(endpoint)
        case .stall: end.stall(endpoint)
        case .overflow: end.overflow(endpoint)
        case .short(let count): end.shorten(endpoint, to: count)
        case .limit(let count): end.limit(endpoint, to: count)
        }
      }
    case .paperText: return printer.withModel { $0.paperText }
    case .displayLines:
      return display.withModel { $0.lines }.joined(separator: "\n")
    }
    return ""
  }
}
