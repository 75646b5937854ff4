import Foundation
import GRDB
import Ledger
import Retail

/// A row of `members` with what its key opens.
struct MemberRow {
  let id: Int64
  let number: String
  let mergedInto: Int64?
  /// Nil once the member was erased.
  let record: MemberRecord?
  let key: MemberKey?
}

/// Reads and writes the members' tables inside of one transaction.
struct MemberTable {
  let db: Database
  let keys: ShopKeys

  init(_ db: Database, _ keys: ShopKeys) {
    self.db = db
    self.keys = keys
  }

  private static let columns = """
    m.id, m.number, m.merged_into, m.name, m.phone, m.birthday, m.tier, m.is_blocked, \
    k.generation, k.wrapped
    """

  /// `condition` names the columns of `members` by `m`.
  func row(_ condition: String, _ arguments: StatementArguments) throws -> MemberRow? {
    let statement = try db.cachedStatement(
      sql: """
        SELECT \(Self.columns) FROM members m LEFT JOIN member_keys k ON k.member = m.id
        WHERE \(condition)
        """)
    return try Row.first(statement, arguments) { try row($0) }
  }

  func rows(_ condition: String, _ arguments: StatementArguments) throws -> [MemberRow] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT \(Self.columns) FROM members m LEFT JOIN member_keys k ON k.member = m.id
        WHERE \(condition) ORDER BY m.id
        """)
    return try Row.all(Row.fetchCursor(statement, arguments: arguments)) { try row($0) }
  }

  /// Under every generation of the keys: while they are changed, some stand under the one before.
  func row(phone: String) throws -> MemberRow? {
    for key in keys.personal {
      if let row = try row("m.phone_index = ?", [Self.index(phone: phone, key)]) { return row }
    }
    return nil
  }

  /// The one that this was merged into, or itself. Merging keeps the way one step long.
  func current(_ row: MemberRow) throws -> MemberRow? {
    guard let target = row.mergedInto else { return row }
    return try self.row("m.id = ?", [target])
  }

  /// The member as it is now, for a change; erased and unknown ones are refused.
  func existing(_ id: Int64) throws -> (record: MemberRecord, key: MemberKey) {
    guard let row = try row("m.id = ?", [id]), let current = try current(row),
      let record = current.record, let key = current.key
    else { throw MemberRefusal.unknownMember }
    return (record, key)
  }

  /// A member and all that were merged into it.
  func family(of id: Int64) throws -> [Int64] {
    try Int64.fetchAll(
      db, sql: "SELECT id FROM members WHERE id = ?1 OR merged_into = ?1 ORDER BY id",
      arguments: [id])
  }

  static func index(phone: String, _ key: PersonalKey) -> Data {
    key.index(phone.utf8, kind: "member phone")
  }

  private func row(_ row: Row) throws -> MemberRow {
    let id: Int64 = row[0]
    let (name, generation): (Data?, Int64?) = (row[3], row[8])
    let none = MemberRow(id: id, number: row[1], mergedInto: row[2], record: nil, key: nil)
    guard let name else { return none }
    guard let generation else { throw StorageError.corrupt("member \(id) without a key") }
    let key = try keys.personal(generation).unwrap(row[9], of: id)
    let record = MemberRecord(
      id: id, number: row[1], name: try key.open(name, "members.name"),
      phone: try key.openIfAny(row[4] as Data?, "members.phone"),
      birthday: try key.openIfAny(row[5] as Data?, "members.birthday"), tier: row[6],
      isBlocked: row[7])
    return MemberRow(
      id: id, number: record.number, mergedInto: none.mergedInto, record: record, key: key)
  }

  // MARK: Writing

  /// What stands beside the record of a new member.
  struct Origin {
    var registeredAt: Int64?
    var source: String?
    var referrer: Int64?
    var tierSinceDay = 0
  }

  @discardableResult
  func insert(
    _ member: MemberRecord, preferences: [String: String], origin: Origin = Origin()
  ) throws -> MemberKey {
    let key = MemberKey(newFor: member.id)
    let newest = try keys.newest
    let insert = try db.cachedStatement(
      sql: """
        INSERT INTO members (id, number, name, phone, phone_index, birthday, preferences, tier,
          tier_since, is_blocked, registered_at, source, referrer)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    try insert.execute(arguments: [
      member.id, member.number, key.seal(member.name, "members.name"),
      member.phone.map { phone throws in try key.seal(phone, "members.phone") },
      member.phone.map { Self.index(phone: $0, newest) },
      member.birthday.map { day throws in try key.seal(day, "members.birthday") },
      sealed(preferences, key), member.tier, origin.tierSinceDay, member.isBlocked,
      origin.registeredAt, origin.source, origin.referrer,
    ])
    try db.cachedStatement(
      sql: "INSERT INTO member_keys (member, generation, wrapped) VALUES (?, ?, ?)"
    ).execute(arguments: [member.id, newest.generation, newest.wrap(key)])
    try insertParts(of: member.name, member.id, newest)
    return key
  }

  func insertParts(of name: String, _ member: Int64, _ key: PersonalKey) throws {
    let statement = try db.cachedStatement(
      sql: "INSERT INTO member_names (part, member) VALUES (?, ?) ON CONFLICT DO NOTHING")
    for part in NameParts.of(name) {
      try statement.execute(arguments: [NameParts.index(part, key), member])
    }
  }

  func sealed(_ preferences: [String: String], _ key: MemberKey) throws -> Data? {
    guard !preferences.isEmpty else { return nil }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let text = String(decoding: try encoder.encode(preferences), as: UTF8.self)
    return try key.seal(text, "members.preferences")
  }

  func preferences(of id: Int64, _ key: MemberKey) throws -> [String: String] {
    let sealed = try Data.fetchOne(
      db, sql: "SELECT preferences FROM members WHERE id = ?", arguments: [id])
    guard let text = try key.openIfAny(sealed, "members.preferences") else { return [:] }
    return try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
  }

  /// A line of the audit; the reason is sealed under the member's key.
  func log(
    _ action: MemberLogLine.Action, _ member: Int64?, card: Int64? = nil, detail: String = "",
    key: MemberKey?, _ act: MemberAct
  ) throws {
    let reason = try act.reason.flatMap { reason throws in
      try key?.seal(reason, "member_log.reason")
    }
    try db.cachedStatement(
      sql: """
        INSERT INTO member_log (member, card, action, detail, reason, actor, at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      member, card, action.rawValue, detail, reason, act.actor, act.at.milliseconds,
    ])
  }
}
