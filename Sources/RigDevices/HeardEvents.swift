import Devices
import Synchronization

/// What the supervisor told.
final class HeardEvents: Sendable {
  private struct State {
    var statuses: [DeviceKind: DeviceStatus] = [:]
    var scans: [[UInt8]] = []
    var cards: [CardEvent] = []
    var printers: [any POSPrinter] = []
    var display: (any LineDisplay)?
  }

  private let state = Mutex(State())

  func note(_ event: DeviceEvent) {
    state.withLock { state in
      switch event {
      case .status(let status): state.statuses[status.kind] = status
      case .scan(let data): state.scans.append(data.bytes)
      case .scanRefused(_, let fault): state.scans.append(Array("refused \(fault)".utf8))
      case .card(let card): state.cards.append(card)
      case .printerReady(let printer): state.printers.append(printer)
      case .displayReady(let display): state.display = display
      }
    }
  }

  func state(of kind: DeviceKind) -> DeviceState? { state.withLock { $0.statuses[kind]?.state } }
  func message(of kind: DeviceKind) -> String {
    state.withLock { $0.statuses[kind]?.message ?? "" }
  }
  func attention(of kind: DeviceKind) -> [Attention] {
    state.withLock { $0.statuses[kind]?.attention ?? [] }
  }
  var scans: [[UInt8]] { state.withLock { $0.scans } }
  var cards: [CardEvent] { state.withLock { $0.cards } }
  var printers: [any POSPrinter] { state.withLock { $0.printers } }
  var display: (any LineDisplay)? { state.withLock { $0.display } }
}
