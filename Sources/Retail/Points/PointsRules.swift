import Ledger

/// What the shop decides about points beyond earning (members.yaml, `points`).
public struct PointsRules: Equatable, Sendable, Codable {
  public static let standard = PointsRules()

  /// What happens to points that a refund takes back and that are spent already (M12).
  public enum SpentAlready: String, Sendable, Codable, CaseIterable {
    /// The member owes them: what is earned next pays them first. The only way below zero.
    case owe
    /// They are let go.
    case forgive
    /// The refund of the points is refused.
    case refuse
  }

  public let spentAlready: SpentAlready
  /// Corrections by hand of so many thousandths on need a second person; 1: all.
  public let secondPersonFrom: Int64
  /// The most that one correction may move.
  public let adjustLimit: Int64
  public let offers: [ExchangeOffer]

  public init(
    spentAlready: SpentAlready = .owe, secondPersonFrom: Int64 = 1,
    adjustLimit: Int64 = 1_000_000_000, offers: [ExchangeOffer] = []
  ) {
    self.spentAlready = spentAlready
    self.secondPersonFrom = secondPersonFrom
    self.adjustLimit = adjustLimit
    self.offers = offers
  }
}

/// Something that points are given for (M5, M13).
public struct ExchangeOffer: Equatable, Sendable, Codable {
  public enum Gift: Equatable, Sendable, Codable {
    case coupon(template: String)
    /// From the stock that was set aside for it.
    case goods(sku: String, pieces: Int64)
    /// Bonus, which is never paid out as cash; nil months: without an end.
    case value(Money, months: Int?)
    case visits(service: String, Int64, months: Int?)
  }

  /// So often; further levels are what it was raised to since its window began.
  public struct Limit: Equatable, Sendable, Codable {
    public let window: LimitWindow
    public let levels: [Int64]

    public init(window: LimitWindow, levels: [Int64]) {
      self.window = window
      self.levels = levels
    }
  }

  public let id: String
  public let title: LocalizedText
  /// Thousandths of a point.
  public let price: Int64
  public let gift: Gift
  public let perMember: Limit?
  /// For all members of a kiosk together.
  public let total: Limit?
  public let notBefore: CalendarDate?
  public let notAfter: CalendarDate?

  public init(
    id: String, title: LocalizedText, price: Int64, gift: Gift, perMember: Limit? = nil,
    total: Limit? = nil, notBefore: CalendarDate? = nil, notAfter: CalendarDate? = nil
  ) {
    self.id = id
    self.title = title
    self.price = price
    self.gift = gift
    self.perMember = perMember
    self.total = total
    self.notBefore = notBefore
    self.notAfter = notAfter
  }

  /// The name that its uses are counted under.
  var rule: String { "exchange-" + id }
}

extension EarningRule {
  /// What points that are earned together end with.
  public enum Span: String, Sendable, Codable, CaseIterable { case month, day, none }

  /// The lot that points earned on a day go to: the one they wait on while goods can be returned,
  /// where there is such a time.
  public func lot(of member: Int64, on date: CalendarDate) -> Account {
    let bucket = bucket(on: date)
    guard let days = pendingDays, days > 0 else { return bucket.account(of: member) }
    return PendingPoints.account(of: member, until: date.adding(days: days), bucket)
  }

  /// What points earned on a day end with.
  public func bucket(on date: CalendarDate) -> PointsBucket {
    let month = date.firstOfMonth(after: expiresAfterMonths)
    switch span ?? .month {
    case .month: return .month(month)
    case .day:
      // The same day of that month, or its last one.
      let last = month.firstOfMonth(after: 1).adding(days: -1)
      let day = month.adding(days: date.components.day - 1)
      return .day(min(day, last))
    case .none: return .endless
    }
  }
}
