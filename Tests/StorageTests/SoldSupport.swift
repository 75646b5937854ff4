import Foundation
import Ledger
import LedgerConformance
import Retail
import Storage
import Testing

/// Sales as the checkout posts them, for tests that give them back.
extension WalletShop {
  static func item(_ sku: String, _ price: Int64) -> CatalogueItem {
    CatalogueItem(
      sku: sku, gtins: [], name: LocalizedText(zh: sku, en: sku), category: "food",
      unitPrice: Money(minorUnits: price))
  }

  /// 10 % off everything, a coupon of 8.00, a point for each 1.00, a coupon for each bill.
  static let offers = RuleSet(
    version: 1, rounding: .halfUpOnPrice,
    rules: [
      Rule(
        id: "tenth", title: LocalizedText(zh: "九折", en: "10 % off"),
        benefit: .percent(basisPoints: 1_000), target: .order), template,
    ],
    earning: EarningRule(
      milliPointsPerMinorUnit: 10, tierMultipliers: [:], wholePointsOnly: false,
      expiresAfterMonths: 12),
    issuing: [
      IssueRule(
        template: template.id, minimumPayable: Money(minorUnits: 1), isForMembersOnly: false)
    ],
    wallet: WalletRules(
      order: .bonusFirst, capOfBillBasisPoints: 5_000,
      limitWithoutSecondFactor: Money(minorUnits: 1_000_000)),
    tiers: [MemberFacts.Tier(id: "basic", title: LocalizedText(zh: "会员", en: "Member"))])

  static func bill(
    _ items: [(CatalogueItem, Int)], coupons: [PresentedCoupon], member: Int64?,
    minutes: Int64 = 0, under offers: RuleSet = offers
  ) -> PricedBill {
    PricedBill.price(
      PricingInput(
        lines: items.enumerated().map {
          Cart.Line(id: $0.offset + 1, item: $0.element.0, quantity: $0.element.1)
        }, customer: member.map { .init(id: $0, tier: "basic") }, coupons: coupons,
        time: time(minutes)), under: offers)
  }

