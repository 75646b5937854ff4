import Foundation
import GRDB
import Ledger
import Retail

/// Why a member's data is erased; the audit keeps it.
public enum ErasureGround: String, Sendable, Codable, CaseIterable {
  case memberAsked, consentWithdrawn, retentionOver
}

extension Store {
  /// Erases a member and all that were merged into it: their keys are deleted, so that nothing that
  /// was sealed under them opens again, and with them the parts of names, phones, notes and tags.
  /// The ledger keeps the id, which leads to nobody from then on; consents and audit stay as proof.
  ///
  /// - Parameter forfeits: stored value may be left; else that is refused.
  /// - Returns: the ids that were erased.
  public func eraseMember(
    _ id: Int64, ground: ErasureGround, forfeits: Bool, act: MemberAct
  ) async throws(MemberFailure) -> [Int64] {
    let erased = try await change("member erasure") { table in
      let record = try table.existing(id).record
      let ids = try table.family(of: record.id)
      try table.checkMayErase(ids, forfeits: forfeits)
      // What is freed is overwritten, for as long as this takes.
      try table.db.execute(sql: "PRAGMA secure_delete = ON")
      for id in ids {
        try table.erase(id, at: act.at)
        try table.log(.erased, id, detail: ground.rawValue, key: nil, act)
      }
      try table.db.execute(sql: "PRAGMA secure_delete = OFF")
      return ids
    }
    do {
      try truncateLog()
    } catch {
      throw .store(error)
    }
    return erased
  }

  /// Writes the log into the file and empties it: no earlier page of an erased member is left
  /// there. A reader that is under way keeps it; then the next checkpoint does it.
  private func truncateLog() throws(StorageError) {
    do {
      try pool?.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
    } catch {
      let fault = fault(error)
      guard fault.kind == .busy else { throw fault }
    }
  }
}

extension MemberTable {
  fileprivate func checkMayErase(_ ids: [Int64], forfeits: Bool) throws {
    for id in ids {
      for row in try LedgerRows(db: db).accounts(ofOwner: MemberFacts.owner(id)) {
        guard row.balance.heldDebits == 0, row.balance.heldCredits == 0 else {
          throw MemberRefusal.openHolds
        }
        let isMoney = row.account.id.purpose == "principal"
        guard forfeits || !isMoney || row.balance.posted == 0 else {
          throw MemberRefusal.balanceLeft
        }
      }
    }
  }

  fileprivate func erase(_ id: Int64, at now: Instant) throws {
    for table in ["member_keys", "member_names", "member_tags", "member_notes"] {
      try db.execute(sql: "DELETE FROM \(table) WHERE member = ?", arguments: [id])
    }
    // A card number is hashed under the shop's key; chance in its place leads nowhere.
    try db.execute(
      sql: "UPDATE cards SET uid_hash = randomblob(32), state = 'returned' WHERE member = ?",
      arguments: [id])
    try db.execute(
      sql: """
        UPDATE members SET number = 'erased-' || id, name = NULL, phone = NULL, phone_index = NULL,
          birthday = NULL, preferences = NULL, referrer = NULL, source = NULL, is_blocked = 1,
          erased_at = ?, code_epoch = code_epoch + 1
        WHERE id = ?
        """, arguments: [now.milliseconds, id])
  }
}
