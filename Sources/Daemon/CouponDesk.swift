import CheckoutMachine
import Ledger
import Retail
import Storage

/// Looks up what customers present: a coupon by its code, with a limit on wrong ones (RETAIL 13).
struct CouponDesk: Sendable {
  /// Refused codes within the window before every further one is refused unseen.
  static let refusalLimit = 10
  static let windowMilliseconds: Int64 = 60_000

  private var refusals: [Instant] = []

  enum Answer: Sendable {
    case presented(PresentedCoupon)
    case refused(Checkout.CouponRefusal)
  }

  mutating func look(
    up code: BearerCode, in store: Store, rules: RuleSet, member: Int64?, now: Instant
  ) async throws(StorageError) -> Answer {
    refusals.removeAll { now.milliseconds - $0.milliseconds > Self.windowMilliseconds }
    guard refusals.count < Self.refusalLimit else { return .refused(.tooManyAttempts) }
    let answer = try await Self.judge(code, store, rules, member, now)
    if case .refused = answer { refusals.append(now) }
    return answer
  }

  private static func judge(
    _ code: BearerCode, _ store: Store, _ rules: RuleSet, _ member: Int64?, _ now: Instant
  ) async throws(StorageError) -> Answer {
    guard let coupon = try await store.coupon(code: code),
      let template = try await RuleArchive(store).template(of: coupon, today: rules)
    else { return .refused(.unknownCode) }
    if now < coupon.validFrom { return .refused(.notYetValid) }
    if now >= coupon.validUntil { return .refused(.expired) }
    if let holder = coupon.holder, holder != member,
      // Given to the record that was merged into this member's.
      try await store.currentMember(of: holder) != member
    {
      return .refused(.ofAnotherMember)
    }
    // Whether it was spent is not a field of the coupon: its account says so.
    guard let balance = try await SQLiteLedger(store).balance(of: coupon.account) else {
      return .refused(.unknownCode)
    }
    if balance.posted == 0 { return .refused(.spent) }
    guard balance.available(under: .debitsWithinCredits) ?? 0 > 0 else {
      return .refused(.heldElsewhere)
    }
    return .presented(
      PresentedCoupon(
        id: coupon.id, template: template, validUntil: coupon.validUntil, holder: coupon.holder))
  }
}
