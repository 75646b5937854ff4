import Foundation
import GRDB
import Ledger
import Retail

extension Store {
  /// Registers a member under a number that the caller drew. Asked again with the same number and
  /// content, the same member is the answer: a lost answer may be asked for again.
  ///
  /// Of two that register one phone at the same time, the unique index lets one in; the other is
  /// told the number of that member.
  public func register(
    _ draft: MemberDraft, number: MemberNumber, today: CalendarDate, act: MemberAct
  ) async throws(MemberFailure) -> MemberRecord {
    try await change("member") { table in
      try table.register(draft, number: draft.number ?? number, today: today, act)
    }
  }

  /// Registers a part of a file, all or none. What is there already stays as it is.
  ///
  /// - Returns: how many of them were new.
  public func register(
    all drafts: [(MemberDraft, MemberNumber)], today: CalendarDate, act: MemberAct
  ) async throws(MemberFailure) -> Int {
    try await change("members") { table in
      var count = 0
      for (draft, number) in drafts {
        let number = draft.number ?? number
        if try table.row("m.number = ?", [number.text]) == nil { count += 1 }
        _ = try table.register(draft, number: number, today: today, act)
      }
      return count
    }
  }
}

extension MemberTable {
  fileprivate func register(
    _ draft: MemberDraft, number: MemberNumber, today: CalendarDate, _ act: MemberAct
  ) throws -> MemberRecord {
    if let there = try row("m.number = ?", [number.text]) {
      guard let record = there.record, there.mergedInto == nil, draft.isContent(of: record) else {
        throw MemberRefusal.numberTaken
      }
      return record
    }
    // The index knows the newest generation of the keys only.
    if let phone = draft.phone {
      try refuse(phone: phone.text, of: nil, among: keys.personal.dropFirst())
    }
    let referrer = try draft.referrer.map { number throws in
      guard let found = try row("m.number = ?", [number.text]), let current = try current(found)
      else { throw MemberRefusal.unknownReferrer }
      return current.id
    }
    let last = try Int64.fetchOne(db, sql: "SELECT max(id) FROM members") ?? 0
    let record = MemberRecord(
      id: last + 1, number: number.text, name: draft.name.text, phone: draft.phone?.text,
      birthday: draft.birthday?.text, tier: draft.tier)
    let key: MemberKey
    do {
      key = try insert(
        record, preferences: draft.preferences,
        origin: Origin(
          registeredAt: act.at.milliseconds, source: draft.source, referrer: referrer,
          tierSinceDay: today.dayNumber))
    } catch let error as DatabaseError
      where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE
    {
      if let phone = draft.phone {
        try refuse(phone: phone.text, of: nil, among: keys.personal[...])
      }
      throw error
    }
    for tag in draft.tags { try insert(tag: tag, record.id) }
    for purpose in draft.consents {
      let source = Consent.Source(rawValue: draft.source ?? "") ?? .counter
      try insert(
        Consent(purpose: purpose, isGiven: true, source: source, at: act.at), record.id,
        act.actor)
    }
    try log(.registered, record.id, key: key, act)
    return record
  }

  /// Refuses a phone that another member has under one of these keys.
  func refuse(
    phone: String, of member: Int64?, among generations: ArraySlice<PersonalKey>
  ) throws {
    for key in generations {
      guard let row = try row("m.phone_index = ?", [Self.index(phone: phone, key)]),
        row.id != member, let current = try current(row)
      else { continue }
      throw MemberRefusal.phoneTaken(by: current.number)
    }
  }

  func insert(tag: String, _ member: Int64) throws {
    try db.cachedStatement(
      sql: "INSERT INTO member_tags (tag, member) VALUES (?, ?) ON CONFLICT DO NOTHING"
    ).execute(arguments: [tag, member])
  }

  func insert(_ consent: Consent, _ member: Int64, _ actor: String) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO member_consents (member, purpose, is_given, source, actor, at)
        VALUES (?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      member, consent.purpose.rawValue, consent.isGiven, consent.source.rawValue, actor,
      consent.at.milliseconds,
    ])
  }
}

extension MemberDraft {
  fileprivate func isContent(of record: MemberRecord) -> Bool {
    name.text == record.name && phone?.text == record.phone
      && birthday?.text == record.birthday
  }
}
