import Foundation
import Ledger
import LedgerConformance
import Storage
import Testing

/// The real ledger beside the model, over the operations of a small shop.
///
/// `make test` takes fresh seeds until 50,000 operations are done and is red when four minutes do
/// not suffice; `make soak-ledger` does a million. A seed that fails is printed and kept in
/// kept-seeds.txt, which always runs.
struct LedgerSoakTests {
  /// Operations of one seed: a book of its own.
  private static let operationsOfSeed = 5_000
  private static let wholeEvery = 1_000
  private static let reopenEvery = 487
  private static let keptSeeds = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("kept-seeds.txt")

  private static func setting(_ name: String, _ fallback: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? fallback
  }

  @Test func `fresh seeds agree with the model`() async throws {
    let goal = Self.setting("KIOSK_LEDGER_OPERATIONS", 50_000)
    let limit = Duration.seconds(Self.setting("KIOSK_LEDGER_SECONDS", 240))
    let first = UInt64(Self.setting("KIOSK_SEED", Int(Date().timeIntervalSince1970)))
    let start = ContinuousClock.now
    var count = 0
    var seed = first
    while count < goal, ContinuousClock.now - start < limit {
      count += try await run(seed, operations: min(Self.operationsOfSeed, goal - count))
      seed += 1
    }
    print("ledger walk: \(count) operations, seeds \(first) to \(seed - 1)")
    #expect(count >= goal, "only \(count) operations in \(limit)")
  }

  @Test func `seeds that failed once agree with the model`() async throws {
    let text = try String(contentsOf: Self.keptSeeds, encoding: .utf8)
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let seed = try #require(UInt64(line), "\(line) in kept-seeds.txt")
      _ = try await run(seed, operations: Self.operationsOfSeed)
    }
  }

  /// Returns how many operations were done; records an issue and keeps the seed at the first that
  /// differs.
  private func run(_ seed: UInt64, operations: Int) async throws -> Int {
    do {
      try await walk(seed, operations)
    } catch {
      Issue.record("seed \(seed): \(error)")
      let text = try String(contentsOf: Self.keptSeeds, encoding: .utf8)
      if !text.split(separator: "\n").contains(Substring("\(seed)")) {
        try (text + "\(seed)\n").write(to: Self.keptSeeds, atomically: true, encoding: .utf8)
      }
    }
    return operations
  }

  private struct Difference: Error, CustomStringConvertible {
    let description: String
  }

  private func walk(_ seed: UInt64, _ operations: Int) async throws {
    var walk = ShopWalk(seed: seed)
    let model = LedgerModel()
    // Power cuts are copies of the files here, so that memory will do for a disk.
    var directory = try TemporaryDirectory(inMemory: true)
    var store = try Store.open(directory: directory.path, mode: .writer)
    for number in 1...operations {
      let batch = try walk.next()
      let expected = await model.submit(batch)
      if number.isMultiple(of: Self.reopenEvery) {
        (directory, store) = try await cut(store, directory, batch, afterCommit: number % 2 == 0)
      }
      let outcomes = try await SQLiteLedger(store).submit(batch)
      guard outcomes == expected else {
        throw Difference(description: "\(number): \(outcomes), not \(expected): \(batch)")
      }
      try await compare(batch, SQLiteLedger(store), model, number)
      if number.isMultiple(of: Self.wholeEvery) || number == operations {
        try await LedgerComparison.compare(SQLiteLedger(store), model)
      }
    }
    try store.close()
  }

  /// The cheap invariants: what the batch named has the model's balance.
  private func compare(
    _ batch: Batch, _ ledger: SQLiteLedger, _ model: LedgerModel, _ number: Int
  ) async throws {
    var named: Set<AccountID> = Set(batch.openings.map(\.id))
    for entry in batch.entries {
      switch entry.action {
      case .post(let postings), .hold(let postings):
        named.formUnion(postings.list.map(\.account))
      case .capture(let hold), .void(let hold), .expire(let hold):
        if let held = await model.state.holds[hold] {
          named.formUnion(held.postings.map(\.account))
        }
      }
    }
    for account in named {
      let (kept, expected) = (
        try await ledger.balance(of: account), await model.balance(of: account)
      )
      guard kept == expected else {
        throw Difference(
          description: "\(number): \(account) has \(String(describing: kept)), "
            + "not \(String(describing: expected))")
      }
    }
  }

  /// A power cut at this batch's commit, before or after it: the files as they are then, opened
  /// again.
  private func cut(
    _ store: Store, _ directory: TemporaryDirectory, _ batch: Batch, afterCommit: Bool
  ) async throws -> (TemporaryDirectory, Store) {
    try store.close()
    let left = try TemporaryDirectory(inMemory: true)
    let cut = PowerCut(
      at: afterCommit ? "after commit: batch" : "before commit: batch", from: directory, to: left)
    let dying = try Store.open(directory: directory.path, mode: .writer) { cut.reached($0) }
    _ = try await SQLiteLedger(dying).submit(batch)
    try dying.close()
    guard cut.failure == nil, cut.isTaken else {
      throw Difference(description: "no power cut: \(cut.failure ?? "not reached")")
    }
    return (left, try Store.open(directory: left.path, mode: .writer))
  }
}
