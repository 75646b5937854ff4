import GRDB
import Retail

/// What a search found; beyond the limit it is cut.
public struct MemberMatches: Equatable, Sendable {
  public let members: [MemberRecord]
  public let isCut: Bool
}

extension Store {
  public static let matchLimit = 50
  /// Members whose hashes agree that are opened and compared.
  static let candidateLimit = 400

  /// The members whose names have a part for every word that is asked for.
  public func members(named text: String) async throws(MemberFailure) -> MemberMatches {
    try await look { table in
      let asked = NameParts.words(text)
      let parts = asked.compactMap(NameParts.part(asked:))
      guard !parts.isEmpty, text.utf8.count <= PersonName.byteLimit else {
        throw MemberRefusal.searchTooShort
      }
      var found: [Int64: MemberRecord] = [:]
      var isCut = false
      for key in table.keys.personal {
        let ids = try table.candidates(parts, key)
        if ids.count > Self.candidateLimit { isCut = true }
        for id in ids.prefix(Self.candidateLimit) where found.count <= Self.matchLimit {
          guard let row = try table.row("m.id = ?", [id]), let record = row.record,
            NameParts.matches(record.name, asked), let current = try table.current(row)?.record
          else { continue }
          found[current.id] = current
        }
      }
      let members = found.values.sorted { $0.id < $1.id }
      return MemberMatches(
        members: Array(members.prefix(Self.matchLimit)),
        isCut: isCut || members.count > Self.matchLimit)
    }
  }
}

extension NameParts {
  /// Every word that is asked for is a part of some word of the name.
  static func matches(_ name: String, _ asked: [Word]) -> Bool {
    let words = words(name)
    return asked.allSatisfy { question in words.contains { $0.answers(question) } }
  }
}

extension MemberTable {
  fileprivate func candidates(_ parts: [String], _ key: PersonalKey) throws -> [Int64] {
    let one = "SELECT member FROM member_names WHERE part = ?"
    let sql = parts.map { _ in one }.joined(separator: " INTERSECT ")
    return try Int64.fetchAll(
      db, sql: sql + " LIMIT \(Store.candidateLimit + 1)",
      arguments: StatementArguments(parts.map { NameParts.index($0, key) }))
  }
}
