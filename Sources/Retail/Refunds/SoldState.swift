import Ledger

/// What there is of a posted sale when something of it is to be given back. Targets are accounts of
/// today: a member may have become another.
public struct SoldState: Equatable, Sendable {
  /// What one account paid of the bill: a lot, the principal, a gift card, cash.
  public struct Capture: Equatable, Sendable {
    /// As the sale named it.
    public let account: AccountID
    public let amount: Money
    /// Where it goes back to.
    public let target: Account

    public init(account: AccountID, amount: Money, target: Account) {
      self.account = account
      self.amount = amount
      self.target = target
    }

    var isOutside: Bool { account.owner == AccountID.house }
  }

  /// Points that were earned with the bill, or paid for a part of it.
  public struct PointsMove: Equatable, Sendable {
    public let lot: AccountID
    public let target: Account
    public let milliPoints: Int64
    /// The house account on the other side.
    public let house: AccountID

    public init(lot: AccountID, target: Account, milliPoints: Int64, house: AccountID) {
      self.lot = lot
      self.target = target
      self.milliPoints = milliPoints
      self.house = house
    }
  }

  /// A coupon that the bill used, or that it gave.
  public struct Coupon: Equatable, Sendable {
    public let id: String
    public let holding: TopUpState.Holding
    public let pieces: Int64
    public let house: AccountID
    /// For a used one: whether its kind says that a refund gives it back.
    public let isRestored: Bool

    public init(
      id: String, holding: TopUpState.Holding, pieces: Int64, house: AccountID, isRestored: Bool
    ) {
      self.id = id
      self.holding = holding
      self.pieces = pieces
      self.house = house
      self.isRestored = isRestored
    }
  }

  public let receipt: Receipt
  public let at: Instant
  /// The member as it is now.
  public let member: Int64?
  /// In the order of the postings.
  public let captures: [Capture]
  public let fee: Money
  public let tax: Money
  public let earned: [PointsMove]
  public let spent: [PointsMove]
  /// All lots of points of the member, in the order of spending.
  public let points: [TopUpState.Holding]
  public let used: [Coupon]
  public let issued: [Coupon]
  public let earlier: [PurchaseRefund.Facts]

  public init(
    receipt: Receipt, at: Instant, member: Int64?, captures: [Capture], fee: Money, tax: Money,
    earned: [PointsMove], spent: [PointsMove], points: [TopUpState.Holding], used: [Coupon],
    issued: [Coupon], earlier: [PurchaseRefund.Facts]
  ) {
    self.receipt = receipt
    self.at = at
    self.member = member
    self.captures = captures
    self.fee = fee
    self.tax = tax
    self.earned = earned
    self.spent = spent
    self.points = points
    self.used = used
    self.issued = issued
    self.earlier = earlier
  }
}

extension SoldState {
  /// What is left of a line: units, list price, what was paid, discounts by rule.
  struct Line: Equatable {
    var quantity: Int
    var list: Money
    var net: Money
    var discounts: [PurchaseRefund.Discount]
  }

  /// By their place on the receipt, from 1.
  func linesLeft() -> [Line] {
    receipt.lines.enumerated().map { index, line in
      let sold = Line(
        quantity: line.quantity, list: line.listAmount, net: line.net,
        discounts: discounts(of: line.id))
      return earlier.flatMap(\.lines).filter { $0.line == index + 1 }
        .reduce(sold) { $0.without($1) }
    }
  }

  private func discounts(of line: Int) -> [PurchaseRefund.Discount] {
    sums(
      receipt.discounts.flatMap { discount in
        discount.parts.filter { $0.line == line }.map {
          PurchaseRefund.Discount(rule: discount.source.rule, amount: $0.amount)
        }
      })
  }

  /// What rules took off the fee.
  func feeDiscounts() -> [PurchaseRefund.Discount] {
    sums(
      receipt.discounts.compactMap { discount in
        discount.offFee.map {
          PurchaseRefund.Discount(rule: discount.source.rule, amount: $0)
        }
      })
  }

  private func sums(_ list: [PurchaseRefund.Discount]) -> [PurchaseRefund.Discount] {
    var sums: [String: Money] = [:]
    for discount in list { sums[discount.rule, default: .zero] += discount.amount }
    return sums.filter { $0.value > .zero }.sorted { $0.key < $1.key }
      .map { PurchaseRefund.Discount(rule: $0.key, amount: $0.value) }
  }

  /// What is left of each capture, in their order.
  func capturesLeft() -> [Money] {
    captures.map { capture in
      capture.amount
        - earlier.flatMap(\.uses).filter { $0.from == capture.account }.map(\.amount).sum()
    }
  }

  var taxLeft: Money { tax - earlier.map(\.tax).sum() }
  var earnedLeft: Int64 {
    earned.map(\.milliPoints).reduce(0, +) - earlier.map(\.earnedMilliPoints).reduce(0, +)
  }

  /// What is kept of the sale belongs to its entries: lines, fee and tax less discounts are the
  /// payable, and no capture is more than the bill with its rounding.
  var isConsistent: Bool {
    let nets = receipt.lines.map(\.net).sum()
    let lists = receipt.lines.map(\.listAmount).sum()
    let discounts = receipt.discounts.map(\.amount).sum()
    return nets + fee + tax - feeDiscounts().map(\.amount).sum() == receipt.payable
      && lists + fee + tax - discounts == receipt.payable
      && Set(captures.map(\.account)).count == captures.count
      && (captures.map(\.amount).sum() > .zero || receipt.payable == .zero)
  }
}

extension SoldState.Line {
  func without(_ part: PurchaseRefund.Line) -> SoldState.Line {
    SoldState.Line(
      quantity: quantity - part.quantity, list: list - part.list, net: net - part.net,
      discounts: discounts.map { discount in
        let gone = part.discounts.filter { $0.rule == discount.rule }.map(\.amount).sum()
        return PurchaseRefund.Discount(rule: discount.rule, amount: discount.amount - gone)
      })
  }

  /// So many of the units that are left, with their share of everything that is left, rounded
  /// down: the last unit takes the rest, so that the shares of any sequence sum to the whole.
  func part(_ count: Int, line: Int) -> PurchaseRefund.Line {
    func share(_ amount: Money) -> Money {
      Money(
        minorUnits: Int64(Int128(amount.minorUnits) * Int128(count) / Int128(quantity)))
    }
    let (list, net) = (share(list), share(net))
    let split = Allocation.largestRemainder(list - net, weights: discounts.map(\.amount))
    return PurchaseRefund.Line(
      line: line, quantity: count, list: list, net: net,
      discounts: zip(discounts, split).filter { $0.1 > .zero }.map {
        PurchaseRefund.Discount(rule: $0.0.rule, amount: $0.1)
      })
  }
}
