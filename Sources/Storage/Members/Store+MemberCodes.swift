import GRDB
import Ledger
import Retail

extension Store {
  /// What a member's phone shows at a moment, without the prefix of a member code.
  public func memberCode(
    of id: Int64, at now: Instant, window: MemberCode.Window
  ) async throws(MemberFailure) -> String {
    try await look { table in
      let record = try table.existing(id).record
      let counter = window.counter(at: now)
      return record.number + (try table.proof(of: record, counter: counter))
    }
  }

  /// The secret that a member's phone computes its codes of, handed over once.
  public func memberCodeSecret(of id: Int64) async throws(MemberFailure) -> [UInt8] {
    try await look { table in
      let record = try table.existing(id).record
      return table.keys.memberCodeSecret(
        number: record.number, epoch: try table.codeEpoch(of: record.id))
    }
  }

  /// Takes a code that was shown: it is of this shop, of now, and was never used. One code is used
  /// once, and none that is older than one that was used.
  public func take(
    _ code: MemberCode, at now: Instant, window: MemberCode.Window
  ) async throws(MemberFailure) -> MemberRecord {
    try await change("member code") { table in
      guard let row = try table.row("m.number = ?", [code.number]), let record = row.record else {
        throw MemberRefusal.code(.wrong)
      }
      // The number on the phone may be one that was merged into another since.
      guard let current = try table.current(row)?.record else {
        throw MemberRefusal.code(.wrong)
      }
      guard
        let counter = try window.counters(at: now).first(where: { counter throws in
          try table.proof(of: record, counter: counter) == code.proof
        })
      else {
        throw MemberRefusal.code(try table.isOld(code, of: record, now, window) ? .stale : .wrong)
      }
      try table.db.execute(
        sql: """
          UPDATE members SET code_last = ?1 WHERE id = ?2
            AND (code_last IS NULL OR code_last < ?1)
          """, arguments: [counter, record.id])
      guard table.db.changesCount == 1 else { throw MemberRefusal.code(.replayed) }
      return current
    }
  }

  /// From now on a lost phone's codes are wrong; the next phone is given a new secret.
  public func renewMemberCode(
    of id: Int64, act: MemberAct
  ) async throws(MemberFailure) {
    try await change("member code") { table in
      let (record, key) = try table.existing(id)
      try table.db.execute(
        sql: "UPDATE members SET code_epoch = code_epoch + 1, code_last = NULL WHERE id = ?",
        arguments: [record.id])
      try table.log(.codeRenewed, record.id, key: key, act)
    }
  }
}

extension MemberTable {
  /// Windows in the past in which a code is looked for, only to tell a slow clock from a wrong
  /// code.
  private static let staleWindows: Int64 = 20

  fileprivate func codeEpoch(of id: Int64) throws -> Int64 {
    try Int64.fetchOne(db, sql: "SELECT code_epoch FROM members WHERE id = ?", arguments: [id])
      ?? 0
  }

  fileprivate func proof(of record: MemberRecord, counter: Int64) throws -> String {
    MemberCode.proof(
      of: keys.memberCodeHash(
        number: record.number, epoch: try codeEpoch(of: record.id), counter: counter))
  }

  fileprivate func isOld(
    _ code: MemberCode, of record: MemberRecord, _ now: Instant, _ window: MemberCode.Window
  ) throws -> Bool {
    let present = window.counter(at: now)
    return try (max(0, present - Self.staleWindows)...present + Self.staleWindows).contains {
      counter throws in try proof(of: record, counter: counter) == code.proof
    }
  }
}
