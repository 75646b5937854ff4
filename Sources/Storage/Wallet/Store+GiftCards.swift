import Foundation
import GRDB
import Ledger
import Retail

extension Store {
  /// Sells a gift card under a code that the caller drew. Asked again under the same id, the card
  /// keeps its first code.
  public func sellGiftCard(
    _ request: GiftCardSale.Request, code: BearerCode, rules: StoredValueRules, law: PrepaidLaw?,
    context: ActContext
  ) async throws(WalletFailure) -> (facts: GiftCardSale.Facts, isRepeated: Bool) {
    try await act(.giftSale, request, context) { table in
      let sale = try GiftCardSale(request, rules: rules, law: law, context: context)
      return ActResult(
        batch: sale.batch, facts: sale.facts, about: context.id.text,
        giftCard: NewGiftCard(facts: sale.facts, code: code))
    }
  }

  /// Takes a part of a card.
  public func spendGiftCard(
    _ card: MoneyActID, _ amount: Money, context: ActContext
  ) async throws(WalletFailure) -> (facts: GiftCardUse.Facts, isRepeated: Bool) {
    try await act(.giftSpend, GiftRequest(card: card, amount: amount, tender: nil), context) {
      table in
      let use = try GiftCardUse(
        spending: amount, of: try table.giftCard("id = ?", [card.text]), context: context)
      return ActResult(batch: use.batch, facts: use.facts, about: card.text)
    }
  }

  /// Pays out what is left of a card.
  public func refundGiftCard(
    _ card: MoneyActID, by tender: String, rules: StoredValueRules, context: ActContext
  ) async throws(WalletFailure) -> (facts: GiftCardUse.Facts, isRepeated: Bool) {
    try await act(.giftRefund, GiftRequest(card: card, amount: nil, tender: tender), context) {
      table in
      let use = try GiftCardUse(
        refunding: try table.giftCard("id = ?", [card.text]), by: tender, rules: rules,
        context: context)
      return ActResult(batch: use.batch, facts: use.facts, about: card.text)
    }
  }

  /// The card of a code; every code that is none is refused with the same words.
  public func giftCard(
    code: BearerCode
  ) async throws(WalletFailure) -> GiftCard.State {
    try await look(refusedBy: WalletRefusal.self) { db, keys in
      try ActTable(db, keys).giftCard("code_hash = ?", [NewGiftCard.hash(code, keys)])
    }
  }

  /// The code itself, for who lost the answer; nil if there is no such card.
  public func revealGiftCode(_ card: MoneyActID) async throws(StorageError) -> BearerCode? {
    let keys = try keys()
    return try await read { db in
      let sealed = try Data.fetchOne(
        db, sql: "SELECT code FROM gift_cards WHERE id = ?", arguments: [card.text])
      guard let sealed else { return nil }
      guard let code = BearerCode(try keys.openText(sealed, as: NewGiftCard.place(card))) else {
        throw StorageError.corrupt("the gift card \(card) with a code of wrong check characters")
      }
      return code
    }
  }
}

private struct GiftRequest: Codable, Sendable {
  let card: MoneyActID
  let amount: Money?
  let tender: String?
}

/// A gift card to be kept, with its code in the clear; the code leaves this value only sealed.
struct NewGiftCard {
  let facts: GiftCardSale.Facts
  let code: BearerCode

  static func hash(_ code: BearerCode, _ keys: ShopKeys) -> Data {
    keys.index(code.characters.utf8, kind: "gift card code")
  }

  static func place(_ card: MoneyActID) -> String { "gift_cards.code/\(card)" }

  func insert(_ db: Database, _ keys: ShopKeys) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO gift_cards (id, code_hash, code, mask, expires_at, at)
        VALUES (?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      facts.card.text, Self.hash(code, keys),
      keys.seal(Array(code.characters.utf8), as: Self.place(facts.card)), code.mask,
      facts.endsAt?.milliseconds, facts.at.milliseconds,
    ])
  }
}

extension ActTable {
  func giftCard(_ condition: String, _ arguments: StatementArguments) throws -> GiftCard.State {
    let statement = try db.cachedStatement(
      sql: "SELECT id, mask FROM gift_cards WHERE \(condition)")
    let found = try Row.first(statement, arguments) { ($0[0] as String, $0[1] as String) }
    guard let (text, mask) = found else { throw WalletRefusal.unknownCard }
    guard let id = MoneyActID(text), let row = try rows.account(GiftCard.account(id)) else {
      throw StorageError.corrupt("the gift card \(text) of no account")
    }
    return GiftCard.State(id: id, mask: mask, holding: holding(row))
  }
}
