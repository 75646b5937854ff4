import Foundation
import Ledger
import Storage

/// Random numbers that mean the same under every compiler.
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  mutating func isChosen(oneIn count: Int) -> Bool { below(count) == 0 }

  mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }
}

/// A data directory that goes with the test.
final class TemporaryDirectory: Sendable {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("kiosk-storage-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: path) } catch {
      print("left behind: \(path)")
    }
  }

  var database: String { path + "/" + Store.fileName }

  /// What a power cut would leave of another directory: its files as they are now.
  func takeFiles(of other: TemporaryDirectory) throws {
    for name in [Store.fileName, Store.fileName + "-wal", "shop.key"] {
      let source = other.path + "/" + name
      guard FileManager.default.fileExists(atPath: source) else { continue }
      try FileManager.default.copyItem(atPath: source, toPath: path + "/" + name)
    }
  }
}

/// A small shop's ledger: one member, one coupon, the house.
enum Shop {
  static let cny = Currency.cny.asset
  static let start = Instant(milliseconds: 1_700_000_000_000)
  static let principal = AccountID(owner: "m/1", purpose: "principal")
  static let bonus = AccountID(owner: "m/1", purpose: "bonus/1")
  static let otherPrincipal = AccountID(owner: "m/2", purpose: "principal")
  static let cash = AccountID.house("cash")
  static let revenue = AccountID.house("revenue")

  static let accounts = [
    Account(id: cash, asset: cny, rule: .free),
    Account(id: revenue, asset: cny, rule: .free),
    Account(id: principal, asset: cny, rule: .debitsWithinCredits),
    Account(id: otherPrincipal, asset: cny, rule: .debitsWithinCredits),
    Account(
      id: bonus, asset: cny, rule: .debitsWithinCredits,
      grant: Grant(limitUnits: 2_000, availableAt: start, capOfGrantBasisPoints: 5_000)),
  ]

  static func id(_ number: UInt64) -> EntryID { EntryID(high: 0, low: number) }

  static func context(
    kiosk: UInt32 = 1, sale: SaleID? = nil, reason: String = "test"
  ) -> EntryContext {
    EntryContext(reason: reason, actor: "system", kiosk: kiosk, sale: sale, at: start)
  }

  static func move(_ units: Int64, from: AccountID, to: AccountID) throws -> Postings {
    try Postings([
      Posting(account: from, asset: cny, units: units),
      Posting(account: to, asset: cny, units: -units),
    ])
  }

  static func entry(
    _ number: UInt64, _ action: JournalEntry.Action, kiosk: UInt32 = 1
  ) -> JournalEntry {
    JournalEntry(id: id(number), action: action, context: context(kiosk: kiosk))
  }

  static func one(_ entry: JournalEntry) -> Batch { Batch(entries: [entry], isLinked: true) }

  /// Opens the accounts and tops the member up with 100.00.
  static func opening() throws -> Batch {
    Batch(
      openings: accounts,
      entries: [entry(1, .post(try move(10_000, from: cash, to: principal)))], isLinked: true)
  }
}

extension LedgerAuthority {
  func submit(_ entry: JournalEntry) async throws -> Outcome? {
    try await submit(Shop.one(entry)).first
  }
}
