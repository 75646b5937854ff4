import Codecs
import Simulators
import Testing

/// Cards that come, go, are torn away and lie beside each other; each complaint names its thread.
struct ReaderPresenceTests {
  private let first: [UInt8] = [0x04, 0xD3, 0xC2, 0xA2, 0x99, 0x3C, 0x80]
  private let second: [UInt8] = [0x04, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66]

  private func inserted(_ uid: [UInt8]) -> ReaderTalk.Machine.Change {
    .inserted(CCID.Card(uid: uid, answerToReset: UIDCard(uid: uid).answerToReset))
  }

  // MARK: Several cards

  @Test func `two cards in one field are refused, and the next one alone is read`() {
    var talk = ReaderTalk()
    talk.model.hasSecondCard = true
    talk.model.setCard(uid: first)
    #expect(talk.looks(3) == [.refused(.severalCards)])
    talk.model.setCard(uid: nil)
    talk.model.hasSecondCard = false
    #expect(talk.looks(2) == [.removed])
    talk.model.setCard(uid: second)
    #expect(talk.look() == [inserted(second)])
  }

  @Test func `cards in two slots are refused until both are gone`() {
    var talk = ReaderTalk(.contact(.shortAPDU).slots(3)) { $0.slots = [0, 2] }
    talk.model.setCard(UIDCard(uid: first), slot: 0)
    #expect(talk.looks(2) == [inserted(first)])
    talk.model.setCard(UIDCard(uid: second), slot: 2)
    #expect(talk.looks(2) == [.refused(.severalCards)])
    talk.model.setCard(nil, slot: 0)
    #expect(talk.looks(4).isEmpty)
    talk.model.setCard(UIDCard(uid: first), slot: 0)
    #expect(talk.looks(2).isEmpty)
    talk.model.setCard(nil, slot: 0)
    talk.model.setCard(nil, slot: 2)
    #expect(talk.looks(4) == [.removed])
    talk.model.setCard(UIDCard(uid: second), slot: 2)
    #expect(talk.looks(2) == [inserted(second)])
  }

  @Test func `a slot that is not watched is left alone`() {
    var talk = ReaderTalk(.contact(.shortAPDU).slots(2)) { $0.slots = [0] }
    talk.model.setCard(UIDCard(uid: second), slot: 1)
    talk.model.setCard(UIDCard(uid: first), slot: 0)
    #expect(talk.looks(3) == [inserted(first)])
  }

  // MARK: Removal

  // acsccid #29: 0.3 s became 1.6 s, as the reader tells late that a card it talked to is gone.
  @Test func `a removal that the reader does not tell is found by asking for the UID`() {
    var talk = ReaderTalk { $0.presence = .uid }
    talk.model.tellsRemovalLate = true
    talk.model.setCard(uid: first)
    #expect(talk.looks(3) == [inserted(first)])
    #expect(talk.machine.nextPollMilliseconds <= 200)
    talk.model.setCard(uid: nil)
    #expect(talk.looks(2) == [.removed])
  }

  @Test func `a card that was put in another's place unseen is read`() {
    var talk = ReaderTalk { $0.presence = .uid }
    talk.model.tellsRemovalLate = true
    talk.model.setCard(uid: first)
    _ = talk.looks(2)
    talk.model.setCard(uid: nil)
    talk.model.setCard(uid: second)
    #expect(talk.looks(2) == [.removed, inserted(second)])
  }

  // pyscard #63: pulled too soon, the card stayed "present" for the program for ever.
  @Test func `a card that is pulled too soon is torn and gone, and the next one is read`() {
    for answers in 1...3 {
      var talk = ReaderTalk()
      talk.model.setCard(uid: first)
      // The status and as many answers come; the next command finds the card gone.
      for _ in 0..<answers { talk.model.inject(.none) }
      talk.model.inject(.pulled)
      #expect(talk.looks(4) == [.refused(.torn), .removed], "\(answers)")
      talk.model.setCard(uid: second)
      #expect(talk.looks(2) == [inserted(second)])
    }
  }

  // pyscard #220: the card leaves while a command runs, and the reader never answers it.
  @Test func `a reader that keeps silent over a torn card is brought back by ABORT`() {
    var talk = ReaderTalk()
    talk.model.setCard(uid: first)
    talk.model.inject(.none, .pulledSilently)
    #expect(talk.looks(4) == [.refused(.torn), .removed])
    #expect(talk.aborts == 1 && talk.failure == nil)
    talk.model.setCard(uid: second)
    #expect(talk.looks(2) == [inserted(second)])
  }

  // CCID #155, PCSC PR 261: one silent reader must not stop everything for minutes.
  @Test func `a reader that never answers is a fault after three commands`() {
    var talk = ReaderTalk()
    for _ in 0..<20 { talk.model.inject(.silent) }
    _ = talk.looks(5)
    #expect(talk.failure == .noAnswer)
    #expect(talk.commands.count <= 6)
  }

  @Test func `a torn card that stays is read as soon as it answers`() {
    var talk = ReaderTalk()
    talk.model.setCard(UIDCard(uid: first), isMute: true)
    #expect(talk.looks(6) == [.refused(.torn)])
    // The customer holds it still: the chip answers at last.
    talk.model.setCard(UIDCard(uid: first))
    #expect(talk.look() == [.removed, inserted(first)])
  }

