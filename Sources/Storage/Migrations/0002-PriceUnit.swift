/// Items whose price is for a kilogram.
enum Migration0002 {
  static let sql = """
    ALTER TABLE items ADD COLUMN price_unit TEXT CHECK (price_unit IN ('kilogram'));
    """
}
