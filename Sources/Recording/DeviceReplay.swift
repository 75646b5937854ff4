import Devices
import Drivers
import Foundation
import Profiles
import Synchronization

/// One opened device of a recording, played to its driver again: what came is given to it as it
/// came, and what it sends and tells is compared.
final class DeviceReplay: Sendable {
  /// How long the driver may think about one line before it counts as silent.
  static let patience = Duration.seconds(10)
  /// The same when another call over the same pipe waits, which a second task's may be.
  static let otherPatience = Duration.seconds(2)
  private static let tick = Duration.milliseconds(20)

  private struct State {
    var told: [String] = []
    var ended: [Int: String] = [:]
    var stopped: String?
    /// By number; tasks of their own, because a group cannot cancel one of its children alone.
    var jobs: [Int: Task<Void, Never>] = [:]
  }

  let interface: ReplayInterface
  let clock: ReplayClock
  private let device: String
  private let port: DevicePort
  private let signal: ReplaySignal
  private let state = Mutex(State())

  /// `makePort` makes the driver that the recording names.
  init(
    _ description: USBDeviceDescription, device: String,
    makePort: (any USBInterface, any DriverClock) -> DevicePort
  ) {
    let signal = ReplaySignal()
    let clock = ReplayClock { signal.stir() }
    self.signal = signal
    self.clock = clock
    self.device = device
    interface = ReplayInterface(description) { signal.stir() }
    port = makePort(interface, clock)
  }

