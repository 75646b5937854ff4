import Foundation
import GRDB
import Ledger
import LedgerConformance
import Retail
import Storage
import Testing

/// A store with what tests of members need.
struct MemberShop {
  static let tiers = ["basic", "silver", "gold"]
  static let today = CalendarDate(year: 2_026, month: 11, day: 22)
  static let now = Instant(milliseconds: 1_795_312_800_000)

  let directory: TemporaryDirectory
  let store: Store

  init() throws {
    directory = try TemporaryDirectory()
    store = try Store.open(directory: directory.path, mode: .writer)
  }

  init(directory: TemporaryDirectory, store: Store) {
    (self.directory, self.store) = (directory, store)
  }

  static func act(_ reason: String? = nil, at offset: Int64 = 0) throws -> MemberAct {
    try MemberAct(
      actor: "staff/7", reason: reason, at: Instant(milliseconds: now.milliseconds + offset))
  }

  /// The number that a seed makes.
  static func number(_ seed: UInt64) throws -> MemberNumber {
    var random = SplitMix64(seed: seed)
    let bytes = (0..<8).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    return try #require(MemberNumber(random: bytes))
  }

  @discardableResult
  func register(
    _ name: String, phone: String? = nil, birthday: String? = nil, tags: [String] = [],
    seed: UInt64
  ) async throws -> MemberRecord {
    let draft = try MemberDraft(
      MemberInput(name: name, phone: phone, birthday: birthday, tags: tags), plan: .standard,
      tiers: Self.tiers, today: Self.today)
    return try await store.register(
      draft, number: try Self.number(seed), today: Self.today, act: try Self.act())
  }

  /// Puts something on an account of a member.
  func credit(
    _ account: Account, _ units: Int64, from house: AccountID, entry: UInt64,
    at: Instant = MemberShop.now
  ) async throws {
    let outcomes = try await SQLiteLedger(store).submit(
      Batch(
        openings: [Account(id: house, asset: account.asset, rule: .free), account],
        entries: [
          JournalEntry(
            id: Shop.id(entry),
            action: .post(
              try Postings([
                Posting(account: house, asset: account.asset, units: units),
                Posting(account: account.id, asset: account.asset, units: -units),
              ])),
            context: EntryContext(
              reason: "test", actor: "system", kiosk: 1, sale: nil, at: at))
        ], isLinked: true))
    try #require(outcomes == [.ok])
  }

  static func principal(_ member: Int64) -> Account {
    Account(
      id: MemberFacts.principal(member), asset: Shop.cny, rule: .debitsWithinCredits)
  }

  static func bonus(_ member: Int64, _ lot: String, _ granted: Int64) -> Account {
    Account(
      id: MemberFacts.bonus(member, lot: lot), asset: Shop.cny, rule: .debitsWithinCredits,
      grant: Grant(limitUnits: granted, availableAt: now, capOfGrantBasisPoints: 5_000))
  }

  /// Every byte of every file of the directory.
  func files() throws -> Data {
    try FileManager.default.contentsOfDirectory(atPath: directory.path).reduce(into: Data()) {
      $0 += try Data(contentsOf: URL(fileURLWithPath: directory.path + "/" + $1))
    }
  }
}

/// What a call was refused with; a fault of the store fails the test.
func refusal(_ body: () async throws -> Void) async throws -> MemberRefusal? {
  do {
    try await body()
    return nil
  } catch let failure as MemberFailure {
    guard case .refused(let refusal) = failure else { throw failure }
    return refusal
  }
}
