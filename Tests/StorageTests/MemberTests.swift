import Foundation
import GRDB
import Ledger
import Retail
import Testing

@testable import Storage

struct MemberTests {
  private let store: Store
  private let directory: TemporaryDirectory
  private let wang = MemberRecord(
    id: 17, number: "M000017", name: "王小明", phone: "13800138000", birthday: "05-01",
    tier: "gold")

  init() throws {
    directory = try TemporaryDirectory()
    store = try Store.open(directory: directory.path, mode: .writer)
  }

  @Test func `a member is found by id, number, phone and card`() async throws {
    let uid: [UInt8] = [0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0xF6]
    try await store.registerMember(wang)
    try await store.addCard(uid: uid, member: 17, at: MemberShop.now)
    try await store.addCard(uid: uid, member: 17, at: MemberShop.now)
    #expect(try await store.member(17) == wang)
    #expect(try await store.member(number: "M000017") == wang)
    #expect(try await store.member(phone: "13800138000") == wang)
    #expect(try await store.member(phone: "13800138001") == nil)
    let holder = try #require(try await store.member(cardUID: uid))
    #expect(holder.member == wang && holder.card == .active)
    #expect(try await store.member(cardUID: [1, 2, 3]) == nil)
    try store.close()
  }

  @Test func `registering again changes nothing, other content is refused`() async throws {
    try await store.registerMember(wang)
    try await store.registerMember(wang)
    let samePhone = MemberRecord(
      id: 18, number: "M000018", name: "李", phone: wang.phone, tier: "basic")
    let sameID = MemberRecord(
      id: 17, number: "M000099", name: "李", phone: nil, tier: "basic")
    for other in [samePhone, sameID] {
      do throws(StorageError) {
        try await store.registerMember(other)
        Issue.record("\(other) was taken")
      } catch {
        #expect(error.kind == .refused)
      }
    }
    let first = MemberRecord(id: 20, number: "M20", name: "A", phone: nil, tier: "basic")
    let second = MemberRecord(id: 21, number: "M21", name: "B", phone: nil, tier: "basic")
    try await store.registerMember(first)
    try await store.registerMember(second)
    #expect(try await store.member(21) == second)
    try store.close()
  }

  @Test func `a card belongs to one member`() async throws {
    try await store.registerMember(wang)
    try await store.registerMember(
      MemberRecord(id: 18, number: "M18", name: "李", phone: nil, tier: "basic"))
    try await store.addCard(uid: [1, 2, 3, 4], member: 17, at: MemberShop.now)
    do throws(StorageError) {
      try await store.addCard(uid: [1, 2, 3, 4], member: 18, at: MemberShop.now)
      Issue.record("the card was given twice")
    } catch {
      #expect(error.kind == .refused)
    }
    try store.close()
  }

  @Test func `a setting is what was last set`() async throws {
    #expect(try await store.setting("kiosk") == nil)
    try await store.setSetting("kiosk", to: "1")
    try await store.setSetting("kiosk", to: "2")
    #expect(try await store.setting("kiosk") == "2")
    try store.close()
  }

  @Test func `a description of a member shows nothing personal`() {
    for text in ["\(wang)", String(reflecting: wang), "\([wang])"] {
      for secret in ["王小明", "13800138000", "05-01"] { #expect(!text.contains(secret)) }
    }
  }
}

struct RegistrationTests {
  private let shop: MemberShop
  private var store: Store { shop.store }

  init() throws { shop = try MemberShop() }

  @Test func `a new member has a number with a check digit and an audit`() async throws {
    let wang = try await shop.register(
      " 王小明 ", phone: "+86 138-0013-8000", birthday: "1990-05-12", tags: ["tea"], seed: 1)

    #expect(wang.name == "王小明" && wang.phone == "13800138000" && wang.tier == "basic")
    #expect(!(try MemberNumber(wang.number)).isMistyped)
    let file = try #require(try await store.memberFile(wang.id))
    #expect(file.tags == ["tea"])
    #expect(file.registeredAt == MemberShop.now)
    #expect(try await store.memberLog(wang.id).map(\.action) == [.registered])
    try store.close()
  }

  @Test func `a lost answer may be asked for again`() async throws {
    let first = try await shop.register("王小明", phone: "13800138000", seed: 1)
    let again = try await shop.register("王小明", phone: "13800138000", seed: 1)
    #expect(first == again)
    let refused = try await refusal { try await shop.register("李明", seed: 1) }
    #expect(refused == .numberTaken)
    try store.close()
  }

