import Ledger
import Retail

extension Checkout {
  /// What happened. Look-ups, times and identifiers are in it; the reducer asks for nothing, and no
  /// bearer code is ever in it.
  public enum Event: Equatable, Sendable, Codable {
    case itemScanned(CatalogueItem)
    case scanRefused(ScanRefusal)
    case memberIdentified(MemberFacts)
    case cardRefused(CardRefusal)
    case couponPresented(PresentedCoupon)
    case couponRefused(CouponRefusal)
    case pressed(Button)
    case timerElapsed(Timer)
    /// The answer to `hold`, in the order of the batch's entries.
    case held([Outcome])
    /// The answer to `post`; `ok` throughout means that sale and print jobs are stored.
    case posted([Outcome])
    /// Every paper of the sale is as far as the printer can tell.
    case printed(SaleID, Completed.Paper)
    /// The printer cannot finish now; the job stays queued.
    case printDelayed(SaleID)
    case closed(OutOfService.Reason)
    case reopened(OutOfService.Reason)
    /// The daemon was started again in the middle of this state, so long after its last step.
    case resumed(afterSeconds: Int)
  }

  /// What comes with every event, from outside.
  public struct Context: Equatable, Sendable, Codable {
    public let time: ShopTime
    /// The id the next sale would have.
    public let nextSale: SaleID
    /// What is left in the accounts of `limitAccounts`; one that is not there is whole.
    public let available: [Availability]

    public init(time: ShopTime, nextSale: SaleID, available: [Availability] = []) {
      self.time = time
      self.nextSale = nextSale
      self.available = available
    }
  }

  /// The limits that an event in a state may be priced with; their balances belong into its
  /// context.
  public static func limitAccounts(
    _ state: State, _ event: Event, at time: ShopTime, under policy: Policy
  ) -> [AccountID] {
    var members: [Int64?] = [state.basket?.member?.id]
    var coupons = state.basket?.coupons.map(\.template) ?? []
    if case .claiming(let claim) = state { members.append(claim.member.id) }
    switch event {
    case .memberIdentified(let member): members.append(member.id)
    case .couponPresented(let coupon): coupons.append(coupon.template)
    case .itemScanned: break
    case .posted: return []  // What is held is not priced again.
    case .scanRefused, .cardRefused, .couponRefused, .pressed, .timerElapsed, .held,
      .printed, .printDelayed, .closed, .reopened, .resumed:
      // Without a basket nothing is priced.
      guard state.basket != nil else { return [] }
    }
    var found: [AccountID] = []
    for member in members {
      let accounts = policy.rules.limitAccounts(
        coupons: coupons, member: member, store: policy.store, at: time)
      found += accounts.filter { !found.contains($0) }
    }
    return found
  }

  /// Keys of the customer's screen.
  public enum Button: Equatable, Sendable, Codable {
    case pay, wallet, confirm, cancel, done, help
    case remove(line: Int?)
    case quantity(Int, line: Int?)
    case language
  }

  /// One timer runs at a time; arming it replaces the one before.
  public enum Timer: String, Equatable, Sendable, Codable {
    case idle, stillThere, paper, done
  }

  public enum ScanRefusal: String, Equatable, Sendable, Codable, CaseIterable {
    case unknownItem, wrongCheckDigit, tornScan, unreadable, notUnderstood
    /// A payment code, before anything is to be paid.
    case paymentNotExpected
    /// A payment code where one would be of use, and this kiosk takes none.
    case paymentNotOffered
    /// A payment code that was shown for a bill here already.
    case paymentCodeUsed
    /// Its last day is over.
    case expired
    /// Its price cannot be told from the label and the catalogue.
    case noPrice
    /// A code of the shop's own that this kiosk has no use for.
    case notUsableHere
  }

  public enum CardRefusal: String, Equatable, Sendable, Codable, CaseIterable {
    case unknown, blocked, unreadable, randomIdentifier, severalCards
    /// What the card shows was copied from another, or from itself earlier.
    case copied
    case expired, tooManyAttempts
    /// The code of a member's phone is of another time, was used, or is none.
    case codeNotTaken
  }

  /// Why a coupon's code was not taken; the customer reads the same text for all (RETAIL 13).
  public enum CouponRefusal: String, Equatable, Sendable, Codable, CaseIterable {
    case unknownCode, expired, notYetValid, spent, heldElsewhere, ofAnotherMember, tooManyAttempts
  }
}

extension Checkout.Context {
  private enum CodingKeys: String, CodingKey { case time, nextSale, available }

  /// A recording of before limits were kept has no balances of them.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    time = try keys.decode(ShopTime.self, forKey: .time)
    nextSale = try keys.decode(SaleID.self, forKey: .nextSale)
    available = try keys.decodeIfPresent([Availability].self, forKey: .available) ?? []
  }

  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(time, forKey: .time)
    try keys.encode(nextSale, forKey: .nextSale)
    if !available.isEmpty { try keys.encode(available, forKey: .available) }
  }
}
