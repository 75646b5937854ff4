import Foundation
import GRDB
import Ledger
import Retail

/// A member's tier beside what decides about it.
public struct TierLook: Equatable, Sendable {
  public let member: Int64
  public let standing: TierStanding
  public let present: TierFigures
  public let ended: TierFigures?
}

extension Store {
  /// The standings and figures of the next members behind an id; those that were merged away or
  /// erased are left out. Empty at the end.
  ///
  public func tierLooks(
    after member: Int64, limit: Int, rules: TierRules, today: ShopTime
  ) async throws(MemberFailure) -> [TierLook] {
    let (spans, offset) = (rules.spans(on: today.date), today.offsetSeconds)
    return try await look { table in
      let rows = try Row.fetchAll(
        table.db,
        sql: """
          SELECT tier_since, tier_review, tier_by_staff, tier, id FROM members
          WHERE id > ? AND merged_into IS NULL AND erased_at IS NULL ORDER BY id LIMIT ?
          """, arguments: [member, max(0, limit)])
      return try rows.map { row in
        let id: Int64 = row[4]
        let ids = try table.family(of: id)
        return TierLook(
          member: id, standing: MemberTable.standing(row[3], row),
          present: try table.figures(of: ids, spans.present, offset, rules.measures),
          ended: try spans.ended.map { span throws in
            try table.figures(of: ids, span, offset, rules.measures)
          })
      }
    }
  }

  /// Changes a member's tier if it still stands where the look saw it; false when it does not.
  public func moveTier(
    of member: Int64, from: TierStanding, to: TierStanding, act: MemberAct
  ) async throws(MemberFailure) -> Bool {
    try await change("member tier") { table in
      let (record, key) = try table.existing(member)
      let row = try Row.fetchOne(
        table.db, sql: "SELECT tier_since, tier_review, tier_by_staff FROM members WHERE id = ?",
        arguments: [record.id])
      guard let row, record.id == member, MemberTable.standing(record.tier, row) == from else {
        return false
      }
      try table.set(to, of: record.id)
      if from.tier != to.tier {
        try table.log(
          .tierChanged, record.id, detail: "\(from.tier) to \(to.tier)", key: key, act)
      }
      return true
    }
  }

  /// What rules of segments are about, of one member; nil for one that is unknown or erased.
  ///
  /// - Parameter days: how far back sales are looked at.
  public func segmentFacts(
    of member: Int64, today: ShopTime, days: Int
  ) async throws(MemberFailure) -> SegmentFacts? {
    try await look { table in
      guard let row = try table.row("m.id = ?", [member]), let current = try table.current(row),
        let record = current.record, let key = current.key
      else { return nil }
      return try table.segmentFacts(try table.file(of: record, key), today, days)
    }
  }

  /// How many sales a member had, those of records that were merged into it included, whatever was
  /// given back of them.
  public func purchaseCount(of member: Int64) async throws(StorageError) -> Int {
    try await read { db in
      try Int.fetchOne(
        db,
        sql: """
          SELECT count(*) FROM sales
          WHERE member IN (SELECT id FROM members WHERE id = ?1 OR merged_into = ?1)
          """, arguments: [member]) ?? 0
    }
  }

  /// Ids of members behind an id, those that were merged away or erased left out.
  public func memberIDs(
    after member: Int64, limit: Int
  ) async throws(MemberFailure) -> [Int64] {
    try await look { table in
      try Int64.fetchAll(
        table.db,
        sql: """
          SELECT id FROM members WHERE id > ? AND merged_into IS NULL AND erased_at IS NULL
          ORDER BY id LIMIT ?
          """, arguments: [member, max(0, limit)])
    }
  }
}

extension MemberTable {
  /// Only what is asked for: the ledger's figures cost more than those of sales.
  fileprivate func figures(
    of ids: [Int64], _ span: ClosedRange<CalendarDate>, _ offset: Int,
    _ measures: Set<TierRules.Measure>
  ) throws -> TierFigures {
    let begin = span.lowerBound.start(offsetSeconds: offset)
    let end = span.upperBound.adding(days: 1).start(offsetSeconds: offset)
    var (spend, points, topUp): (Int64, Int64, Int64) = (0, 0, 0)
    for id in ids {
      if measures.contains(.spend) {
        spend +=
          try Int64.fetchOne(
            db, sql: "SELECT sum(total) FROM sales WHERE member = ? AND at >= ? AND at < ?",
            arguments: [id, begin.milliseconds, end.milliseconds]) ?? 0
      }
      guard measures.contains(.points) || measures.contains(.topUp) else { continue }
      let received = try MemberIncome(of: id, entries(of: id), begin..<end)
      points += received.milliPoints
      topUp += received.topUp
    }
    return TierFigures(spend: spend, points: points, topUp: topUp)
  }

  /// The entries that name any account of a member, each once and in any order.
  private func entries(of id: Int64) throws -> [JournalEntry] {
    let rows = LedgerRows(db: db)
    var entries: [Int64: JournalEntry] = [:]
    for account in try rows.accounts(ofOwner: MemberFacts.owner(id)) {
      try rows.forEachEntry(of: account) { stored, _ in entries[stored.key] = stored.entry }
    }
    return Array(entries.values)
  }

  fileprivate func segmentFacts(
    _ file: MemberFile, _ today: ShopTime, _ days: Int
  ) throws -> SegmentFacts {
    let offset = today.offsetSeconds
    let begin = today.date.adding(days: -days).start(offsetSeconds: offset).milliseconds
    var sales: [CalendarDate: (count: Int, total: Int64)] = [:]
    var milliPoints: Int64 = 0
    for id in file.ids {
      let cursor = try Row.fetchCursor(
        db, sql: "SELECT at, total FROM sales WHERE member = ? AND at >= ?",
        arguments: [id, begin])
      while let row = try cursor.next() {
        let time = ShopTime(instant: Instant(milliseconds: row[0]), offsetSeconds: offset)
        sales[time.date, default: (0, 0)].count += 1
        sales[time.date, default: (0, 0)].total += row[1] as Int64
      }
      for row in try LedgerRows(db: db).accounts(ofOwner: MemberFacts.owner(id))
      where row.account.id.purpose.hasPrefix("points/") {
        let hasEnded = row.account.expiresAt.map { $0 <= today.instant } ?? false
        milliPoints += hasEnded ? 0 : row.balance.available(under: row.account.rule) ?? 0
      }
    }
    let birthday = try file.record.birthday.flatMap { text throws in
      try MemberDraft.birthday(text, today.date)
    }
    return SegmentFacts(
      today: today.date, tier: file.record.tier, tags: Set(file.tags), source: file.source,
      consents: file.givenConsents, birthday: birthday,
      registered: file.registeredAt.map { ShopTime(instant: $0, offsetSeconds: offset).date },
      sales: sales.sorted { $0.key < $1.key }.map {
        .init(day: $0.key, count: $0.value.count, total: Money(minorUnits: $0.value.total))
      }, milliPoints: milliPoints)
  }
}
