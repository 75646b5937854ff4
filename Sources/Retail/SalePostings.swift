import Ledger

/// The house's accounts: never limited.
public enum HouseAccount {
  public static let cash = AccountID.house("cash")
  public static let revenue = AccountID.house("revenue")
  /// What was asked for service or delivery.
  public static let fees = AccountID.house("revenue/fees")
  /// Tax that came on top of prices and is owed.
  public static let tax = AccountID.house("tax")
  /// What wallets have paid and no sale has taken yet; zero when no sale is open.
  public static let walletClearing = AccountID.house("clearing/wallet")
  public static let bonusIssued = AccountID.house("bonus/issued")
  public static let pointsIssued = AccountID.house("points/issued")
  public static let couponsIssued = AccountID.house("coupons/issued")
  public static let couponsRedeemed = AccountID.house("coupons/redeemed")

  /// What a rule has cost.
  public static func discount(_ rule: String) -> AccountID { AccountID.house("discount/" + rule) }

  /// A house account of pieces is per template, for an account has one asset.
  public static func pieces(_ account: AccountID, of template: String) -> AccountID {
    AccountID.house(account.purpose + "/" + template)
  }
}

/// The ledger's view of one sale: what is held when the customer confirms, and what is posted.
public struct SalePostings: Equatable, Sendable {
  public let sale: SaleID
  /// The attempt: a changed plan is held again under new ids.
  public let step: UInt32
  public let bill: PricedBill
  public let coupons: [PresentedCoupon]
  public let member: Int64?
  public let plan: WalletPlan
  public let currency: Currency

  public init(
    sale: SaleID, step: UInt32, bill: PricedBill, coupons: [PresentedCoupon], member: Int64?,
    plan: WalletPlan, currency: Currency
  ) {
    self.sale = sale
    self.step = step
    self.bill = bill
    self.coupons = coupons
    self.member = member
    self.plan = plan
    self.currency = currency
  }

  /// Limits and budgets that one sale may take from: with the wallet, all coupons and what is
  /// captured, booked and issued they fit one batch.
  public static let limitCountLimit = 64

  /// One linked batch that holds the whole plan: the wallet, every used coupon, and what the rules'
  /// limits and budgets give up. Its entries are empty when nothing scarce is used.
  public func holding(at now: Instant) throws(PostingRejection) -> Batch {
    var openings: [Account] = []
    var lists: [[Posting]] = []
    if let member, plan.total > .zero {
      openings.append(free(HouseAccount.walletClearing, currency.asset))
      var list = plan.bonus.map { debit($0.account, currency.asset, $0.amount) }
      if plan.principal > .zero {
        list.append(debit(MemberFacts.principal(member), currency.asset, plan.principal))
      }
      list.append(credit(HouseAccount.walletClearing, currency.asset, plan.total))
      lists.append(list)
    }
    for coupon in usedCoupons {
      // Never skipped: a coupon that lowers the bill is held, or the bill is not paid.
      guard let asset = Asset.coupons(of: coupon.template.id) else {
        throw .account(coupon.account)
      }
      let redeemed = HouseAccount.pieces(
        HouseAccount.couponsRedeemed, of: coupon.template.id)
      openings.append(free(redeemed, asset))
      lists.append([
        Posting(account: coupon.account, asset: asset, units: 1),
        Posting(account: redeemed, asset: asset, units: -1),
      ])
    }
    var fundings: [JournalEntry] = []
    for (limit, date, taken) in try takenLimits() {
      openings += limit.openings(on: date)
      fundings += try limit.fundings(on: date)
      lists.append(taken)
    }
    var entries: [JournalEntry] = []
    for (ordinal, list) in lists.enumerated() {
      entries.append(
        entry(UInt16(ordinal), .hold(try Postings(list)), reason: "sale", at: now))
    }
    let batch = Batch(
      openings: openings, fundings: fundings, entries: entries, isLinked: true)
    guard batch.isWithinLimits else { throw .postingCount(entries.count) }
    return batch
  }

  /// What the bill takes from each limit and budget, once for all rules that share one.
  private func takenLimits() throws(PostingRejection) -> [(UsageLimit, CalendarDate, [Posting])] {
    var units: [AccountID: Int64] = [:]
    for need in bill.needs { units[need.account, default: 0] += need.units }
    guard units.count <= Self.limitCountLimit else { throw .postingCount(units.count) }
    var taken: [(UsageLimit, CalendarDate, [Posting])] = []
    for need in bill.needs {
      guard let sum = units.removeValue(forKey: need.account) else { continue }
      do throws(UsageLimit.Refusal) {
        let limit = try need.limit(currency)
        taken.append((limit, need.date, try limit.take(sum, on: need.date)))
      } catch {
        // A limit that has no account is not kept, so that the bill is not paid.
        throw .account(need.account)
      }
    }
    return taken
  }

