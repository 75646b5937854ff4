import Devices
import Synchronization
import Testing

/// Events of devices while their consumer is behind.
struct DeviceEventsTests {
  private let scanner = DeviceID("scanner@1-1")
  private let printer = DeviceID("printer@1-3")

  private func status(_ state: DeviceState) -> DeviceEvent {
    .status(DeviceStatus(device: printer, kind: .printer, state: state))
  }

  /// A stuck trigger, or a keyboard that calls itself a scanner, must not hide that the printer was
  /// unplugged.
  @Test func `a flood of scans loses scans and no state`() async throws {
    let lost = Mutex<[DeviceID?]>([])
    let events = DeviceEvents { event in lost.withLock { $0.append(event.reader) } }
    events.send(status(.enabled))
    for _ in 0..<(DeviceEvents.readingLimit + 500) { events.send(.scanRefused(scanner, .torn)) }
    events.send(status(.absent))
    for _ in 0..<500 { events.send(.card(.removed)) }
    events.send(status(.attached))
    events.finish()
    var states: [DeviceState] = []
    var readings = 0
    for await event in events {
      if case .status(let status) = event { states.append(status.state) } else { readings += 1 }
    }
    #expect(states == [.enabled, .absent, .attached])
    #expect(readings == DeviceEvents.readingLimit)
    #expect(lost.withLock { $0 } == [scanner])
  }

  @Test func `when a flood is over there is room again, and the next one is told again`() async {
    let count = Mutex(0)
    let events = DeviceEvents { _ in count.withLock { $0 += 1 } }
    var iterator = events.makeAsyncIterator()
    for round in 1...2 {
      for _ in 0..<(DeviceEvents.readingLimit + 10) { events.send(.scanRefused(scanner, .torn)) }
      for _ in 0..<DeviceEvents.readingLimit { _ = await iterator.next() }
      #expect(count.withLock { $0 } == round)
    }
  }
}
