import Cards
import Codecs
import Devices
import Simulators
import Testing

/// A reader as small as one can be: it answers what belongs to readers, and passes the rest on.
struct SmallReader {
  var card: any SimulatedCard
  var abilities = CardReaderAbilities(passThrough: .pn532)
  private(set) var commands: [[UInt8]] = []
  /// It answers `FF C2` as a command that it does not know.
  var refusesSessions = false
  private var session = TransparentSession()

  init(_ card: any SimulatedCard) { self.card = card }

  /// Carries an interview to its end; the card is torn away when it has answered `cut` commands.
  mutating func read(
    _ keys: CardKeys, cut: Int = .max, seed: UInt64 = 5
  ) -> CardReading<CardIdentity> {
    talk(
      CardInterview(keys: keys, abilities: abilities) { count in
        var random = SeededRandom(seed: seed)
        return random.bytes(count)
      }, cut: cut)
  }

  /// Carries any conversation to its end.
  mutating func talk(
    _ conversation: some CardConversation<CardReading<CardIdentity>>, cut: Int = .max
  ) -> CardReading<CardIdentity> {
    commands = []
    card.activate()
    var conversation = conversation
    var step = conversation.start(answerToReset: card.answerToReset)
    while commands.count <= CardLimits.maximumSteps {
      switch step {
      case .finished(let reading): return reading
      case .transmit(let command):
        let answer = commands.count < cut ? answer(command) : nil
        commands.append(command)
        step = conversation.resume(response: answer)
      }
    }
    Issue.record("a conversation without an end")
    return .unreadable
  }

  /// The identity, or a test that failed.
  mutating func identity(_ keys: CardKeys, seed: UInt64 = 5) throws -> CardIdentity {
    guard case .card(let identity) = read(keys, seed: seed) else {
      throw NotRead()
    }
    return identity
  }

  struct NotRead: Error {}

  private mutating func answer(_ command: [UInt8]) -> [UInt8]? {
    if command.starts(with: [0xFF, 0xCA, 0x00]) {
      return card.uid.isEmpty ? [0x6A, 0x81] : card.uid + [0x90, 0x00]
    }
    if abilities.passThrough == .transparent, command.starts(with: [0xFF, 0xC2]) {
      if refusesSessions { return [0x6A, 0x81] }
      var any: (any SimulatedCard)? = card
      defer { if let any { card = any } }
      return session.answer(command, &any)
    }
    guard command.starts(with: [0xFF, 0x00, 0x00, 0x00]), command.count > 6 else {
      return card.respond(to: command)
    }
    guard abilities.passThrough == .pn532 else { return [0x6A, 0x81] }
    switch (command[5], command[6]) {
    case (0xD4, 0x42):
      let answer = card.respondNatively(to: Array(command[7...]))
      return [0xD5, 0x43] + (answer.map { [0x00] + $0 } ?? [0x01]) + [0x90, 0x00]
    case (0xD4, 0x4A):
      card.activate()
      return [0xD5, 0x4B, 0x01, 0x90, 0x00]
    default: return [0x63, 0x00]
    }
  }
}

/// A shop's keys and cards.
enum Shop {
  static let zero = [UInt8](repeating: 0, count: 16)
  static let master = hexBytes("00112233445566778899aabbccddeeff")
  static let system = hexBytes("3042f5") + Array("KIOSK".utf8)

  static func office() throws -> CardSigningKey {
    try CardSigningKey(seed: [UInt8](repeating: 7, count: 32))
  }

  static func chipKey(_ number: UInt8, diversified: Bool = true) throws -> CardKeys.ChipKey {
    try #require(
      CardKeys.ChipKey(
        number: number, master: master, diversification: diversified ? system : nil))
  }

  /// The key in the chip with this UID.
  static func key(in uid: [UInt8]) throws -> [UInt8] {
    try #require(KeyDiversification.aes128Key(master: master, input: uid + system))
  }

  static func keys(diversified: Bool = true) throws -> CardKeys {
    let fileKey = try chipKey(1, diversified: diversified)
    let tapMessage = CardKeys.TapMessage(metaReadKey: zero, fileReadKey: fileKey)
    let fileOpener = try chipKey(2, diversified: diversified)
    let desfire = CardKeys.DESFireApplication(application: 0xF5_4230, key: fileOpener, file: 1)
    return CardKeys(
      tokenKeys: CardTokenKeys([try office().publicKey]), tapMessage: tapMessage,
      ntag424: try chipKey(3, diversified: diversified), desfire: desfire)
  }

  static func token(for uid: [UInt8], number: String = "6001") throws -> NFC.Record {
    CardToken.record(
      try CardToken(uid: uid, number: number, issuedOnDay: 20_000, expiresOnDay: nil)
        .signed(by: office()))
  }
}