  @Test func `a card that is gone though the reader says it is there is told as removed`() {
    var talk = ReaderTalk()
    talk.model.setCard(uid: first)
    _ = talk.look()
    talk.model.setCard(UIDCard(uid: first), isMute: true)
    #expect(talk.looks(5) == [.removed])
    talk.model.setCard(UIDCard(uid: second))
    #expect(talk.look() == [inserted(second)])
  }

  @Test func `a mute card is not asked for ever`() {
    var talk = ReaderTalk()
    talk.model.setCard(UIDCard(uid: first), isMute: true)
    _ = talk.looks(60)
    let count = talk.commands.count
    _ = talk.looks(10)
    #expect(talk.commands.count == count + 10, "one status each, no reading")
  }

  // MARK: Many taps

  // ifdnlnfc #3: forty fast taps ended in a deadlock. Every tap is told once, in order.
  @Test(arguments: [UInt64(1), 9, 4_021])
  func `forty fast taps are forty cards`(seed: UInt64) {
    var random = SplitMix(state: seed)
    var talk = ReaderTalk()
    var expected: [ReaderTalk.Machine.Change] = []
    for _ in 0..<40 {
      let uid = random.next() % 2 == 0 ? first : second
      talk.model.setCard(uid: uid)
      _ = talk.looks(1 + Int(random.next() % 3))
      talk.model.setCard(uid: nil)
      _ = talk.looks(2 + Int(random.next() % 2))
      expected += [inserted(uid), .removed]
    }
    #expect(talk.told == expected)
    #expect(talk.failure == nil && talk.commands.count < 500)
  }

  @Test func `the same card is told again when it was away for two looks, not for one`() {
    var talk = ReaderTalk()
    talk.model.setCard(uid: first)
    _ = talk.look()
    talk.model.setCard(uid: nil)
    _ = talk.looks(2)
    talk.model.setCard(uid: first)
    _ = talk.look()
    #expect(talk.told == [inserted(first), .removed, inserted(first)])
    // Away between two looks: the edge of the field.
    talk.model.setCard(uid: nil)
    talk.model.setCard(uid: first)
    #expect(talk.looks(3).isEmpty)
    // And for one look.
    talk.model.setCard(uid: nil)
    #expect(talk.look().isEmpty)
    #expect(talk.machine.nextPollMilliseconds == 80)
    talk.model.setCard(uid: first)
    #expect(talk.looks(3).isEmpty)
  }

  @Test func `a card that lies there is looked at closely for a while, then seldom`() {
    var talk = ReaderTalk()
    #expect(talk.machine.nextPollMilliseconds == 250)
    talk.model.setCard(uid: first)
    _ = talk.look()
    #expect(talk.machine.nextPollMilliseconds == 100)
    _ = talk.looks(ReaderTalk.Machine.maximumCloseLooks)
    #expect(talk.machine.nextPollMilliseconds == 250)
    talk.model.setCard(uid: nil)
    #expect(talk.looks(2) == [.removed])
  }

  @Test func `without an interrupt endpoint cards are found by looking`() {
    var talk = ReaderTalk(CCIDReaderModel.Design.acr122u.withoutInterrupt)
    talk.model.setCard(uid: first)
    #expect(talk.look() == [inserted(first)])
    talk.model.setCard(uid: nil)
    #expect(talk.looks(2) == [.removed])
  }

  // MARK: Readers that misbehave

  @Test func `answers of an older command are dropped`() {
    var talk = ReaderTalk()
    talk.model.setCard(uid: first)
    talk.model.inject(.wrongSequence, .wrongSequence, .wrongSequence)
    #expect(talk.look() == [inserted(first)])
  }

  @Test(arguments: [[UInt8](), [0x80], [0x99] + [UInt8](repeating: 0, count: 9)])
  func `garbage is a fault and not a card`(bytes: [UInt8]) {
    var talk = ReaderTalk()
    talk.model.setCard(uid: first)
    talk.model.inject(.garbage(bytes))
    _ = talk.look()
    #expect(talk.failure != nil && talk.told.isEmpty)
  }

  @Test(arguments: [UInt8(0xFE), 0xFB, 0xF5, 0xE0])
  func `a command that fails is tried again`(error: UInt8) {
    var talk = ReaderTalk()
    talk.model.setCard(uid: first)
    talk.model.inject(.none, .failed(error: error))
    #expect(talk.looks(2) == [inserted(first)])
  }

  @Test(arguments: [UInt64(5), 77])
  func `whatever goes wrong, edges alternate and commands are bounded`(seed: UInt64) {
    var random = SplitMix(state: seed)
    let faults: [CCIDReaderModel.Fault] = [
      .silent, .wrongSequence, .failed(error: 0xFE), .pulled, .pulledSilently,
    ]
    for _ in 0..<60 {
      var talk = ReaderTalk()
      for _ in 0..<30 where talk.failure == nil {
        switch random.next() % 4 {
        case 0: talk.model.setCard(uid: random.next() % 2 == 0 ? first : second)
        case 1: talk.model.setCard(uid: nil)
        case 2: talk.model.inject(faults[Int(random.next() % UInt64(faults.count))])
        default: break
        }
        _ = talk.look()
      }
      var isThere = false
      for change in talk.told {
        switch change {
        case .inserted, .refused:
          #expect(!isThere)
          isThere = true
        case .removed:
          #expect(isThere)
          isThere = false
        }
      }
      #expect(talk.commands.count < 600)
    }
  }
}

/// SplitMix64: the same numbers under every compiler.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
