import Devices
import Simulators
import Synchronization
import Testing

@testable import Drivers

/// Jobs that are taken back while they are printed.
@Suite(.timeLimit(.minutes(2))) struct PrintWithdrawalTests {
  private func eventually(_ what: String, _ isSo: () async -> Bool) async throws {
    while !(await isSo()) { try await Task.sleep(for: .milliseconds(1)) }
  }

  private func isSent(_ bench: PrinterBench, after count: Int) -> Bool {
    // The request for its process id is the end of a job.
    !bench.simulated.withModel { $0.receivedBytes.dropFirst(count).ranges(of: [0x1D, 0x28, 0x48]) }
      .isEmpty
  }

  /// A printer that takes bytes and prints none, and how many it took before.
  private func stopped(_ bench: PrinterBench) async throws -> Int {
    let before = try await bench.print("before", number: 9)
    #expect(before == .printed)
    return bench.simulated.withModel { model in
      model.printsAtOnce = false
      return model.receivedBytes.count
    }
  }

  @Test func `a job that is taken back ends, and the next one is whole`() async throws {
    let bench = PrinterBench()
    try await bench.whileRunning {
      let count = try await stopped(bench)
      let job = Task { try await bench.print("first") }
      try await eventually("sent") { isSent(bench, after: count) }
      job.cancel()
      let fault = await #expect(throws: PrintFault.self) { try await job.value }
      #expect(fault?.cause.kind == .cancelled)
      bench.simulated.withModel {
        $0.printsAtOnce = true
        $0.setPaper(.ok)
      }
      let next = try await bench.print("second", number: 2)
      #expect(next == .printed)
    }
    #expect(bench.paper.hasSuffix("second\nend of 2\n--- cut ---\n"))
  }

  /// A test page's time was over in the moment in which it ended: the customer's paper behind it
  /// was torn.
  @Test func `a word that comes too late to take a job back does not meet the next`() async throws {
    let clock = HoldingClock()
    let bench = PrinterBench(clock: clock)
    try await bench.whileRunning {
      let begun = try await stopped(bench)
      let job = Task { try await bench.print("first") }
      try await eventually("sent") { isSent(bench, after: begun) }
      job.cancel()
      try await eventually("held") { clock.isHolding }
      bench.simulated.withModel {
        $0.printsAtOnce = true
        $0.setPaper(.ok)
      }
      let first = try await job.value
      #expect(first == .printed)

      let count = bench.simulated.withModel { model in
        model.printsAtOnce = false
        return model.receivedBytes.count
      }
      let next = Task { try await bench.print("second", number: 2) }
      try await eventually("sent") { isSent(bench, after: count) }
      clock.release()
      // What is late has its time.
      try await Task.sleep(for: .milliseconds(50))
      bench.simulated.withModel {
        $0.printsAtOnce = true
        $0.setPaper(.ok)
      }
      let second = try await next.value
      #expect(second == .printed)
    }
  }
}

/// The machine's time, except that whoever takes a job back waits until `release`.
private final class HoldingClock: DriverClock {
  private let machine = MachineClock()
  private let held = Mutex<CheckedContinuation<Void, Never>?>(nil)

  var isHolding: Bool { held.withLock { $0 != nil } }

  func release() {
    held.withLock { held in
      defer { held = nil }
      return held
    }?.resume()
  }

  func turn(_ task: DriverTask, isolation: isolated (any Actor)?) async -> Duration {
    if task == .withdrawing {
      await withCheckedContinuation { continuation in held.withLock { $0 = continuation } }
    }
    return await machine.turn(task, isolation: isolation)
  }

  func sleep(for duration: Duration) async throws { try await machine.sleep(for: duration) }
}
