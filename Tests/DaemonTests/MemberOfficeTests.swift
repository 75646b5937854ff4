import CheckoutMachine
import Devices
import Foundation
import Ledger
import Retail
import Storage
import Testing

@testable import Daemon

/// What `kioskctl` asks of members, as the daemon and `kioskctl` itself do it.
struct MemberOfficeTests {
  private let clock = ManualClock()
  private let directory: TemporaryDirectory
  private let store: Store
  private let office: MemberOffice

  init() throws {
    directory = try TemporaryDirectory()
    store = try Store.open(directory: directory.path, mode: .writer)
    office = MemberOffice(
      store: store, rules: MemberRules(tierNames: ["basic", "gold"]), offers: TestShop.rules,
      kiosk: TestShop.kiosk, clock: clock.kioskClock, language: .zh)
  }

  private func ask(_ request: MemberRequest) async throws -> MemberReply {
    try await office.answer(request, actor: "staff/7")
  }

  private func refusal(_ request: MemberRequest) async throws -> MemberRefusal? {
    do {
      _ = try await office.answer(request, actor: "staff/7")
      return nil
    } catch {
      guard case .refused(let refusal) = error else { throw error }
      return refusal
    }
  }

  private func register(_ input: MemberInput) async throws -> Int64 {
    let number = MemberOffice.drawnNumber(clock.kioskClock)
    guard case .member(let id, let given) = try await ask(.register(input, number: number)) else {
      throw ScriptFault(description: "no member")
    }
    #expect(given == number)
    return id
  }

  @Test func `requests cross the socket whole`() throws {
    let requests: [MemberRequest] = [
      .register(MemberInput(name: "王", consents: [.marketing]), number: "1234567890"),
      .change(member: 1, MemberEdit(phone: "", preferences: ["a": ""])),
      .consent(member: 1, .marketing, isGiven: false, .web),
      .erase(member: 1, .memberAsked, forfeits: true),
      .changeCard(card: 2, .giveBack, reason: "moves"),
      .sweepTiers(after: 5, isDateConfirmed: true), .rotateKeys(isBeginning: true), .endKeyRotation,
      .units(.sellCard(member: 1, offer: "wash", .psp("pay"), id: "a")),
      .units(
        .adjust(member: 1, .init(units: -5, reason: "x", by: "a", second: nil), id: "b")),
      .sweepEnded(after: nil, isDateConfirmed: true, isTrial: false),
    ]
    for request in requests {
      let control = ControlRequest.member(request)
      let line = try JSONEncoder().encode(control)
      #expect(line.count < ControlSocket.lineLimit)
      #expect(try JSONDecoder().decode(ControlRequest.self, from: line) == control)
    }
    // The largest part of a file fits one line.
    let tags = (0..<MemberText.tagLimit).map { "\($0)" + String(repeating: "t", count: 37) }
    let large = MemberInput(
      name: String(repeating: "王", count: 60), phone: "13812345521", birthday: "1990-05-12",
      tags: tags, source: tags[0], consents: Consent.Purpose.allCases,
      number: "12345678901234567890")
    let part = (0..<MemberOffice.importLimit).map { _ in
      ImportedMember(input: large, number: "1234567890")
    }
    #expect(
      try JSONEncoder().encode(ControlRequest.member(.importMembers(part))).count
        < ControlSocket.lineLimit)
  }

  @Test func `a member's life`() async throws {
    let id = try await register(
      MemberInput(name: "王小明", phone: "138 1234 5521", consents: [.membership]))
    guard
      case .card(let card, id, .active) = try await ask(
        .issueCard(uid: "04:A1:B2:C3:D4:E5:80", member: id, replacing: nil, reason: nil))
    else { throw ScriptFault(description: "no card") }
    #expect(
      try await ask(.changeCard(card: card, .reportLost, reason: "on the bus"))
        == .card(id: card, member: id, .lost))
    _ = try await ask(.change(member: id, MemberEdit(tier: "gold")))
    _ = try await ask(.note(member: id, "likes tea"))
    _ = try await ask(.consent(member: id, .marketing, isGiven: true, .counter))
    _ = try await ask(.logExport(member: id, detail: "all data"))
    let twin = try await register(MemberInput(name: "王晓明", phone: "13812345522"))
    guard
      case .member(id, _) = try await ask(.merge(from: twin, into: id, reason: "one person"))
    else { throw ScriptFault(description: "not merged") }
    let file = try #require(try await store.memberFile(id))
    #expect(file.record.tier == "gold" && file.givenConsents == [.membership, .marketing])
    #expect(
      try await ask(.erase(member: id, .memberAsked, forfeits: false)) == .erased([id, twin]))
    #expect(
      try await store.memberLog(id).map(\.action.rawValue).sorted() == [
        "cardChanged", "cardChanged", "changed", "consented", "erased", "erased", "exported",
        "merged", "merged", "noted", "registered", "registered",
      ])
    try store.close()
  }

  @Test func `each refusal names its case`() async throws {
    let id = try await register(MemberInput(name: "王小明", phone: "13812345521"))
    let number = MemberOffice.drawnNumber(clock.kioskClock)
    let taken = try #require(try await store.member(id)).number
    let refused: [(MemberRequest, MemberRefusal)] = [
      (
        .register(MemberInput(name: "李", phone: "13812345521"), number: number),
        .phoneTaken(by: taken)
      ),
      (.register(MemberInput(name: "李", phone: "13"), number: number), .phone(.wrongLength)),
      (.register(MemberInput(name: "李"), number: taken), .numberTaken),
      (.register(MemberInput(name: "李"), number: ""), .number(.empty)),
      (
        .register(MemberInput(name: "李", referrer: "999"), number: number), .unknownReferrer
      ),
      (.change(member: id, MemberEdit()), .nothingToChange),
      (.change(member: 99, MemberEdit(name: "李")), .unknownMember),
      (.change(member: id, MemberEdit(tier: "lead")), .unknownTier("lead")),
      (.change(member: id, MemberEdit(tier: "gold", tierUntil: "2020-01-01")), .tierEnd),
      (.block(member: id, true, reason: nil), .reasonMissing),
      (.block(member: id, false, reason: "x"), .notBlocked),
      (.note(member: id, "a\u{0}"), .text(.note, .forbiddenCharacter)),
      (.merge(from: id, into: id, reason: "x"), .mergeWithItself),
      (.merge(from: id, into: id, reason: " "), .text(.reason, .empty)),
      (
        .issueCard(uid: "08010203", member: id, replacing: nil, reason: nil),
        .card(.unusableChip)
      ),
      (.issueCard(uid: "0x", member: id, replacing: nil, reason: nil), .card(.unusableChip)),
      (.erase(member: 99, .memberAsked, forfeits: true), .unknownMember),
    ]
    for (request, expected) in refused {
      #expect(try await refusal(request) == expected, "\(expected)")
      #expect(!expected.staffText.isEmpty && !expected.customerText.zh.isEmpty)
    }
    try store.close()
  }

  @Test func `a part of a file is registered whole or not at all`() async throws {
    func line(_ name: String, _ phone: String) -> ImportedMember {
      ImportedMember(
        input: MemberInput(name: name, phone: phone),
        number: MemberOffice.drawnNumber(clock.kioskClock))
    }
    let good = [line("王", "13812345521"), line("李", "13812345522")]
    #expect(try await ask(.importMembers(good)) == .imported(2))
    // The answer was lost: the same lines under the same numbers.
    #expect(try await ask(.importMembers(good)) == .imported(0))
    let bad = [line("张", "13812345523"), line("陈", "13812345521")]
    #expect(try await refusal(.importMembers(bad)) != nil)
    #expect(try await store.member(phone: "13812345523") == nil)
    try store.close()
  }

  private struct ScriptFault: Error { let description: String }
}

