import Devices
import Drivers
import Foundation
import Profiles
import Synchronization

/// One opened device of a recording, played to its driver again: what came is given to it as it
/// came, and what it sends and tells is compared.
final class DeviceReplay: Sendable {
  /// How long the driver may think about one line before it counts as silent.
  static let patience = Duration.seconds(5)
  static let otherPatience = Duration.milliseconds(500)
  /// The driver's own timers wait so long for what it does without them.
  static let grace = Duration.milliseconds(1)
  static let lateGrace = Duration.milliseconds(50)
  private static let tick = Duration.milliseconds(20)

  private struct State {
    var told: [String] = []
    var ended: [Int: String] = [:]
    var stopped: String?
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
    makePort: (any USBInterface, any Clock<Duration>) -> DevicePort
  ) {
    let signal = ReplaySignal()
    let clock = ReplayClock()
    self.signal = signal
    self.clock = clock
    self.device = device
    interface = ReplayInterface(description) { signal.stir() }
    port = makePort(interface, clock)
  }

  /// Plays all lines with drivers of `make`; the first difference, or nil.
  ///
  /// When a driver looked at its clock is known only as between an answer and its next call. The
  /// earlier moment is taken; where that leads elsewhere, the later one is tried before it counts.
  static func play(
    _ lines: [NumberedEvent], with make: () -> DeviceReplay
  ) async -> ReplayDifference? {
    var late: Set<Int> = []
    var first: ReplayDifference?
    for _ in 0..<attemptLimit {
      guard let difference = await make().play(lines, late: late) else { return nil }
      first = first ?? difference
      let answer = lines.last { line in
        guard line.line < difference.line, case .answered = line.event else { return false }
        return true
      }
      guard let answer, late.insert(answer.line).inserted else { return difference }
    }
    return first
  }

  /// So many answers whose moment decides are looked for; a shift has hardly one.
  private static let attemptLimit = 16

  /// Plays all lines once; the answers in `late` come at the time of the line after them.
  private func play(
    _ lines: [NumberedEvent], late: Set<Int>
  ) async -> ReplayDifference? {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.run() }
      group.addTask { await self.signal.tick(every: Self.tick) }
      var taken: [Int: ReplayInterface.Call] = [:]
      var difference: ReplayDifference?
      for (index, line) in lines.enumerated() {
        let next = index + 1
        let isLate = late.contains(line.line) && next < lines.count
        difference = await play(
          line, at: isLate ? lines[next].at : line.at, &taken, &group)
        if difference != nil { break }
      }
      if difference == nil, let last = lines.last, let extra = state.withLock({ $0.told.first }) {
        difference = ReplayDifference(
          line: last.line, place: device, expected: "nothing more", found: "told \(extra)")
      }
      interface.end()
      for call in taken.values {
        call.continuation.resume(returning: .fault(Self.over))
      }
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
      case .printer(let printer): try await printer.run { self.tell($0) }
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
    _ line: NumberedEvent, at time: Duration, _ taken: inout [Int: ReplayInterface.Call],
    _ group: inout TaskGroup<Void>
  ) async -> ReplayDifference? {
    func differs(_ expected: String, _ found: String) -> ReplayDifference {
      ReplayDifference(line: line.line, place: device, expected: expected, found: found)
    }
    switch line.event {
    case .called(_, let number, let recorded):
      // The supervisor's, not the driver's.
      if recorded == .close || recorded == .reset { return nil }
      if let call = await wait(
        line.at, { interface.take(recorded) }, isOther: { interface.isWaiting(like: recorded) })
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
      await pass(to: time)
      if let (expected, found) = Self.difference(call, answer) {
        call.continuation.resume(returning: answer)
        return differs(expected, found)
      }
      call.continuation.resume(returning: answer)
    case .told(_, let sealed):
      let told = await wait(line.at) {
        state.withLock { $0.told.isEmpty ? nil : $0.told.removeFirst() }
      }
      guard told == sealed.text else {
        return differs("told \(sealed.text ?? "")", told.map { "told \($0)" } ?? "told nothing")
      }
    case .gave(_, let number, let work):
      await pass(to: line.at)
      if let fault = give(work, number, &group) { return differs("a job", fault) }
    case .ended(_, let number, let outcome):
      let found = await wait(line.at) { state.withLock { $0.ended.removeValue(forKey: number) } }
      guard found == outcome else {
        return differs("job: \(outcome)", "job: \(found ?? "nothing")")
      }
    case .stopped(_, let cause):
      let found = await wait(line.at) { state.withLock { $0.stopped } }
      guard found == cause else {
        return differs("the driver ended: \(cause)", "the driver ended: \(found ?? "not at all")")
      }
    case .began, .attached, .detached, .opened, .refused, .driven, .talked, .step, .laidOut,
      .over:
      break
    }
    return nil
  }

  private func give(
    _ work: RecordedWork, _ number: Int, _ group: inout TaskGroup<Void>
  ) -> String? {
    do {
      switch (work, port) {
      case (.print(let sealed), .printer(let printer)):
        let job = try JSONDecoder().decode(PrintJob.self, from: Data(sealed.bytes ?? []))
        group.addTask {
          await self.finish(number) { () async throws(DeviceError) in
            do throws(PrintFault) {
              return tale(try await printer.print(job))
            } catch {
              throw error.cause
            }
          }
        }
      case (.show(let sealed), .display(let display)):
        let content = try JSONDecoder().decode(
          DisplayContent.self, from: Data(sealed.bytes ?? []))
        group.addTask {
          await self.finish(number) { () async throws(DeviceError) in
            tale(try await display.show(content))
          }
        }
      default: return "a device of another kind"
      }
    } catch {
      return "one that this kioskctl does not know: \(error)"
    }
    return nil
  }

  private func finish(_ number: Int, _ body: () async throws(DeviceError) -> String) async {
    let outcome: String
    do throws(DeviceError) {
      outcome = try await body()
    } catch {
      outcome = tale(error.kind)
    }
    state.withLock { $0.ended[number] = outcome }
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

  // MARK: Time

  /// Lets the time pass up to a line, the driver's own timers at their moments.
  private func pass(to time: Duration) async {
    while let deadline = clock.nextDeadline, deadline <= time {
      clock.move(to: deadline)
      await rest(Self.grace)
    }
    clock.move(to: time)
  }

  /// Waits until the driver has done what the line says it did at `time`.
  /// With `isOther` it did something else instead, which a second task of its may have done.
  private func wait<Value>(
    _ time: Duration, _ find: () -> Value?, isOther: () -> Bool = { false }
  ) async -> Value? {
    let begin = ContinuousClock.now
    while true {
      if let value = find() { return value }
      let waited = begin.duration(to: .now)
      guard waited < (isOther() ? Self.otherPatience : Self.patience) else { return nil }
      // What it waits for may be its own timer: due by the recording, or a trifle later.
      if let deadline = clock.nextDeadline,
        waited > (deadline <= time ? Self.grace : Self.lateGrace)
      {
        clock.move(to: deadline)
        await rest(Self.grace)
      } else if clock.nextDeadline != nil {
        await rest(Self.grace)
      } else {
        await signal.wait()
      }
    }
  }

  private func rest(_ duration: Duration) async {
    do { try await Task.sleep(for: duration) } catch { return }  // Cancelled: the replay ends.
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
