import Foundation
import GRDB
import Ledger
import Retail
import Testing

@testable import Storage

struct MemberPrivacyTests {
  private let shop: MemberShop
  private var store: Store { shop.store }

  init() throws { shop = try MemberShop() }

  private static let secrets = [
    "王小明", "13800138000", "1990-05-12", "window seat", "no sugar", "by letter", "CARDUID",
  ]

  /// A member of whom there is something in every table.
  private func filled() async throws -> MemberRecord {
    let wang = try await shop.register(
      "王小明", phone: "13800138000", birthday: "1990-05-12", tags: ["tea"], seed: 1)
    try await store.addNote("prefers the window seat", to: wang.id, act: try MemberShop.act())
    let change = try MemberChange(
      MemberEdit(preferences: ["coffee": "no sugar"]), plan: .standard, tiers: MemberShop.tiers,
      today: MemberShop.today)
    _ = try await store.changeMember(wang.id, change, act: try MemberShop.act())
    let card = try await store.issueCard(
      uid: Array("CARDUID".utf8), to: wang.id, act: try MemberShop.act())
    _ = try await store.changeCard(card.id, .reportLost, act: try MemberShop.act("by letter"))
    return wang
  }

  private func expectNothingPersonal(_ files: Data) {
    for secret in Self.secrets { #expect(files.range(of: Data(secret.utf8)) == nil, "\(secret)") }
  }

  @Test func `nothing personal lies in any file in the clear`() async throws {
    let wang = try await filled()
    expectNothingPersonal(try shop.files())
    #expect(try shop.files().range(of: Data(wang.number.utf8)) != nil)
    try store.close()
    expectNothingPersonal(try shop.files())
  }

  @Test func `a field that was moved to another member does not open`() async throws {
    let wang = try await filled()
    let li = try await shop.register("李明", seed: 2)
    try store.close()
    let queue = try DatabaseQueue(path: shop.directory.database)
    try await queue.writeWithoutTransaction { db in
      try db.execute(
        sql: "UPDATE members SET name = (SELECT name FROM members WHERE id = ?) WHERE id = ?",
        arguments: [wang.id, li.id])
    }
    try queue.close()
    let again = try Store.open(directory: shop.directory.path, mode: .reader)
    await #expect(throws: StorageError.self) { try await again.member(li.id) }
    #expect(try await again.member(wang.id)?.name == "王小明")
    try again.close()
  }

  /// Without the key nothing opens, whatever copy of the rows there is.
  @Test func `erasure deletes the key, and it is in no file any more`() async throws {
    let wang = try await filled()
    let id = wang.id
    let wrapped = try await store.read { db in
      try Data.fetchOne(
        db, sql: "SELECT wrapped FROM member_keys WHERE member = ?", arguments: [id])
    }
    let key = try #require(wrapped)
    #expect(try shop.files().range(of: key) != nil)

    let erased = try await store.eraseMember(
      wang.id, ground: .memberAsked, forfeits: false, act: try MemberShop.act())

    #expect(erased == [wang.id])
    #expect(try shop.files().range(of: key) == nil)
    #expect(try await store.member(wang.id) == nil)
    #expect(try await store.member(number: wang.number) == nil)
    #expect(try await store.member(phone: "13800138000") == nil)
    #expect(try await store.member(cardUID: Array("CARDUID".utf8)) == nil)
    #expect(try await store.members(named: "王小明").members.isEmpty)
    #expect(try await store.memberFile(wang.id) == nil)
    let log = try await store.memberLog(wang.id)
    #expect(log.last?.action == .erased && log.last?.detail == "memberAsked")
    #expect(log.allSatisfy { $0.reason == nil })
    // The phone and the card may be registered again, by whoever has them now.
    let next = try await shop.register("王小明", phone: "13800138000", seed: 3)
    #expect(next.id != wang.id)
    _ = try await store.issueCard(
      uid: Array("CARDUID".utf8), to: next.id, act: try MemberShop.act())
    try store.close()
  }

  @Test func `stored value is not erased by oversight`() async throws {
    let wang = try await filled()
    try await shop.credit(
      MemberShop.principal(wang.id), 500, from: HouseAccount.cash, entry: 1)
    #expect(
      try await refusal {
        _ = try await store.eraseMember(
          wang.id, ground: .memberAsked, forfeits: false, act: try MemberShop.act())
      } == .balanceLeft)
    #expect(try await store.member(wang.id) == wang.with(name: "王小明"))
    _ = try await store.eraseMember(
      wang.id, ground: .memberAsked, forfeits: true, act: try MemberShop.act())
    // The ledger keeps what it has, under the pseudonym.
    #expect(
      try await SQLiteLedger(store).balance(of: MemberFacts.principal(wang.id))?.posted == -500)
    try store.close()
  }

  @Test func `the audit and the consents are append-only`() async throws {
    let wang = try await filled()
    try await store.record(
      Consent(purpose: .marketing, isGiven: true, source: .web, at: MemberShop.now), of: wang.id,
      act: try MemberShop.act())
    for sql in [
      "UPDATE member_log SET actor = 'x'", "DELETE FROM member_log",
      "UPDATE member_consents SET is_given = 0", "DELETE FROM member_consents",
    ] {
      await #expect(throws: StorageError.self, "\(sql)") {
        try await store.write("test") { db in try db.execute(sql: sql) }
      }
    }
    try store.close()
  }

  // MARK: Keys

  @Test func `a rotation brings every member under new keys and drops the old ones`()
    async throws
  {
    let wang = try await filled()
    for seed in 2...Store.rotationStep + 5 {
      try await shop.register("李\(seed)", seed: UInt64(seed))
    }
    let before = try Data(
      contentsOf: URL(fileURLWithPath: shop.directory.path + "/shop.key"))
    let act = try MemberShop.act()

    var rotation = try await store.rotateKeys(isBeginning: true, act: act)
    #expect(rotation == KeyRotation(generation: 2, left: 5))
    // In the middle: everything is found, a phone is unique, an end is refused.
    #expect(try await store.member(phone: "13800138000") == wang)
    #expect(try await store.members(named: "王小明").members == [wang])
    #expect(
      try await refusal { try await shop.register("张", phone: "13800138000", seed: 9_999) }
        == .phoneTaken(by: wang.number))
    #expect(try await !store.endKeyRotation(act: act))
    rotation = try await store.rotateKeys(isBeginning: false, act: act)
    #expect(rotation.left == 0)
    #expect(try await store.endKeyRotation(act: act))

    let after = String(
      decoding: try Data(contentsOf: URL(fileURLWithPath: shop.directory.path + "/shop.key")),
      as: UTF8.self)
    #expect(after.contains("personal 2 ") && !after.contains("personal 1 "))
    #expect(try await store.member(phone: "13800138000") == wang)
    try store.close()
    let again = try Store.open(directory: shop.directory.path, mode: .writer)
    #expect(try await again.members(named: "小明").members == [wang])
    try again.close()
    // The former file opens nothing any more.
    try before.write(to: URL(fileURLWithPath: shop.directory.path + "/shop.key"))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: shop.directory.path + "/shop.key")
    #expect(throws: StorageError.self) {
      try Store.open(directory: shop.directory.path, mode: .writer)
    }
  }

  @Test func `a rotation that was cut off goes on after a start`() async throws {
    for seed in 1...Store.rotationStep + 5 {
      try await shop.register("李\(seed)", phone: "138\(10_000_000 + seed)", seed: UInt64(seed))
    }
    _ = try await store.rotateKeys(isBeginning: true, act: try MemberShop.act())
    try store.close()
    let again = try Store.open(directory: shop.directory.path, mode: .writer)
    for seed in [1, Store.rotationStep + 5] {
      #expect(try await again.member(phone: "138\(10_000_000 + seed)") != nil)
    }
    // Another beginning is no third generation.
    let rotation = try await again.rotateKeys(isBeginning: true, act: try MemberShop.act())
    #expect(rotation == KeyRotation(generation: 2, left: 0))
    #expect(try await again.endKeyRotation(act: try MemberShop.act()))
    try again.close()
  }

  @Test func `a book from before members had keys is brought under them`() async throws {
    let keys = OldBook.keys
    let uid: [UInt8] = [4, 1, 2, 3, 4, 5, 6]
    let old = try OldBook(
      version: 4,
      sql: """
        INSERT INTO members (id, number, name, phone, phone_index, birthday, tier, is_blocked)
          VALUES (17, '80001001', ?, ?, ?, ?, 'gold', 0);
        INSERT INTO cards (uid_hash, member, state) VALUES (?, 17, 'lost')
        """,
      arguments: [
        keys.seal(Array("王小明".utf8), as: "members.name/17"),
        keys.seal(Array("13800138000".utf8), as: "members.phone/17"),
        keys.index("13800138000".utf8, kind: "member phone"),
        keys.seal(Array("05-01".utf8), as: "members.birthday/17"),
        keys.index(uid, kind: "card uid"),
      ])
    let wang = MemberRecord(
      id: 17, number: "80001001", name: "王小明", phone: "13800138000", birthday: "05-01",
      tier: "gold")
    for _ in 0..<2 {
      let store = try old.open()
      #expect(try await store.member(17) == wang)
      #expect(try await store.member(phone: "13800138000") == wang)
      #expect(try await store.members(named: "小明").members == [wang])
      #expect(try await store.member(cardUID: uid)?.card == .lost)
      try store.close()
    }
  }
}

extension MemberRecord {
  fileprivate func with(name: String) -> MemberRecord {
    MemberRecord(
      id: id, number: number, name: name, phone: phone, birthday: birthday, tier: tier,
      isBlocked: isBlocked)
  }
}
