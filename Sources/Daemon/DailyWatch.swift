import Logging
import Retail
import ServiceLifecycle
import Storage

/// Something that is done once a day. Conformers: `TierSweep` and `ExpirySweep`.
public protocol DailySweep: Sendable {
  /// What the log calls it.
  var name: String { get }
  /// The day of the last whole sweep; nil: there was none.
  func lastDay() async throws(MemberFailure) -> CalendarDate?
  /// The whole sweep; a second one changes nothing.
  func sweep(_ logger: Logger) async throws(MemberFailure)
}

/// Does the sweeps of a day by itself, within minutes of the first moment at which the shop's day
/// is a new one; never right after a start, when there is enough to do. A fault is logged and tried
/// again; a sweep that was cut off goes on with the next.
public struct DailyWatch: Service {
  /// How often the day is looked at.
  static let pause = Duration.seconds(600)

  private let sweeps: [any DailySweep]
  private let clock: KioskClock
  private let logger: Logger

  public init(sweeps: [any DailySweep], clock: KioskClock, logger: Logger) {
    self.sweeps = sweeps
    self.clock = clock
    self.logger = logger
  }

  public func run() async {
    await cancelWhenGracefulShutdown { await watch() }
  }

  private func watch() async {
    var done = [CalendarDate?](repeating: nil, count: sweeps.count)
    while !Task.isCancelled {
      do { try await clock.sleep(Self.pause) } catch { return }  // It stops.
      let today = clock.now().date
      for (index, sweep) in sweeps.enumerated() where done[index] != today {
        if await once(sweep, today) { done[index] = today }
      }
    }
  }

  /// Whether this day needs no other.
  private func once(_ sweep: any DailySweep, _ today: CalendarDate) async -> Bool {
    do throws(MemberFailure) {
      guard try await sweep.lastDay() != today else { return true }
      try await sweep.sweep(logger)
      return true
    } catch {
      logger.error("the sweep of \(sweep.name) failed", metadata: ["reason": "\(error)"])
      return false
    }
  }
}

extension TierSweep: DailySweep {
  public var name: String { "tiers" }

  public func sweep(_ logger: Logger) async throws(MemberFailure) {
    let part = try await run()
    if part.risen + part.fallen > 0 {
      logger.notice(
        "tiers swept", metadata: ["risen": "\(part.risen)", "fallen": "\(part.fallen)"])
    }
    if part.withheld > 0 {
      logger.warning(
        """
        the date jumped since the last sweep of tiers, so that none was taken away; check the \
        clock, then run `kioskctl tiers sweep --date-is-right`
        """,
        metadata: ["withheld": "\(part.withheld)"])
    }
  }
}