  /// One linked batch: captures what `held` holds, books the sale, and gives points and coupons.
  public func posting(
    held: Batch, issued: [IssuedCoupon], pointsLot: Account?, at now: Instant
  ) throws(PostingRejection) -> Batch {
    var openings: [Account] = []
    var entries: [JournalEntry] = []
    var ordinal = UInt16(held.entries.count)
    func append(_ action: JournalEntry.Action, _ reason: String) {
      entries.append(entry(ordinal, action, reason: reason, at: now))
      ordinal += 1
    }
    for hold in held.entries { append(.capture(hold.id), "sale") }
    let booking = bookingOfSale(&openings)
    if !booking.isEmpty { append(.post(try Postings(booking)), "sale") }
    if let pointsLot, bill.earnedMilliPoints > 0 {
      openings += [free(HouseAccount.pointsIssued, .points), pointsLot]
      append(
        .post(
          try Postings([
            Posting(
              account: HouseAccount.pointsIssued, asset: .points, units: bill.earnedMilliPoints),
            Posting(account: pointsLot.id, asset: .points, units: -bill.earnedMilliPoints),
          ])), "points earned")
    }
    for coupon in issued {
      guard let account = coupon.account else {
        throw .account(PresentedCoupon.account(coupon.id))
      }
      let house = HouseAccount.pieces(HouseAccount.couponsIssued, of: coupon.template)
      openings += [free(house, account.asset), account]
      append(
        .post(
          try Postings([
            Posting(account: house, asset: account.asset, units: coupon.pieces),
            Posting(account: account.id, asset: account.asset, units: -coupon.pieces),
          ])), "coupon issued")
    }
    return Batch(openings: openings, entries: entries, isLinked: true)
  }

  private var usedCoupons: [PresentedCoupon] {
    let used = bill.usedCoupons
    return coupons.filter { used.contains($0.id) }
  }

  /// Tenders and discounts against revenue; a discount is a cost that names its rule, never a
  /// changed price.
  private func bookingOfSale(_ openings: inout [Account]) -> [Posting] {
    guard bill.subtotal > .zero || bill.fee != nil else { return [] }
    let asset = currency.asset
    var list: [Posting] = []
    if plan.total > .zero {
      list.append(debit(HouseAccount.walletClearing, asset, plan.total))
    }
    for (rule, amount) in discountsByRule {
      openings.append(free(HouseAccount.discount(rule), asset))
      list.append(debit(HouseAccount.discount(rule), asset, amount))
    }
    openings.append(free(HouseAccount.revenue, asset))
    if bill.subtotal > .zero {
      list.append(credit(HouseAccount.revenue, asset, bill.subtotal))
    }
    if let fee = bill.fee {
      openings.append(free(HouseAccount.fees, asset))
      list.append(credit(HouseAccount.fees, asset, fee.listAmount))
    }
    if let tax = bill.tax, tax.rule.mode == .exclusive, tax.amount > .zero {
      openings.append(free(HouseAccount.tax, asset))
      list.append(credit(HouseAccount.tax, asset, tax.amount))
    }
    return list
  }

  private var discountsByRule: [(rule: String, amount: Money)] {
    var amounts: [String: Money] = [:]
    for discount in bill.discounts {
      amounts[discount.source.rule, default: .zero] += discount.amount
    }
    return amounts.filter { $0.value > .zero }.sorted { $0.key < $1.key }
      .map { (rule: $0.key, amount: $0.value) }
  }

  private func entry(
    _ ordinal: UInt16, _ action: JournalEntry.Action, reason: String, at now: Instant
  ) -> JournalEntry {
    JournalEntry(
      id: EntryID(sale: sale, step: step, ordinal: ordinal), action: action,
      context: EntryContext(
        reason: reason, actor: member.map { MemberFacts.owner($0) } ?? "customer",
        kiosk: sale.kiosk, sale: sale, at: now))
  }

  private func free(_ id: AccountID, _ asset: Asset) -> Account {
    Account(id: id, asset: asset, rule: .free)
  }

  private func debit(_ account: AccountID, _ asset: Asset, _ amount: Money) -> Posting {
    Posting(account: account, asset: asset, units: amount.minorUnits)
  }

  private func credit(_ account: AccountID, _ asset: Asset, _ amount: Money) -> Posting {
    Posting(account: account, asset: asset, units: -amount.minorUnits)
  }
}
