import Ledger

/// Gives back a purchase, whole or in part, as the exact inverse of its postings: the shares of any
/// sequence of refunds sum to what was captured, per line, per tender and per lot.
public struct PurchaseRefund: Equatable, Sendable {
  public let batch: Batch
  public let facts: Facts

  /// What is asked for: lines by their place on the receipt, from 1; none means all that is left.
  public struct Request: Equatable, Sendable, Codable {
    public let sale: SaleID
    public let lines: [Wanted]

    public struct Wanted: Equatable, Sendable, Codable {
      public let line: Int
      public let quantity: Int

      public init(line: Int, quantity: Int) {
        self.line = line
        self.quantity = quantity
      }
    }

    public init(sale: SaleID, lines: [Wanted]) {
      self.sale = sale
      self.lines = lines
    }
  }

  public struct Discount: Equatable, Sendable, Codable {
    public let rule: String
    public let amount: Money
  }

  public struct Line: Equatable, Sendable, Codable {
    /// Its place on the receipt.
    public let line: Int
    public let quantity: Int
    public let list: Money
    public let net: Money
    public let discounts: [Discount]
  }

  /// What goes back to one account.
  public struct Use: Equatable, Sendable, Codable {
    /// As the sale named it.
    public let from: AccountID
    /// Where it went.
    public let to: AccountID
    public let amount: Money
  }

  public struct Facts: Equatable, Sendable, Codable {
    public let sale: SaleID
    public let member: Int64?
    public let lines: [Line]
    /// The fee at its list price; it goes back with the last unit.
    public let fee: Money
    public let tax: Money
    /// What of the bill is given back, and what of it was never paid because of rounding.
    public let amount: Money
    public let rounding: Money
    /// They sum to `amount` less `rounding`.
    public let uses: [Use]
    /// Earned points that are undone; of them taken from lots, and owed.
    public let earnedMilliPoints: Int64
    public let takenMilliPoints: Int64
    public let owedMilliPoints: Int64
    /// Points that had paid for a part and went back.
    public let restoredMilliPoints: Int64
    /// Coupons that can be used again, and coupons of the sale that are gone.
    public let restoredCoupons: [String]
    public let takenCoupons: [String]
    /// Nothing of the sale is left.
    public let isWhole: Bool
  }

  public init(
    _ request: Request, of sold: SoldState, rules: RefundRules, context: ActContext
  ) throws(WalletRefusal) {
    guard sold.isConsistent else { throw .unreadableSale(request.sale) }
    if let days = rules.withinDays {
      let age = context.now.milliseconds - sold.at.milliseconds
      guard age <= Int64(days) * 86_400_000 else { throw .saleTooOld(days: days) }
    }
    var draft = Draft(sold: sold, rules: rules, context: context)
    try draft.takeLines(request)
    draft.takeExtras()
    draft.fillUses()
    try draft.postMoney()
    try draft.postPoints()
    try draft.postCoupons()
    batch = draft.entries.batch
    facts = draft.facts
  }
}

