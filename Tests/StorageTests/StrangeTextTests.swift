import Foundation
import GRDB
import Ledger
import Retail
import Storage
import Testing

/// What a scanner, a card or a technician gives in is data, whatever it looks like.
struct StrangeTextTests {
  private static let strange = [
    "'; DROP TABLE members; --", "x' OR '1'='1", "1; PRAGMA writable_schema=1", "\" OR 1 --", "%",
    "_", "\\", "?1", "$(reboot)", "`reboot`", "<script>alert(1)</script>", "\u{1B}@",
    String(repeating: "'", count: 4_000),
  ]

  /// The tables and what is in them, but for `settings`.
  private static func content(_ path: String) throws -> [String] {
    let queue = try DatabaseQueue(path: path)
    defer { do { try queue.close() } catch { Issue.record(error) } }
    return try queue.read { db in
      let names = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      return try names.filter { $0 != "settings" }.map { name in
        "\(name) \(try Int.fetchOne(db, sql: "SELECT count(*) FROM \"\(name)\"") ?? -1)"
      }
    }
  }

  @Test func `what looks like SQL is looked for as it stands`() async throws {
    let directory = try TemporaryDirectory()
    let store = try Store.open(directory: directory.path, mode: .writer)
    try await store.registerMember(
      MemberRecord(
        id: 1, number: "80001001", name: "Robert'); DROP TABLE members;--", phone: "13800000001",
        tier: "gold"))
    try await store.replaceItem(
      CatalogueItem(
        sku: "tea'; --", gtins: ["06901000000011"], name: LocalizedText(zh: "'茶'", en: "\"tea\""),
        category: "'", unitPrice: Money(minorUnits: 1)))
    let before = try Self.content(directory.database)
    #expect(before.count > 10)
    let ledger = SQLiteLedger(store)
    for text in Self.strange {
      #expect(try await store.item(gtin: text) == nil, "\(text)")
      #expect(try await store.item(sku: text) == nil, "\(text)")
      #expect(try await store.member(number: text) == nil, "\(text)")
      #expect(try await store.member(phone: text) == nil, "\(text)")
      #expect(try await store.member(cardUID: Array(text.utf8)) == nil, "\(text)")
      #expect(try await store.coupon(id: text) == nil, "\(text)")
      #expect(try await store.revealCode(id: text) == nil, "\(text)")
      #expect(try await ledger.accounts(ofOwner: text).isEmpty, "\(text)")
      #expect(try await ledger.balance(of: AccountID(owner: text, purpose: text)) == nil, "\(text)")
      #expect(try await store.setting(text) == nil, "\(text)")
      try await store.setSetting(text, to: text)
      #expect(try await store.setting(text) == text, "\(text)")
    }
    #expect(try await store.item(sku: "tea'; --")?.name.en == "\"tea\"")
    #expect(try await store.member(1)?.name == "Robert'); DROP TABLE members;--")
    #expect(try await store.allItems().count == 1)
    try store.close()
    #expect(try Self.content(directory.database) == before)
  }
}
