import Foundation
import Ledger
import Retail
import Storage

/// Members found by card, phone, number and name among a million, each sealed under its own key.
struct MemberBenchmark {
  static let partSize = 5_000
  static let lookups = 2_000
  static let targetMilliseconds = 1.0
  private static let surnames = Array("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗")
  private static let given = Array("明小华丽强伟芳娜敏静军杰涛超秀英文玉兰平")

  let memberCount: Int

  func run(in workplace: Workplace) async throws {
    let directory = try workplace.make("members")
    let start = Moment.now
    try await fill(directory)
    let filling = Moment.now.wallMilliseconds(since: start) / 1_000
    // As a kiosk opens it, with nothing of it in memory.
    let store = try Store.open(directory: directory, mode: .writer)
    let card = try await measure { index in
      try await store.member(cardUID: Self.uid(index))?.member.number == Self.number(index).text
    }
    let phone = try await measure { index in
      try await store.member(phone: Self.phone(index))?.number == Self.number(index).text
    }
    let number = try await measure { index in
      try await store.member(number: Self.number(index).text) != nil
    }
    let name = try await measure { index in
      try await !store.members(named: Self.name(index)).members.isEmpty
    }
    try store.close()
    let worst = max(card.p99, phone.p99)
    print(
      """
      MEMBERS: \(memberCount) members with a phone and a card, entered in \(format(filling)) s
        how: processor time of \(Self.lookups) look-ups of members drawn at random, one after the \
      other; every one found and its name and phone opened; load \(Machine.load)
        by card                      \(card.summary)
        by phone                     \(phone.summary)
        by number                    \(number.summary)
        by name, up to 50 opened     \(name.summary)
        target: p99 by card or phone < \(format(Self.targetMilliseconds)) ms: \
      \(format(worst)) \(verdict(worst < Self.targetMilliseconds))
      """)
  }

  private func measure(_ find: (Int) async throws -> Bool) async throws -> Distribution {
    var times: [Double] = []
    var state: UInt64 = 42
    for lookup in 0..<(Self.lookups + 100) {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let index = Int(state >> 33) % memberCount
      let start = Moment.now
      guard try await find(index) else { throw BenchmarkFault("member \(index) was not found") }
      let time = Moment.now.cpuMilliseconds(since: start)
      if lookup >= 100 { times.append(time) }
    }
    return Distribution(times)
  }

  private func fill(_ directory: String) async throws {
    let store = try Store.open(directory: directory, mode: .writer)
    try await store.expectManyWrites()
    let today = CalendarDate(year: 2_026, month: 11, day: 22)
    let act = try MemberAct(actor: "bench", at: Instant(milliseconds: 1_795_312_800_000))
    for begin in stride(from: 0, to: memberCount, by: Self.partSize) {
      let part = begin..<min(begin + Self.partSize, memberCount)
      let drafts = try part.map { index in
        (
          try MemberDraft(
            MemberInput(name: Self.name(index), phone: Self.phone(index)), plan: .standard,
            tiers: ["basic"], today: today),
          try Self.number(index)
        )
      }
      _ = try await store.register(all: drafts, today: today, act: act)
      try await store.issueCards(
        part.map { (uid: Self.uid($0), member: Int64($0 + 1)) }, act: act)
    }
    try store.close()
  }

  private static func name(_ index: Int) -> String {
    let (second, third) = (index / 20 % 20, index / 400 % 20)
    return String([surnames[index % 20], given[second], given[third]])
  }

  private static func phone(_ index: Int) -> String { "138\(10_000_000 + index)" }

  private static func number(_ index: Int) throws(MemberNumber.Flaw) -> MemberNumber {
    try MemberNumber("B\(index)")
  }

  private static func uid(_ index: Int) -> [UInt8] {
    [4, 1, 2] + (0..<4).map { UInt8(truncatingIfNeeded: index >> ($0 * 8)) }
  }
}
