import Ledger

/// A top-up as it is asked for.
public struct TopUpRequest: Equatable, Sendable, Codable {
  public let member: Int64
  public let amount: Money
  /// `cash`, `psp/<name>`
  public let tender: String
  /// Nil: the best that there is for the amount.
  public let offer: String?
  /// Whether the name was shown by a document, where a law asks for it.
  public let isNameProven: Bool

  public init(
    member: Int64, amount: Money, tender: String, offer: String? = nil, isNameProven: Bool = false
  ) {
    self.member = member
    self.amount = amount
    self.tender = tender
    self.offer = offer
    self.isNameProven = isNameProven
  }
}

/// What a top-up did, and the terms it was made on: what an undo and a refund go by.
public struct TopUpFacts: Equatable, Sendable, Codable {
  public let id: MoneyActID
  public let member: Int64
  public let at: Instant
  public let actor: String
  public let amount: Money
  public let tender: String
  public let offer: String?
  public let bonus: Money
  public let bonusEndsAt: Instant?
  public let usedBonusBasisPoints: Int
  public let milliPoints: Int64
  /// Where the points are.
  public let pointsLot: AccountID?
  public let coupons: [IssuedCoupon]
  /// What the wallet may hold by the law, where one was kept to.
  public let limit: Money?

  /// Where the bonus is; its name goes with it when two members become one.
  public var bonusLot: AccountID { MemberFacts.bonus(member, lot: id.text) }
}

/// Tops a wallet up: money from outside becomes principal, and an offer gives bonus, points and
/// coupons.
public struct TopUp: Equatable, Sendable {
  public let batch: Batch
  public let facts: TopUpFacts

  /// What is decided from.
  public struct Terms: Sendable {
    public let rules: StoredValueRules
    public let law: PrepaidLaw?
    /// Months after which points end.
    public let pointMonths: Int
    /// By id.
    public let template: @Sendable (String) -> Rule?

    public init(
      rules: StoredValueRules, law: PrepaidLaw?, pointMonths: Int,
      template: @escaping @Sendable (String) -> Rule?
    ) {
      self.rules = rules
      self.law = law
      self.pointMonths = pointMonths
      self.template = template
    }
  }

  /// - Parameter principal: what the member has, holds included.
  public init(
    _ request: TopUpRequest, principal: Money, terms: Terms, context: ActContext
  ) throws(WalletRefusal) {
    let rules = terms.rules
    guard rules.tenders.contains(request.tender) else {
      throw .tender(request.tender, known: rules.tenders)
    }
    guard rules.topUp.takes(request.amount) else { throw .amount }
    let offer = try rules.topUp.offer(request.offer, for: request.amount, on: context.time.date)
    let refusal = terms.law?.refusal(
      of: PrepaidLaw.TopUp(
        holder: .named(isProven: request.isNameProven), balance: principal,
        amount: request.amount, isBuyerProven: request.isNameProven,
        payment: Tender.payment(request.tender)))
    if let refusal { throw .prepaid(refusal) }
    var draft = Draft(request, offer, context)
    try draft.post(pointMonths: terms.pointMonths)
    for template in offer?.coupons ?? [] { try draft.issue(template, terms.template(template)) }
    batch = draft.entries.batch
    facts = TopUpFacts(
      id: context.id, member: request.member, at: context.now, actor: context.actor,
      amount: request.amount, tender: request.tender, offer: offer?.id, bonus: draft.bonus,
      bonusEndsAt: draft.bonusEndsAt, usedBonusBasisPoints: offer?.usedBonusBasisPoints ?? 0,
      milliPoints: offer?.milliPoints ?? 0, pointsLot: draft.pointsLot, coupons: draft.coupons,
      limit: terms.law?.namedBalance)
  }
}

extension TopUp {
  /// What grows while a top-up is worked out.
  fileprivate struct Draft {
    let request: TopUpRequest
    let offer: TopUpOffer?
    let context: ActContext
    let bonus: Money
    let bonusEndsAt: Instant?
    var entries: ActEntries
    var pointsLot: AccountID?
    var coupons: [IssuedCoupon] = []

    init(_ request: TopUpRequest, _ offer: TopUpOffer?, _ context: ActContext) {
      self.request = request
      self.offer = offer
      self.context = context
      bonus = offer?.bonus(for: request.amount) ?? .zero
      bonusEndsAt = offer?.bonus?.validDays.map {
        context.time.date.adding(days: $0).start(offsetSeconds: context.time.offsetSeconds)
      }
      entries = ActEntries(context, reason: .topUp)
    }

    mutating func post(pointMonths: Int) throws(WalletRefusal) {
      let (asset, member) = (context.currency.asset, request.member)
      let tender = Tender.account(request.tender)
      entries.open(tender, asset)
      entries.open(.principal(of: member, asset))
      var list = [
        Posting.debit(tender, asset, request.amount.minorUnits),
        .credit(MemberFacts.principal(member), asset, request.amount.minorUnits),
      ]
      if bonus > .zero {
        let lot = Account(
          id: MemberFacts.bonus(member, lot: context.id.text), asset: asset,
          rule: .debitsWithinCredits, expiresAt: bonusEndsAt,
          grant: Grant(
            limitUnits: bonus.minorUnits, availableAt: context.now,
            capOfGrantBasisPoints: offer?.bonus?.capOfGrantBasisPoints))
        entries.open(HouseAccount.bonusIssued, asset)
        entries.open(lot)
        list += [
          .debit(HouseAccount.bonusIssued, asset, bonus.minorUnits),
          .credit(lot.id, asset, bonus.minorUnits),
        ]
      }
      if let milliPoints = offer?.milliPoints, milliPoints > 0 {
        let lot = Account.pointsLot(
          member: member, month: context.time.date.firstOfMonth(after: pointMonths))
        entries.open(HouseAccount.pointsIssued, .points)
        entries.open(lot)
        pointsLot = lot.id
        list += [
          .debit(HouseAccount.pointsIssued, .points, milliPoints),
          .credit(lot.id, .points, milliPoints),
        ]
      }
      try entries.post(list)
    }

    mutating func issue(_ name: String, _ template: Rule?) throws(WalletRefusal) {
      guard let template else { throw .unknownTemplate(name) }
      let coupon = IssuedCoupon(
        id: "\(context.id)-c\(coupons.count)", of: template, at: context.time)
      guard let account = coupon.account else { throw .unknownTemplate(name) }
      let house = HouseAccount.pieces(HouseAccount.couponsIssued, of: name)
      entries.open(house, account.asset)
      entries.open(account)
      try entries.post([
        .debit(house, account.asset, coupon.pieces),
        .credit(account.id, account.asset, coupon.pieces),
      ])
      coupons.append(coupon)
    }
  }
}

extension Account {
  /// What a member has paid in and not used.
  static func principal(of member: Int64, _ asset: Asset) -> Account {
    Account(id: MemberFacts.principal(member), asset: asset, rule: .debitsWithinCredits)
  }
}