extension PurchaseRefund {
  /// What grows while a refund is worked out.
  fileprivate struct Draft {
    let sold: SoldState
    let rules: RefundRules
    let context: ActContext
    var entries: ActEntries
    var lines: [Line] = []
    /// What of the lines was paid, of this refund and all that is left.
    var net = Money.zero
    var netLeft = Money.zero
    var isWhole = false
    var fee = Money.zero
    var feeDiscounts: [Discount] = []
    var tax = Money.zero
    var amount = Money.zero
    var rounding = Money.zero
    var uses: [(capture: SoldState.Capture, target: Account?, amount: Money)] = []
    var earned: Int64 = 0
    var takenPoints: Int64 = 0
    var owedPoints: Int64 = 0
    var restoredPoints: Int64 = 0
    var restoredCoupons: [String] = []
    var takenCoupons: [String] = []

    var asset: Asset { context.currency.asset }

    init(sold: SoldState, rules: RefundRules, context: ActContext) {
      self.sold = sold
      self.rules = rules
      self.context = context
      entries = ActEntries(context, reason: .refund, sale: sold.receipt.sale)
    }

    var facts: Facts {
      Facts(
        sale: sold.receipt.sale, member: sold.member, lines: lines, fee: fee, tax: tax,
        amount: amount, rounding: rounding,
        uses: uses.map {
          Use(
            from: $0.capture.account, to: $0.target?.id ?? HouseAccount.forfeit,
            amount: $0.amount)
        }, earnedMilliPoints: earned, takenMilliPoints: takenPoints, owedMilliPoints: owedPoints,
        restoredMilliPoints: restoredPoints, restoredCoupons: restoredCoupons,
        takenCoupons: takenCoupons, isWhole: isWhole)
    }

    mutating func takeLines(_ request: Request) throws(WalletRefusal) {
      let left = sold.linesLeft()
      let wanted =
        request.lines.isEmpty
        ? left.enumerated().filter { $0.element.quantity > 0 }.map {
          Request.Wanted(line: $0.offset + 1, quantity: $0.element.quantity)
        } : request.lines
      guard !wanted.isEmpty else { throw .nothingLeft }
      var seen: Set<Int> = []
      for part in wanted {
        guard left.indices.contains(part.line - 1) else { throw .unknownLine(part.line) }
        guard seen.insert(part.line).inserted else { throw .lineTwice(part.line) }
        let line = left[part.line - 1]
        guard part.quantity >= 1, part.quantity <= line.quantity else {
          throw .quantity(line: part.line, left: line.quantity)
        }
        lines.append(line.part(part.quantity, line: part.line))
      }
      net = lines.map(\.net).sum()
      netLeft = left.map(\.net).sum()
      isWhole = left.map(\.quantity).reduce(0, +) == lines.map(\.quantity).reduce(0, +)
    }

    /// A share of what is left, as `net` is one of `netLeft`; all of it with the last unit.
    func share(_ left: Int64) -> Int64 {
      guard !isWhole, netLeft > .zero else { return isWhole ? left : 0 }
      return Int64(Int128(left) * Int128(net.minorUnits) / Int128(netLeft.minorUnits))
    }

    mutating func takeExtras() {
      tax = Money(minorUnits: share(sold.taxLeft.minorUnits))
      if isWhole {
        fee = sold.fee
        feeDiscounts = sold.feeDiscounts()
      }
      amount = net + tax + fee - feeDiscounts.map(\.amount).sum()
    }

    /// The newest use first; outside money before or after the shop's own (RETAIL 3).
    mutating func fillUses() {
      let left = sold.capturesLeft()
      let all = left.sum()
      let payableLeft = sold.receipt.payable - sold.earlier.map(\.amount).sum()
      // A bill that was rounded gives back what was paid, not what was asked.
      let paid =
        isWhole || payableLeft == .zero
        ? all
        : Money(
          minorUnits: Int64(
            Int128(all.minorUnits) * Int128(amount.minorUnits) / Int128(payableLeft.minorUnits)))
      rounding = amount - paid
      let newest = Array(zip(sold.captures, left).reversed())
      let (outside, own) = (
        newest.filter { $0.0.isOutside }, newest.filter { !$0.0.isOutside }
      )
      let ordered = rules.order == .walletFirst ? own + outside : outside + own
      let taken = Spending.inOrder(paid.minorUnits, from: ordered.map(\.1.minorUnits)).taken
      uses = zip(ordered, taken).filter { $0.1 > 0 }.map { place, units in
        let amount = Money(minorUnits: units)
        return (place.0, target(of: place.0, amount), amount)
      }
    }

    /// Where it goes back to; nil: to the house, for its lot has ended.
    private func target(of capture: SoldState.Capture, _ amount: Money) -> Account? {
      let lot = capture.target
      guard let end = lot.expiresAt, end <= context.now else { return lot }
      switch rules.endedLots {
      case .restore: return lot
      case .forfeit: return nil
      case .extend(let days):
        let name = lot.id.purpose.split(separator: "/").last ?? ""
        return Account(
          id: AccountID(owner: lot.id.owner, purpose: "bonus/\(context.id).\(name)"),
          asset: lot.asset, rule: lot.rule,
          expiresAt: context.time.date.adding(days: days)
            .start(offsetSeconds: context.time.offsetSeconds),
          grant: Grant(
            limitUnits: amount.minorUnits, availableAt: context.now,
            capOfGrantBasisPoints: lot.grant?.capOfGrantBasisPoints))
      }
    }
  }
}

// MARK: - Entries