/// The code that a member's phone shows, at the scanner.
@Suite(.timeLimit(.minutes(1)))
struct MemberCodeScanTests {
  @Test func `a code of now opens the basket's member, once`() async throws {
    let kiosk = try await TestKiosk()
    let body = try await kiosk.store.memberCode(
      of: 1_001, at: ManualClock.start, window: .standard)
    kiosk.scan("M" + body, aim: "]Q1")
    #expect(try await kiosk.screen().member?.name == "王*")
    let journal = try #require(try await kiosk.store.lastJournalRecord())
    for part in [journal.event, journal.state, journal.effects] {
      #expect(Data(part).range(of: Data(body.suffix(10).utf8)) == nil)
    }
    try await kiosk.stop()
    // The same code, photographed, in the next basket.
    let next = try await TestKiosk(in: kiosk.directory)
    next.scan("M" + body, aim: "]Q1")
    #expect(try await next.screen().messages.map(\.code).contains("codeNotTaken"))
    try await next.stop()
  }

  @Test func `codes cannot be tried out`() async throws {
    let kiosk = try await TestKiosk(running: false)
    var desk = MemberDesk()
    let wrong = try #require(MemberCode(body: "80001001" + "0000000000"))
    for attempt in 0...MemberDesk.refusalLimit {
      let answer = try await desk.look(
        up: wrong, window: .standard, in: kiosk.store, shop: TestShop.members,
        time: kiosk.clock.time)
      guard case .refused(let refusal) = answer else {
        Issue.record("taken")
        continue
      }
      #expect(refusal == (attempt < MemberDesk.refusalLimit ? .codeNotTaken : .tooManyAttempts))
    }
    try await kiosk.stop()
  }
}
