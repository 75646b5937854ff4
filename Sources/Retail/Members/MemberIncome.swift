import Ledger

/// What came to a member in a span of time, by the entries of the ledger.
public struct MemberIncome: Equatable, Sendable {
  /// Earned, less what was taken back; thousandths.
  public let milliPoints: Int64
  /// Principal that money of outside was paid in for, less what was paid out again.
  public let topUp: Int64

  public init(of member: Int64, _ entries: [JournalEntry], _ span: Range<Instant>) {
    var (milliPoints, topUp): (Int64, Int64) = (0, 0)
    for entry in entries where span.contains(entry.context.at) {
      guard case .post(let postings) = entry.action else { continue }
      let house = Set(postings.list.map(\.account).filter { $0.owner == AccountID.house })
      let own = postings.list.filter { $0.account.owner == MemberFacts.owner(member) }
      // Credits are negative. A passage between two members earns nothing.
      if house.contains(HouseAccount.pointsIssued) {
        milliPoints -= own.filter { $0.account.purpose.hasPrefix("points/") }
          .reduce(0) { $0 + $1.units }
      }
      // A sale that is paid from the wallet and in cash books revenue, and is no top-up.
      let isPaidIn = house.contains { $0 == HouseAccount.cash || $0.purpose.hasPrefix("psp/") }
      if isPaidIn, !house.contains(HouseAccount.revenue) {
        topUp -= own.filter { $0.account == MemberFacts.principal(member) }
          .reduce(0) { $0 + $1.units }
      }
    }
    self.milliPoints = milliPoints
    self.topUp = topUp
  }
}
