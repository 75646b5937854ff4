import Foundation
import Ledger
import LedgerConformance
import Retail
import Storage
import Testing

struct MemberMergeTests {
  private let shop: MemberShop
  private var store: Store { shop.store }
  private var ledger: SQLiteLedger { SQLiteLedger(shop.store) }
  private let entries = MergerEntries(kiosk: 3, step: 77)

  init() throws { shop = try MemberShop() }

  private func points(_ member: Int64) -> Account {
    Account.pointsLot(member: member, month: CalendarDate(year: 2_027, month: 11, day: 1))
  }

  private func balance(_ account: AccountID) async throws -> Int64 {
    try await ledger.balance(of: account)?.posted ?? 0
  }

  @Test func `balances move by entries, and everything old leads to the one that stays`()
    async throws
  {
    let wang = try await shop.register("王小明", phone: "13800138000", tags: ["tea"], seed: 1)
    let twin = try await shop.register(
      "王晓明", phone: "13800138001", birthday: "05-12", tags: ["rice"], seed: 2)
    let card = try await store.issueCard(
      uid: [4, 1, 2, 3, 4, 5, 6], to: twin.id, act: try MemberShop.act())
    for (ordinal, member) in [wang.id, twin.id].enumerated() {
      let entry = UInt64(ordinal * 3 + 1)
      let units = Int64(ordinal + 1) * 100
      try await shop.credit(
        MemberShop.principal(member), units, from: HouseAccount.cash, entry: entry)
      try await shop.credit(
        MemberShop.bonus(member, "welcome", 1_000), units, from: HouseAccount.bonusIssued,
        entry: entry + 1)
      try await shop.credit(
        points(member), units, from: HouseAccount.pointsIssued, entry: entry + 2)
    }

    let one = try await store.mergeMember(
      twin.id, into: wang.id, entries: entries, act: try MemberShop.act("same person"))

    #expect(one.id == wang.id && one.name == "王小明" && one.phone == "13800138000")
    #expect(one.birthday == "05-12")
    #expect(try await balance(MemberFacts.principal(wang.id)) == -300)
    #expect(try await balance(MemberFacts.principal(twin.id)) == 0)
    #expect(try await balance(points(wang.id).id) == -300)
    #expect(try await balance(MemberFacts.bonus(wang.id, lot: "welcome")) == -100)
    let moved = AccountID(
      owner: MemberFacts.owner(wang.id), purpose: "bonus/m\(twin.id).welcome")
    let lot = try #require(try await ledger.account(moved))
    #expect(lot.1.posted == -200)
    #expect(lot.0.grant == MemberShop.bonus(twin.id, "welcome", 1_000).grant)
    for asset in [Shop.cny, Asset.points] {
      #expect(try await balance(MemberMerge.passage(of: asset)) == 0)
    }
    #expect(try await ledger.verify().isSound)
    #expect(try await store.member(number: twin.number) == one)
    #expect(try await store.member(phone: "13800138001") == one)
    #expect(try await store.member(twin.id) == one)
    #expect(try await store.member(cardUID: [4, 1, 2, 3, 4, 5, 6])?.member == one)
    #expect(try await store.card(card.id)?.member == wang.id)
    #expect(try await store.currentMember(of: twin.id) == wang.id)
    let file = try #require(try await store.memberFile(wang.id))
    #expect(file.tags == ["rice", "tea"] && file.formerNumbers == [twin.number])
    #expect(file.ids == [wang.id, twin.id])
    try store.close()
  }

  @Test func `merging twice moves only what has come since`() async throws {
    let wang = try await shop.register("王小明", seed: 1)
    let twin = try await shop.register("王晓明", seed: 2)
    let act = try MemberShop.act("same person")
    _ = try await store.mergeMember(twin.id, into: wang.id, entries: entries, act: act)
    #expect(
      try await refusal {
        _ = try await store.mergeMember(twin.id, into: wang.id, entries: entries, act: act)
      } == .mergeWithItself)
    // A sale that had begun under the old number.
    try await shop.credit(points(twin.id), 50, from: HouseAccount.pointsIssued, entry: 1)
    _ = try await store.mergeMember(twin.id, into: wang.id, entries: entries, act: act)
    #expect(try await balance(points(wang.id).id) == -50)
    try store.close()
  }

  @Test func `a chain of mergers leads to its end in one step`() async throws {
    let first = try await shop.register("王一", phone: "13800138001", seed: 1)
    let second = try await shop.register("王二", phone: "13800138002", seed: 2)
    let third = try await shop.register("王三", phone: "13800138003", seed: 3)
    let act = try MemberShop.act("same person")
    for (from, into) in [(first, second), (second, third)] {
      _ = try await store.mergeMember(from.id, into: into.id, entries: entries, act: act)
    }
    for old in [first, second] {
      #expect(try await store.member(number: old.number)?.id == third.id)
      #expect(try await store.member(phone: try #require(old.phone))?.id == third.id)
    }
    // Erasing the one erases all.
    let ids = try await store.eraseMember(
      third.id, ground: .memberAsked, forfeits: false, act: act)
    #expect(ids == [first.id, second.id, third.id])
    #expect(try await store.member(phone: "13800138001") == nil)
    try store.close()
  }

  @Test func `what a sale holds is not moved away from under it`() async throws {
    let wang = try await shop.register("王小明", seed: 1)
    let twin = try await shop.register("王晓明", seed: 2)
    try await shop.credit(
      MemberShop.principal(twin.id), 500, from: HouseAccount.cash, entry: 1)
    let hold = JournalEntry(
      id: Shop.id(2),
      action: .hold(
        try Shop.move(200, from: MemberFacts.principal(twin.id), to: HouseAccount.cash)),
      context: Shop.context())
    #expect(try await ledger.submit(hold) == .ok)
    let act = try MemberShop.act("same person")
    #expect(
      try await refusal {
        _ = try await store.mergeMember(twin.id, into: wang.id, entries: entries, act: act)
      } == .openHolds)
    #expect(
      try await refusal {
        _ = try await store.eraseMember(
          twin.id, ground: .memberAsked, forfeits: true, act: act)
      } == .openHolds)
    #expect(try await store.member(number: twin.number)?.id == twin.id)
    try store.close()
  }

  @Test func `when the ledger refuses, nothing is merged`() async throws {
    let wang = try await shop.register("王小明", seed: 1)
    let twin = try await shop.register("王晓明", seed: 2)
    try await shop.credit(
      MemberShop.principal(twin.id), 500, from: HouseAccount.cash, entry: 1)
    // An id that another entry has already.
    let taken = EntryID(sale: SaleID(kiosk: 3, counter: 0), step: 77, ordinal: 1)
    let entry = JournalEntry(
      id: taken,
      action: .post(
        try Shop.move(100, from: MemberFacts.principal(twin.id), to: HouseAccount.cash)),
      context: Shop.context())
    #expect(try await ledger.submit(entry) == .ok)
    #expect(
      try await refusal {
        _ = try await store.mergeMember(
          twin.id, into: wang.id, entries: entries, act: try MemberShop.act("same person"))
      } == .ledger("otherContent"))
    #expect(try await balance(MemberFacts.principal(twin.id)) == -400)
    #expect(try await store.member(number: twin.number)?.id == twin.id)
    // Nothing of the attempt is remembered: with other ids it is merged.
    _ = try await store.mergeMember(
      twin.id, into: wang.id, entries: MergerEntries(kiosk: 3, step: 78),
      act: try MemberShop.act("same person"))
    #expect(try await balance(MemberFacts.principal(wang.id)) == -400)
    #expect(try await ledger.verify().isSound)
    try store.close()
  }
}
