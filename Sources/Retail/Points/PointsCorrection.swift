import Ledger

/// Changes of points that no sale and no offer makes.
public enum PointsCorrection {
  /// A correction by hand; two persons and a reason stand in the entry.
  public struct Adjustment: Equatable, Sendable, Codable {
    /// Thousandths; below zero takes away, and never more than can be spent.
    public let units: Int64
    public let reason: String
    public let by: String
    public let second: String?

    public init(units: Int64, reason: String, by: String, second: String?) {
      self.units = units
      self.reason = reason
      self.by = by
      self.second = second
    }
  }

  public static func batch(
    _ adjustment: Adjustment, _ purse: PointsPurse, _ rules: PointsRules, earning: EarningRule,
    _ facts: ActFacts
  ) throws(PointsRefusal) -> Batch {
    let (units, member) = (adjustment.units, facts.member)
    guard units != 0, units.magnitude <= UInt64(rules.adjustLimit) else {
      throw .amount(limit: rules.adjustLimit)
    }
    guard adjustment.reason.contains(where: { !$0.isWhitespace }) else { throw .reasonMissing }
    if units.magnitude >= UInt64(rules.secondPersonFrom) {
      guard let second = adjustment.second, !second.isEmpty else { throw .secondPersonMissing }
    }
    if let second = adjustment.second, second == adjustment.by { throw .samePerson }
    let second = adjustment.second.map { ", with \($0)" } ?? ""
    let reason = "correction by \(adjustment.by)\(second): \(adjustment.reason)"
    if units < 0 {
      let list = try purse.taking(-units, of: member, to: HouseAccount.pointsClawedBack)
      return try batch([], list, HouseAccount.pointsClawedBack, reason, "adjust", facts)
    }
    let lot = earning.bucket(on: facts.now.date).account(of: member)
    let paid = min(purse.owed, units)
    var list = [Posting(account: HouseAccount.pointsIssued, asset: .points, units: units)]
    if paid > 0 {
      list.append(Posting(account: MemberFacts.pointsOwed(member), asset: .points, units: -paid))
    }
    if units > paid {
      list.append(Posting(account: lot.id, asset: .points, units: paid - units))
    }
    return try batch(
      units > paid ? [lot] : [], list, HouseAccount.pointsIssued, reason, "adjust", facts)
  }

  /// Takes back what a purchase gave that is refunded. Nil when nothing is left to be posted.
  ///
  /// - Parameter lot: the account that the sale put them on.
  public static func takingBack(
    _ units: Int64, earnedOn lot: Account?, reason: String, _ purse: PointsPurse,
    _ rules: PointsRules, _ facts: ActFacts
  ) throws(PointsRefusal) -> Batch? {
    guard (1...Posting.unitsLimit).contains(units) else { throw .amount(limit: Posting.unitsLimit) }
    let (openings, list, _) = try purse.takingBack(
      units, of: facts.member, earnedOn: lot, rules)
    guard !list.isEmpty else { return nil }
    return try batch(
      openings, list, HouseAccount.pointsClawedBack, reason, "take-back", facts)
  }

  private static func batch(
    _ openings: [Account], _ list: [Posting], _ house: AccountID, _ reason: String,
    _ act: String, _ facts: ActFacts
  ) throws(PointsRefusal) -> Batch {
    do {
      return Batch(
        openings: openings + [Account(id: house, asset: .points, rule: .free)],
        entries: [try facts.entry(act, 0, list, reason)], isLinked: true)
    } catch {
      throw .ledger("\(error)")
    }
  }
}
