import Logging
import Retail
import Storage

/// Ends the lots whose term is over: points, bonus, coupons and visits; sets pending points free.
/// In parts, so that a sweep never keeps a sale waiting; doing it again changes nothing.
public struct ExpirySweep: DailySweep {
  public let name = "ended lots"
  private let office: MemberOffice

  public init(_ office: MemberOffice) { self.office = office }

  public func lastDay() async throws(MemberFailure) -> CalendarDate? {
    let now = office.clock.now()
    do {
      return try await office.store.latestSweep().map {
        ShopTime(instant: $0, offsetSeconds: now.offsetSeconds)
          .businessDate(dayStart: office.rules.dayStart)
      }
    } catch {
      throw .store(error)
    }
  }

  public func part(
    after place: ExpiryPart.Place?, isDateConfirmed: Bool, isTrial: Bool = false
  ) async throws(MemberFailure) -> ExpiryPart {
    let request = ExpiryRequest(
      kiosk: office.kiosk, now: office.clock.now(), dayStart: office.rules.dayStart,
      isDateConfirmed: isDateConfirmed)
    do {
      return isTrial
        ? try await office.store.endedLots(after: place, request)
        : try await office.store.sweepEnded(after: place, request)
    } catch {
      throw .store(error)
    }
  }

  /// The whole sweep, part by part.
  public func run(isDateConfirmed: Bool = false) async throws(MemberFailure) -> ExpiryPart {
    var sum = try await part(after: nil, isDateConfirmed: isDateConfirmed)
    while let next = sum.next {
      sum = sum + (try await part(after: next, isDateConfirmed: isDateConfirmed))
    }
    return sum
  }

  public func sweep(_ logger: Logger) async throws(MemberFailure) {
    let part = try await run()
    for sum in part.sums {
      logger.notice(
        "lots ended",
        metadata: [
          "kind": "\(sum.kind.rawValue)", "asset": "\(sum.asset)", "lots": "\(sum.lots)",
          "units": "\(sum.units)",
        ])
    }
    if part.withheld > 0 {
      logger.warning(
        """
        the date jumped since the last sweep of ended lots, so that none was ended; check the \
        clock, then run `kioskctl ledger expire --date-is-right`
        """,
        metadata: ["withheld": "\(part.withheld)"])
    }
    if part.unknown > 0 {
      logger.warning(
        "accounts have a term that this version ends nothing of",
        metadata: ["accounts": "\(part.unknown)"])
    }
  }
}
