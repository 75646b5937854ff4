import Foundation
import Ledger
import Retail
import Storage
import Testing

/// Eight programs at once want the same coupon, wallet, limit and budget of a running kiosk.
struct RaceTests {
  private static let clientCount = 8
  /// How often each of them asks for each.
  private static let attempts = 50
  private static let kiosk: UInt32 = 3
  private static let coupon = AccountID(owner: "coupon/race", purpose: "piece")
  private static let wallet = AccountID(owner: "m/900001", purpose: "principal")
  private static let walletUnits: Int64 = 100
  private static let today = CalendarDate(year: 2026, month: 11, day: 30)
  private let cny = Currency.cny.asset

  private enum Prize: CaseIterable { case coupon, wallet, limit, budget }

  private func limit() throws -> UsageLimit {
    try .uses(of: "race", by: 900_001, .day, levels: [3])
  }

  private func budget() throws -> UsageLimit {
    try .budget(of: "race-money", on: Self.kiosk, .month, currency: .cny, levels: [50])
  }

  private func pieces() throws -> Asset { try #require(Asset.coupons(of: "race")) }

  private func entry(
    _ client: Int, _ number: Int, _ action: JournalEntry.Action
  ) -> JournalEntry {
    JournalEntry(
      id: EntryID(
        sale: SaleID(kiosk: 900, counter: UInt64(client)), step: UInt32(number), ordinal: 0),
      action: action,
      context: EntryContext(
        reason: "race", actor: "client/\(client)", kiosk: Self.kiosk, sale: nil,
        at: Instant(milliseconds: 1_764_500_000_000)))
  }

  private func move(
    _ units: Int64, _ asset: Asset, from: AccountID, to: AccountID
  ) throws -> Postings {
    try Postings([
      Posting(account: from, asset: asset, units: units),
      Posting(account: to, asset: asset, units: -units),
    ])
  }

  private func opening() throws -> Batch {
    let pieces = try pieces()
    return Batch(
      openings: [
        Account(id: Self.coupon, asset: pieces, rule: .debitsWithinCredits),
        Account(id: Self.wallet, asset: cny, rule: .debitsWithinCredits),
        Account(id: .house("race/pieces"), asset: pieces, rule: .free),
        Account(id: .house("race/money"), asset: cny, rule: .free),
      ],
      entries: [
        entry(
          0, 0, .post(try move(1, pieces, from: .house("race/pieces"), to: Self.coupon))),
        entry(
          0, 1,
          .post(
            try move(Self.walletUnits, cny, from: .house("race/money"), to: Self.wallet))),
      ], isLinked: true)
  }

  private func batch(_ client: Int, _ number: Int, _ prize: Prize) throws -> Batch {
    switch prize {
    case .coupon:
      let taken = try move(1, try pieces(), from: Self.coupon, to: .house("race/pieces"))
      return Batch(entries: [entry(client, number, .hold(taken))], isLinked: true)
    case .wallet:
      let taken = try move(1, cny, from: Self.wallet, to: .house("race/money"))
      return Batch(entries: [entry(client, number, .hold(taken))], isLinked: true)
    case .limit: return try batch(client, number, taking: try limit())
    case .budget: return try batch(client, number, taking: try budget())
    }
  }

  private func batch(_ client: Int, _ number: Int, taking limit: UsageLimit) throws -> Batch {
    let taken = try Postings(try limit.take(1, on: Self.today))
    return Batch(
      openings: limit.openings(on: Self.today), fundings: try limit.fundings(on: Self.today),
      entries: [entry(client, number, .hold(taken))], isLinked: true)
  }

  /// What one program asks for, each a line, and what each line is about.
  private func wishes(of client: Int) throws -> (lines: String, prizes: [Prize]) {
    let prizes = (0..<Self.attempts).flatMap { round in
      // Another order for each client and round, so that all of them meet at all of it.
      Prize.allCases.indices.map { Prize.allCases[($0 + client + round) % Prize.allCases.count] }
    }
    let encoder = JSONEncoder()
    let lines = try prizes.enumerated().map { number, prize in
      String(decoding: try encoder.encode(try batch(client, number, prize)), as: UTF8.self)
    }
    return (lines.joined(separator: "\n"), prizes)
  }

  @Test func `exactly the allowed number gets it`() async throws {
    let run = try await KioskRun()
    let files = try TemporaryDirectory()
    let opening = String(decoding: try JSONEncoder().encode(try opening()), as: UTF8.self)
    let first = try Client(opening, in: files, "opening", data: run.directory)
    #expect(try await first.outcomes() == ["ok ok"])

    var clients: [(Client, [Prize])] = []
    for number in 1...Self.clientCount {
      let (lines, prizes) = try wishes(of: number)
      clients.append(
        (try Client(lines, in: files, "client\(number)", data: run.directory), prizes))
    }
    var gained: [Prize: Int] = [:]
    var refusals = 0
    for (client, prizes) in clients {
      let outcomes = try await client.outcomes()
      try #require(outcomes.count == prizes.count)
      for (outcome, prize) in zip(outcomes, prizes) {
        if outcome == "ok" { gained[prize, default: 0] += 1 }
        if outcome == "overLimit" { refusals += 1 }
      }
    }
    #expect(gained == [.coupon: 1, .wallet: Int(Self.walletUnits), .limit: 3, .budget: 50])
    #expect(refusals == Self.clientCount * prizeCount - 154)
    #expect(refusals >= 1_000)
    print("race: \(refusals) refusals of \(Self.clientCount) programs")

    #expect(try await run.stop() == .exited(0))
    let store = try Store.open(directory: run.directory, mode: .reader)
    #expect(try await SQLiteLedger(store).verify().isSound)
    #expect(try await SQLiteLedger(store).openHolds().count == 154)
    try store.close()
  }

  private var prizeCount: Int { Self.attempts * Prize.allCases.count }
}

/// `kioskctl ledger submit`, at work on a file.
private final class Client {
  private let process = Process()
  private let files: TemporaryDirectory
  private let name: String

  init(_ lines: String, in files: TemporaryDirectory, _ name: String, data: String) throws {
    self.files = files
    self.name = name
    try Data(lines.utf8).write(to: URL(fileURLWithPath: files.path + "/" + name))
    process.executableURL = URL(fileURLWithPath: try KioskRun.program("kioskctl"))
    process.arguments = ["ledger", "submit", files.path + "/" + name, "--data", data]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try files.create(name + ".out")
    process.standardError = try files.create(name + ".err")
    try process.run()
  }

  /// The outcomes of each line, once it has ended.
  func outcomes() async throws -> [String] {
    try await eventually("\(name) ended", seconds: 240) { !self.process.isRunning }
    guard process.terminationStatus == 0 else {
      throw NeverHappened(description: files.read(name + ".err"))
    }
    return files.read(name + ".out").split(separator: "\n").map { line in
      line.drop { $0 != " " }.dropFirst().description
    }
  }
}
