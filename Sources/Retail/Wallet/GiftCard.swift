import Ledger

/// A card of nobody: an account that is filled once, when it is sold, and spent in parts by who has
/// its code.
public enum GiftCard {
  public static func account(_ card: MoneyActID) -> AccountID {
    AccountID(owner: "gift/" + card.text, purpose: "balance")
  }

  /// Whether an account is a gift card's.
  public static func isCard(_ account: AccountID) -> Bool { account.owner.hasPrefix("gift/") }

  /// What there is of a card.
  public struct State: Equatable, Sendable {
    public let id: MoneyActID
    public let mask: String
    public let holding: TopUpState.Holding

    public init(id: MoneyActID, mask: String, holding: TopUpState.Holding) {
      self.id = id
      self.mask = mask
      self.holding = holding
    }

    public var left: Money { Money(minorUnits: holding.available) }
    public var endsAt: Instant? { holding.account.expiresAt }
    public func hasEnded(at now: Instant) -> Bool { endsAt.map { $0 <= now } ?? false }
  }
}

/// Sells a gift card: money from outside becomes its balance.
public struct GiftCardSale: Equatable, Sendable {
  public let batch: Batch
  public let facts: Facts

  public struct Request: Equatable, Sendable, Codable {
    public let amount: Money
    public let tender: String
    /// Whether who buys has shown a name by a document, where a law asks for it.
    public let isBuyerProven: Bool

    public init(amount: Money, tender: String, isBuyerProven: Bool = false) {
      self.amount = amount
      self.tender = tender
      self.isBuyerProven = isBuyerProven
    }
  }

  public struct Facts: Equatable, Sendable, Codable {
    public let card: MoneyActID
    public let at: Instant
    public let amount: Money
    public let tender: String
    /// Nil: without an end.
    public let endsAt: Instant?
    /// What a card may hold by the law, where one was kept to.
    public let limit: Money?
  }

  public init(
    _ request: Request, rules: StoredValueRules, law: PrepaidLaw?, context: ActContext
  ) throws(WalletRefusal) {
    guard let cards = rules.giftCards else { throw .noGiftCards }
    guard rules.tenders.contains(request.tender) else {
      throw .tender(request.tender, known: rules.tenders)
    }
    guard (cards.least...cards.most).contains(request.amount) else {
      throw .giftAmount(least: cards.least, most: cards.most)
    }
    let refusal = law?.refusal(
      of: PrepaidLaw.TopUp(
        holder: .bearer, balance: .zero, amount: request.amount,
        isBuyerProven: request.isBuyerProven, payment: Tender.payment(request.tender),
        termMonths: cards.termMonths))
    if let refusal { throw .prepaid(refusal) }
    let asset = context.currency.asset
    // To the end of the month in which the term is over, so that it is never shorter.
    let endsAt = cards.termMonths.map {
      context.time.date.firstOfMonth(after: $0 + 1).start(
        offsetSeconds: context.time.offsetSeconds)
    }
    let account = Account(
      id: GiftCard.account(context.id), asset: asset, rule: .debitsWithinCredits,
      expiresAt: endsAt,
      grant: Grant(limitUnits: request.amount.minorUnits, availableAt: context.now))
    let tender = Tender.account(request.tender)
    var entries = ActEntries(context, reason: .giftSale)
    entries.open(tender, asset)
    entries.open(account)
    try entries.post([
      .debit(tender, asset, request.amount.minorUnits),
      .credit(account.id, asset, request.amount.minorUnits),
    ])
    batch = entries.batch
    facts = Facts(
      card: context.id, at: context.now, amount: request.amount, tender: request.tender,
      endsAt: endsAt, limit: law?.bearerBalance)
  }
}

/// Takes a part of a card for a bill that is booked elsewhere, or pays out what is left of it.
public struct GiftCardUse: Equatable, Sendable {
  public let batch: Batch
  public let facts: Facts

  public struct Facts: Equatable, Sendable, Codable {
    public let card: MoneyActID
    public let amount: Money
    /// Where it went: the bills' clearing, or who was paid out.
    public let to: AccountID
    public let left: Money
  }

  /// Spends a part.
  public init(
    spending amount: Money, of card: GiftCard.State, context: ActContext
  ) throws(WalletRefusal) {
    guard amount > .zero else { throw .amount }
    guard !card.hasEnded(at: context.now) else { throw .cardEnded }
    guard amount <= card.left else { throw .cardBalance(card.left) }
    try self.init(
      card, amount, to: HouseAccount.giftClearing, reason: .giftSpend, context)
  }

  /// Pays out all that is left, also of a card that has ended.
  public init(
    refunding card: GiftCard.State, by tender: String, rules: StoredValueRules,
    context: ActContext
  ) throws(WalletRefusal) {
    guard rules.tenders.contains(tender) else { throw .tender(tender, known: rules.tenders) }
    guard !card.holding.isHeld else { throw .held }
    guard card.left > .zero else { throw .nothingLeft }
    try self.init(
      card, card.left, to: Tender.account(tender), reason: .giftRefund, context)
  }

  private init(
    _ card: GiftCard.State, _ amount: Money, to house: AccountID, reason: ActReason,
    _ context: ActContext
  ) throws(WalletRefusal) {
    let (account, asset) = (card.holding.account, card.holding.account.asset)
    var entries = ActEntries(context, reason: reason)
    entries.open(house, asset)
    try entries.post([
      .debit(account.id, asset, amount.minorUnits), .credit(house, asset, amount.minorUnits),
    ])
    batch = entries.batch
    facts = Facts(card: card.id, amount: amount, to: house, left: card.left - amount)
  }
}

extension HouseAccount {
  /// What gift cards have paid for bills that another till books.
  public static let giftClearing = AccountID.house("clearing/gift")
}
