import Ledger

/// Points of one member that end together: all of a month, all of a day, or those that never end.
/// A member has tens of them, however often points are earned (RETAIL 2).
public enum PointsBucket: Equatable, Hashable, Sendable {
  /// Its first day.
  case month(CalendarDate)
  case day(CalendarDate)
  case endless

  static let endlessName = "none"

  /// As the account's name says it: `2027-11`, `2027-11-30` or `none`.
  public init?(_ name: some StringProtocol) {
    if name == Self.endlessName {
      self = .endless
    } else if let day = CalendarDate(name) {
      self = .day(day)
    } else if let first = CalendarDate("\(name)-01") {
      self = .month(first)
    } else {
      return nil
    }
  }

  public var name: String {
    switch self {
    case .month(let first): first.monthDescription
    case .day(let day): "\(day)"
    case .endless: Self.endlessName
    }
  }

  /// The account of it, which holds what is left.
  public func account(of member: Int64) -> Account {
    switch self {
    case .month(let first): .pointsLot(member: member, month: first)
    case .day(let day):
      Account(
        id: MemberFacts.points(member, month: name), asset: .points, rule: .debitsWithinCredits,
        expiresAt: day.adding(days: 1).endOnEarth)
    case .endless:
      Account(
        id: MemberFacts.points(member, month: name), asset: .points, rule: .debitsWithinCredits)
    }
  }
}

extension CalendarDate {
  /// When a day begins where it begins last on earth: the same moment whatever the season's offset,
  /// so that whoever opens an account of that day opens one and the same.
  var endOnEarth: Instant { start(offsetSeconds: -12 * 3_600) }
}
