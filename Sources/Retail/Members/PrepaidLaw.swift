import Ledger

/// What the law says of stored value, as data: where a shop is decides it, not this program.
/// Checked at every top-up; nil limits are none.
public struct PrepaidLaw: Equatable, Sendable, Codable {
  /// Where it is written.
  public let source: String
  /// The most that may be on a card of nobody, and on one of a named member.
  public let bearerBalance: Money?
  public let namedBalance: Money?
  /// A purchase of bearer cards from here on needs a real name; a named card always does.
  public let realNameFrom: Money?
  /// Purchases at once from here on are paid by bank transfer, not in cash.
  public let organisationTransferFrom: Money?
  public let personTransferFrom: Money?
  /// The least term of a bearer card; a named one has no end.
  public let bearerTermMonths: Int?
  /// Of the last quarter's stored value, in basis points, to be kept at a bank.
  public let depositShare: Int?
  /// Working days after a quarter within which it is reported.
  public let reportWithinDays: Int?

  public init(
    source: String, bearerBalance: Money? = nil, namedBalance: Money? = nil,
    realNameFrom: Money? = nil, organisationTransferFrom: Money? = nil,
    personTransferFrom: Money? = nil, bearerTermMonths: Int? = nil, depositShare: Int? = nil,
    reportWithinDays: Int? = nil
  ) {
    self.source = source
    self.bearerBalance = bearerBalance
    self.namedBalance = namedBalance
    self.realNameFrom = realNameFrom
    self.organisationTransferFrom = organisationTransferFrom
    self.personTransferFrom = personTransferFrom
    self.bearerTermMonths = bearerTermMonths
    self.depositShare = depositShare
    self.reportWithinDays = reportWithinDays
  }

  /// A top-up or a sale of a card, before it is taken.
  public struct TopUp: Equatable, Sendable {
    public enum Holder: Equatable, Sendable {
      case bearer
      /// Whether the name was shown by a document.
      case named(isProven: Bool)
    }

    public enum Buyer: Equatable, Sendable { case person, organisation }

    public enum Payment: Equatable, Sendable { case cash, transfer, other }

    public let holder: Holder
    /// On the card before it, principal and bonus together as the shop counts them.
    public let balance: Money
    public let amount: Money
    /// All cards that are bought at once; not less than `amount`.
    public let purchase: Money
    public let buyer: Buyer
    /// Whether who buys has shown a name, for cards of nobody.
    public let isBuyerProven: Bool
    public let payment: Payment
    /// Nil: without an end.
    public let termMonths: Int?

    public init(
      holder: Holder, balance: Money, amount: Money, purchase: Money? = nil,
      buyer: Buyer = .person, isBuyerProven: Bool = false, payment: Payment = .other,
      termMonths: Int? = nil
    ) {
      self.holder = holder
      self.balance = balance
      self.amount = amount
      self.purchase = max(amount, purchase ?? amount)
      self.buyer = buyer
      self.isBuyerProven = isBuyerProven
      self.payment = payment
      self.termMonths = termMonths
    }
  }

  /// The first thing that is against it, or nil. Amounts below one minor unit are no top-up.
  public func refusal(of topUp: TopUp) -> PrepaidRefusal? {
    guard topUp.amount > .zero, topUp.balance >= .zero else { return .noAmount }
    let (after, overflow) = topUp.balance.minorUnits.addingReportingOverflow(
      topUp.amount.minorUnits)
    guard !overflow else { return .noAmount }
    switch topUp.holder {
    case .bearer:
      if let limit = bearerBalance, after > limit.minorUnits { return .bearerLimit(limit) }
      if let from = realNameFrom, topUp.purchase >= from, !topUp.isBuyerProven {
        return .realNameNeeded(from: from)
      }
      if let least = bearerTermMonths, let term = topUp.termMonths, term < least {
        return .termTooShort(months: least)
      }
    case .named(let isProven):
      if let limit = namedBalance, after > limit.minorUnits { return .namedLimit(limit) }
      if realNameFrom != nil, !isProven { return .realNameNeeded(from: .zero) }
      // A card with a name has no end under a law that gives terms at all.
      if bearerTermMonths != nil, topUp.termMonths != nil { return .namedWithEnd }
    }
    let transferFrom =
      switch topUp.buyer {
      case .person: personTransferFrom
      case .organisation: organisationTransferFrom
      }
    if let from = transferFrom, topUp.purchase >= from, topUp.payment != .transfer {
      return .transferNeeded(from: from)
    }
    return nil
  }

  /// What has to lie at a bank for the stored value that the last quarter ended with, rounded up.
  public func deposit(for liability: Money) -> Money {
    guard let depositShare, liability > .zero else { return .zero }
    let product = Int128(liability.minorUnits) * Int128(depositShare)
    return Money(minorUnits: Int64((product + 9_999) / 10_000))
  }
}

/// Why a top-up is against the law.
public enum PrepaidRefusal: Error, Equatable, Sendable, Codable {
  case noAmount
  case bearerLimit(Money)
  case namedLimit(Money)
  /// From this purchase on; zero: always.
  case realNameNeeded(from: Money)
  case transferNeeded(from: Money)
  case termTooShort(months: Int)
  case namedWithEnd
}

extension PrepaidRefusal {
  public func customerText(_ currency: Currency) -> LocalizedText {
    switch self {
    case .noAmount: LocalizedText(zh: "请输入充值金额。", en: "Please choose an amount.")
    case .bearerLimit(let limit), .namedLimit(let limit):
      LocalizedText(
        zh: "这张卡最多存 \(currency.text(limit))，请减少金额。",
        en: "This card holds \(currency.text(limit)) at most. Please choose less.")
    case .realNameNeeded:
      LocalizedText(zh: "需要实名登记，请找店员。", en: "A real name is needed. Please ask staff.")
    case .transferNeeded(let from):
      LocalizedText(
        zh: "\(currency.text(from)) 起须银行转账，请找店员。",
        en: "From \(currency.text(from)) on, pay by bank transfer. Please ask staff.")
    case .termTooShort, .namedWithEnd:
      LocalizedText(zh: "这种卡不能办理，请找店员。", en: "This card cannot be sold. Please ask staff.")
    }
  }

  public func staffText(_ currency: Currency) -> String {
    switch self {
    case .noAmount: "the amount is zero, negative or out of range"
    case .bearerLimit(let limit):
      "a card without a name may hold \(currency.text(limit)) (members.yaml, prepaid)"
    case .namedLimit(let limit):
      "a card with a name may hold \(currency.text(limit)) (members.yaml, prepaid)"
    case .realNameNeeded(let from):
      from == .zero
        ? "a card with a name needs the name of a document"
        : "from \(currency.text(from)) on, the buyer's name of a document is needed"
    case .transferNeeded(let from): "from \(currency.text(from)) on, only a bank transfer is taken"
    case .termTooShort(let months): "a card without a name lasts \(months) months at least"
    case .namedWithEnd: "a card with a name has no end"
    }
  }
}
