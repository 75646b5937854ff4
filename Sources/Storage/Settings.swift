import GRDB

extension Store {
  /// A small fact the program keeps for itself; nil if it was never set.
  public func setting(_ name: String) async throws(StorageError) -> String? {
    try await read { db in
      try String.fetchOne(db, sql: "SELECT value FROM settings WHERE name = ?", arguments: [name])
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
