/// What was done with points, visits and coupons at somebody's asking, act by act: the same id
/// again is answered from here. What is left of anything is the balance of its account.
enum Migration0009 {
  static let sql = """
    CREATE TABLE unit_acts (
      -- Who asked gave it.
      id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 40),
      kind TEXT NOT NULL,
      member INTEGER,
      -- The coupon or card that it was done to.
      about TEXT,
      request BLOB NOT NULL,
      answer BLOB NOT NULL,
      actor TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX unit_acts_about ON unit_acts (about, kind) WHERE about IS NOT NULL;
    CREATE TRIGGER unit_acts_never_change BEFORE UPDATE ON unit_acts
    BEGIN SELECT RAISE(ABORT, 'acts are never updated'); END;
    CREATE TRIGGER unit_acts_stay BEFORE DELETE ON unit_acts
    BEGIN SELECT RAISE(ABORT, 'acts are never deleted'); END;
    """
}
