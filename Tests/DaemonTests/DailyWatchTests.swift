import Foundation
import Ledger
import Logging
import Retail
import Storage
import Testing

@testable import Daemon

/// What the daemon does once a day by itself.
struct DailyWatchTests {
  private let clock = ManualClock()
  private let directory: TemporaryDirectory
  private let store: Store

  init() throws {
    directory = try TemporaryDirectory()
    store = try Store.open(directory: directory.path, mode: .writer)
  }

  private func credit(_ lot: Account, _ units: Int64) async throws {
    let house = HouseAccount.pointsIssued
    let outcomes = try await SQLiteLedger(store).submit(
      Batch(
        openings: [Account(id: house, asset: .points, rule: .free), lot],
        entries: [
          JournalEntry(
            id: EntryID(derivedFrom: "\(lot.id)"),
            action: .post(
              try Postings([
                Posting(account: house, asset: .points, units: units),
                Posting(account: lot.id, asset: .points, units: -units),
              ])),
            context: EntryContext(
              reason: "test", actor: "system", kiosk: 3, sale: nil, at: clock.time.instant))
        ], isLinked: true))
    try #require(outcomes == [.ok])
  }

  private func left(_ lot: Account) async throws -> Int64? {
    try await SQLiteLedger(store).balance(of: lot.id).map { -$0.posted }
  }

  @Test func `ended lots are swept once a day, on the first look of the day`() async throws {
    let today = clock.time.date
    let lots = [-3, -1, 0].map { PointsBucket.day(today.adding(days: $0)).account(of: 1) }
    for lot in lots { try await credit(lot, 1_000) }
    let office = MemberOffice(
      store: store, rules: MemberRules(tierNames: ["basic"]), offers: TestShop.rules,
      kiosk: TestShop.kiosk, clock: clock.kioskClock, language: .zh)
    let watch = DailyWatch(
      sweeps: [TierSweep(office), ExpirySweep(office)], clock: clock.kioskClock,
      logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    let task = Task { await watch.run() }
    // The end of a day's points is when the day is over on all of the earth.
    for (pauses, expected): (Int, [Int64]) in [
      (1, [0, 1_000, 1_000]), (1, [0, 1_000, 1_000]), (144, [0, 0, 1_000]), (144, [0, 0, 0]),
    ] {
      for _ in 0..<pauses { try await clock.pass(DailyWatch.pause) }
      // It looks again only when it has done what was due.
      try await eventually("the next sleep") { clock.sleeps.contains(DailyWatch.pause) }
      for (lot, units) in zip(lots, expected) { #expect(try await left(lot) == units) }
    }
    task.cancel()
    await task.value
  }
}
