import Ledger

/// What a shop decides about stored value (config/wallet.yaml).
public struct StoredValueRules: Equatable, Sendable, Codable {
  /// Money from outside: `cash`, `psp/<name>`.
  public let tenders: [String]
  public let topUp: TopUpRules
  public let refund: RefundRules
  /// Nil: none are sold.
  public let giftCards: GiftCardRules?

  public init(
    tenders: [String], topUp: TopUpRules, refund: RefundRules, giftCards: GiftCardRules?
  ) {
    self.tenders = tenders
    self.topUp = topUp
    self.refund = refund
    self.giftCards = giftCards
  }
}

/// How money gets onto a wallet.
public struct TopUpRules: Equatable, Sendable, Codable {
  /// Those that are offered, the least first.
  public let amounts: [Money]
  /// Nil: only those.
  public let free: FreeAmount?
  /// How long one person alone may undo a wrong top-up.
  public let undoMinutes: Int
  public let offers: [TopUpOffer]

  public struct FreeAmount: Equatable, Sendable, Codable {
    public let least: Money
    public let most: Money
    /// Amounts are multiples of it.
    public let step: Money

    public init(least: Money, most: Money, step: Money) {
      self.least = least
      self.most = most
      self.step = step
    }

    func takes(_ amount: Money) -> Bool {
      (least...most).contains(amount) && amount.minorUnits % step.minorUnits == 0
    }
  }

  public init(amounts: [Money], free: FreeAmount?, undoMinutes: Int, offers: [TopUpOffer]) {
    self.amounts = amounts
    self.free = free
    self.undoMinutes = undoMinutes
    self.offers = offers
  }

  /// Whether so much may be topped up.
  public func takes(_ amount: Money) -> Bool {
    amounts.contains(amount) || (free?.takes(amount) ?? false)
  }

  /// The offer of a name, or without one the best for the amount on a day: the most bonus, then the
  /// most points, then the most coupons, then the first by name. Nil where none applies.
  public func offer(
    _ name: String?, for amount: Money, on day: CalendarDate
  ) throws(WalletRefusal) -> TopUpOffer? {
    guard let name else {
      return offers.filter { $0.applies(to: amount, on: day) }.min {
        TopUpOffer.isBetter($0, $1, for: amount)
      }
    }
    guard let offer = offers.first(where: { $0.id == name }) else { throw .unknownOffer(name) }
    guard offer.applies(to: amount, on: day) else { throw .offerNotMet(name, from: offer.least) }
    return offer
  }
}

/// What a top-up gives beside the money.
public struct TopUpOffer: Equatable, Sendable, Codable {
  public let id: String
  public let title: LocalizedText
  /// The least top-up it is for, and the most; nil: any.
  public let least: Money
  public let most: Money?
  /// The first and the last day of it; nil: always.
  public let firstDay: CalendarDate?
  public let lastDay: CalendarDate?
  public let bonus: Bonus?
  /// Thousandths.
  public let milliPoints: Int64
  /// Templates of which one coupon each is issued.
  public let coupons: [String]
  /// What of the bonus that was used is taken off the principal when the top-up is given back, in
  /// basis points: 0 leaves it with the customer.
  public let usedBonusBasisPoints: Int

  public struct Bonus: Equatable, Sendable, Codable {
    public enum Size: Equatable, Sendable, Codable {
      case amount(Money)
      /// Of the top-up, in basis points, rounded down.
      case share(Int)
    }

    public let size: Size
    /// The days it is good for, that of the top-up included; nil: without an end.
    public let validDays: Int?
    /// The part of it that one bill may use, in basis points; nil: no cap.
    public let capOfGrantBasisPoints: Int?

    public init(size: Size, validDays: Int?, capOfGrantBasisPoints: Int?) {
      self.size = size
      self.validDays = validDays
      self.capOfGrantBasisPoints = capOfGrantBasisPoints
    }
  }

  public init(
    id: String, title: LocalizedText, least: Money, most: Money? = nil,
    firstDay: CalendarDate? = nil, lastDay: CalendarDate? = nil, bonus: Bonus? = nil,
    milliPoints: Int64 = 0, coupons: [String] = [], usedBonusBasisPoints: Int
  ) {
    self.id = id
    self.title = title
    self.least = least
    self.most = most
    self.firstDay = firstDay
    self.lastDay = lastDay
    self.bonus = bonus
    self.milliPoints = milliPoints
    self.coupons = coupons
    self.usedBonusBasisPoints = usedBonusBasisPoints
  }

  func applies(to amount: Money, on day: CalendarDate) -> Bool {
    amount >= least && (most.map { amount <= $0 } ?? true) && (firstDay.map { $0 <= day } ?? true)
      && (lastDay.map { day <= $0 } ?? true)
  }

  func bonus(for amount: Money) -> Money {
    switch bonus?.size {
    case .amount(let bonus): bonus
    case .share(let basisPoints): cap(amount, basisPoints: basisPoints)
    case nil: .zero
    }
  }

  static func isBetter(_ left: TopUpOffer, _ right: TopUpOffer, for amount: Money) -> Bool {
    let (leftBonus, rightBonus) = (left.bonus(for: amount), right.bonus(for: amount))
    if leftBonus != rightBonus { return leftBonus > rightBonus }
    if left.milliPoints != right.milliPoints { return left.milliPoints > right.milliPoints }
    if left.coupons.count != right.coupons.count {
      return left.coupons.count > right.coupons.count
    }
    return left.id < right.id
  }
}

/// What a refund does where more than one thing is right.
public struct RefundRules: Equatable, Sendable, Codable {
  /// What is filled first when a part of a bill is given back.
  public enum Order: String, Equatable, Sendable, Codable, CaseIterable {
    case walletFirst, outsideFirst
  }

  /// Points that are to be taken back and were spent meanwhile.
  public enum SpentPoints: String, Equatable, Sendable, Codable, CaseIterable {
    /// The member owes them.
    case owed
    /// They are left to the member.
    case left
  }

  /// Bonus that goes back to a lot that has ended.
  public enum EndedLots: Equatable, Sendable, Codable {
    /// To the lot as it is, which ended.
    case restore
    /// To a lot of its own that is good for so many days.
    case extend(days: Int)
    /// To the house.
    case forfeit
  }

  public let order: Order
  public let spentPoints: SpentPoints
  public let endedLots: EndedLots
  /// The days after a sale within which it is refunded; nil: any time.
  public let withinDays: Int?

  public init(order: Order, spentPoints: SpentPoints, endedLots: EndedLots, withinDays: Int?) {
    self.order = order
    self.spentPoints = spentPoints
    self.endedLots = endedLots
    self.withinDays = withinDays
  }
}

/// Cards of nobody that are sold and spent in parts.
public struct GiftCardRules: Equatable, Sendable, Codable {
  public let least: Money
  public let most: Money
  /// Nil: without an end.
  public let termMonths: Int?

  public init(least: Money, most: Money, termMonths: Int?) {
    self.least = least
    self.most = most
    self.termMonths = termMonths
  }
}
