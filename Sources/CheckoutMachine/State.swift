import Ledger
import Retail

/// The checkout: a state, an event, and what follows from both. Pure; see `Checkout.reduce`.
public enum Checkout {
  /// Version of the stored form of `State`, `Event` and `Effect`. Since 2 a coupon holds a `Rule`,
  /// and a posting leaves its decision to the bill; what 1 wrote is read too.
  public static let schemaVersion = 2

  /// Where a sale stands (DESIGN 4). The names authorising, resolving, locked and staff are
  /// reserved.
  public enum State: Equatable, Sendable, Codable {
    /// Nobody is there.
    case attract(Language)
    case scanning(Basket)
    /// A card was tapped on a basket that somebody else may have left.
    case claiming(Claim)
    /// The customer wants to pay and looks at the bill.
    case reviewing(Basket)
    /// A way to pay is chosen and split; nothing is held yet.
    case tendering(Tendering)
    /// The whole plan is being held; the price is frozen from here.
    case holding(Settlement)
    case posting(Settlement)
    /// Posted; paper is on its way.
    case printing(Completed)
    case done(Completed)
    /// No sale can start, and why.
    case outOfService(OutOfService)

    /// The state's name in snapshots and logs.
    public var name: String {
      switch self {
      case .attract: "attract"
      case .scanning: "scanning"
      case .claiming: "claiming"
      case .reviewing: "reviewing"
      case .tendering: "tendering"
      case .holding: "holding"
      case .posting: "posting"
      case .printing: "printing"
      case .done: "done"
      case .outOfService: "outOfService"
      }
    }

    public var language: Language {
      switch self {
      case .attract(let language): language
      case .scanning(let basket), .reviewing(let basket): basket.language
      case .claiming(let claim): claim.basket.language
      case .tendering(let tendering): tendering.basket.language
      case .holding(let settlement), .posting(let settlement): settlement.basket.language
      case .printing(let completed), .done(let completed): completed.receipt.language
      case .outOfService(let closed): closed.language
      }
    }

    /// Whether a payment code means something now: a bill stands there with something to pay.
    public var awaitsPayment: Bool {
      switch self {
      case .reviewing(let basket): basket.bill.payable > .zero
      // The wallet pays all of it, or it is paid.
      case .tendering, .holding, .posting, .printing, .done: false
      case .attract, .scanning, .claiming, .outOfService: false
      }
    }

    /// The basket of an open sale.
    public var basket: Basket? {
      switch self {
      case .scanning(let basket), .reviewing(let basket): basket
      case .claiming(let claim): claim.basket
      case .tendering(let tendering): tendering.basket
      case .holding(let settlement), .posting(let settlement): settlement.basket
      case .attract, .printing, .done, .outOfService: nil
      }
    }
  }

  /// An open sale: who buys what, priced.
  public struct Basket: Equatable, Sendable, Codable {
    public static let couponLimit = 12
    /// A basket that nobody touched for longer may be another customer's.
    public static let staleSeconds = 30
    /// What rules call paying from stored value.
    public static let walletTender = "wallet"

    public let sale: SaleID
    public var language: Language
    public var cart: Cart
    public var member: MemberFacts?
    public var coupons: [PresentedCoupon]
    public var bill: PricedBill
    /// Counts the attempts to hold; part of every entry id of the sale.
    public var step: UInt32
    public var presence: Presence
    /// When the customer last did something.
    public var touchedAt: Instant
    /// The way to pay that was chosen; nil: none yet.
    public var tender: String?

    /// Whether the customer still seems to be there.
    public enum Presence: String, Sendable, Codable { case active, asked }
  }

  /// A basket without a member, and the member whose card was tapped on it.
  public struct Claim: Equatable, Sendable, Codable {
    public var basket: Basket
    public let member: MemberFacts
  }

  public struct Tendering: Equatable, Sendable, Codable {
    public var basket: Basket
    public let plan: WalletPlan
  }

  /// A sale whose plan is being held or posted. Its batches are made once and kept, so that a
  /// replay submits the same.
  public struct Settlement: Equatable, Sendable, Codable {
    public let basket: Basket
    public let plan: WalletPlan
    public let hold: Batch
    public let posting: SalePosting?
  }

