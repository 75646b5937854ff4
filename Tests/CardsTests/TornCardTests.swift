import Cards
import Codecs
import Devices
import Simulators
import Testing

/// Cards that are taken away, fall silent or answer nonsense in the middle of an interview.
struct TornCardTests {
  private static let uid = hexBytes("04a1b2c3d4e5f6")

  private static func cards() throws -> [any SimulatedCard] {
    let key = try Shop.key(in: uid)
    let message = NFC.Message([try Shop.token(for: uid)])
    return [
      CardType2Model(chip: .ntag213, uid: uid, message: message),
      CardType2Model(chip: .ultralight, uid: uid),
      CardClassicModel(card: .oneKilobyte, uid: uid, message: message),
      CardType4Model(uid: uid, message: message),
      CardNTAG424Model(
        uid: uid, keys: [3: key], mirror: .init(metaReadKey: Shop.zero, fileReadKey: key),
        others: message.records),
      CardDESFireModel(
        uid: uid, application: 0xF5_4230, keys: [2: key], mode: .encrypted, message: message),
    ]
  }

  // pyscard #63, CCID #155: a card pulled too soon must leave nothing behind.
  @Test func `a card torn away after any step leaves nothing half used`() throws {
    let keys = try Shop.keys()
    for card in try Self.cards() {
      var reader = SmallReader(card)
      guard case .card(let whole) = reader.read(keys) else {
        Issue.record("not read: \(card)")
        continue
      }
      let steps = reader.commands.count
      for cut in 0..<steps {
        #expect(reader.read(keys, cut: cut) == .torn, "\(whole.kind) cut at \(cut)")
        #expect(reader.commands.count == cut + 1)
      }
      guard case .card(let again) = reader.read(keys) else {
        Issue.record("not read again")
        continue
      }
      #expect(again.assurance == whole.assurance && again.token == whole.token)
    }
  }

  /// The reader answers for the card, and the card is gone: everything fails from some step on.
  @Test func `a card that is gone while its reader still answers is torn`() throws {
    let keys = try Shop.keys()
    for card in try Self.cards() {
      var whole = SmallReader(card)
      guard case .card(let identity) = whole.read(keys) else {
        Issue.record("not read: \(card)")
        continue
      }
      for cut in 1..<whole.commands.count {
        var reader = SmallReader(LeavingCard(card: card, answers: cut))
        let reading = reader.read(keys)
        // A reader that is asked nothing more cannot know; then what was proven is whole.
        if case .card(let left) = reading {
          #expect(left.assurance <= identity.assurance)
          #expect(left.faults.isEmpty || left.token == nil, "\(identity.kind) at \(cut)")
        } else {
          #expect(reading == .torn)
        }
      }
    }
  }

  @Test(arguments: [UInt64(1), 17, 4_021])
  func `a card that answers nonsense is read or refused, and never traps`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let keys = try Shop.keys()
    for card in try Self.cards() {
      for round in 0..<40 {
        var reader = SmallReader(NonsenseCard(card: card, seed: random.next()))
        let reading = reader.read(keys, seed: UInt64(round))
        if case .card(let identity) = reading {
          // Nonsense proves nothing that was not proven in full.
          #expect(identity.uid == Self.uid)
          if identity.token != nil { #expect(identity.assurance >= .signed) }
        }
        #expect(reader.commands.count <= CardInterview.maximumSteps + 1)
      }
    }
  }

  @Test func `a tag that never comes to an end is given up`() {
    var reader = SmallReader(EndlessCard())
    #expect(reader.read(CardKeys()) == .unreadable)
    #expect(reader.commands.count <= CardInterview.maximumSteps)
  }

  @Test func `a contact card and a card of an unknown kind are not asked more than their UID`()
    throws
  {
    var contact = SmallReader(EndlessCard(uid: [], answerToReset: hexBytes("3b6500000102030405")))
    #expect(contact.read(CardKeys()) == .unreadable)
    #expect(contact.commands.count == 1)
    let unknown = hexBytes("3b8f8001804f0ca0000003060300ff000000009b")
    var strange = SmallReader(EndlessCard(uid: Self.uid, answerToReset: unknown))
    #expect(try strange.identity(CardKeys()).kind == .other)
    #expect(strange.commands.count == 1)
    let felica = ISO7816.AnswerToReset(storageCard: .felica).bytes
    var japanese = SmallReader(EndlessCard(uid: Self.uid, answerToReset: felica))
    #expect(try japanese.identity(CardKeys()).kind == .feliCa)
  }
}

/// Answers so many commands, then is gone: the reader answers 6300 for it.
private struct LeavingCard: SimulatedCard {
  var card: any SimulatedCard
  var answers: Int

  var uid: [UInt8] { answers > 0 ? card.uid : [] }
  var answerToReset: [UInt8] { card.answerToReset }

  mutating func activate() { card.activate() }

  mutating func respond(to command: [UInt8]) -> [UInt8]? {
    answers -= 1
    return answers > 0 ? card.respond(to: command) : [0x63, 0x00]
  }

  mutating func respondNatively(to command: [UInt8]) -> [UInt8]? {
    answers -= 1
    return answers > 0 ? card.respondNatively(to: command) : nil
  }
}

/// Damages some of its answers.
struct NonsenseCard: SimulatedCard {
  var card: any SimulatedCard
  var random: SeededRandom

  init(card: any SimulatedCard, seed: UInt64) {
    self.card = card
    random = SeededRandom(seed: seed)
  }

  var uid: [UInt8] { card.uid }
  var answerToReset: [UInt8] { card.answerToReset }

  mutating func activate() { card.activate() }
  mutating func respond(to command: [UInt8]) -> [UInt8]? { damaged(card.respond(to: command)) }
  mutating func respondNatively(to command: [UInt8]) -> [UInt8]? {
    damaged(card.respondNatively(to: command))
  }

  private mutating func damaged(_ answer: [UInt8]?) -> [UInt8]? {
    guard let answer, random.below(4) == 0 else { return answer }
    switch random.below(3) {
    case 0: return random.bytes(random.below(40))
    case 1: return Array(answer.dropLast(2)).map { $0 ^ 0x11 } + answer.suffix(2)
    default: return Array(answer.prefix(random.below(answer.count + 1)))
    }
  }
}

/// Says yes to everything, with a little more data each time.
private struct EndlessCard: SimulatedCard {
  var uid: [UInt8] = hexBytes("04a1b2c3d4e5f6")
  var answerToReset: [UInt8] = [0x3B, 0x81, 0x80, 0x01, 0x80, 0x80]

  mutating func respond(to command: [UInt8]) -> [UInt8]? {
    switch command[1] {
    case 0x60: return [0x6D, 0x00]
    case 0xB0 where command[2...4] == [0, 0, 15]:
      // The file has 32 KB, read one byte at a time.
      return hexBytes("000f20000f0034 0406e1047fff0000 9000")
    case 0xB0 where command[4] == 2: return hexBytes("1f00 9000")
    case 0xB0: return [0x00, 0x90, 0x00]
    default: return [0x90, 0x00]
    }
  }
}
