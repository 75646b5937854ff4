import Foundation
import GRDB
import Retail

@testable import Storage

/// A book as an earlier version left it: its schema, its key file and its rows.
struct OldBook {
  static let base = [UInt8](repeating: 7, count: 32)

  let directory: TemporaryDirectory

  init(version: Int, sql: String = "", arguments: StatementArguments = []) throws {
    directory = try TemporaryDirectory()
    let queue = try DatabaseQueue(path: directory.database)
    try queue.writeWithoutTransaction { db in
      for migration in Schema.migrations.prefix(version) { try migration.run(db) }
      try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
      try db.execute(sql: "PRAGMA user_version = \(version)")
      try db.execute(sql: sql, arguments: arguments)
    }
    try queue.close()
    let path = directory.path + "/shop.key"
    try Data(Self.base).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
  }

  /// The keys that it was written under.
  static let keys = ShopKeys(KeyMaterial(base: base, personal: []))

  func open() throws -> Store { try Store.open(directory: directory.path, mode: .writer) }
}
