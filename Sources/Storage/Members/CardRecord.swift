import Foundation
import GRDB
import Ledger
import Retail

/// A member card. Its number is kept as a keyed hash only.
public struct CardRecord: Equatable, Sendable {
  /// Names the card to staff; not printed on it.
  public let id: Int64
  public let member: Int64
  public let state: CardState
  /// The card that took its place.
  public let replacedBy: Int64?
  public let issuedAt: Instant?
  /// The chip proved a secret here once.
  public let isProven: Bool
}

extension Store {
  public func card(uid: [UInt8]) async throws(MemberFailure) -> CardRecord? {
    try await look { table in try table.card(uid: uid) }
  }

  public func card(_ id: Int64) async throws(MemberFailure) -> CardRecord? {
    try await look { table in try table.card(id) }
  }

  /// Gives a member a card, in the place of another of theirs if `replacing` names one (补卡).
  ///
  /// The chip is new, or its card was given back.
  public func issueCard(
    uid: [UInt8], to member: Int64, replacing old: Int64? = nil, act: MemberAct
  ) async throws(MemberFailure) -> CardRecord {
    try await change("card") { table in
      guard MemberCardLimits.uidByteCounts.contains(uid.count) else {
        throw MemberRefusal.card(.unusableChip)
      }
      let (record, key) = try table.existing(member)
      let replaced = try old.map { id throws in
        guard let card = try table.card(id) else { throw MemberRefusal.card(.unknown) }
        guard card.member == record.id else { throw MemberRefusal.card(.ofAnotherMember) }
        return card
      }
      let new = try table.issue(uid: uid, to: record.id, key, act)
      if let replaced { try table.change(replaced, .replace, by: new.id, key, act) }
      return new
    }
  }

  /// Gives members their first cards, all or none: a box of new ones.
  public func issueCards(
    _ cards: [(uid: [UInt8], member: Int64)], act: MemberAct
  ) async throws(MemberFailure) {
    try await change("cards") { table in
      for (uid, member) in cards {
        guard MemberCardLimits.uidByteCounts.contains(uid.count) else {
          throw MemberRefusal.card(.unusableChip)
        }
        let (record, key) = try table.existing(member)
        _ = try table.issue(uid: uid, to: record.id, key, act)
      }
    }
  }

  /// Reports a card lost, blocks, unblocks it or takes it back; needs a reason.
  public func changeCard(
    _ id: Int64, _ change: CardChange, act: MemberAct
  ) async throws(MemberFailure) -> CardRecord {
    try await self.change("card") { table in
      guard let card = try table.card(id) else { throw MemberRefusal.card(.unknown) }
      guard act.reason != nil else { throw MemberRefusal.reasonMissing }
      let key = try table.existing(card.member).key
      try table.change(card, change, by: nil, key, act)
      guard let changed = try table.card(id) else { throw MemberRefusal.card(.unknown) }
      return changed
    }
  }

  /// Enters a card that is known to be a member's: of a sample, or by a token of the shop that it
  /// carries. The same card again changes nothing; that of another member is refused.
  public func addCard(
    uid: [UInt8], member: Int64, at now: Instant
  ) async throws(StorageError) {
    let keys = try keys()
    try await write("card") { db in
      let table = MemberTable(db, keys)
      if let card = try table.card(uid: uid) {
        guard card.member == member else {
          throw StorageError(.refused, "the card belongs to another member")
        }
        return
      }
      let key = try table.existing(member).key
      _ = try table.issue(uid: uid, to: member, key, try MemberAct(actor: "system", at: now))
    }
  }

