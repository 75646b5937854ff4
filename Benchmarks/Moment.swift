import Glibc

/// A point in time, with the processor time that this process had used by then.
struct Moment: Sendable {
  let wall: ContinuousClock.Instant
  /// Of all threads, in microseconds.
  private let cpuMicroseconds: Int

  static var now: Moment { Moment(wall: .now, cpuMicroseconds: clock()) }

  func wallMilliseconds(since start: Moment) -> Double {
    (wall - start.wall) / .milliseconds(1)
  }

  func cpuMilliseconds(since start: Moment) -> Double {
    Double(cpuMicroseconds - start.cpuMicroseconds) / 1_000
  }
}