extension PurchaseRefund.Draft {
  /// The booking of the sale the other way round, then what goes back to each owner.
  mutating func postMoney() throws(WalletRefusal) {
    let outside = uses.filter { $0.capture.isOutside }
    let own = uses.filter { !$0.capture.isOutside }
    var discounts: [String: Money] = [:]
    for discount in lines.flatMap(\.discounts) + feeDiscounts {
      discounts[discount.rule, default: .zero] += discount.amount
    }
    var list = [
      Posting.debit(HouseAccount.revenue, asset, lines.map(\.list).sum().minorUnits),
      .debit(HouseAccount.fees, asset, fee.minorUnits),
      .debit(HouseAccount.tax, asset, tax.minorUnits),
      .credit(HouseAccount.rounding, asset, rounding.minorUnits),
      .credit(HouseAccount.walletClearing, asset, own.map(\.amount).sum().minorUnits),
    ]
    list += discounts.sorted { $0.key < $1.key }.map {
      Posting.credit(HouseAccount.discount($0.key), asset, $0.value.minorUnits)
    }
    list += outside.map { Posting.credit($0.capture.account, asset, $0.amount.minorUnits) }
    for posting in list where posting.units != 0 { entries.open(posting.account, asset) }
    try entries.post(list)
    for owner in Set(own.map(\.capture.target.id.owner)).sorted() {
      let parts = own.filter { $0.capture.target.id.owner == owner }
      for account in parts.compactMap(\.target) { entries.open(account) }
      if parts.contains(where: { $0.target == nil }) {
        entries.open(HouseAccount.forfeit, asset)
      }
      try entries.post(
        [
          .debit(HouseAccount.walletClearing, asset, parts.map(\.amount).sum().minorUnits)
        ]
          + parts.map {
            .credit($0.target?.id ?? HouseAccount.forfeit, asset, $0.amount.minorUnits)
          })
    }
  }

  /// Earned points go, in the share of what is given back; points that had paid come back.
  mutating func postPoints() throws(WalletRefusal) {
    earned = share(sold.earnedLeft)
    if earned > 0, let member = sold.member {
      let first = sold.earned.first
      // What ended by itself is not owed.
      let hasEnded = first?.target.expiresAt.map { $0 <= context.now } ?? false
      let back = PointsTakenBack(
        earned, first: first?.target.id, lots: sold.points,
        spent: hasEnded ? .left : rules.spentPoints, member: member)
      try back.post(&entries)
      takenPoints = back.taken.map(\.units).reduce(0, +)
      owedPoints = back.owed
    }
    let left =
      sold.spent.map(\.milliPoints).reduce(0, +)
      - sold.earlier.map(\.restoredMilliPoints).reduce(0, +)
    restoredPoints = share(left)
    guard restoredPoints > 0 else { return }
    // The newest use first; what earlier refunds gave back is gone from the front.
    let newest = Array(sold.spent.reversed())
    let given = sold.earlier.map(\.restoredMilliPoints).reduce(0, +)
    let before = Spending.inOrder(given, from: newest.map(\.milliPoints)).taken
    let rooms = zip(newest, before).map { $0.milliPoints - $1 }
    let parts = Spending.inOrder(restoredPoints, from: rooms).taken
    for (move, units) in zip(newest, parts) where units > 0 {
      entries.open(move.house, .points)
      entries.open(move.target)
      try entries.post([
        .debit(move.house, .points, units), .credit(move.target.id, .points, units),
      ])
    }
  }

  /// Only the refund that leaves nothing of the sale touches coupons.
  mutating func postCoupons() throws(WalletRefusal) {
    guard isWhole else { return }
    // A coupon that an open sale holds would outlive the purchase that gave it.
    guard !sold.issued.contains(where: \.holding.isHeld) else { throw .held }
    for coupon in sold.used where coupon.isRestored {
      let asset = coupon.holding.account.asset
      entries.open(coupon.house, asset)
      try entries.post([
        .debit(coupon.house, asset, coupon.pieces),
        .credit(coupon.holding.account.id, asset, coupon.pieces),
      ])
      restoredCoupons.append(coupon.id)
    }
    for coupon in sold.issued where coupon.holding.available > 0 {
      let asset = coupon.holding.account.asset
      try entries.post([
        .debit(coupon.holding.account.id, asset, coupon.holding.available),
        .credit(coupon.house, asset, coupon.holding.available),
      ])
      takenCoupons.append(coupon.id)
    }
  }
}

extension HouseAccount {
  /// What bills were rounded by when they were paid in cash.
  public static let rounding = AccountID.house("rounding")
}
