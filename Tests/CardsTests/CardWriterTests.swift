import Cards
import Codecs
import Devices
import Simulators
import Synchronization
import Testing

/// Writing a token, page by page, on a card that may be anything and may go at any moment.
struct CardWriterTests {
  private static let uid = hexBytes("04a1b2c3d4e5f6")

  /// What came of one try.
  private struct Try {
    var reading: CardReading<CardIdentity>
    var commands: [[UInt8]]
    var fault: CardWriteFault?
    var isWritten: Bool
  }

  private final class Notes: Sendable {
    let fault = Mutex<CardWriteFault?>(nil)
    let isWritten = Mutex(false)
  }

  private static func write(
    _ reader: inout SmallReader, replaces: Bool = false, message: [UInt8]?, cut: Int = .max
  ) throws -> Try {
    let notes = Notes()
    let keys = try Shop.keys()
    let writing = CardWriting(
      replaces: replaces, message: { _ in message },
      onWritten: { notes.isWritten.withLock { $0 = true } },
      onFault: { fault in notes.fault.withLock { $0 = fault } })
    let interview = CardInterview(keys: keys, abilities: reader.abilities) { count in
      [UInt8](repeating: 7, count: count)
    }
    let reading = reader.talk(CardWriter(writing, interview: interview), cut: cut)
    return Try(
      reading: reading, commands: reader.commands, fault: notes.fault.withLock { $0 },
      isWritten: notes.isWritten.withLock { $0 })
  }

  private static func message() throws -> [UInt8] { NFC.Message([try Shop.token(for: uid)]).bytes }

  @Test(arguments: [CardType2Model.Chip.ntag213, .ntag215, .ntag216])
  func `a token is written on an empty tag and proves itself`(chip: CardType2Model.Chip) throws {
    var reader = SmallReader(CardType2Model(chip: chip, uid: Self.uid))
    let written = try Self.write(&reader, message: Self.message())
    #expect(written.isWritten && written.fault == nil)
    guard case .card(let card) = written.reading else {
      Issue.record("not read: \(written.reading)")
      return
    }
    #expect(card.token?.number == "6001" && card.assurance == .signed)
    // UID, container, then the length as none, the rest, and the length at last.
    #expect(written.commands[0] == hexBytes("ffca000000"))
    #expect(written.commands[1] == hexBytes("ffb0000310"))
    #expect(written.commands[2] == hexBytes("ffd6000404" + "0300fe00"))
    let pages = written.commands.filter { $0.starts(with: [0xFF, 0xD6]) }.map { $0[3] }
    #expect(pages == [4] + Array(5..<UInt8(pages.count + 3)) + [4])
  }

  // Type 2 Tag 1.2, 6.4.3: no half message, whenever the card goes.
  @Test
  func `a card that is pulled away while it is written holds an empty message or a whole one`()
    throws
  {
    let message = try Self.message()
    var whole = SmallReader(CardType2Model(chip: .ntag213, uid: Self.uid))
    let steps = try Self.write(&whole, message: message).commands.count
    for cut in 0..<steps {
      var reader = SmallReader(CardType2Model(chip: .ntag213, uid: Self.uid))
      let torn = try Self.write(&reader, message: message, cut: cut)
      #expect(torn.reading == .torn && torn.fault == nil, "cut at \(cut)")
      let card = try reader.identity(try Shop.keys())
      #expect(!card.faults.contains(.memoryMalformed), "cut at \(cut)")
      #expect(!card.faults.contains(.tokenMalformed), "cut at \(cut)")
      #expect((card.token != nil) == torn.isWritten, "cut at \(cut)")
      // The next try makes it good; a whole one is another's and is not written over.
      let again = try Self.write(&reader, message: message)
      #expect(again.fault == (torn.isWritten ? .occupied : nil), "cut at \(cut)")
    }
  }

  @Test func `a card that nothing can be written on is told by name, and read all the same`() throws
  {
    let message = try Self.message()
    var locked = CardType2Model(chip: .ntag213, uid: Self.uid)
    locked.write([0xE1, 0x10, 0x12, 0x0F], fromPage: 3)
    var bare = CardType2Model(chip: .ntag213, uid: Self.uid)
    bare.write([0, 0, 0, 0], fromPage: 3)
    let full = CardType2Model(
      chip: .ntag213, uid: Self.uid, message: .init([.uri("https://example.com")]))
    let cases: [(any SimulatedCard, CardWriteFault)] = [
      (locked, .locked), (bare, .notFormatted), (full, .occupied),
      (CardType2Model(chip: .ultralight, uid: Self.uid), .tooSmall),
      (CardClassicModel(card: .oneKilobyte, uid: Self.uid, message: .init([])), .notWritable),
      (UIDCard(uid: [0x08, 1, 2, 3]), .randomUID), (UIDCard(uid: Self.uid), .refused),
    ]
    for (card, fault) in cases {
      var reader = SmallReader(card)
      let result = try Self.write(&reader, message: message)
      #expect(result.fault == fault && !result.isWritten, "\(fault)")
      #expect(!result.commands.contains { $0.starts(with: [0xFF, 0xD6]) }, "\(fault)")
      guard case .card(let identity) = result.reading else {
        Issue.record("not read: \(fault)")
        continue
      }
      #expect(identity.uid == card.uid)
    }
    var reader = SmallReader(full)
    let replaced = try Self.write(&reader, replaces: true, message: message)
    #expect(replaced.isWritten && replaced.fault == nil)
  }

  @Test func `a card whose message is not known yet is asked again`() throws {
    var reader = SmallReader(CardType2Model(chip: .ntag213, uid: Self.uid))
    let result = try Self.write(&reader, message: nil)
    #expect(result.reading == .torn && result.commands.count == 1 && result.fault == nil)
  }

  @Test(arguments: [UInt64(2), 99])
  func `a card that answers nonsense while it is written never traps`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<60 {
      var reader = SmallReader(
        NonsenseCard(
          card: CardType2Model(chip: .ntag213, uid: Self.uid), seed: random.next()))
      _ = try Self.write(&reader, message: try Self.message())
      #expect(reader.commands.count < 400)
    }
  }
}
