import Ledger

/// Points that wait until the return period is over (M12): they are on
/// `m/<id>/points-pending/<day>/<bucket>`, whose term ends with that period.
public enum PendingPoints {
  /// - Parameter until: the last day on which the goods may be returned.
  public static func account(of member: Int64, until: CalendarDate, _ bucket: PointsBucket)
    -> Account
  {
    Account(
      id: AccountID(
        owner: MemberFacts.owner(member), purpose: "points-pending/\(until)/\(bucket.name)"),
      asset: .points, rule: .debitsWithinCredits, expiresAt: until.adding(days: 1).endOnEarth)
  }
}

/// Where pending points go: to what the member owes first, and the rest to the lot they are for.
struct PointsRelease {
  let openings: [Account]
  let postings: [Posting]
  /// What of it paid a debt.
  let paid: Int64

  /// Nil for an account that names no lot.
  init?(of pending: Account, _ units: Int64, owed: Int64) {
    let parts = pending.id.purpose.split(separator: "/")
    guard parts.count == 3, let bucket = PointsBucket(parts[2]),
      let member = Int64(pending.id.owner.dropFirst(2))
    else { return nil }
    let lot = bucket.account(of: member)
    paid = min(max(0, owed), units)
    var postings: [Posting] = []
    if paid > 0 {
      postings.append(
        Posting(account: MemberFacts.pointsOwed(member), asset: .points, units: -paid))
    }
    if units > paid {
      postings.append(Posting(account: lot.id, asset: .points, units: paid - units))
    }
    openings = units > paid ? [lot] : []
    self.postings = postings
  }
}

extension MemberFacts {
  /// What a member owes because points were spent that a refund took back. Its debits are the debt.
  public static func pointsOwed(_ id: Int64) -> AccountID {
    AccountID(owner: owner(id), purpose: pointsOwedPurpose)
  }

  public static let pointsOwedPurpose = "points-owed"
}
