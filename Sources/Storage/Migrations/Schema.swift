import GRDB

/// The versions of the schema. A migration is never changed once it has shipped; a change of the
/// schema is a further file.
enum Schema {
  /// "KIOS" in the file header says whose database it is.
  static let applicationID = 0x4B49_4F53
  static let migrations = [
    Migration.sql(Migration0001.sql), .sql(Migration0002.sql), .sql(Migration0003.sql),
    .sql(Migration0004.sql), .sql(Migration0005.sql), .sql(Migration0006.sql),
    .steps(Migration0007.run), .sql(Migration0008.sql), .sql(Migration0009.sql),
    .sql(Migration0010.sql), .sql(Migration0011.sql),
  ]
  static var version: Int { migrations.count }

  /// What the file header says; both are 0 in a new file.
  static func check(_ db: Database) throws {
    let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    let owner = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    if owner == 0, found == 0 {
      guard try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0 else {
        throw foreign
      }
      return
    }
    guard owner == applicationID else { throw foreign }
    guard found <= version else {
      throw StorageError(
        .newerDatabase(found: found, known: version),
        "the database has schema version \(found), this program knows up to \(version): "
          + "install the newer kioskd again, or restore the backup from before the upgrade")
    }
  }

  /// Brings the file up to `version`, each step in a transaction of its own.
  static func migrate(_ db: Database) throws {
    let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    for number in found..<max(found, version) {
      try db.inTransaction(.immediate) {
        try migrations[number].run(db)
        try db.execute(sql: "PRAGMA application_id = \(applicationID)")
        try db.execute(sql: "PRAGMA user_version = \(number + 1)")
        return .commit
      }
    }
  }

  private static let foreign = StorageError(
    .foreignDatabase, "kiosk.sqlite is not a database of kioskd; choose another data directory")
}

/// One step from a version to the next.
enum Migration: Sendable {
  case sql(String)
  /// For what SQL alone cannot say.
  case steps(@Sendable (Database) throws -> Void)

  func run(_ db: Database) throws {
    switch self {
    case .sql(let sql): try db.execute(sql: sql)
    case .steps(let steps): try steps(db)
    }
  }
}