  /// The unique index decides: one is let in, the others are told whom they met.
  @Test func `of many that register one phone at once, one is let in`() async throws {
    let outcomes = try await withThrowingTaskGroup(of: MemberRefusal?.self) { group in
      for seed in 1...20 {
        group.addTask {
          try await refusal {
            try await shop.register("王小明", phone: "13800138000", seed: UInt64(seed))
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let winner = try #require(try await store.member(phone: "13800138000"))
    #expect(outcomes.filter { $0 == nil }.count == 1)
    #expect(outcomes.filter { $0 == .phoneTaken(by: winner.number) }.count == 19)
    try store.close()
  }

  @Test func `a change is audited by the names of its fields`() async throws {
    let wang = try await shop.register("王小明", phone: "13800138000", seed: 1)
    let edit = MemberEdit(
      name: "王晓明", phone: "", tier: "gold", addTags: ["vip"],
      preferences: ["coffee": "no sugar"])
    let change = try MemberChange(
      edit, plan: .standard, tiers: MemberShop.tiers, today: MemberShop.today)
    let changed = try await store.changeMember(wang.id, change, act: try MemberShop.act())

    #expect(changed.name == "王晓明" && changed.phone == nil && changed.tier == "gold")
    let file = try #require(try await store.memberFile(wang.id))
    #expect(file.tags == ["vip"] && file.preferences == ["coffee": "no sugar"])
    #expect(file.standing.isByStaff)
    #expect(try await store.members(named: "晓明").members.map(\.id) == [wang.id])
    #expect(try await store.members(named: "小明").members.isEmpty)
    let log = try await store.memberLog(wang.id)
    #expect(log.last?.detail == "name phone tier +vip coffee")
    // The phone is free again.
    try await shop.register("李明", phone: "13800138000", seed: 2)
    try store.close()
  }

  @Test func `blocking needs a reason and is done once`() async throws {
    let wang = try await shop.register("王小明", seed: 1)
    #expect(
      try await refusal {
        _ = try await store.setBlocked(wang.id, true, act: try MemberShop.act())
      } == .reasonMissing)
    let reason = try MemberShop.act("asked for by phone")
    #expect(try await store.setBlocked(wang.id, true, act: reason).isBlocked)
    #expect(
      try await refusal { _ = try await store.setBlocked(wang.id, true, act: reason) }
        == .alreadyBlocked)
    #expect(try await store.memberLog(wang.id).last?.reason == "asked for by phone")
    try store.close()
  }

  @Test func `notes and consents keep who, when and how`() async throws {
    let wang = try await shop.register("王小明", seed: 1)
    try await store.addNote("prefers the window seat", to: wang.id, act: try MemberShop.act())
    for (ordinal, isGiven) in [true, false, true].enumerated() {
      let at = Instant(milliseconds: MemberShop.now.milliseconds + Int64(ordinal))
      try await store.record(
        Consent(purpose: .marketing, isGiven: isGiven, source: .counter, at: at), of: wang.id,
        act: try MemberShop.act(at: Int64(ordinal)))
      let file = try #require(try await store.memberFile(wang.id))
      #expect(file.givenConsents == (isGiven ? [.marketing] : []))
    }
    let file = try #require(try await store.memberFile(wang.id))
    #expect(file.notes.map(\.text) == ["prefers the window seat"])
    #expect(file.notes.map(\.actor) == ["staff/7"])
    #expect(file.consents.count == 3)
    try store.close()
  }

  @Test func `names are found by parts of words, in any script and any case`() async throws {
    let names = ["王小明", "欧阳明月", "Wang Xiaoming", "Zoë O’Brien", "Müller-Lüdenscheidt", "ｱｲﾀ ﾅﾅ"]
    var ids: [Int64] = []
    for (seed, name) in names.enumerated() {
      ids.append(try await shop.register(name, seed: UInt64(seed + 1)).id)
    }
    let questions: [(String, [Int])] = [
      ("小明", [0]), ("王小明", [0]), ("明月", [1]), ("xiao", [2]), ("WANG xiao", [2]), ("zoe", [3]),
      ("obri", [3]), ("o'brien", [3]), ("mull", [4]), ("ludenscheidt", [4]), ("アイタ", [5]),
      ("xiaomi wang", [2]), ("xiaoming li", []), ("nobody", []),
    ]
    for (question, expected) in questions {
      let found = try await store.members(named: question).members.map(\.id)
      #expect(found == expected.map { ids[$0] }, "\(question)")
    }
    for short in ["", "王", "w", " - "] {
      #expect(
        try await refusal { _ = try await store.members(named: short) } == .searchTooShort)
    }
    try store.close()
  }

  @Test func `a search that finds too many says that it is cut`() async throws {
    for seed in 1...(Store.matchLimit + 1) {
      try await shop.register("王小明", seed: UInt64(seed))
    }
    let matches = try await store.members(named: "王小明")
    #expect(matches.members.count == Store.matchLimit && matches.isCut)
    try store.close()
  }
}
