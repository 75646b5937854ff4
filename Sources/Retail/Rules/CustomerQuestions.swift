import Ledger

/// What rules ask of customers: no more of a member is handed to pricing, for it stays with the
/// decision of each sale.
public struct CustomerQuestions: Equatable, Sendable {
  public private(set) var tags: Set<String> = []
  public private(set) var segments: Set<String> = []
  public private(set) var birthdays: Set<CustomerCondition.Birthday> = []
  public private(set) var asksPurchases = false

  public init(_ rules: [Rule]) {
    for rule in rules { ask(rule) }
  }

  public mutating func ask(_ rule: Rule) {
    guard let customer = rule.conditions.customer else { return }
    tags.formUnion(customer.tags)
    segments.formUnion(customer.segments)
    if let birthday = customer.birthday { birthdays.insert(birthday) }
    if customer.purchase != nil { asksPurchases = true }
  }

  /// Whether anything is asked but the tier.
  public var isEmpty: Bool {
    tags.isEmpty && segments.isEmpty && birthdays.isEmpty && !asksPurchases
  }

  /// What a member answers today.
  ///
  /// - Parameters:
  ///   - segments: those of the shop.
  ///   - purchases: so many before.
  public func answers(
    of facts: SegmentFacts, segments: [Segment], purchases: Int
  ) -> CustomerTraits {
    CustomerTraits(
      tags: facts.tags.intersection(tags).sorted(),
      segments: segments.filter { self.segments.contains($0.id) && $0.rule.holds(for: facts) }
        .map(\.id),
      birthday: birthday(of: facts), purchases: asksPurchases ? purchases : 0)
  }

  /// Only what today makes of it, and never without the consent for birthdays: that it is today, or
  /// in this month on a day that is not said.
  private func birthday(of facts: SegmentFacts) -> PricingInput.Customer.Birthday? {
    guard !birthdays.isEmpty, facts.consents.contains(.birthday), let birthday = facts.birthday
    else { return nil }
    let today = facts.today.components
    if birthday.next(from: facts.today) == facts.today {
      return PricingInput.Customer.Birthday(month: today.month, day: today.day)
    }
    guard birthdays.contains(.month), birthday.month == today.month else { return nil }
    return PricingInput.Customer.Birthday(month: today.month, day: 0)
  }
}

/// What rules of prices asked of a member, beside the tier.
public struct CustomerTraits: Equatable, Sendable, Codable {
  public let tags: [String]
  public let segments: [String]
  /// The day is 0 where it is another than today's.
  public let birthday: PricingInput.Customer.Birthday?
  /// Purchases before this one.
  public let purchases: Int

  public init(
    tags: [String] = [], segments: [String] = [],
    birthday: PricingInput.Customer.Birthday? = nil, purchases: Int = 0
  ) {
    self.tags = tags
    self.segments = segments
    self.birthday = birthday
    self.purchases = purchases
  }

  /// Nothing was asked.
  public static let none = CustomerTraits()
}

extension SegmentRule {
  /// How many days back the sales are that it is about.
  public var days: Int {
    switch self {
    case .all(let rules), .any(let rules): rules.map(\.days).max() ?? 0
    case .not(let rule): rule.days
    case .visited(let days), .visits(let days, _), .spent(let days, _): days
    case .tier, .tag, .source, .consent, .birthday, .registered, .points: 0
    }
  }
}
