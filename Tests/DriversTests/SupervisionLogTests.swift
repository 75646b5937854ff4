import Devices
import Testing

@testable import Drivers

struct SupervisionLogTests {
  private let device = DeviceID("printer@1-2")

  /// What the log gets of so many failures in a row.
  private func notes(_ count: Int, _ log: inout SupervisionLog) -> [SupervisionNote] {
    var backOff = BackOff()
    return (0..<count).compactMap { _ in
      log.note(
        .pause(backOff.delay(uptime: .zero), resetting: false), cause: .busy, of: device)
    }
  }

  @Test func `every longer pause is a line, and the longest one once`() {
    var log = SupervisionLog()
    let told = notes(50, &log)
    #expect(told.count == 7)
    #expect(told.first == .retry(device, cause: .busy, pause: .milliseconds(500), isLimit: false))
    #expect(told.last == .retry(device, cause: .busy, pause: BackOff.limit, isLimit: true))
  }

  @Test func `another cause is news, and so is the recovery`() {
    var log = SupervisionLog()
    #expect(log.note(.run, cause: nil, of: device) == nil)
    _ = notes(50, &log)
    let other = SupervisionNote.retry(
      device, cause: .accessDenied, pause: BackOff.limit, isLimit: true)
    let pause = DeviceLifecycle.Action.pause(BackOff.limit, resetting: false)
    #expect(log.note(pause, cause: .accessDenied, of: device) == other)
    #expect(log.note(.run, cause: nil, of: device) == .recovered(device))
    #expect(log.note(.run, cause: nil, of: device) == nil)
    #expect(log.note(pause, cause: .accessDenied, of: device) == other)
  }

  @Test func `a device that is given up is told once`() {
    var log = SupervisionLog()
    #expect(
      log.note(.rest, cause: .unsupported, of: device)
        == .givenUp(device, cause: .unsupported))
    #expect(log.note(.rest, cause: .unsupported, of: device) == nil)
    #expect(log.note(.open, cause: nil, of: device) == nil)
  }
}
