import Foundation
import Ledger
import Retail
import Storage
import Testing

struct MemberCardTests {
  private let shop: MemberShop
  private var store: Store { shop.store }

  init() throws { shop = try MemberShop() }

  private static let old: [UInt8] = [4, 1, 2, 3, 4, 5, 6]
  private static let new: [UInt8] = [4, 9, 8, 7, 6, 5, 4]

  @Test func `a lost card is replaced, and the new one opens the account`() async throws {
    let wang = try await shop.register("王小明", seed: 1)
    let first = try await store.issueCard(uid: Self.old, to: wang.id, act: try MemberShop.act())
    _ = try await store.changeCard(first.id, .reportLost, act: try MemberShop.act("on the bus"))
    #expect(try await store.member(cardUID: Self.old)?.card == .lost)
    let second = try await store.issueCard(
      uid: Self.new, to: wang.id, replacing: first.id, act: try MemberShop.act())

    #expect(try await store.member(cardUID: Self.new)?.card == .active)
    let gone = try #require(try await store.card(first.id))
    #expect(gone.state == .replaced && gone.replacedBy == second.id)
    #expect(
      try await store.memberLog(wang.id).map(\.detail) == [
        "", "issue: new to active", "reportLost: active to lost", "issue: new to active",
        "replace: lost to replaced",
      ])
    try store.close()
  }

  @Test func `a card that was given back may be issued to somebody else`() async throws {
    let wang = try await shop.register("王小明", seed: 1)
    let li = try await shop.register("李明", seed: 2)
    let card = try await store.issueCard(uid: Self.old, to: wang.id, act: try MemberShop.act())
    #expect(
      try await refusal {
        _ = try await store.issueCard(uid: Self.old, to: li.id, act: try MemberShop.act())
      } == .card(.alreadyIssued))
    _ = try await store.changeCard(card.id, .giveBack, act: try MemberShop.act("moves away"))
    let again = try await store.issueCard(uid: Self.old, to: li.id, act: try MemberShop.act())
    #expect(again.id == card.id && again.member == li.id && again.state == .active)
    #expect(try await store.member(cardUID: Self.old)?.member.id == li.id)
    try store.close()
  }

  @Test func `refused changes of cards leave no trace`() async throws {
    let wang = try await shop.register("王小明", seed: 1)
    let li = try await shop.register("李明", seed: 2)
    let card = try await store.issueCard(uid: Self.old, to: wang.id, act: try MemberShop.act())
    let reason = try MemberShop.act("test")
    let lines = try await store.memberLog(wang.id).count
    let attempts: [(MemberRefusal, () async throws -> Void)] = [
      (
        .reasonMissing,
        { _ = try await store.changeCard(card.id, .block, act: try MemberShop.act()) }
      ),
      (.card(.notClosed), { _ = try await store.changeCard(card.id, .unblock, act: reason) }),
      (.card(.unknown), { _ = try await store.changeCard(99, .block, act: reason) }),
      (
        .card(.unusableChip),
        { _ = try await store.issueCard(uid: [1, 2, 3], to: wang.id, act: reason) }
      ),
      (
        .card(.ofAnotherMember),
        {
          _ = try await store.issueCard(
            uid: Self.new, to: li.id, replacing: card.id, act: reason)
        }
      ),
      (.unknownMember, { _ = try await store.issueCard(uid: Self.new, to: 99, act: reason) }),
    ]
    for (expected, attempt) in attempts {
      #expect(try await refusal(attempt) == expected)
    }
    #expect(try await store.memberLog(wang.id).count == lines)
    #expect(try await store.member(cardUID: Self.new) == nil)
    try store.close()
  }

  // MARK: Changing codes

  private func code(_ body: String) throws -> MemberCode { try #require(MemberCode(body: body)) }

  private func later(_ seconds: Int64) -> Instant {
    Instant(milliseconds: MemberShop.now.milliseconds + seconds * 1_000)
  }

  @Test func `a code of now is taken once`() async throws {
    let wang = try await shop.register("王小明", seed: 1)
    let window = MemberCode.Window.standard
    let shown = try await store.memberCode(of: wang.id, at: MemberShop.now, window: window)
    #expect(shown.utf8.count == 20 && shown.hasPrefix(wang.number))
    let now = try code(shown)
    #expect(try await store.take(now, at: later(3), window: window) == wang)
    #expect(
      try await refusal { _ = try await store.take(now, at: later(4), window: window) }
        == .code(.replayed))
    // One from before, that was photographed and not used, neither.
    let earlier = try code(
      try await store.memberCode(of: wang.id, at: later(-30), window: window))
    #expect(
      try await refusal { _ = try await store.take(earlier, at: later(4), window: window) }
        == .code(.replayed))
    let next = try code(try await store.memberCode(of: wang.id, at: later(30), window: window))
    #expect(try await store.take(next, at: later(31), window: window) == wang)
    try store.close()
  }

  @Test func `codes of another time, member, shop or phone are refused`() async throws {
    let wang = try await shop.register("王小明", seed: 1)
    let li = try await shop.register("李明", seed: 2)
    let window = MemberCode.Window.standard
    let now = MemberShop.now
    let shown = try code(try await store.memberCode(of: wang.id, at: now, window: window))
    for seconds: Int64 in [90, 300, -90] {
      #expect(
        try await refusal { _ = try await store.take(shown, at: later(seconds), window: window) }
          == .code(.stale), "\(seconds)")
    }
    let other = try MemberShop()
    try await other.register("王小明", seed: 1)
    let ofLi = try code(li.number + shown.proof)
    let unknown = try code("1234" + shown.proof)
    for wrong in [ofLi, unknown] {
      #expect(
        try await refusal { _ = try await store.take(wrong, at: now, window: window) }
          == .code(.wrong))
    }
    #expect(
      try await refusal { _ = try await other.store.take(shown, at: now, window: window) }
        == .code(.wrong))
    // The phone was lost.
    try await store.renewMemberCode(of: wang.id, act: try MemberShop.act("phone lost"))
    #expect(
      try await refusal { _ = try await store.take(shown, at: now, window: window) }
        == .code(.wrong))
    let anew = try code(try await store.memberCode(of: wang.id, at: now, window: window))
    #expect(try await store.take(anew, at: now, window: window) == wang)
    try other.store.close()
    try store.close()
  }

  @Test func `a code that was used is known after a start`() async throws {
    let wang = try await shop.register("王小明", seed: 1)
    let window = MemberCode.Window.standard
    let shown = try code(
      try await store.memberCode(of: wang.id, at: MemberShop.now, window: window))
    _ = try await store.take(shown, at: MemberShop.now, window: window)
    try store.close()
    let again = try Store.open(directory: shop.directory.path, mode: .writer)
    #expect(
      try await refusal { _ = try await again.take(shown, at: MemberShop.now, window: window) }
        == .code(.replayed))
    try again.close()
  }
}
