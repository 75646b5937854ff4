import Ledger

/// What a receipt says, as data; `ReceiptLayout` puts it on paper.
public struct Receipt: Equatable, Sendable, Codable {
  public enum Tender: String, Sendable, Codable { case bonus, principal }

  public struct TenderLine: Equatable, Sendable, Codable {
    public let tender: Tender
    public let amount: Money

    public init(tender: Tender, amount: Money) {
      self.tender = tender
      self.amount = amount
    }
  }

  public struct MemberPart: Equatable, Sendable, Codable {
    public let maskedName: String
    public let tier: LocalizedText
    public let earnedMilliPoints: Int64
    public let milliPointsAfter: Int64
    public let walletAfter: Money

    public init(
      maskedName: String, tier: LocalizedText, earnedMilliPoints: Int64, milliPointsAfter: Int64,
      walletAfter: Money
    ) {
      self.maskedName = maskedName
      self.tier = tier
      self.earnedMilliPoints = earnedMilliPoints
      self.milliPointsAfter = milliPointsAfter
      self.walletAfter = walletAfter
    }
  }

  public let sale: SaleID
  public let time: ShopTime
  public let language: Language
  public let lines: [PricedLine]
  public let discounts: [AppliedDiscount]
  public let subtotal: Money
  public let payable: Money
  public let tenders: [TenderLine]
  public let member: MemberPart?
  public let coupons: [IssuedCoupon]

  public init(
    sale: SaleID, time: ShopTime, language: Language, lines: [PricedLine],
    discounts: [AppliedDiscount], subtotal: Money, payable: Money, tenders: [TenderLine],
    member: MemberPart?, coupons: [IssuedCoupon]
  ) {
    self.sale = sale
    self.time = time
    self.language = language
    self.lines = lines
    self.discounts = discounts
    self.subtotal = subtotal
    self.payable = payable
    self.tenders = tenders
    self.member = member
    self.coupons = coupons
  }
}

/// A coupon that a sale gives; its code is made at the edge and is never in here.
public struct IssuedCoupon: Equatable, Sendable, Codable {
  public let id: String
  public let template: String
  public let templateVersion: Int
  public let title: LocalizedText
  /// On its face; nil for a percentage.
  public let worth: Money?
  public let validFrom: CalendarDate
  /// The last day it is good on.
  public let validUntil: CalendarDate
  public let offsetSeconds: Int
  /// Pieces that one use each takes; nil: one.
  public let uses: Int?

  /// A coupon of this template issued now. The id is made by the caller; `beginsAtOnce` leaves out
  /// the template's days of waiting.
  public init(
    id: String, of template: Rule, at time: ShopTime, beginsAtOnce: Bool = false
  ) {
    let terms = template.coupon ?? CouponTerms(validDays: 1)
    self.id = id
    self.template = template.id
    templateVersion = template.version
    title = template.title
    worth = template.benefit.worth
    let begins = time.date.adding(days: beginsAtOnce ? 0 : terms.validAfterDays)
    let ends = begins.adding(days: terms.validDays - 1)
    validFrom = terms.notBefore.map { max($0, begins) } ?? begins
    validUntil = terms.notAfter.map { min($0, ends) } ?? ends
    offsetSeconds = time.offsetSeconds
    uses = terms.uses > 1 ? terms.uses : nil
  }

  /// How often it can be used.
  public var pieces: Int64 { Int64(uses ?? 1) }

  public var beginsAt: Instant { validFrom.start(offsetSeconds: offsetSeconds) }
  public var endsAt: Instant { validUntil.adding(days: 1).start(offsetSeconds: offsetSeconds) }

  /// The account the coupon lives on.
  public var account: Account? {
    Asset.coupons(of: template).map {
      Account(
        id: PresentedCoupon.account(id), asset: $0, rule: .debitsWithinCredits, expiresAt: endsAt,
        grant: Grant(limitUnits: pieces, availableAt: beginsAt))
    }
  }
}
