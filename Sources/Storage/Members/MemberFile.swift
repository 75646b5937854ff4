import Foundation
import GRDB
import Ledger
import Retail

/// Everything that is known of a member but the ledger and the sales.
public struct MemberFile: Equatable, Sendable {
  public struct Note: Equatable, Sendable {
    public let text: String
    public let actor: String
    public let at: Instant
  }

  public let record: MemberRecord
  public let standing: TierStanding
  public let registeredAt: Instant?
  public let source: String?
  /// The number of the member who brought this one.
  public let referrer: String?
  public let tags: [String]
  public let preferences: [String: String]
  public let notes: [Note]
  /// All that was ever said, oldest first.
  public let consents: [Consent]
  public let cards: [CardRecord]
  /// This member's id and those that were merged into it.
  public let ids: [Int64]
  /// The numbers that lead here besides its own.
  public let formerNumbers: [String]

  /// What is agreed to now: the last word on each purpose.
  public var givenConsents: Set<Consent.Purpose> {
    var given: Set<Consent.Purpose> = []
    for consent in consents {
      if consent.isGiven { given.insert(consent.purpose) } else { given.remove(consent.purpose) }
    }
    return given
  }
}

extension Store {
  /// Nil for one that is unknown or erased.
  public func memberFile(_ id: Int64) async throws(MemberFailure) -> MemberFile? {
    try await look { table in
      guard let row = try table.row("m.id = ?", [id]), let current = try table.current(row),
        let record = current.record, let key = current.key
      else { return nil }
      return try table.file(of: record, key)
    }
  }

  /// The member that an id leads to after merging; nil for one that is unknown.
  public func currentMember(of id: Int64) async throws(StorageError) -> Int64? {
    try await read { db in
      try Int64.fetchOne(
        db, sql: "SELECT coalesce(merged_into, id) FROM members WHERE id = ?", arguments: [id])
    }
  }
}

extension MemberTable {
  func file(of record: MemberRecord, _ key: MemberKey) throws -> MemberFile {
    let ids = try family(of: record.id)
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT m.tier_since, m.tier_review, m.tier_by_staff, m.registered_at, m.source,
          coalesce(c.number, r.number)
        FROM members m LEFT JOIN members r ON r.id = m.referrer
        LEFT JOIN members c ON c.id = r.merged_into WHERE m.id = ?
        """, arguments: [record.id])
    guard let row else { throw StorageError.corrupt("a member that is not there") }
    let others = try ids.filter { $0 != record.id }.compactMap { id throws in
      try self.row("m.id = ?", [id])
    }
    let notes = try ids.flatMap { id throws in try self.notes(of: id) }.sorted { $0.at < $1.at }
    let consents = try ids.flatMap { id throws in try self.consents(of: id) }
    return MemberFile(
      record: record, standing: Self.standing(record.tier, row),
      registeredAt: (row[3] as Int64?).map { Instant(milliseconds: $0) }, source: row[4],
      referrer: row[5], tags: try tags(of: record.id),
      preferences: try preferences(of: record.id, key), notes: notes,
      consents: consents.sorted { $0.at < $1.at }, cards: try cards(of: record.id), ids: ids,
      formerNumbers: others.map(\.number))
  }

  /// From the columns since, review and by staff.
  static func standing(_ tier: String, _ row: Row) -> TierStanding {
    TierStanding(
      tier: tier, since: CalendarDate(dayNumber: row[0]),
      review: (row[1] as Int?).map { CalendarDate(dayNumber: $0) }, isByStaff: row[2])
  }

  func tags(of id: Int64) throws -> [String] {
    try String.fetchAll(
      db, sql: "SELECT tag FROM member_tags WHERE member = ? ORDER BY tag", arguments: [id])
  }

  func consents(of id: Int64) throws -> [Consent] {
    let cursor = try Row.fetchCursor(
      db,
      sql: """
        SELECT purpose, is_given, source, at FROM member_consents WHERE member = ? ORDER BY key
        """, arguments: [id])
    return try Row.all(cursor) { row in
      guard let purpose = Consent.Purpose(rawValue: row[0]),
        let source = Consent.Source(rawValue: row[2])
      else { throw StorageError.corrupt("a consent to nothing") }
      return Consent(
        purpose: purpose, isGiven: row[1], source: source, at: Instant(milliseconds: row[3]))
    }
  }

  private func notes(of id: Int64) throws -> [MemberFile.Note] {
    guard let key = try row("m.id = ?", [id])?.key else { return [] }
    let cursor = try Row.fetchCursor(
      db, sql: "SELECT note, actor, at FROM member_notes WHERE member = ? ORDER BY key",
      arguments: [id])
    return try Row.all(cursor) { row in
      MemberFile.Note(
        text: try key.open(row[0] as Data, "member_notes"), actor: row[1],
        at: Instant(milliseconds: row[2]))
    }
  }
}