  /// Sells and posts, the wallet as far as it goes and cash for the rest.
  @discardableResult
  func sell(
    _ items: [(CatalogueItem, Int)], number: UInt64, member: Int64?,
    coupons: [PresentedCoupon] = [], cashAtLeast: Int64 = 0, giftCard: String? = nil,
    minutes: Int64 = 0, under offers: RuleSet = offers
  ) async throws -> (sale: SaleID, bill: PricedBill, plan: WalletPlan) {
    let bill = Self.bill(items, coupons: coupons, member: member, minutes: minutes, under: offers)
    let sale = SaleID(kiosk: 3, counter: number)
    let now = Self.time(minutes).instant
    let own = Money(minorUnits: max(0, bill.payable.minorUnits - cashAtLeast))
    let plan = try await plan(own, of: member, at: now)
    let outside = bill.payable - plan.total
    let postings = SalePostings(
      sale: sale, step: 1, bill: bill, coupons: coupons, member: member, plan: plan,
      currency: .cny)
    let held = try postings.holding(at: now)
    try #require(try await ledger.submit(held).allSatisfy { $0 == .ok })
    let issued = bill.issues.enumerated().map {
      IssuedCoupon(id: "\(sale)-\($0.offset + 1)", of: Self.template, at: Self.time(minutes))
    }
    let lot = member.map {
      Account.pointsLot(member: $0, month: Self.time(minutes).date.firstOfMonth(after: 12))
    }
    let batch =
      outside > .zero
      ? try booking(
        outside, by: try giftCard.map { GiftCard.account(try #require(MoneyActID($0))) }, bill,
        plan,
        held, sale, lot, at: now)
      : try postings.posting(held: held, issued: issued, pointsLot: lot, at: now)
    let receipt = Receipt(
      sale: sale, time: Self.time(minutes), language: .zh, lines: bill.lines,
      discounts: bill.discounts, subtotal: bill.subtotal, payable: bill.payable, tenders: [],
      member: nil, coupons: issued)
    let record = SaleRecord(
      id: sale, at: now, member: member, total: bill.payable,
      receipt: Array(try JSONEncoder().encode(receipt)),
      decision: Array(try JSONEncoder().encode(bill.decision)))
    let (outcomes, _) = try await store.commit(batch: batch) { _ in
      Decision(
        journal: JournalRecord(
          at: now, saleCounter: number, schemaVersion: 1, event: [], state: [], effects: []),
        sale: record)
    }
    try #require(outcomes.allSatisfy { $0 == .ok })
    return (sale, bill, plan)
  }

  private func plan(
    _ bill: Money, of member: Int64?, at now: Instant
  ) async throws -> WalletPlan {
    guard let member else { return .nothing(remaining: bill) }
    let view = try await store.wallet(of: member)
    var wallet = Wallet.empty
    for holding in view.accounts {
      let left = Money(minorUnits: holding.balance.available(under: holding.account.rule) ?? 0)
      if holding.account.id == MemberFacts.principal(member) {
        wallet = Wallet(principal: left, bonusLots: wallet.bonusLots)
      } else if let grant = holding.account.grant, left > .zero,
        holding.account.id.purpose.hasPrefix("bonus/")
      {
        let lot = BonusLot(
          account: holding.account.id, remaining: left,
          granted: Money(minorUnits: grant.limitUnits ?? 0),
          capOfGrantBasisPoints: grant.capOfGrantBasisPoints, availableAt: grant.availableAt,
          expiresAt: holding.account.expiresAt)
        wallet = Wallet(principal: wallet.principal, bonusLots: wallet.bonusLots + [lot])
      }
    }
    return WalletPlan.split(
      bill, wallet: wallet, assurance: .authenticated, rules: Self.offers.wallet, now: now)
  }

  /// The checkout takes no cash and no gift card yet: the booking of a bill that is paid in part by
  /// one of them.
  private func booking(
    _ part: Money, by card: AccountID?, _ bill: PricedBill, _ plan: WalletPlan, _ held: Batch,
    _ sale: SaleID,
    _ lot: Account?, at now: Instant
  ) throws -> Batch {
    var list = [
      Posting(account: card ?? HouseAccount.cash, asset: Shop.cny, units: part.minorUnits),
      Posting(
        account: HouseAccount.revenue, asset: Shop.cny, units: -bill.subtotal.minorUnits),
    ]
    if plan.total > .zero {
      list.append(
        Posting(
          account: HouseAccount.walletClearing, asset: Shop.cny, units: plan.total.minorUnits))
    }
    for discount in bill.discounts {
      list.append(
        Posting(
          account: HouseAccount.discount(discount.source.rule), asset: Shop.cny,
          units: discount.amount.minorUnits))
    }
    let context = EntryContext(
      reason: "sale", actor: "customer", kiosk: 3, sale: sale, at: now)
    var actions = held.entries.map { JournalEntry.Action.capture($0.id) }
    actions.append(.post(try Postings(list)))
    if let lot, bill.earnedMilliPoints > 0 {
      actions.append(
        .post(
          try Postings([
            Posting(
              account: HouseAccount.pointsIssued, asset: .points, units: bill.earnedMilliPoints),
            Posting(account: lot.id, asset: .points, units: -bill.earnedMilliPoints),
          ])))
    }
    return Batch(
      openings: list.filter { $0.account.owner == AccountID.house }.map {
        Account(id: $0.account, asset: $0.asset, rule: .free)
      }
        + [Account(id: HouseAccount.pointsIssued, asset: .points, rule: .free)]
        + [lot].compactMap(\.self),
      entries: actions.enumerated().map {
        JournalEntry(
          id: EntryID(sale: sale, step: 2, ordinal: UInt16($0.offset)), action: $0.element,
          context: context)
      }, isLinked: true)
  }

  @discardableResult
  func refund(
    _ sale: SaleID, _ lines: [(Int, Int)] = [], id: String, minutes: Int64 = 0,
    rules: RefundRules = WalletShop.rules().refund
  ) async throws -> (facts: PurchaseRefund.Facts, isRepeated: Bool) {
    try await store.refund(
      PurchaseRefund.Request(
        sale: sale, lines: lines.map { .init(line: $0.0, quantity: $0.1) }),
      rules: rules, context: try Self.context(id, minutes: minutes))
  }

  /// All balances that are not zero.
  func balances() async throws -> [AccountID: Int64] {
    var balances: [AccountID: Int64] = [:]
    for line in try await ledger.trialBalance().lines where line.balance.posted != 0 {
      balances[line.account.id] = line.balance.posted
    }
    return balances
  }

  /// A coupon that was issued by a top-up, as it is shown at the checkout.
  static func shown(_ coupon: IssuedCoupon) -> PresentedCoupon {
    PresentedCoupon(id: coupon.id, template: template, validUntil: coupon.endsAt)
  }
}