  /// Plays all lines; the first difference, or nil.
  func play(_ lines: [NumberedEvent]) async -> ReplayDifference? {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.run() }
      group.addTask { await self.signal.tick(every: Self.tick) }
      var taken: [Int: ReplayInterface.Call] = [:]
      var difference: ReplayDifference?
      for line in lines {
        difference = await play(line, &taken)
        if difference != nil { break }
      }
      if difference == nil, let last = lines.last, let extra = state.withLock({ $0.told.first }) {
        difference = ReplayDifference(
          line: last.line, place: device, expected: "nothing more", found: "told \(extra)")
      }
      interface.end()
      clock.end()
      for call in taken.values {
        call.continuation.resume(returning: .fault(Self.over))
      }
      for job in state.withLock({ $0.jobs.values }) { await job.value }
      group.cancelAll()
      return difference
    }
  }

  private static let over = RecordedFault(
    DeviceError(.cancelled, device: DeviceID("replay")))

  private func run() async {
    let end: String
    do throws(DeviceError) {
      switch port {
      case .scanner(let scanner): try await scanner.run { self.tell($0.withoutTimes) }
      case .cardReader(let reader): try await reader.run { self.tell($0) }
      case .printer(let printer, _): try await printer.run { self.tell($0) }
      case .display(let display): try await display.run()
      }
      end = "returned"
    } catch {
      end = tale(error.kind)
    }
    state.withLock { $0.stopped = end }
    signal.stir()
  }

  private func tell(_ value: some Sendable) {
    state.withLock { $0.told.append(tale(value)) }
    signal.stir()
  }

  // MARK: Lines

  private func play(
    _ line: NumberedEvent, _ taken: inout [Int: ReplayInterface.Call]
  ) async -> ReplayDifference? {
    func differs(_ expected: String, _ found: String) -> ReplayDifference {
      ReplayDifference(line: line.line, place: device, expected: expected, found: found)
    }
    switch line.event {
    case .called(_, let number, let recorded):
      // The supervisor's, not the driver's.
      if recorded == .close || recorded == .reset { return nil }
      if let call = await wait(
        { interface.take(recorded) }, isOther: { interface.isWaiting(like: recorded) })
      {
        taken[number] = call
        return nil
      }
      guard let call = interface.take(like: recorded) else {
        return differs(recorded.words, "nothing of the kind")
      }
      taken[number] = call
      return differs(recorded.words, call.call.words)
    case .answered(_, let number, let answer):
      guard let call = taken.removeValue(forKey: number) else { return nil }
      if let (expected, found) = Self.difference(call, answer) {
        call.continuation.resume(returning: answer)
        return differs(expected, found)
      }
      call.continuation.resume(returning: answer)
    case .turned(_, let task):
      if task == .withdrawing { for job in state.withLock({ $0.jobs.values }) { job.cancel() } }
      guard await wait({ clock.release(task, at: line.at) }) != nil else {
        return differs("\(task.rawValue) goes on", "it waits")
      }
    case .told(_, let sealed):
      let told = await wait {
        state.withLock { $0.told.isEmpty ? nil : $0.told.removeFirst() }
      }
      guard told == sealed.text else {
        return differs("told \(sealed.text ?? "")", told.map { "told \($0)" } ?? "told nothing")
      }
    case .gave(_, let number, let work):
      if let fault = give(work, number) { return differs("a job", fault) }
    case .ended(_, let number, let outcome):
      let found = await wait { state.withLock { $0.ended.removeValue(forKey: number) } }
      guard found == outcome else {
        return differs("job: \(outcome)", "job: \(found ?? "nothing")")
      }
    case .stopped(_, let cause):
      let found = await wait { state.withLock { $0.stopped } }
      guard found == cause else {
        return differs("the driver ended: \(cause)", "the driver ended: \(found ?? "not at all")")
      }
    case .began, .attached, .detached, .opened, .refused, .driven, .talked, .step, .laidOut,
      .over:
      break
    }
    return nil
  }

  private func give(_ work: RecordedWork, _ number: Int) -> String? {
    do {
      switch (work, port) {
      case (.print(let sealed), .printer(let printer, _)):
        let job = try JSONDecoder().decode(PrintJob.self, from: Data(sealed.bytes ?? []))
        start(number) { () async throws(DeviceError) in
          do throws(PrintFault) {
            return tale(try await printer.print(job))
          } catch {
            throw error.cause
          }
        }
      case (.show(let sealed), .display(let display)),
        (.show(let sealed), .printer(_, .some(let display))):
        let content = try JSONDecoder().decode(
          DisplayContent.self, from: Data(sealed.bytes ?? []))
        start(number) { () async throws(DeviceError) in tale(try await display.show(content)) }
      default: return "a device of another kind"
      }
    } catch {
      return "one that this kioskctl does not know: \(error)"
    }
    return nil
  }

  private func start(
    _ number: Int, _ body: @escaping @Sendable () async throws(DeviceError) -> String
  ) {
    state.withLock { state in state.jobs[number] = Task { await finish(number, body) } }
  }

  private func finish(_ number: Int, _ body: () async throws(DeviceError) -> String) async {
    let outcome: String
    do throws(DeviceError) {
      outcome = try await body()
    } catch {
      outcome = tale(error.kind)
    }
    state.withLock { state in
      state.ended[number] = outcome
      state.jobs[number] = nil
    }
    signal.stir()
  }

  /// The bytes of a write as far as the device took them.
  private static func difference(
    _ call: ReplayInterface.Call, _ answer: RecordedAnswer
  ) -> (String, String)? {
    guard case .write(_, _, let offset, _) = call.call, case .took(_, let sealed) = answer,
      let recorded = sealed.bytes
    else { return nil }
    let sent = call.bytes.dropFirst(offset).prefix(recorded.count)
    guard !sent.elementsEqual(recorded) else { return nil }
    let place = zip(sent, recorded).prefix { $0 == $1 }.count
    func excerpt(_ bytes: some Collection<UInt8>) -> String {
      bytes.dropFirst(place).prefix(8).map { String(UInt16($0) + 0x100, radix: 16).suffix(2) }
        .joined(separator: " ")
    }
    return (
      "byte \(offset + place): \(excerpt(recorded))", "byte \(offset + place): \(excerpt(sent))"
    )
  }

  // MARK: Waiting

  /// Waits until the driver has done what the line says it did. With `isOther` it did something
  /// else instead, which a second task of its may have done.
  private func wait<Value>(
    _ find: () -> Value?, isOther: () -> Bool = { false }
  ) async -> Value? {
    let begin = ContinuousClock.now
    while true {
      if let value = find() { return value }
      let waited = begin.duration(to: .now)
      guard waited < (isOther() ? Self.otherPatience : Self.patience) else { return nil }
      // What it waits for may be the end of its own sleep.
      clock.wakeSleepers()
      await signal.wait()
    }
  }
}

/// Wakes the replay when the driver did something.
final class ReplaySignal: Sendable {
  private struct State {
    var isStirred = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  func stir() {
    state.withLock { state in
      defer { state.waiter = nil }
      if state.waiter == nil { state.isStirred = true }
      return state.waiter
    }?.resume()
  }

  /// Returns when something was stirred since the last return. One waiter.
  func wait() async {
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        guard !state.isStirred else {
          state.isStirred = false
          return true
        }
        state.waiter = continuation
        return false
      }
      if isOver { continuation.resume() }
    }
  }

  /// Stirs until its task is cancelled, so that nobody waits for ever.
  func tick(every pause: Duration) async {
    while true {
      do { try await Task.sleep(for: pause) } catch { return }  // Cancelled: the replay is over.
      stir()
    }
  }
}
