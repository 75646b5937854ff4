import Cards
import Codecs

/// A simulated NTAG 424 DNA: a Type 4 Tag that mirrors a fresh tap-unique message into its file,
/// and proves a key (NXP NT4H2421Gx).
public struct CardNTAG424Model: SimulatedCard {
  public struct Mirror: Equatable, Sendable {
    let metaReadKey: [UInt8]
    let fileReadKey: [UInt8]

    /// Both keys have 16 bytes; `fileReadKey` is the one of this chip.
    public init(metaReadKey: [UInt8], fileReadKey: [UInt8]) {
      precondition(metaReadKey.count == 16 && fileReadKey.count == 16)
      self.metaReadKey = metaReadKey
      self.fileReadKey = fileReadKey
    }
  }

  private let chipUID: [UInt8]
  private let keys: [UInt8: [UInt8]]
  private let mirror: Mirror?
  private let address: String
  private let others: [NFC.Record]
  /// Counts the reads of the file that made a message.
  public var readCounter: UInt32
  private var random: CardRandom
  private var tag: CardType4Model
  private var isRead = false
  private var challenge: (key: [UInt8], randomB: [UInt8])?
  private var session: EV2Session?

  /// `keys` by number, 16 bytes each. `address` is what stands before the parameters; a chip that
  /// hides its UID shows a random one until it has proven itself.
  public init(
    uid: [UInt8], keys: [UInt8: [UInt8]] = [:], mirror: Mirror? = nil,
    address: String = "https://example.com/tap", others: [NFC.Record] = [],
    readCounter: UInt32 = 0, hidesUID: Bool = false, seed: UInt64 = 1
  ) {
    precondition(uid.count == 7)
    chipUID = uid
    self.keys = keys
    self.mirror = mirror
    self.address = address
    self.others = others
    self.readCounter = readCounter
    random = CardRandom(seed: seed)
    tag = CardType4Model(
      uid: uid, message: nil, fileByteCount: 512, isPhone: hidesUID, seed: seed)
    tag.file = file(NFC.Message([.uri(address)] + others))
  }

  public var uid: [UInt8] { tag.uid }
  public var answerToReset: [UInt8] { tag.answerToReset }

  public mutating func activate() {
    tag.activate()
    (isRead, challenge, session) = (false, nil, nil)
  }

  public mutating func respond(to command: [UInt8]) -> [UInt8]? {
    CardFrame.answer(command) { command in
      guard command.classByte == 0x90 else {
        if command.instruction == 0xA4 {
          (session, challenge) = (nil, nil)
          isRead = false
        }
        if command.instruction == 0xB0, !isRead, tag.isMessageSelected { makeMessage() }
        return tag.answer(command)
      }
      do throws(AESCipher.Refusal) {
        return try native(command.instruction, command.data)
      } catch {
        return .wrapped([], 0x1E)
      }
    }
  }

  /// The first read after a selection takes a new message, unless a key was proven.
  private mutating func makeMessage() {
    guard let mirror, session == nil else { return }
    isRead = true
    readCounter += 1
    let counter = [0, 8, 16].map { UInt8(truncatingIfNeeded: readCounter >> $0) }
    do throws(AESCipher.Refusal) {
      let plain = [0xC7] + chipUID + counter + random.bytes(5)
      let data = try AESCipher.encrypt(plain, key: mirror.metaReadKey)
      let code = try TapUniqueMessage.code(
        over: [], key: mirror.fileReadKey, uid: chipUID, counterBytes: counter)
      let uri = address + "?picc_data=\(Self.hex(data))&cmac=\(Self.hex(code))"
      tag.file = file(NFC.Message([.uri(uri)] + others))
    } catch {
      preconditionFailure("the keys have 16 bytes: \(error)")
    }
  }

  private mutating func native(
    _ instruction: UInt8, _ data: [UInt8]
  ) throws(AESCipher.Refusal) -> CardFrame.Answer {
    switch instruction {
    case 0x60: return .wrapped([0x04, 0x04, 0x02, 0x30, 0x00, 0x11, 0x05], 0xAF)
    case 0xAF where data.isEmpty:
      // The other two frames of GetVersion; the last has the UID.
      isVersionTold.toggle()
      return isVersionTold
        ? .wrapped([0x04, 0x04, 0x02, 0x01, 0x02, 0x11, 0x05], 0xAF)
        : .wrapped(chipUID.map { _ in 0 } + [0xCF, 0x39, 0xD4, 0x49, 0x80, 0x34, 0x20], 0x00)
    case 0x71 where data.count >= 2:
      guard let key = keys[data[0]] else { return .wrapped([], 0x40) }
      let randomB = random.bytes(16)
      challenge = (key, randomB)
      return .wrapped(try AESCipher.encrypt(randomB, key: key), 0xAF)
    case 0xAF: return try prove(data)
    case 0x51:
      guard var session else { return .wrapped([], 0xAE) }
      guard try session.data(0x51) == data else { return .wrapped([], 0x1E) }
      let answer = try session.seal(chipUID, isEncrypted: true)
      self.session = session
      return .wrapped(answer, 0x00)
    default: return .wrapped([], 0x1C)
    }
  }

  private var isVersionTold = false

  private mutating func prove(_ data: [UInt8]) throws(AESCipher.Refusal) -> CardFrame.Answer {
    guard let (key, randomB) = challenge, data.count == 32 else { return .wrapped([], 0xCA) }
    challenge = nil
    let plain = try AESCipher.decrypt(data, key: key)
    guard Array(plain[16...]) == randomB.rotated else { return .wrapped([], 0xAE) }
    let randomA = Array(plain[..<16])
    let transaction = random.bytes(4)
    session = try EV2Session(
      key: key, randomA: randomA, randomB: randomB, transaction: transaction)
    let proof = transaction + randomA.rotated + [UInt8](repeating: 0, count: 12)
    return .wrapped(try AESCipher.encrypt(proof, key: key), 0x00)
  }

  private func file(_ message: NFC.Message) -> [UInt8] {
    let bytes = message.bytes
    return [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map {
      String($0 >> 4, radix: 16, uppercase: true) + String($0 & 0x0F, radix: 16, uppercase: true)
    }.joined()
  }
}
