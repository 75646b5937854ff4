import Foundation
import GRDB
import Ledger
import Retail

/// The acts on stored value against the entries: each act has its entries, they move what it says,
/// cards keep to the limit of their day (I16), and refunds never exceed what was captured (I11).
///
/// An act that is missing could be done again, one that says too little could be refunded twice.
final class LedgerCheckActs {
  private let db: Database
  private let findAct: RawStatement
  private var matched: Int64 = 0
  /// The act whose entries come now, and the last of them.
  private var current: (id: MoneyActID, ordinal: Int)?

  init(_ db: Database) throws {
    self.db = db
    findAct = try RawStatement(db, "SELECT id FROM money_acts WHERE entry = ?")
  }

  /// Looks at an entry in its place; `balance` answers what an account has after it.
  func fault(
    _ number: Int64, _ entry: JournalEntry, _ moved: [Posting],
    balance: (AccountID) throws -> Balance
  ) throws -> LedgerFault? {
    guard ActReason(entry) != nil else {
      current = nil
      return nil
    }
    var found: MoneyActID?
    findAct.bind(1, entry.id.bytes)
    try findAct.forEachRow { found = MoneyActID($0.text(0)) }
    guard let found else {
      // The further entries of an act follow its first one.
      guard let act = current, entry.id == act.id.entry(act.ordinal + 1) else {
        return .missingAct(number: number, id: entry.id)
      }
      current = (act.id, act.ordinal + 1)
      return nil
    }
    current = (found, 0)
    matched += 1
    guard let row = try Self.act(found, db) else {
      return .missingAct(number: number, id: entry.id)
    }
    let detail = try Self.detail(row, moved, balance: balance)
    return detail.map { .wrongAct(found.text, detail: $0) }
  }

  /// What is left once all entries were seen.
  func lastFault() throws -> LedgerFault? {
    let kept = try Int64.fetchOne(db, sql: "SELECT count(*) FROM money_acts") ?? 0
    if kept != matched {
      let stray = try String.fetchOne(
        db,
        sql: """
          SELECT a.id FROM money_acts a LEFT JOIN entry_ids i ON i.id = a.entry
          WHERE i.id IS NULL ORDER BY a.id LIMIT 1
          """)
      return .wrongAct(stray ?? "", detail: "has no entry in the book")
    }
    let sales = try String.fetchCursor(
      db,
      sql: "SELECT DISTINCT about FROM money_acts WHERE kind = 'refund' ORDER BY about")
    while let text = try sales.next() {
      guard let sale = SaleID(text) else {
        return .overRefunded(text, detail: "names no sale")
      }
      if let detail = try refundDetail(sale) { return .overRefunded(text, detail: detail) }
    }
    return nil
  }

  private static func act(_ id: MoneyActID, _ db: Database) throws -> MoneyAct? {
    try MoneyAct.all("id = ?", [id.text], db).first
  }
}

// MARK: - One act

extension LedgerCheckActs {
  private static func detail(
    _ act: MoneyAct, _ moved: [Posting], balance: (AccountID) throws -> Balance
  ) throws -> String? {
    let flow = Flow(moved)
    switch act.kind {
    case .topUp:
      let facts: TopUpFacts = try act.facts()
      let principal = MemberFacts.principal(facts.member)
      if flow.of(principal) != -facts.amount.minorUnits || flow.outside != facts.amount.minorUnits {
        return "does not move its amount"
      }
      if flow.of(facts.bonusLot) != -facts.bonus.minorUnits { return "does not give its bonus" }
      if let limit = facts.limit, -(try balance(principal)).posted > limit.minorUnits {
        return "brought the wallet above the limit of its day"
      }
    case .undo:
      let facts: TopUpUndo.Facts = try act.facts()
      if flow.outside != -facts.amount.minorUnits { return "does not move its amount" }
    case .topUpRefund:
      let facts: TopUpRefund.Facts = try act.facts()
      if flow.outside != -facts.paidOut.minorUnits
        || flow.of(MemberFacts.principal(facts.member)) != facts.principal.minorUnits
      {
        return "does not move its amount"
      }
    case .giftSale:
      let facts: GiftCardSale.Facts = try act.facts()
      if flow.of(GiftCard.account(facts.card)) != -facts.amount.minorUnits
        || flow.outside != facts.amount.minorUnits
      {
        return "does not move its amount"
      }
      if let limit = facts.limit, facts.amount > limit { return "is above the limit of its day" }
    case .giftSpend, .giftRefund:
      let facts: GiftCardUse.Facts = try act.facts()
      if flow.of(GiftCard.account(facts.card)) != facts.amount.minorUnits {
        return "does not move its amount"
      }
    case .refund:
      let facts: PurchaseRefund.Facts = try act.facts()
      let own = facts.uses.filter { $0.from.owner != AccountID.house }.map(\.amount).sum()
      let outside = facts.uses.filter { $0.from.owner == AccountID.house }.map(\.amount).sum()
      if flow.outside != -outside.minorUnits
        || flow.of(HouseAccount.walletClearing) != -own.minorUnits
      {
        return "does not move its amount"
      }
    }
    return nil
  }

  /// What one entry does to accounts.
  private struct Flow {
    private let moved: [Posting]

    init(_ moved: [Posting]) { self.moved = moved }

    func of(_ account: AccountID) -> Int64 {
      moved.filter { $0.account == account }.reduce(0) { $0 + $1.units }
    }

    var outside: Int64 {
      moved.filter { Tender.isTender($0.account) }.reduce(0) { $0 + $1.units }
    }
  }
}

// MARK: - Refunds of one sale

extension LedgerCheckActs {
  /// What of the refunds of a sale is more than it captured: a line's units, an account's money,
  /// the bill, its points.
  private func refundDetail(_ sale: SaleID) throws -> String? {
    let refunds = try MoneyAct.all("about = ? AND kind = 'refund'", [sale.description], db)
      .map { act throws -> PurchaseRefund.Facts in try act.facts() }
    guard let record = try SaleRecord.find(sale, db) else { return "has no sale" }
    let receipt = try JSONDecoder().decode(Receipt.self, from: Data(record.receipt))
    let currency = try String.fetchOne(
      db, sql: "SELECT asset FROM accounts WHERE owner = 'house' AND purpose = 'revenue'")
    guard let asset = currency.flatMap({ Asset(code: $0) }) else { return "has no revenue" }
    let moves = try LedgerRows(db: db).moves(of: sale, asset)
    for (index, line) in receipt.lines.enumerated() {
      let parts = refunds.flatMap(\.lines).filter { $0.line == index + 1 }
      if parts.map(\.quantity).reduce(0, +) > line.quantity
        || parts.map(\.net).sum() > line.net || parts.map(\.list).sum() > line.listAmount
      {
        return "is refunded beyond its line \(index + 1)"
      }
    }
    var left: [AccountID: Int64] = [:]
    for move in moves.captures { left[move.account] = move.units }
    for use in refunds.flatMap(\.uses) {
      left[use.from, default: 0] -= use.amount.minorUnits
      if left[use.from, default: 0] < 0 { return "is refunded beyond what \(use.from) paid" }
    }
    if refunds.map(\.amount).sum() > receipt.payable { return "is refunded beyond its bill" }
    let earned = moves.earned.map(\.units).reduce(0, +)
    if refunds.map(\.earnedMilliPoints).reduce(0, +) > earned {
      return "has more points taken back than it earned"
    }
    return nil
  }
}
