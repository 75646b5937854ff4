import GRDB

extension Store {
  /// A small fact the program keeps for itself; nil if it was never set.
  public func setting(_ name: String) async throws(StorageError) -> String? {
    try await read { db in
      try String.fetchOne(db, sql: "SELECT value FROM settings WHERE name = ?", arguments: [name])
    }
  }

  /// The values under names that begin with `prefix` and have a part in them.
  public func settings(
    prefixed prefix: String, containing part: String
  ) async throws(StorageError) -> [String] {
    try await read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT value FROM settings
          WHERE substr(name, 1, length(?1)) = ?1 AND instr(value, ?2) > 0 ORDER BY name
          """, arguments: [prefix, part])
    }
  }

  public func setSetting(_ name: String, to value: String) async throws(StorageError) {
    try await write("setting") { db in
      try db.execute(
        sql: """
          INSERT INTO settings (name, value) VALUES (?, ?)
          ON CONFLICT (name) DO UPDATE SET value = excluded.value
          """, arguments: [name, value])
    }
  }
}
