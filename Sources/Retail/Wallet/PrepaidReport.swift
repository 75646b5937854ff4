import Ledger

/// A quarter of the calendar, `2026-Q4`.
public struct Quarter: Equatable, Sendable, Codable, CustomStringConvertible {
  public let year: Int
  /// 1 to 4.
  public let number: Int

  /// Nil for a number that is none.
  public init?(year: Int, number: Int) {
    guard (1_970...9_999).contains(year), (1...4).contains(number) else { return nil }
    self.year = year
    self.number = number
  }

  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 2,
      parts[1].hasPrefix("Q"), let year = Int(parts[0]), let number = Int(parts[1].dropFirst())
    else { return nil }
    self.init(year: year, number: number)
  }

  public init(of date: CalendarDate) {
    let (year, month, _) = date.components
    self.year = year
    number = (month + 2) / 3
  }

  public var firstDay: CalendarDate {
    CalendarDate(year: year, month: 3 * number - 2, day: 1)
  }

  /// The first day of the next one.
  public var end: CalendarDate { firstDay.firstOfMonth(after: 3) }

  public var previous: Quarter { Quarter(of: firstDay.adding(days: -1)) }

  public var description: String { "\(year)-Q\(number)" }
}

/// What a shop owes in stored value at both ends of a quarter, and what moved it between: what the
/// law of prepaid cards asks to be reported.
///
/// Principal and gift cards alone, for those were paid for. Bonus is the shop's own gift, and is
/// nowhere in it.
public struct PrepaidReport: Equatable, Sendable, Codable {
  public struct Figures: Equatable, Sendable, Codable {
    public internal(set) var opening = Money.zero
    /// Paid in from outside.
    public internal(set) var sold = Money.zero
    /// What refunds of purchases put back.
    public internal(set) var givenBack = Money.zero
    public internal(set) var spent = Money.zero
    /// To outside: top-ups undone or given back, cards paid out.
    public internal(set) var paidOut = Money.zero
    /// All else, which may be less than nothing: what a refund kept back, what was carried from
    /// account to account and came from elsewhere.
    public internal(set) var other = Money.zero

    public var closing: Money { opening + sold + givenBack - spent - paidOut + other }
  }

  public private(set) var principal = Figures()
  public private(set) var giftCards = Figures()

  public var closing: Money { principal.closing + giftCards.closing }

  private let start: Instant
  private let end: Instant
  private let currency: Asset

  /// - Parameters:
  ///   - start: the first moment of the quarter at the shop.
  ///   - end: the first moment after it.
  public init(from start: Instant, until end: Instant, currency: Asset) {
    self.start = start
    self.end = end
    self.currency = currency
  }

  /// Takes one entry of the book, in any order.
  ///
  /// - Parameter postings: what it moved: its own, or those of the hold that it ends.
  public mutating func take(_ entry: JournalEntry, _ postings: [Posting]) {
    switch entry.action {
    case .post, .capture: break
    case .hold, .void, .expire: return
    }
    guard entry.context.at < end else { return }
    let isBefore = entry.context.at < start
    let money = postings.filter { $0.asset == currency }
    Self.take(money, of: MemberFacts.isPrincipal, isBefore, into: &principal)
    Self.take(money, of: GiftCard.isCard, isBefore, into: &giftCards)
  }

  private static func take(
    _ postings: [Posting], of isStored: (AccountID) -> Bool, _ isBefore: Bool,
    into figures: inout Figures
  ) {
    var stored = Flow()
    for posting in postings where isStored(posting.account) { stored.take(posting) }
    guard stored != Flow() else { return }
    guard !isBefore else {
      figures.opening += stored.credits - stored.debits
      return
    }
    var (outside, bills) = (Flow(), Flow())
    for posting in postings {
      if Tender.isTender(posting.account) {
        outside.take(posting)
      } else if [HouseAccount.walletClearing, HouseAccount.giftClearing, HouseAccount.revenue]
        .contains(posting.account)
      {
        bills.take(posting)
      }
    }
    let sold = min(stored.credits, outside.debits)
    let paidOut = min(stored.debits, outside.credits)
    let givenBack = min(stored.credits - sold, bills.debits)
    let spent = min(stored.debits - paidOut, bills.credits)
    figures.sold += sold
    figures.paidOut += paidOut
    figures.givenBack += givenBack
    figures.spent += spent
    figures.other += (stored.credits - sold - givenBack) - (stored.debits - paidOut - spent)
  }

  private struct Flow: Equatable {
    var debits = Money.zero
    var credits = Money.zero

    mutating func take(_ posting: Posting) {
      if posting.units > 0 {
        debits += Money(minorUnits: posting.units)
      } else {
        credits -= Money(minorUnits: posting.units)
      }
    }
  }

  private enum CodingKeys: CodingKey { case principal, giftCards, start, end, currency }
}

extension PrepaidLaw {
  /// The last day on which a quarter may be reported: so many working days behind its end. Nil
  /// where the law asks for none. Only weekends are no working days here: where holidays move it,
  /// it is later.
  public func reportDue(_ quarter: Quarter) -> CalendarDate? {
    guard let days = reportWithinDays, days > 0 else { return nil }
    var date = quarter.end.adding(days: -1)
    for _ in 0..<days {
      repeat { date = date.adding(days: 1) } while date.isWeekend
    }
    return date
  }
}

extension CalendarDate {
  fileprivate var isWeekend: Bool { weekday >= 6 }
}
