import Logging
import Retail
import ServiceLifecycle
import Storage

/// Sweeps the tiers once a day by itself, within minutes of the first moment at which the shop's
/// day is a new one; never right after a start, when there is enough to do. A fault is logged and
/// tried again; a sweep that was cut off goes on with the next.
public struct TierWatch: Service {
  /// How often the day is looked at.
  static let pause = Duration.seconds(600)

  private let sweep: TierSweep
  private let clock: KioskClock
  private let logger: Logger

  public init(sweep: TierSweep, clock: KioskClock, logger: Logger) {
    self.sweep = sweep
    self.clock = clock
    self.logger = logger
  }

  public func run() async {
    await cancelWhenGracefulShutdown { await watch() }
  }

  private func watch() async {
    var done: CalendarDate?
    while !Task.isCancelled {
      do { try await clock.sleep(Self.pause) } catch { return }  // It stops.
      let today = clock.now().date
      if done != today, await sweepOnce(today) { done = today }
    }
  }

  /// Whether this day needs no other.
  private func sweepOnce(_ today: CalendarDate) async -> Bool {
    do throws(MemberFailure) {
      guard try await sweep.lastDay() != today else { return true }
      let part = try await sweep.run()
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
      return true
    } catch {
      logger.error("the sweep of tiers failed", metadata: ["reason": "\(error)"])
      return false
    }
  }
}
