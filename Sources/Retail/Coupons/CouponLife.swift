import Ledger

/// Where a coupon is in its life. What is left of it, its account says; a state is read, never
/// kept.
public enum CouponState: String, Sendable, Codable, CaseIterable {
  /// Its first day is to come.
  case waiting
  case open
  /// All that is left is held by an open sale.
  case held
  case spent
  case expired
  case voided
}

/// What moved a coupon.
public enum CouponEdge: String, Sendable, Codable, CaseIterable {
  case issued, held, spent
  /// An open sale let it go.
  case released
  /// A refund gave a spent piece back.
  case givenBack
  case expired, voided
  /// An entry that staff put into the book.
  case other

  /// - Parameter moved: the postings of the entry, or of the hold that it ends.
  public init(_ action: JournalEntry.Action, moved: [Posting], of coupon: AccountID) {
    let house = moved.first { $0.account.owner == AccountID.house }?.account.purpose ?? ""
    func isOf(_ account: AccountID) -> Bool { house.hasPrefix(account.purpose + "/") }
    let units = moved.filter { $0.account == coupon }.reduce(0) { $0 + $1.units }
    switch action {
    case .hold: self = .held
    case .void, .expire: self = .released
    case .capture: self = .spent
    case .post:
      if isOf(HouseAccount.couponsIssued), units < 0 {
        self = .issued
      } else if isOf(HouseAccount.couponsRedeemed) {
        self = units > 0 ? .spent : .givenBack
      } else if isOf(HouseAccount.couponsExpired) {
        self = .expired
      } else if isOf(HouseAccount.couponsVoided) {
        self = .voided
      } else {
        self = .other
      }
    }
  }
}

/// The pieces of a coupon, counted from its account and its entries.
public struct CouponLife: Equatable, Sendable, Codable {
  public let pieces: Int64
  public let left: Int64
  public let held: Int64
  public let expired: Int64
  public let voided: Int64
  public let validFrom: Instant
  public let validUntil: Instant

  /// Pieces that sales took.
  public var spent: Int64 { pieces - left - held - expired - voided }

  /// - Parameter ended: pieces by the edge that took them for good.
  public init(
    _ account: Account, _ balance: Balance, ended: [CouponEdge: Int64], validFrom: Instant,
    validUntil: Instant
  ) {
    let free = max(0, balance.available(under: account.rule) ?? 0)
    left = free
    held = balance.heldDebits
    expired = ended[.expired] ?? 0
    voided = ended[.voided] ?? 0
    pieces = account.grant?.limitUnits ?? free + balance.heldDebits
    self.validFrom = validFrom
    self.validUntil = validUntil
  }

  public func state(at now: Instant) -> CouponState {
    if left + held == 0 {
      if voided > 0 { return .voided }
      return expired > 0 ? .expired : .spent
    }
    if left == 0 { return .held }
    if now >= validUntil { return .expired }
    return now < validFrom ? .waiting : .open
  }
}

/// Why staff could not do something with a coupon, with words for both sides.
public enum CouponActRefusal: Error, Equatable, Sendable, Codable {
  case idOfAnother
  case malformedID
  case unknownCoupon
  case reasonMissing
  case isHeld
  case isSpent
  case isExpired
  case isVoided
  case alreadyReissued(as: String)
  case ledger(String)

  public var customerText: LocalizedText {
    switch self {
    case .isSpent: LocalizedText(zh: "这张券已使用。", en: "This coupon was used.")
    case .isExpired: LocalizedText(zh: "这张券已过期。", en: "This coupon has expired.")
    case .isHeld:
      LocalizedText(zh: "这张券正在使用中。", en: "This coupon is in use just now.")
    case .isVoided, .alreadyReissued:
      LocalizedText(zh: "这张券已作废。", en: "This coupon is not valid any more.")
    case .unknownCoupon, .idOfAnother, .malformedID, .reasonMissing, .ledger:
      LocalizedText(zh: "没有办成，请找店员。", en: "That was not possible. Please ask staff.")
    }
  }

  public var staffText: String {
    switch self {
    case .idOfAnother: PointsRefusal.idOfAnother.staffText
    case .malformedID: PointsRefusal.malformedID.staffText
    case .unknownCoupon: "no coupon has this id; `kioskctl coupon issue` and receipts tell it"
    case .reasonMissing: "this needs a reason, which the book keeps"
    case .isHeld: "an open sale holds the coupon; end the sale first"
    case .isSpent: "the coupon is spent"
    case .isExpired: "the coupon's term is over"
    case .isVoided: "the coupon is void already; `kioskctl coupon reissue` gives another for it"
    case .alreadyReissued(let id): "the coupon \(id) was given for it already"
    case .ledger(let outcome): PointsRefusal.ledger(outcome).staffText
    }
  }
}

/// What staff post of coupons.
public enum CouponActs {
  /// Takes what is left away for good.
  public static func void(
    _ account: Account, _ life: CouponLife, reason: String, _ facts: ActFacts
  ) throws(CouponActRefusal) -> Batch {
    guard reason.contains(where: { !$0.isWhitespace }) else { throw .reasonMissing }
    guard life.held == 0 else { throw .isHeld }
    switch life.state(at: facts.now.instant) {
    case .open, .waiting: break
    case .held: throw .isHeld
    case .spent: throw .isSpent
    case .expired: throw .isExpired
    case .voided: throw .isVoided
    }
    return Batch(
      openings: [free(HouseAccount.couponsVoided, account)],
      entries: [try entry(0, account, life.left, HouseAccount.couponsVoided, reason, facts)],
      isLinked: true)
  }

  /// Another coupon for what is left of one, or for what was voided of it: same kind, same end, a
  /// code of its own. The old one is void.
  ///
  /// - Parameter id: of the new coupon.
  public static func reissue(
    _ account: Account, _ life: CouponLife, as id: String, reason: String, _ facts: ActFacts
  ) throws(CouponActRefusal) -> (batch: Batch, account: Account) {
    guard reason.contains(where: { !$0.isWhitespace }) else { throw .reasonMissing }
    guard facts.now.instant < life.validUntil else { throw .isExpired }
    let state = life.state(at: facts.now.instant)
    let void = state == .voided ? nil : try self.void(account, life, reason: reason, facts)
    let pieces = state == .voided ? life.voided : life.left
    let new = Account(
      id: PresentedCoupon.account(id), asset: account.asset, rule: .debitsWithinCredits,
      expiresAt: account.expiresAt,
      grant: Grant(
        limitUnits: pieces, availableAt: account.grant?.availableAt ?? facts.now.instant))
    let issue = try entry(1, new, -pieces, HouseAccount.couponsIssued, reason, facts)
    return (
      Batch(
        openings: (void?.openings ?? []) + [free(HouseAccount.couponsIssued, account), new],
        entries: (void?.entries ?? []) + [issue], isLinked: true), new
    )
  }

  private static func free(_ house: AccountID, _ account: Account) -> Account {
    Account(
      id: HouseAccount.kind(house, of: account.asset), asset: account.asset, rule: .free)
  }

  private static func entry(
    _ ordinal: Int, _ account: Account, _ units: Int64, _ house: AccountID, _ reason: String,
    _ facts: ActFacts
  ) throws(CouponActRefusal) -> JournalEntry {
    do {
      return try facts.entry(
        "coupon", ordinal,
        [
          Posting(account: account.id, asset: account.asset, units: units),
          Posting(
            account: HouseAccount.kind(house, of: account.asset), asset: account.asset,
            units: -units),
        ], reason)
    } catch {
      throw .ledger("\(error)")
    }
  }
}
