import Foundation
import GRDB
import Ledger
import Retail

/// A line of the audit of members and cards; never changed, never deleted.
public struct MemberLogLine: Equatable, Sendable {
  public enum Action: String, Sendable, Codable, CaseIterable {
    case registered, changed, blocked, unblocked, noted, consented, merged, exported, erased
    case tierChanged, codeRenewed, cardChanged, keysRotated
  }

  public let action: Action
  public let member: Int64?
  public let card: Int64?
  /// What was changed; no personal data.
  public let detail: String
  /// Nil when none was told, and after the member was erased.
  public let reason: String?
  public let actor: String
  public let at: Instant
}

extension Store {
  /// The audit of a member and of those that were merged into it, oldest first.
  public func memberLog(_ member: Int64) async throws(MemberFailure) -> [MemberLogLine] {
    try await look { table in try table.logLines(of: member) }
  }

  /// Notes that a member's data was handed out.
  public func logExport(
    _ member: Int64?, detail: String, act: MemberAct
  ) async throws(MemberFailure) {
    try await change("member export") { table in
      let found = try member.map { id throws in try table.existing(id) }
      try table.log(.exported, found?.record.id, detail: detail, key: found?.key, act)
    }
  }
}

extension MemberTable {
  func logLines(of member: Int64) throws -> [MemberLogLine] {
    try family(of: member).flatMap { id throws -> [MemberLogLine] in
      let key = try row("m.id = ?", [id])?.key
      let cursor = try Row.fetchCursor(
        db,
        sql: """
          SELECT action, card, detail, reason, actor, at FROM member_log WHERE member = ?
          ORDER BY key
          """, arguments: [id])
      return try Row.all(cursor) { row in
        guard let action = MemberLogLine.Action(rawValue: row[0]) else {
          throw StorageError.corrupt("a line of the members' audit of no meaning")
        }
        return MemberLogLine(
          action: action, member: id, card: row[1], detail: row[2],
          reason: try key?.openIfAny(row[3] as Data?, "member_log.reason"), actor: row[4],
          at: Instant(milliseconds: row[5]))
      }
    }.sorted { $0.at < $1.at }
  }
}
