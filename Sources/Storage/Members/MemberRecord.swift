import Foundation
import GRDB
import Retail

/// A member of the shop. Name, phone and birthday are sealed field by field in the database, under
/// a key of the member's own.
///
/// A description shows the id only: nothing personal gets into a log by mistake.
public struct MemberRecord: Equatable, Sendable {
  public let id: Int64
  /// What the card and the receipt show.
  public let number: String
  public let name: String
  /// As `PhoneNumber` writes it.
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

extension MemberRecord: CustomStringConvertible, CustomReflectable {
  public var description: String { "member \(id)" }
  public var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}

/// What a tapped card stands for.
public struct CardHolder: Equatable, Sendable {
  public let member: MemberRecord
  public let card: CardState
  /// The chip proved a secret here once: what shows its bare number now is not that chip.
  public let isProven: Bool
}

extension Store {
  /// Enters a member as given: of a sample, or of a book that was taken over. The same one again
  /// changes nothing; an id, number or phone that another member has is refused.
  public func registerMember(_ member: MemberRecord) async throws(StorageError) {
    let keys = try keys()
    try await write("member") { db in
      let table = MemberTable(db, keys)
      if let there = try table.row("m.id = ?", [member.id]) {
        guard there.record == member else {
          throw StorageError(.refused, "the member id \(member.id) belongs to another member")
        }
        return
      }
      let taken = try table.row("m.number = ?", [member.number])?.id
      let owner = try member.phone.map { phone throws in try table.row(phone: phone)?.id }
      if let taken = taken ?? owner ?? nil {
        throw StorageError(
          .refused, "the number or phone of member \(member.id) is that of \(taken)")
      }
      try table.insert(member, preferences: [:])
    }
  }

  /// The members of these questions are those that others were merged into: the old number, phone
  /// and card still lead to them. Erased ones are not found.
  public func member(_ id: Int64) async throws(StorageError) -> MemberRecord? {
    try await currentMember { table throws in try table.row("m.id = ?", [id]) }
  }

  public func member(number: String) async throws(StorageError) -> MemberRecord? {
    try await currentMember { table throws in try table.row("m.number = ?", [number]) }
  }

  /// - Parameter phone: as `PhoneNumber` writes it.
  public func member(phone: String) async throws(StorageError) -> MemberRecord? {
    try await currentMember { table throws in try table.row(phone: phone) }
  }

  /// The member of a card and whether the card may be used; nil for an unknown card.
  public func member(cardUID: [UInt8]) async throws(StorageError) -> CardHolder? {
    let keys = try keys()
    return try await read { db in
      let table = MemberTable(db, keys)
      guard let card = try table.card(uid: cardUID) else { return nil }
      guard let member = try table.row("m.id = ?", [card.member])?.record else {
        throw StorageError.corrupt("a card of no member")
      }
      return CardHolder(member: member, card: card.state, isProven: card.isProven)
    }
  }

  private func currentMember(
    _ find: @escaping @Sendable (MemberTable) throws -> MemberRow?
  ) async throws(StorageError) -> MemberRecord? {
    let keys = try keys()
    return try await read { db in
      let table = MemberTable(db, keys)
      return try find(table).flatMap { row throws in try table.current(row) }?.record
    }
  }
}
