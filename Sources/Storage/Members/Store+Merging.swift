import Foundation
import GRDB
import Ledger
import Retail

/// Which kiosk's entries a merger makes, and the chance in their ids.
public struct MergerEntries: Sendable {
  public let kiosk: UInt32
  /// Entries outside of any sale carry the counter 0, which no sale has.
  public let step: UInt32

  public init(kiosk: UInt32, step: UInt32) {
    self.kiosk = kiosk
    self.step = step
  }
}

extension Store {
  /// Makes one member of two: what the first has goes to the second by entries of the ledger, their
  /// cards and tags too, and the first one's number, phone and cards lead to the second from now
  /// on. All of it in one transaction.
  ///
  /// Once more for two that are one already, it moves what has come to the old one since.
  public func mergeMember(
    _ from: Int64, into: Int64, entries: MergerEntries, act: MemberAct
  ) async throws(MemberFailure) -> MemberRecord {
    try await change("member merger") { [ledger] table in
      let (target, key) = try table.existing(into)
      let (source, _) = try table.existing(from)
      guard act.reason != nil else { throw MemberRefusal.reasonMissing }
      if source.id == target.id {
        let others = try table.family(of: target.id).filter { $0 != target.id }
        var entries = entries
        let moved = try others.filter { id throws in
          try table.moveBalances(of: id, to: target.id, &entries, act, ledger)
        }
        guard !moved.isEmpty else { throw MemberRefusal.mergeWithItself }
        try table.log(.merged, target.id, detail: "what had come since", key: key, act)
        return target
      }
      var entries = entries
      _ = try table.moveBalances(of: source.id, to: target.id, &entries, act, ledger)
      try table.merge(source, into: target, key, act)
      return try table.existing(target.id).record
    }
  }
}

extension MemberTable {
  /// Whether there was anything to move.
  fileprivate func moveBalances(
    of from: Int64, to into: Int64, _ entries: inout MergerEntries, _ act: MemberAct,
    _ ledger: LedgerWriter
  ) throws -> Bool {
    let accounts = try LedgerRows(db: db).accounts(ofOwner: MemberFacts.owner(from))
      .map { ($0.account, $0.balance) }
    let step = entries
    let context = EntryContext(
      reason: MemberMerge.reason, actor: act.actor, kiosk: step.kiosk, sale: nil, at: act.at)
    let batch = try MemberMerge.batch(
      from: from, into: into, accounts: accounts, context: context
    ) { ordinal in
      EntryID(
        sale: SaleID(kiosk: step.kiosk, counter: 0), step: step.step, ordinal: ordinal)
    }
    guard let batch else { return false }
    entries = MergerEntries(kiosk: step.kiosk, step: step.step &+ 1)
    let outcomes = try ledger.submit(batch, db)
    let refused = outcomes.first { $0 != .ok && $0 != .linkedFailed }
    if let refused { throw MemberRefusal.ledger(refused.rawValue) }
    return true
  }

  fileprivate func merge(
    _ source: MemberRecord, into target: MemberRecord, _ key: MemberKey, _ act: MemberAct
  ) throws {
    // What the one lacks the other gives; what both have stays where it is, and is still found by.
    if target.phone == nil, let phone = source.phone {
      let own = try generation(of: target.id)
      try db.execute(
        sql: "UPDATE members SET phone = NULL, phone_index = NULL WHERE id = ?",
        arguments: [source.id])
      try db.execute(
        sql: "UPDATE members SET phone = ?, phone_index = ? WHERE id = ?",
        arguments: [
          key.seal(phone, "members.phone"), Self.index(phone: phone, own), target.id,
        ])
    }
    if target.birthday == nil, let birthday = source.birthday {
      try db.execute(
        sql: "UPDATE members SET birthday = ? WHERE id = ?",
        arguments: [key.seal(birthday, "members.birthday"), target.id])
    }
    try db.execute(
      sql: "UPDATE members SET merged_into = ?1 WHERE id = ?2 OR merged_into = ?2",
      arguments: [target.id, source.id])
    try db.execute(
      sql: "UPDATE cards SET member = ? WHERE member = ?", arguments: [target.id, source.id])
    try db.execute(
      sql: """
        INSERT INTO member_tags (tag, member) SELECT tag, ?1 FROM member_tags WHERE member = ?2
        ON CONFLICT DO NOTHING
        """, arguments: [target.id, source.id])
    let former = try row("m.id = ?", [source.id])?.key
    try log(.merged, source.id, detail: "into \(target.id)", key: former, act)
    try log(.merged, target.id, detail: "from \(source.id)", key: key, act)
  }
}
