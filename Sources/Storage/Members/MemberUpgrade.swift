import Foundation
import GRDB

/// Brings members whose fields the shop's own key sealed, as versions up to 0.1 did, under keys of
/// their own. One transaction: a power cut leaves all as it was, and the next start does it.
enum MemberUpgrade {
  /// Says that it is done, so that a start does not look at a million members.
  private static let marker = "members.ownKeys"

  static func run(_ db: Database, _ keys: ShopKeys) throws {
    let isDone = try String.fetchOne(
      db, sql: "SELECT value FROM settings WHERE name = ?", arguments: [marker])
    guard isDone == nil else { return }
    try db.inTransaction(.immediate) {
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT m.id, m.name, m.phone, m.birthday FROM members m
          WHERE m.erased_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM member_keys k WHERE k.member = m.id)
          """)
      let old = try Row.all(rows) { row in
        let id: Int64 = row[0]
        func text(_ sealed: Data?, _ field: String) throws -> String? {
          try sealed.map { sealed throws in
            try keys.openText(sealed, as: "members.\(field)/\(id)")
          }
        }
        return Old(
          id: id, name: try text(row[1], "name") ?? "", phone: try text(row[2], "phone"),
          birthday: try text(row[3], "birthday"))
      }
      for member in old { try seal(member, db, keys) }
      try db.execute(
        sql: "INSERT INTO settings (name, value) VALUES (?, 'yes')", arguments: [marker])
      return .commit
    }
  }

  private struct Old {
    let id: Int64
    let name: String
    let phone: String?
    let birthday: String?
  }

  private static func seal(_ member: Old, _ db: Database, _ keys: ShopKeys) throws {
    let key = MemberKey(newFor: member.id)
    let newest = try keys.newest
    try db.cachedStatement(
      sql: """
        UPDATE members SET name = ?, phone = ?, phone_index = ?, birthday = ? WHERE id = ?
        """
    ).execute(arguments: [
      key.seal(member.name, "members.name"),
      member.phone.map { phone throws in try key.seal(phone, "members.phone") },
      member.phone.map { MemberTable.index(phone: $0, newest) },
      member.birthday.map { day throws in try key.seal(day, "members.birthday") }, member.id,
    ])
    try db.cachedStatement(
      sql: "INSERT INTO member_keys (member, generation, wrapped) VALUES (?, ?, ?)"
    ).execute(arguments: [member.id, newest.generation, newest.wrap(key)])
    try MemberTable(db, keys).insertParts(of: member.name, member.id, newest)
  }
}
