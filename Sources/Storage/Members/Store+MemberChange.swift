import Foundation
import GRDB
import Ledger
import Retail

extension Store {
  public func changeMember(
    _ id: Int64, _ change: MemberChange, act: MemberAct
  ) async throws(MemberFailure) -> MemberRecord {
    try await self.change("member") { table in
      let (record, key) = try table.existing(id)
      try table.apply(change, to: record, key)
      try table.log(
        .changed, record.id, detail: change.fields.joined(separator: " "), key: key, act)
      return try table.existing(record.id).record
    }
  }

  /// Closes a member's account or opens it again; needs a reason.
  public func setBlocked(
    _ id: Int64, _ isBlocked: Bool, act: MemberAct
  ) async throws(MemberFailure) -> MemberRecord {
    try await change("member") { table in
      let (record, key) = try table.existing(id)
      guard act.reason != nil else { throw MemberRefusal.reasonMissing }
      guard record.isBlocked != isBlocked else {
        throw isBlocked ? MemberRefusal.alreadyBlocked : MemberRefusal.notBlocked
      }
      try table.db.execute(
        sql: "UPDATE members SET is_blocked = ? WHERE id = ?", arguments: [isBlocked, record.id])
      try table.log(isBlocked ? .blocked : .unblocked, record.id, key: key, act)
      return try table.existing(record.id).record
    }
  }

  public func addNote(
    _ text: String, to id: Int64, act: MemberAct
  ) async throws(MemberFailure) {
    try await change("member note") { table in
      try MemberText.check(text, .note)
      let (record, key) = try table.existing(id)
      let count = try Int.fetchOne(
        table.db, sql: "SELECT count(*) FROM member_notes WHERE member = ?",
        arguments: [record.id])
      guard count ?? 0 < MemberText.noteLimit else {
        throw MemberRefusal.tooMany(.note, limit: MemberText.noteLimit)
      }
      try table.db.execute(
        sql: "INSERT INTO member_notes (member, note, actor, at) VALUES (?, ?, ?, ?)",
        arguments: [
          record.id, key.seal(text, "member_notes"), act.actor, act.at.milliseconds,
        ])
      try table.log(.noted, record.id, key: key, act)
    }
  }

  /// Keeps what a member agreed to or withdrew.
  public func record(
    _ consent: Consent, of id: Int64, act: MemberAct
  ) async throws(MemberFailure) {
    try await change("member consent") { table in
      let (record, key) = try table.existing(id)
      try table.insert(consent, record.id, act.actor)
      try table.log(
        .consented, record.id,
        detail: "\(consent.purpose.rawValue) \(consent.isGiven ? "given" : "withdrawn")",
        key: key, act)
    }
  }
}

extension MemberTable {
  fileprivate func apply(
    _ change: MemberChange, to record: MemberRecord, _ key: MemberKey
  ) throws {
    let id = record.id
    if let name = change.name {
      try set("name", key.seal(name.text, "members.name"), id)
      try db.execute(sql: "DELETE FROM member_names WHERE member = ?", arguments: [id])
      // A rotation of the keys finds the parts of those it has not come to by their generation.
      try insertParts(of: name.text, id, try generation(of: id))
    }
    switch change.phone {
    case .kept: break
    case .removed:
      try db.execute(
        sql: "UPDATE members SET phone = NULL, phone_index = NULL WHERE id = ?", arguments: [id])
    case .set(let phone):
      try refuse(phone: phone.text, of: id, among: keys.personal[...])
      let own = try generation(of: id)
      try db.execute(
        sql: "UPDATE members SET phone = ?, phone_index = ? WHERE id = ?",
        arguments: [
          key.seal(phone.text, "members.phone"), Self.index(phone: phone.text, own), id,
        ])
    }
    switch change.birthday {
    case .kept: break
    case .removed: try set("birthday", nil, id)
    case .set(let day): try set("birthday", key.seal(day.text, "members.birthday"), id)
    }
    if let standing = change.tier { try set(standing, of: id) }
    try changeTags(change, id)
    try changePreferences(change, id, key)
  }

  private func changeTags(_ change: MemberChange, _ id: Int64) throws {
    for tag in change.removeTags {
      try db.execute(
        sql: "DELETE FROM member_tags WHERE tag = ? AND member = ?", arguments: [tag, id])
    }
    for tag in change.addTags { try insert(tag: tag, id) }
    let count = try Int.fetchOne(
      db, sql: "SELECT count(*) FROM member_tags WHERE member = ?", arguments: [id])
    guard count ?? 0 <= MemberText.tagLimit else {
      throw MemberRefusal.tooMany(.tag, limit: MemberText.tagLimit)
    }
  }

  private func changePreferences(
    _ change: MemberChange, _ id: Int64, _ key: MemberKey
  ) throws {
    guard !change.preferences.isEmpty else { return }
    var preferences = try preferences(of: id, key)
    for (name, field) in change.preferences {
      switch field {
      case .kept: break
      case .removed: preferences[name] = nil
      case .set(let text): preferences[name] = text
      }
    }
    guard preferences.count <= MemberText.preferenceLimit else {
      throw MemberRefusal.tooMany(.preference, limit: MemberText.preferenceLimit)
    }
    try set("preferences", sealed(preferences, key), id)
  }

  /// The keys that a member stands under.
  func generation(of id: Int64) throws -> PersonalKey {
    let generation = try Int64.fetchOne(
      db, sql: "SELECT generation FROM member_keys WHERE member = ?", arguments: [id])
    guard let generation else { throw StorageError.corrupt("member \(id) without a key") }
    return try keys.personal(generation)
  }

  private func set(_ column: String, _ sealed: Data?, _ id: Int64) throws {
    try db.execute(
      sql: "UPDATE members SET \(column) = ? WHERE id = ?", arguments: [sealed, id])
  }

  func set(_ standing: TierStanding, of id: Int64) throws {
    try db.cachedStatement(
      sql: """
        UPDATE members SET tier = ?, tier_since = ?, tier_review = ?, tier_by_staff = ?
        WHERE id = ?
        """
    ).execute(arguments: [
      standing.tier, standing.since.dayNumber, standing.review?.dayNumber, standing.isByStaff, id,
    ])
  }
}
