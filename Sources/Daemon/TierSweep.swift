import Ledger
import Retail
import Storage

/// Goes through the members and moves those whose tier has changed; doing it again changes nothing.
///
/// In parts, so that a sweep never keeps a sale waiting. A member's coupons of a rise are issued
/// before the rise is written, under a serial that the rise makes: a sweep that was cut off in
/// between issues the same ones.
public struct TierSweep: Sendable {
  /// Members in one part.
  public static let partLimit = 200
  static let setting = "tiers.lastSweep"
  static let actor = "system"
  /// Another coupon may have the serial that a rise makes; then the next is taken, so often.
  static let serialAttempts: UInt64 = 4

  /// What a part did, and where the next one goes on.
  public struct Part: Codable, Equatable, Sendable {
    public var looked = 0
    public var risen = 0
    public var fallen = 0
    public var coupons = 0
    /// Would have fallen if the clock could be trusted.
    public var withheld = 0
    /// Nil: that was all.
    public var next: Int64?

    public init() {}

    /// The sum of two parts, one after the other.
    public static func + (left: Part, right: Part) -> Part {
      var sum = right
      sum.looked += left.looked
      sum.risen += left.risen
      sum.fallen += left.fallen
      sum.coupons += left.coupons
      sum.withheld += left.withheld
      return sum
    }
  }

  private let office: MemberOffice
  private var store: Store { office.store }

  public init(_ office: MemberOffice) { self.office = office }

  /// The day of the last whole sweep; nil: there was none.
  public func lastDay() async throws(MemberFailure) -> CalendarDate? {
    do {
      return try await store.setting(Self.setting).flatMap { Int($0) }
        .map { CalendarDate(dayNumber: $0) }
    } catch {
      throw .store(error)
    }
  }

  /// The whole sweep, part by part.
  public func run(isDateConfirmed: Bool = false) async throws(MemberFailure) -> Part {
    var sum = Part()
    var after: Int64? = 0
    while let member = after {
      let part = try await part(after: member, isDateConfirmed: isDateConfirmed)
      sum = sum + part
      after = part.next
    }
    return sum
  }

  public func part(
    after member: Int64, isDateConfirmed: Bool
  ) async throws(MemberFailure) -> Part {
    var part = Part()
    guard let tiers = office.rules.tiers else { return part }
    let now = office.clock.now()
    let lastSweep = try await lastDay()
    let mayFall =
      isDateConfirmed || TierClock.mayFall(today: now.date, lastSweep: lastSweep)
    let looks = try await store.tierLooks(
      after: member, limit: Self.partLimit, rules: tiers, today: now)
    for look in looks {
      part.looked += 1
      try await move(look, tiers, now, mayFall, &part)
    }
    if looks.count == Self.partLimit {
      part.next = looks.last?.member
    } else if mayFall {
      do {
        try await store.setSetting(Self.setting, to: "\(now.date.dayNumber)")
      } catch {
        throw .store(error)
      }
    }
    return part
  }

  private func move(
    _ look: TierLook, _ tiers: TierRules, _ now: ShopTime, _ mayFall: Bool, _ part: inout Part
  ) async throws(MemberFailure) {
    func next(_ mayFall: Bool) -> TierStanding {
      tiers.next(
        after: look.standing, present: look.present, ended: look.ended, today: now.date,
        mayFall: mayFall)
    }
    let standing = next(mayFall)
    if !mayFall, next(true).tier != standing.tier { part.withheld += 1 }
    guard standing != look.standing else { return }
    func rank(_ tier: String) -> Int { tiers.levels.firstIndex { $0.tier == tier } ?? -1 }
    let rises = rank(standing.tier) > rank(look.standing.tier)
    let coupons = rises ? tiers.levels[rank(standing.tier)].coupons : []
    for template in coupons { try await issue(template, for: look, standing.tier) }
    let act: MemberAct
    do throws(MemberRefusal) {
      act = try MemberAct(actor: Self.actor, at: now.instant)
    } catch {
      throw .refused(error)
    }
    guard
      try await store.moveTier(of: look.member, from: look.standing, to: standing, act: act)
    else { return }
    part.coupons += coupons.count
    if rises { part.risen += 1 }
    if rank(standing.tier) < rank(look.standing.tier) { part.fallen += 1 }
  }

  /// Issues a coupon of a rise; the same rise issues the same coupon.
  private func issue(
    _ template: String, for look: TierLook, _ tier: String
  ) async throws(MemberFailure) {
    let rise = "\(look.member)/\(look.standing.tier)/\(look.standing.since)/\(tier)/\(template)"
    for attempt in 0..<Self.serialAttempts {
      do throws(CouponIssueFailure) {
        _ = try await CouponIssue.issue(
          template: template, member: look.member,
          serial: Self.serial(of: rise, attempt), in: store, rules: office.offers,
          kiosk: office.kiosk, clock: office.clock, language: office.language, actor: Self.actor)
        return
      } catch {
        if case .store(let fault) = error { throw .store(fault) }
        guard error == .refused(.otherContent), attempt + 1 < Self.serialAttempts else {
          throw .store(StorageError(.refused, error.description))
        }
      }
    }
  }

  /// FNV-1a, of which a serial takes 48 bits (draft-eastlake-fnv).
  static func serial(of text: String, _ attempt: UInt64) -> UInt64 {
    let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 ^ attempt) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
    }
    return (hash ^ hash >> 48) % CouponIssue.serialLimit
  }
}
