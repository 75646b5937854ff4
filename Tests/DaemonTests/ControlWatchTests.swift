import Devices
import Foundation
import Logging
import Synchronization
import Testing

@testable import Daemon

/// What takes its time at the operator's socket: watches, and answers that do not come.
@Suite(.timeLimit(.minutes(1)))
struct ControlWatchTests {
  private final class Served: Sendable {
    let directory: TemporaryDirectory
    let watch: DeviceWatch
    let server: ControlServer

    /// An answer to `status` never comes by itself.
    init(answerSeconds: Int) throws {
      directory = try TemporaryDirectory()
      watch = DeviceWatch(clock: ManualClock().kioskClock, scans: try TestScans.desk())
      server = try ControlServer(
        directory: directory.path,
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
        answerSeconds: answerSeconds, watch: { [watch] in watch.events(of: $0, isRaw: $1) }
      ) { request in
        if case .devices = request { return .devices([]) }
        do { try await Task.sleep(for: .seconds(600)) } catch { return .refused("cancelled") }
        return .refused("too late")
      }
      server.start()
    }

    deinit { server.stop() }

    func ask(_ request: ControlRequest) async throws -> ControlReply? {
      try await onThread {
        try ControlClient.ask(
          request, directory: self.directory.path, withinSeconds: hangSeconds)
      }
    }

    /// All that a watcher is told until there were `count` of it.
    func watched(
      _ device: WatchedDevice, isRaw: Bool = false, count: Int,
      onBegin: @escaping @Sendable () -> Void
    ) async throws -> [SeenEvent] {
      try await onThread {
        var seen: [SeenEvent] = []
        _ = try ControlClient.watch(
          device, isRaw: isRaw, directory: self.directory.path, until: .now + .seconds(hangSeconds)
        ) { reply in
          switch reply {
          case .watching: onBegin()
          case .seen(let event): seen.append(event)
          case .refused(let why): throw ControlError(why)
          default: throw ControlError("not asked for")
          }
          return seen.count < count
        }
        return seen
      }
    }
  }

  private static func scan(_ text: String, aim: String?) -> DeviceEvent {
    .scan(
      ScanData(
        bytes: Array(text.utf8), aimIdentifier: aim, device: DeviceID("scanner@1-1")))
  }

  @Test func `an answer that does not come ends with a word of it`() async throws {
    let served = try Served(answerSeconds: 1)
    let reply = try await served.ask(.status)
    guard case .refused(let why) = reply else {
      Issue.record("\(String(describing: reply))")
      return
    }
    #expect(why.contains("within 1 seconds"))
  }

  @Test func `a slow answer keeps nobody else waiting`() async throws {
    let served = try Served(answerSeconds: 5)
    async let slow = served.ask(.status)
    // Its own answer may be late on a busy machine; it comes while the other one is waited for.
    while true {
      if try await served.ask(.devices) == .devices([]) { break }
    }
    guard case .refused? = try await slow else {
      Issue.record("an answer that never comes was given")
      return
    }
  }

  @Test func `a watcher is told each scan with its meaning, and codes are masked`() async throws {
    let served = try Served(answerSeconds: 5)
    let seen = try await served.watched(.scanner, count: 4) {
      served.watch.take(Self.scan("6901000000011", aim: "]E0"))
      served.watch.take(.card(.removed))
      served.watch.take(Self.scan("134567890123456789", aim: nil))
      served.watch.take(Self.scan("6901000000012", aim: "]E0"))
      served.watch.take(.scanRefused(DeviceID("scanner@1-1"), .torn))
    }
    #expect(seen.map(\.what) == ["scan", "scan", "scan", "refused"])
    #expect(seen[0].aim == "]E0")
    #expect(seen[0].data == "6901000000011")
    #expect(seen[0].time == "10:00:00.000")
    #expect(seen[0].meaning == "product 06901000000011")
    #expect(seen[1].aim == "")
    #expect(seen[1].data == "13****************")
    #expect(seen[1].meaning == "payment.wechat")
    #expect(seen[1].millisecondsSinceLast == 0)
    #expect(seen[3].anomaly != nil)
  }

  @Test(arguments: [false, true])
  func `a card's number is masked unless it was asked for`(isRaw: Bool) async throws {
    let served = try Served(answerSeconds: 5)
    let seen = try await served.watched(.reader, isRaw: isRaw, count: 2) {
      served.watch.take(
        .card(.inserted(CardIdentity(uid: TestShop.wangCard, answerToReset: []))))
      served.watch.take(
        .card(.inserted(CardIdentity(uid: [0x08, 1, 2, 3], answerToReset: []))))
    }
    #expect(seen[0].data == (isRaw ? "04A1B2C3D4E580" : "**********E580"))
    #expect(seen[1].data == (isRaw ? "08010203" : "********"))
    #expect(seen[1].anomaly?.contains("another one at every tap") == true)
  }

  @Test func `one watches at a time, and the place is free when that one goes`() async throws {
    let served = try Served(answerSeconds: 5)
    let begun = Mutex(false)
    let first = Task {
      try await served.watched(.scanner, count: 1) { begun.withLock { $0 = true } }
    }
    try await eventually("the first watch") { begun.withLock { $0 } }

    await #expect(throws: ControlError.self) {
      try await served.watched(.reader, count: 1) {}
    }

    served.watch.take(Self.scan("6901000000011", aim: "]E0"))
    #expect(try await first.value.count == 1)
    try await eventually("the place") {
      do {
        _ = try await served.watched(.reader, count: 1) { served.watch.take(.card(.removed)) }
        return true
      } catch is ControlError {
        return false
      }
    }
  }
}
