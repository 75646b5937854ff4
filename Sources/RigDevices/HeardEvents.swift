import Devices
import Synchronization

/// What a supervisor told.
final class HeardEvents: Sendable {
  private struct State {
    /// In the order of their last words.
    var statuses: [DeviceStatus] = []
    var symbols: [ScanData] = []
    var refusals: [ScanFault] = []
    var cards: [CardEvent] = []
    var printers: [any POSPrinter] = []
    var displays: [any LineDisplay] = []
  }

  private let state = Mutex(State())

  func note(_ event: DeviceEvent) {
    state.withLock { state in
      switch event {
      case .status(let status):
        state.statuses.removeAll { $0.device == status.device }
        state.statuses.append(status)
      case .scan(let data): state.symbols.append(data)
      case .scanRefused(_, let fault): state.refusals.append(fault)
      case .card(let card): state.cards.append(card)
      case .printerReady(let printer): state.printers.append(printer)
      case .displayReady(let display): state.displays.append(display)
      }
    }
  }

  func status(of kind: DeviceKind) -> DeviceStatus? {
    state.withLock { $0.statuses.last { $0.kind == kind } }
  }
  func status(at port: String, _ kind: DeviceKind) -> DeviceStatus? {
    state.withLock { state in
      state.statuses.first { $0.device == DeviceID("\(kind.rawValue)@\(port)") }
    }
  }
  func state(of kind: DeviceKind) -> DeviceState? { status(of: kind)?.state }
  func message(of kind: DeviceKind) -> String { status(of: kind)?.message ?? "" }
  func attention(of kind: DeviceKind) -> [Attention] { status(of: kind)?.attention ?? [] }
  var symbols: [ScanData] { state.withLock { $0.symbols } }
  var scans: [[UInt8]] { symbols.map(\.bytes) }
  var refusals: [ScanFault] { state.withLock { $0.refusals } }
  var cards: [CardEvent] { state.withLock { $0.cards } }
  var printers: [any POSPrinter] { state.withLock { $0.printers } }
  var display: (any LineDisplay)? { state.withLock { $0.displays.last } }
}
