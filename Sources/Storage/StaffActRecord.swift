import GRDB
import Ledger

/// Something that staff had the kiosk do beside its sales. What takes effect outside of the book is
/// written down before it is tried, and again when it is known how it ended.
public struct StaffActRecord: Equatable, Sendable {
  public enum Act: String, Sendable {
    case openDrawer
  }

  public let at: Instant
  /// Who asked, and from where.
  public let actor: String
  public let act: Act
  /// `asked`, and then how it ended.
  public let outcome: String

  public init(at: Instant, actor: String, act: Act, outcome: String) {
    self.at = at
    self.actor = actor
    self.act = act
    self.outcome = outcome
  }
}

extension Store {
  public func append(_ record: StaffActRecord) async throws(StorageError) {
    try await write("staff act") { db in
      try db.execute(
        sql: "INSERT INTO staff_acts (at, actor, act, outcome) VALUES (?, ?, ?, ?)",
        arguments: [
          record.at.milliseconds, record.actor, record.act.rawValue, record.outcome,
        ])
    }
  }

  /// The last ones, newest first; those of a later program's kinds are left out.
  public func staffActs(limit: Int) async throws(StorageError) -> [StaffActRecord] {
    try await read { db in
      let rows = try Row.fetchAll(
        db, sql: "SELECT at, actor, act, outcome FROM staff_acts ORDER BY key DESC LIMIT ?",
        arguments: [max(0, limit)])
      return rows.compactMap { row in
        StaffActRecord.Act(rawValue: row[2]).map { act in
          StaffActRecord(
            at: Instant(milliseconds: row[0]), actor: row[1], act: act, outcome: row[3])
        }
      }
    }
  }
}