  /// Keeps that the chip of an active card proved a secret, and how often it had been read. false,
  /// and nothing kept, if the counter is not higher than one that was kept before: a message that
  /// was played again.
  public func recordCardProof(
    uid: [UInt8], readCounter: UInt32?
  ) async throws(StorageError) -> Bool {
    let hash = try keys().index(uid, kind: MemberTable.cardKind)
    return try await write("card") { db in
      try db.execute(
        sql: """
          UPDATE cards SET is_proven = 1, read_counter = coalesce(:counter, read_counter)
          WHERE uid_hash = :hash AND state = 'active'
            AND (:counter IS NULL OR read_counter IS NULL OR read_counter < :counter)
          """, arguments: ["counter": readCounter.map { Int64($0) }, "hash": hash])
      return db.changesCount == 1
    }
  }
}

extension MemberTable {
  static let cardKind = "card uid"
  private static let cardColumns = "id, member, state, replaced_by, issued_at, is_proven"

  func card(uid: [UInt8]) throws -> CardRecord? {
    try card("uid_hash = ?", [keys.index(uid, kind: Self.cardKind)])
  }

  func card(_ id: Int64) throws -> CardRecord? { try card("id = ?", [id]) }

  func cards(of member: Int64) throws -> [CardRecord] {
    try Row.all(
      Row.fetchCursor(
        db, sql: "SELECT \(Self.cardColumns) FROM cards WHERE member = ? ORDER BY id",
        arguments: [member])
    ) { try Self.card($0) }
  }

  private func card(_ condition: String, _ arguments: StatementArguments) throws -> CardRecord? {
    let statement = try db.cachedStatement(
      sql: "SELECT \(Self.cardColumns) FROM cards WHERE \(condition)")
    return try Row.first(statement, arguments) { try Self.card($0) }
  }

  private static func card(_ row: Row) throws -> CardRecord {
    guard let state = CardState(rawValue: row[2]) else {
      throw StorageError.corrupt("a card of no state")
    }
    return CardRecord(
      id: row[0], member: row[1], state: state, replacedBy: row[3],
      issuedAt: (row[4] as Int64?).map { Instant(milliseconds: $0) }, isProven: row[5])
  }

  fileprivate func issue(
    uid: [UInt8], to member: Int64, _ key: MemberKey, _ act: MemberAct
  ) throws -> CardRecord {
    let there = try card(uid: uid)
    let state = try Self.refusable { () throws(CardRefusal) in
      try CardChange.issue.from(there?.state)
    }
    let count = try Int.fetchOne(
      db, sql: "SELECT count(*) FROM cards WHERE member = ?", arguments: [member])
    guard count ?? 0 < MemberCardLimits.perMember else { throw MemberRefusal.card(.tooMany) }
    // What the chip proved and how often it was read are the chip's, whoever has it.
    try db.execute(
      sql: """
        INSERT INTO cards (uid_hash, member, state, issued_at) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (uid_hash) DO UPDATE
          SET member = ?2, state = ?3, issued_at = ?4, replaced_by = NULL
        """,
      arguments: [
        keys.index(uid, kind: Self.cardKind), member, state.rawValue, act.at.milliseconds,
      ])
    guard let card = try card(uid: uid) else { throw MemberRefusal.card(.unknown) }
    try log(
      .cardChanged, member, card: card.id,
      detail: "issue: \(there?.state.rawValue ?? "new") to \(state.rawValue)", key: key, act)
    return card
  }

  fileprivate func change(
    _ card: CardRecord, _ change: CardChange, by new: Int64?, _ key: MemberKey, _ act: MemberAct
  ) throws {
    let state = try Self.refusable { () throws(CardRefusal) in try change.from(card.state) }
    try db.execute(
      sql: "UPDATE cards SET state = ?, replaced_by = coalesce(?, replaced_by) WHERE id = ?",
      arguments: [state.rawValue, new, card.id])
    try log(
      .cardChanged, card.member, card: card.id,
      detail: "\(change.rawValue): \(card.state.rawValue) to \(state.rawValue)", key: key, act)
  }

  private static func refusable(
    _ body: () throws(CardRefusal) -> CardState
  ) throws(MemberRefusal) -> CardState {
    do throws(CardRefusal) { return try body() } catch { throw .card(error) }
  }
}
