import Foundation
import Ledger
import LedgerConformance
import Storage
import Synchronization
import Testing

/// SQLite against the model: the same batches, the same answers, the same balances.
struct LedgerConformanceTests {
  @Test(arguments: LedgerCase.all)
  func `SQLite keeps the rules of the port`(rule: LedgerCase) async throws {
    let directory = try TemporaryDirectory()
    let store = try Store.open(directory: directory.path, mode: .writer)
    try await rule.run(on: SQLiteLedger(store))
    #expect(try await SQLiteLedger(store).verify().fault == nil)
    try store.close()
  }

  @Test(arguments: LedgerCase.all)
  func `the model keeps the rules of the port`(rule: LedgerCase) async throws {
    try await rule.run(on: LedgerModel())
  }

  @Test(arguments: [UInt64(1), 7, 4_021])
  func `SQLite answers as the model does`(seed: UInt64) async throws {
    let directory = try TemporaryDirectory()
    let store = try Store.open(directory: directory.path, mode: .writer)
    let ledger = SQLiteLedger(store)
    let model = LedgerModel()
    var walk = LedgerWalk(seed: seed)
    var seen: [Outcome: Int] = [:]
    var operationCount = 0
    while operationCount < 7_000 {
      let batch = walk.batch()
      operationCount += batch.entries.count
      let expected = await model.submit(batch)
      let outcomes = try await ledger.submit(batch)
      try #require(outcomes == expected, "seed \(seed), after \(operationCount): \(batch)")
      for outcome in outcomes { seen[outcome, default: 0] += 1 }
    }
    for outcome in Outcome.allCases where outcome != .unbalanced {
      #expect(seen[outcome, default: 0] >= 10, "the walk hardly met \(outcome)")
    }
    try await LedgerComparison.compare(ledger, model)
    try store.close()
  }

  /// A power cut at a commit, before or after it: the files as they are then are opened again, the
  /// batch is repeated, and all goes on.
  @Test(arguments: [UInt64(3), 11])
  func `a power cut at any commit loses nothing and doubles nothing`(seed: UInt64) async throws {
    let model = LedgerModel()
    var walk = LedgerWalk(seed: seed)
    var directory = try TemporaryDirectory()
    var store = try Store.open(directory: directory.path, mode: .writer)
    for round in 0..<24 {
      for _ in 0..<20 {
        let batch = walk.batch()
        let expected = await model.submit(batch)
        try #require(try await SQLiteLedger(store).submit(batch) == expected)
      }
      try store.close()
      let current = directory
      let left = try TemporaryDirectory()
      let moment = round.isMultiple(of: 2) ? "before commit: batch" : "after commit: batch"
      let cut = PowerCut(at: moment, from: current, to: left)
      store = try Store.open(directory: current.path, mode: .writer) { cut.reached($0) }
      let batch = walk.batch()
      let expected = await model.submit(batch)
      try #require(try await SQLiteLedger(store).submit(batch) == expected)
      try store.close()
      try #require(cut.failure == nil && cut.isTaken)

      directory = left
      store = try Store.open(directory: directory.path, mode: .writer)
      try #require(try await SQLiteLedger(store).submit(batch) == expected)
      try await LedgerComparison.compare(SQLiteLedger(store), model)
    }
    try store.close()
  }
}

/// The whole of a ledger beside the whole of the model.
enum LedgerComparison {
  static func compare(_ ledger: SQLiteLedger, _ model: LedgerModel) async throws {
    let state = await model.state
    let trial = try await ledger.trialBalance()
    #expect(trial.isBalanced)
    #expect(
      Dictionary(uniqueKeysWithValues: trial.lines.map { ($0.account.id, $0.account) })
        == state.accounts)
    #expect(
      Dictionary(uniqueKeysWithValues: trial.lines.map { ($0.account.id, $0.balance) })
        == state.balances)
    let open = Set(state.holds.values.filter(\.isOpen).map(\.entry.id))
    #expect(Set(try await ledger.openHolds().map(\.id)) == open)
    let report = try await ledger.verify()
    #expect(report.fault == nil)
    #expect(report.entryCount == Int64(state.entryCount))
    #expect(report.openHoldCount == open.count)
  }
}

/// Copies the files of a data directory at a crash point, once.
final class PowerCut: Sendable {
  private struct State {
    var isTaken = false
    var failure: String?
  }

  private let state = Mutex(State())
  private let moment: String
  private let source: TemporaryDirectory
  private let target: TemporaryDirectory

  init(at moment: String, from source: TemporaryDirectory, to target: TemporaryDirectory) {
    self.moment = moment
    self.source = source
    self.target = target
  }

  var isTaken: Bool { state.withLock(\.isTaken) }
  var failure: String? { state.withLock(\.failure) }

  func reached(_ point: String) {
    guard point == moment else { return }
    state.withLock { state in
      guard !state.isTaken else { return }
      state.isTaken = true
      do { try target.takeFiles(of: source) } catch { state.failure = "\(error)" }
    }
  }
}
