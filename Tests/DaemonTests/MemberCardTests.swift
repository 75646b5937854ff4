import CheckoutMachine
import Devices
import Ledger
import Retail
import Storage
import Testing

@testable import Daemon

/// What a card proved decides what it may do.
struct MemberCardTests {
  private func card(
    _ uid: [UInt8], _ assurance: CardAssurance = .uidOnly, counter: UInt32? = nil,
    token: String? = nil, expires: Int? = nil, faults: [CardFault] = []
  ) -> CardIdentity {
    CardIdentity(
      uid: uid, answerToReset: [], kind: .ntag424DNA, assurance: assurance, readCounter: counter,
      token: token.map {
        CardTokenFacts(number: $0, issuedOnDay: 20_000, expiresOnDay: expires)
      }, faults: faults)
  }

  private func look(
    _ card: CardIdentity, _ kiosk: TestKiosk, _ desk: inout MemberDesk
  ) async throws -> MemberDesk.Answer {
    try await desk.look(
      up: card, in: kiosk.store, shop: TestShop.members, time: kiosk.clock.time)
  }

  private func look(
    _ card: CardIdentity, _ kiosk: TestKiosk
  ) async throws -> MemberDesk.Answer {
    var desk = MemberDesk()
    return try await look(card, kiosk, &desk)
  }

  private func assurance(_ answer: MemberDesk.Answer) -> MemberFacts.Assurance? {
    if case .identified(let facts) = answer { facts.assurance } else { nil }
  }

  private func refusal(_ answer: MemberDesk.Answer) -> Checkout.CardRefusal? {
    if case .refused(let refusal) = answer { refusal } else { nil }
  }

  @Test func `what the reading proved is what the checkout is told`() async throws {
    let kiosk = try await TestKiosk(running: false)
    for (proved, told): (CardAssurance, MemberFacts.Assurance) in [
      (.uidOnly, .uidOnly), (.signed, .signed), (.authenticated, .authenticated),
    ] {
      #expect(assurance(try await look(card(TestShop.wangCard, proved), kiosk)) == told)
    }
    try await kiosk.stop()
  }

  // MifareClassicTool PR 239, ChameleonUltra #62: UIDs are copied in one tap.
  @Test func `a copied UID is refused once the chip has proven itself`() async throws {
    let kiosk = try await TestKiosk(running: false)
    let uid = TestShop.wangCard
    #expect(assurance(try await look(card(uid, .authenticated), kiosk)) == .authenticated)
    #expect(refusal(try await look(card(uid), kiosk)) == .copied)
    #expect(refusal(try await look(card(uid, .signed), kiosk)) == .copied)
    #expect(assurance(try await look(card(uid, .authenticated), kiosk)) == .authenticated)
    // Another member's bare number still is what it was.
    #expect(assurance(try await look(card(TestShop.liCard), kiosk)) == .uidOnly)
    try await kiosk.stop()
  }

  @Test func `a message that was played again is refused, also after a new start`() async throws {
    let kiosk = try await TestKiosk(running: false)
    let uid = TestShop.wangCard
    func tap(_ counter: UInt32) async throws -> MemberDesk.Answer {
      try await look(card(uid, .authenticated, counter: counter), kiosk)
    }
    #expect(assurance(try await tap(41)) == .authenticated)
    #expect(refusal(try await tap(41)) == .copied)
    #expect(refusal(try await tap(40)) == .copied)
    #expect(assurance(try await tap(42)) == .authenticated)
    #expect(try await kiosk.store.recordCardProof(uid: uid, readCounter: 42) == false)
    #expect(try await kiosk.store.recordCardProof(uid: uid, readCounter: 0xFF_FFFF))
    #expect(try await kiosk.store.recordCardProof(uid: [1, 2, 3, 4], readCounter: 1) == false)
    try await kiosk.stop()
  }

  @Test func `a card with a token is known at its first tap, and by its UID from then on`()
    async throws
  {
    let kiosk = try await TestKiosk(running: false)
    let uid: [UInt8] = [0x04, 9, 9, 9, 9, 9, 9]
    let number = try #require(try await kiosk.store.member(1_001)).number
    #expect(refusal(try await look(card(uid, .signed, token: "nobody"), kiosk)) == .unknown)
    #expect(assurance(try await look(card(uid, .signed, token: number), kiosk)) == .signed)
    #expect(try await kiosk.store.member(cardUID: uid)?.member.id == 1_001)
    try await TestShop.reportLost(uid, in: kiosk.store)
    #expect(refusal(try await look(card(uid, .signed, token: number), kiosk)) == .blocked)
    // The card of one member with the token of another.
    let other = card(TestShop.liCard, .signed, token: number)
    #expect(refusal(try await look(other, kiosk)) == .blocked)
    try await kiosk.stop()
  }

  @Test func `a token is good through its last day`() async throws {
    let kiosk = try await TestKiosk(running: false)
    let number = try #require(try await kiosk.store.member(1_001)).number
    let today = kiosk.clock.time.date.dayNumber
    func tap(_ last: Int) async throws -> MemberDesk.Answer {
      try await look(card(TestShop.wangCard, .signed, token: number, expires: last), kiosk)
    }
    #expect(assurance(try await tap(today)) == .signed)
    #expect(refusal(try await tap(today - 1)) == .expired)
    try await kiosk.stop()
  }

  @Test func `what only a forger makes is refused, what may happen is not`() async throws {
    let kiosk = try await TestKiosk(running: false)
    for fault in CardFault.allCases {
      let answer = try await look(card(TestShop.wangCard, faults: [fault]), kiosk)
      if fault.isForgery {
        #expect(refusal(answer) == .copied)
      } else {
        #expect(assurance(answer) == .uidOnly)
      }
    }
    try await kiosk.stop()
  }

  // tagreader #76: phones show a UID that they make up for every tap.
  @Test func `a made-up UID is no identity, whatever else the card shows`() async throws {
    let kiosk = try await TestKiosk(running: false)
    let phone = card([0x08, 1, 2, 3], .signed, token: "6001")
    #expect(refusal(try await look(phone, kiosk)) == .randomIdentifier)
    try await kiosk.stop()
  }

  @Test func `UIDs cannot be tried out`() async throws {
    let kiosk = try await TestKiosk(running: false)
    var desk = MemberDesk()
    for attempt in 0..<MemberDesk.refusalLimit {
      let unknown = card([4, 0, 0, UInt8(attempt)])
      #expect(refusal(try await look(unknown, kiosk, &desk)) == .unknown)
    }
    // Nothing is looked at any more, not even a card that is known.
    let known = card(TestShop.wangCard)
    #expect(refusal(try await look(known, kiosk, &desk)) == .tooManyAttempts)
    kiosk.clock.advance(.milliseconds(MemberDesk.windowMilliseconds + 1))
    #expect(assurance(try await look(known, kiosk, &desk)) == .uidOnly)
    // Known cards and phones do not count.
    for _ in 0..<MemberDesk.refusalLimit * 2 {
      #expect(assurance(try await look(known, kiosk, &desk)) == .uidOnly)
      #expect(
        refusal(try await look(card([0x08, 1, 2, 3]), kiosk, &desk)) == .randomIdentifier)
    }
    try await kiosk.stop()
  }
}
