import GRDB
import Ledger
import Retail

extension Store {
  /// Writes an item under its SKU, in place of the one that was there. A GTIN means one item only:
  /// one that belongs to another item is refused.
  public func replaceItem(_ item: CatalogueItem) async throws(StorageError) {
    try await replaceItems([item])
  }

  /// Writes several items in one transaction.
  public func replaceItems(_ items: [CatalogueItem]) async throws(StorageError) {
    try await write("catalogue") { db in
      for item in items { try item.replace(db) }
    }
  }

  /// The item that a GTIN of 14 digits means.
  public func item(gtin: String) async throws(StorageError) -> CatalogueItem? {
    try await read { db in
      let statement = try db.cachedStatement(
        sql: "SELECT sku FROM item_gtins WHERE gtin = ?")
      return try String.fetchOne(statement, arguments: [gtin])
        .flatMap { sku throws in try CatalogueItem.fetch(sku, db) }
    }
  }

  public func item(sku: String) async throws(StorageError) -> CatalogueItem? {
    try await read { db in try CatalogueItem.fetch(sku, db) }
  }

  /// All items by SKU.
  public func allItems() async throws(StorageError) -> [CatalogueItem] {
    try await read { db in
      let cursor = try Row.fetchCursor(db, sql: CatalogueItem.select + " ORDER BY i.sku")
      return try Row.all(cursor) { CatalogueItem($0) }
    }
  }
}

extension CatalogueItem {
  private static let gtinSeparator = ","

  fileprivate static let select = """
    SELECT i.sku, i.name_zh, i.name_en, i.category, i.unit_price, i.member_price,
      (SELECT group_concat(g.gtin) FROM item_gtins g WHERE g.sku = i.sku), i.price_unit,
      i.is_discountable, i.floor_price, i.reduced_from FROM items i
    """

  fileprivate static func fetch(_ sku: String, _ db: Database) throws -> CatalogueItem? {
    let statement = try db.cachedStatement(sql: select + " WHERE i.sku = ?")
    return try Row.first(statement, [sku]) { CatalogueItem($0) }
  }

  fileprivate init(_ row: Row) {
    let memberPrice: Int64? = row[5]
    let gtins: String? = row[6]
    let priceUnit: String? = row[7]
    self.init(
      sku: row[0],
      gtins: (gtins ?? "").split(separator: Self.gtinSeparator).map(String.init).sorted(),
      name: LocalizedText(zh: row[1], en: row[2]), category: row[3],
      unitPrice: Money(minorUnits: row[4]),
      memberPrice: memberPrice.map { Money(minorUnits: $0) },
      priceUnit: priceUnit.flatMap(PriceUnit.init(rawValue:)), terms: Self.terms(row))
  }

  /// Nil where the price allows anything, as for most items.
  private static func terms(_ row: Row) -> PriceTerms? {
    let (floor, reducedFrom): (Int64?, Int64?) = (row[9], row[10])
    let terms = PriceTerms(
      isDiscountable: row[8], floor: floor.map { Money(minorUnits: $0) },
      reducedFrom: reducedFrom.map { Money(minorUnits: $0) })
    return terms == PriceTerms() ? nil : terms
  }

  fileprivate func replace(_ db: Database) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO items (sku, name_zh, name_en, category, unit_price, member_price, price_unit,
          is_discountable, floor_price, reduced_from)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sku) DO UPDATE SET
          name_zh = excluded.name_zh, name_en = excluded.name_en, category = excluded.category,
          unit_price = excluded.unit_price, member_price = excluded.member_price,
          price_unit = excluded.price_unit, is_discountable = excluded.is_discountable,
          floor_price = excluded.floor_price, reduced_from = excluded.reduced_from
        """)
    try statement.execute(arguments: [
      sku, name.zh, name.en, category, unitPrice.minorUnits, memberPrice?.minorUnits,
      priceUnit?.rawValue, isDiscountable, terms?.floor?.minorUnits,
      terms?.reducedFrom?.minorUnits,
    ])
    try db.cachedStatement(sql: "DELETE FROM item_gtins WHERE sku = ?").execute(arguments: [sku])
    for gtin in gtins {
      guard gtin.utf8.count == 14, gtin.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        throw StorageError(.refused, "item \(sku): \(gtin) is not a GTIN of 14 digits")
      }
      let owner = try String.fetchOne(
        db.cachedStatement(sql: "SELECT sku FROM item_gtins WHERE gtin = ?"), arguments: [gtin])
      if owner == sku { continue }
      if let owner {
        throw StorageError(.refused, "item \(sku): GTIN \(gtin) already means item \(owner)")
      }
      try db.cachedStatement(sql: "INSERT INTO item_gtins (gtin, sku) VALUES (?, ?)")
        .execute(arguments: [gtin, sku])
    }
  }
}