  /// What `post` writes in one step: the ledger's batch and the sale.
  public struct SalePosting: Equatable, Sendable, Codable {
    public let batch: Batch
    public let receipt: Receipt
    public let member: Int64?
    public let decision: DecisionRecord
  }

  /// A posted sale.
  public struct Completed: Equatable, Sendable, Codable {
    public enum Paper: String, Sendable, Codable { case printing, printed, sent, delayed }

    public var receipt: Receipt
    public var paper: Paper
  }

  public struct OutOfService: Equatable, Sendable, Codable {
    public let language: Language
    /// In a fixed order, without repeats.
    public let reasons: [Reason]

    public enum Reason: Equatable, Hashable, Sendable, Codable, Comparable {
      /// No scanner is there: nothing can be bought.
      case noScanner
      case storageFull
      /// The ledger refused a posting whose money is held: a case for staff.
      case postingRefused(SaleID)
    }
  }
}

extension Checkout.Settlement {
  private enum CodingKeys: String, CodingKey { case basket, plan, hold, posting }
  private enum PostingKeys: String, CodingKey { case batch, receipt, member, decision }

  /// The decision is the bill's, and is written with it alone; version 1 had it twice.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let basket = try container.decode(Checkout.Basket.self, forKey: .basket)
    var posting: Checkout.SalePosting?
    if container.contains(.posting) {
      let kept = try container.nestedContainer(keyedBy: PostingKeys.self, forKey: .posting)
      posting = Checkout.SalePosting(
        batch: try kept.decode(Batch.self, forKey: .batch),
        receipt: try kept.decode(Receipt.self, forKey: .receipt),
        member: try kept.decodeIfPresent(Int64.self, forKey: .member),
        decision: try kept.decodeIfPresent(DecisionRecord.self, forKey: .decision)
          ?? basket.bill.decision)
    }
    self.init(
      basket: basket, plan: try container.decode(WalletPlan.self, forKey: .plan),
      hold: try container.decode(Batch.self, forKey: .hold), posting: posting)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(basket, forKey: .basket)
    try container.encode(plan, forKey: .plan)
    try container.encode(hold, forKey: .hold)
    guard let posting else { return }
    var kept = container.nestedContainer(keyedBy: PostingKeys.self, forKey: .posting)
    try kept.encode(posting.batch, forKey: .batch)
    try kept.encode(posting.receipt, forKey: .receipt)
    try kept.encodeIfPresent(posting.member, forKey: .member)
    if posting.decision != basket.bill.decision {
      try kept.encode(posting.decision, forKey: .decision)
    }
  }
}

extension Checkout.Basket {
  /// A new sale with nothing in it.
  init(sale: SaleID, language: Language, time: ShopTime, rules: RuleSet) {
    self.sale = sale
    self.language = language
    cart = Cart()
    member = nil
    coupons = []
    step = 0
    presence = .active
    touchedAt = time.instant
    bill = PricedBill.price(
      PricingInput(lines: [], customer: nil, coupons: [], time: time), under: rules)
  }

  /// The customer did something.
  mutating func touch(_ now: Instant) {
    presence = .active
    touchedAt = now
  }

  /// Whether who stands there now need not be who filled it.
  func isStale(at now: Instant) -> Bool {
    !cart.isEmpty
      && (presence == .asked
        || now.milliseconds - touchedAt.milliseconds > Int64(Self.staleSeconds) * 1_000)
  }

  /// Prices the basket anew after a change.
  ///
  /// - Parameter usedUp: limits of which the ledger just said that nothing is left.
  mutating func price(
    in context: Checkout.Context, under policy: Checkout.Policy, usedUp: [AccountID] = []
  ) {
    let owner = member.map { MemberFacts.owner($0.id) }
    // Of other members, whose card may be tapped meanwhile, nothing is kept with the bill.
    let known = context.available.filter {
      !usedUp.contains($0.account)
        && (!MemberFacts.isOwner($0.account.owner) || $0.account.owner == owner)
    }
    bill = PricedBill.price(
      PricingInput(
        lines: cart.lines,
        customer: member?.customer, coupons: coupons, time: context.time, store: policy.store,
        tender: tender,
        available: known + usedUp.map { Availability(account: $0, units: 0) }),
      under: policy.rules)
  }
}
