import Foundation
import GRDB

/// A member of the shop. Name, phone and birthday are sealed field by field in the database.
public struct MemberRecord: Equatable, Sendable {
  public let id: Int64
  /// What the card and the receipt show.
  public let number: String
  public let name: String
  /// Digits only, with the country code when it is not the shop's own.
  public let phone: String?
  /// `YYYY-MM-DD` or `MM-DD`.
  public let birthday: String?
  public let tier: String
  public let isBlocked: Bool

  public init(
    id: Int64, number: String, name: String, phone: String?, birthday: String? = nil,
    tier: String, isBlocked: Bool = false
  ) {
    self.id = id
    self.number = number
    self.name = name
    self.phone = phone
    self.birthday = birthday
    self.tier = tier
    self.isBlocked = isBlocked
  }
}

/// Whether a member card may be used.
public enum CardState: String, Sendable, CaseIterable { case active, lost, returned }

/// What a tapped card stands for.
public struct CardHolder: Equatable, Sendable {
  public let member: MemberRecord
  public let card: CardState
  /// The chip proved a secret here once: what shows its bare number now is not that chip.
  public let isProven: Bool
}

extension Store {
  /// Registers a member. The same one again changes nothing; an id, number or phone that another
  /// member has is refused.
  public func registerMember(_ member: MemberRecord) async throws(StorageError) {
    let keys = try keys()
    try await write("member") { db in try member.register(db, keys) }
  }

  public func member(_ id: Int64) async throws(StorageError) -> MemberRecord? {
    try await member(where: "id = ?", [id])
  }

  public func member(number: String) async throws(StorageError) -> MemberRecord? {
    try await member(where: "number = ?", [number])
  }

  public func member(phone: String) async throws(StorageError) -> MemberRecord? {
    try await member(where: "phone_index = ?", [MemberRecord.index(phone: phone, try keys())])
  }

  /// The member of a card and whether the card may be used; nil for an unknown card.
  public func member(cardUID: [UInt8]) async throws(StorageError) -> CardHolder? {
    let keys = try keys()
    return try await read { db in
      let row = try Row.fetchOne(
        db, sql: "SELECT member, state, is_proven FROM cards WHERE uid_hash = ?",
        arguments: [MemberRecord.index(cardUID: cardUID, keys)])
      guard let row else { return nil }
      guard let state = CardState(rawValue: row[1]),
        let member = try MemberRecord.fetch(db, keys, where: "id = ?", [row[0] as Int64])
      else { throw StorageError.corrupt("a card of no member or state") }
      return CardHolder(member: member, card: state, isProven: row[2])
    }
  }

  /// Gives a member a card. The same card again changes nothing; that of another member is refused.
  public func addCard(uid: [UInt8], member: Int64) async throws(StorageError) {
    let hash = MemberRecord.index(cardUID: uid, try keys())
    try await write("card") { db in
      try db.execute(
        sql: """
          INSERT INTO cards (uid_hash, member, state) VALUES (?, ?, 'active')
          ON CONFLICT (uid_hash) DO NOTHING
          """, arguments: [hash, member])
      let owner = try Int64.fetchOne(
        db, sql: "SELECT member FROM cards WHERE uid_hash = ?", arguments: [hash])
      guard owner == member else {
        throw StorageError(.refused, "the card belongs to another member")
      }
    }
  }

  /// Keeps that the chip of an active card proved a secret, and how often it had been read. false,
  /// and nothing kept, if the counter is not higher than one that was kept before: a message that
  /// was played again.
  public func recordCardProof(
    uid: [UInt8], readCounter: UInt32?
  ) async throws(StorageError) -> Bool {
    let hash = MemberRecord.index(cardUID: uid, try keys())
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

  /// Reports a card lost, returned or found again.
  public func setCardState(uid: [UInt8], to state: CardState) async throws(StorageError) {
    let hash = MemberRecord.index(cardUID: uid, try keys())
    try await write("card") { db in
      try db.execute(
        sql: "UPDATE cards SET state = ? WHERE uid_hash = ?", arguments: [state.rawValue, hash])
      guard db.changesCount == 1 else { throw StorageError(.refused, "there is no such card") }
    }
  }

  private func member(
    where condition: String, _ arguments: StatementArguments
  ) async throws(StorageError) -> MemberRecord? {
    let keys = try keys()
    return try await read { db in
      try MemberRecord.fetch(db, keys, where: condition, arguments)
    }
  }
}

extension MemberRecord {
  fileprivate static func index(phone: String, _ keys: ShopKeys) -> Data {
    keys.index(phone.utf8, kind: "member phone")
  }

  fileprivate static func index(cardUID: [UInt8], _ keys: ShopKeys) -> Data {
    keys.index(cardUID, kind: "card uid")
  }

  fileprivate static func fetch(
    _ db: Database, _ keys: ShopKeys, where condition: String, _ arguments: StatementArguments
  ) throws -> MemberRecord? {
    let statement = try db.cachedStatement(
      sql: """
        SELECT id, number, name, phone, birthday, tier, is_blocked FROM members
        WHERE \(condition)
        """)
    return try Row.first(statement, arguments) { try MemberRecord($0, keys) }
  }

  private init(_ row: Row, _ keys: ShopKeys) throws {
    let id: Int64 = row[0]
    let (phone, birthday): (Data?, Data?) = (row[3], row[4])
    self.init(
      id: id, number: row[1], name: try keys.openText(row[2], as: "members.name/\(id)"),
      phone: try phone.map { sealed throws in
        try keys.openText(sealed, as: "members.phone/\(id)")
      },
      birthday: try birthday.map { sealed throws in
        try keys.openText(sealed, as: "members.birthday/\(id)")
      },
      tier: row[5], isBlocked: row[6])
  }

  fileprivate func register(_ db: Database, _ keys: ShopKeys) throws {
    if let there = try Self.fetch(db, keys, where: "id = ?", [id]) {
      guard there == self else {
        throw StorageError(.refused, "the member id \(id) belongs to another member")
      }
      return
    }
    let phoneIndex = phone.map { Self.index(phone: $0, keys) }
    let taken = try Int64.fetchOne(
      db, sql: "SELECT id FROM members WHERE number = ? OR phone_index = ?",
      arguments: [number, phoneIndex])
    if let taken {
      throw StorageError(.refused, "the number or phone of member \(id) is that of \(taken)")
    }
    func sealed(_ text: String?, _ field: String) throws -> Data? {
      try text.map { text throws in
        try keys.seal(Array(text.utf8), as: "members.\(field)/\(id)")
      }
    }
    try db.execute(
      sql: """
        INSERT INTO members (id, number, name, phone, phone_index, birthday, tier, is_blocked)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        id, number, sealed(name, "name"), sealed(phone, "phone"), phoneIndex,
        sealed(birthday, "birthday"), tier, isBlocked,
      ])
  }
}
