/// What staff had the kiosk do beside its sales.
enum Migration0005 {
  static let sql = """
    CREATE TABLE staff_acts (
      key INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      actor TEXT NOT NULL,
      act TEXT NOT NULL,
      outcome TEXT NOT NULL
    ) STRICT;
    CREATE TRIGGER staff_acts_never_change BEFORE UPDATE ON staff_acts
    BEGIN SELECT RAISE(ABORT, 'staff acts are never updated'); END;
    CREATE TRIGGER staff_acts_stay BEFORE DELETE ON staff_acts
    BEGIN SELECT RAISE(ABORT, 'staff acts are never deleted'); END;
    """
}
