/// What the chip of a card proved here: that it holds a secret, and how often it had been read.
enum Migration0004 {
  static let sql = """
    ALTER TABLE cards ADD COLUMN is_proven INTEGER NOT NULL DEFAULT 0 CHECK (is_proven IN (0, 1));
    ALTER TABLE cards ADD COLUMN read_counter INTEGER CHECK (read_counter >= 0);
    """
}
