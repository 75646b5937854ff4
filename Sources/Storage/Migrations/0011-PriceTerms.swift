/// What the price of an item allows: whether rules may take something off, the least that a unit
/// may cost after them, and what it cost before it was reduced.
enum Migration0011 {
  static let sql = """
    ALTER TABLE items ADD COLUMN is_discountable INTEGER NOT NULL DEFAULT 1
      CHECK (is_discountable IN (0, 1));
    ALTER TABLE items ADD COLUMN floor_price INTEGER CHECK (floor_price >= 0);
    ALTER TABLE items ADD COLUMN reduced_from INTEGER CHECK (reduced_from > 0);
    """
}
