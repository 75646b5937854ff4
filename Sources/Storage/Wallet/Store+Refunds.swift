import Foundation
import GRDB
import Ledger
import Retail

extension Store {
  /// Gives back a purchase, whole or in part.
  public func refund(
    _ request: PurchaseRefund.Request, rules: RefundRules, context: ActContext
  ) async throws(WalletFailure) -> (facts: PurchaseRefund.Facts, isRepeated: Bool) {
    try await act(.refund, request, context) { table in
      let sold = try table.soldState(request.sale, context.currency.asset)
      let refund = try PurchaseRefund(request, of: sold, rules: rules, context: context)
      return ActResult(
        batch: refund.batch, facts: refund.facts, about: request.sale.description,
        member: sold.member)
    }
  }

  /// What there is of a posted sale.
  public func sold(
    _ sale: SaleID, currency: Currency
  ) async throws(WalletFailure) -> SoldState {
    try await look(refusedBy: WalletRefusal.self) { db, keys in
      try ActTable(db, keys).soldState(sale, currency.asset)
    }
  }
}

extension ActTable {
  func soldState(_ id: SaleID, _ currency: Asset) throws -> SoldState {
    guard let sale = try SaleRecord.find(id, db) else { throw WalletRefusal.unknownSale(id) }
    let (receipt, templates) = try contents(of: sale)
    let moves = try rows.moves(of: id, currency)
    guard moves.revenue == receipt.lines.map(\.listAmount).sum() else {
      throw WalletRefusal.unreadableSale(id)
    }
    let member = try sale.member.map { id throws in try self.member(id).id }
    let accounts = try member.map { id throws in
      try rows.accounts(ofOwner: MemberFacts.owner(id))
    }
    return SoldState(
      receipt: receipt, at: sale.at, member: member,
      captures: try moves.captures.map { move throws in
        SoldState.Capture(
          account: move.account, amount: Money(minorUnits: move.units),
          target: try target(of: move.account, sale.member, member))
      }, fee: moves.fee, tax: moves.tax,
      earned: try moves.earned.map { try points($0, sale.member, member) },
      spent: try moves.spent.map { try points($0, sale.member, member) },
      points: pointsLots(accounts ?? []),
      used: try moves.usedCoupons.map { try coupon($0, templates) },
      issued: try moves.issuedCoupons.map { try coupon($0, [:]) },
      earlier: try refunds(of: id))
  }

  func refunds(of sale: SaleID) throws -> [PurchaseRefund.Facts] {
    try acts(.refund, about: sale.description).map { try $0.facts() }
  }

  /// The receipt, and the kinds of the coupons that were shown, by coupon.
  private func contents(of sale: SaleRecord) throws -> (Receipt, [String: Rule]) {
    do {
      let receipt = try JSONDecoder().decode(Receipt.self, from: Data(sale.receipt))
      guard !sale.decision.isEmpty else { return (receipt, [:]) }
      let decision = try JSONDecoder().decode(DecisionRecord.self, from: Data(sale.decision))
      let shown = decision.input.coupons.map { ($0.id, $0.template) }
      return (receipt, Dictionary(shown) { first, _ in first })
    } catch is DecodingError {
      throw WalletRefusal.unreadableSale(sale.id)
    }
  }

  /// Where what an account gave goes back to: the member may be another by now.
  private func target(
    of id: AccountID, _ sold: Int64?, _ current: Int64?
  ) throws -> Account {
    guard let account = try rows.account(id)?.account else {
      throw StorageError.corrupt("a sale that names the account \(id), which is missing")
    }
    guard let sold, let current, sold != current, id.owner == MemberFacts.owner(sold) else {
      return account
    }
    return MemberMerge.target(of: account, from: sold, into: current)
  }

  private func points(
    _ move: SaleMoves.Move, _ sold: Int64?, _ current: Int64?
  ) throws -> SoldState.PointsMove {
    SoldState.PointsMove(
      lot: move.account, target: try target(of: move.account, sold, current),
      milliPoints: move.units, house: move.house)
  }

  private func coupon(
    _ move: SaleMoves.Move, _ templates: [String: Rule]
  ) throws -> SoldState.Coupon {
    guard let row = try rows.account(move.account) else {
      throw StorageError.corrupt("a sale that names the account \(move.account), which is missing")
    }
    let id = String(move.account.owner.dropFirst("coupon/".utf8.count))
    return SoldState.Coupon(
      id: id, holding: holding(row), pieces: move.units, house: move.house,
      isRestored: templates[id]?.coupon?.refund == .restore)
  }
}

extension LedgerRows {
  func moves(of sale: SaleID, _ currency: Asset) throws -> SaleMoves {
    SaleMoves(
      try entries(of: sale).map { (entry: $0.entry, postings: try postings(of: $0.entry)) },
      currency: currency)
  }
}
