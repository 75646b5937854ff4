/// What was done with stored value, act by act, and gift cards. What is left of anything is the
/// balance of its account, never a column here.
enum Migration0010 {
  static let sql = """
    CREATE TABLE money_acts (
      -- Who asked gave it; the same again is answered from `facts`.
      id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 40),
      kind TEXT NOT NULL CHECK (kind IN ('topUp', 'undo', 'topUpRefund', 'refund', 'giftSale',
        'giftSpend', 'giftRefund')),
      -- The top-up that is undone, the sale that is refunded, the gift card.
      about TEXT,
      member INTEGER,
      -- The first of its entries.
      entry BLOB NOT NULL UNIQUE CHECK (length(entry) = 16),
      request BLOB NOT NULL,
      facts BLOB NOT NULL,
      at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX money_acts_by_about ON money_acts (about, kind) WHERE about IS NOT NULL;
    CREATE INDEX money_acts_by_member ON money_acts (member, at) WHERE member IS NOT NULL;
    CREATE TRIGGER money_acts_never_change BEFORE UPDATE ON money_acts
    BEGIN SELECT RAISE(ABORT, 'acts are never updated'); END;
    CREATE TRIGGER money_acts_stay BEFORE DELETE ON money_acts
    BEGIN SELECT RAISE(ABORT, 'acts are never deleted'); END;

    CREATE TABLE gift_cards (
      id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 40),
      code_hash BLOB NOT NULL UNIQUE CHECK (length(code_hash) = 32),
      -- Sealed, for a reprint of the same card.
      code BLOB NOT NULL,
      mask TEXT NOT NULL,
      -- Nil: without an end.
      expires_at INTEGER,
      at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER gift_cards_never_change BEFORE UPDATE ON gift_cards
    BEGIN SELECT RAISE(ABORT, 'gift cards are never updated'); END;
    CREATE TRIGGER gift_cards_stay BEFORE DELETE ON gift_cards
    BEGIN SELECT RAISE(ABORT, 'gift cards are never deleted'); END;
    """
}
