import Cards
import Codecs

/// A simulated MIFARE DESFire EV1 with one application under AES keys and one standard file.
public struct CardDESFireModel: SimulatedCard {
  public enum Mode: UInt8, Equatable, Sendable, CaseIterable {
    case plain = 0, coded = 1, encrypted = 3
  }

  /// Data bytes of one frame.
  private static let frameByteCount = 59

  private let chipUID: [UInt8]
  public private(set) var uid: [UInt8]
  private let application: [UInt8]
  private let keys: [UInt8: [UInt8]]
  private let mode: Mode
  private let file: [UInt8]
  private let hidesUID: Bool
  private var random: CardRandom
  private var isSelected = false
  private var challenge: (key: [UInt8], randomB: [UInt8], encrypted: [UInt8])?
  private var session: EV1Session?
  private var frames: [[UInt8]] = []

  /// File 1 of `application` holds the message behind its two length bytes. Keys have 16 bytes.
  public init(
    uid: [UInt8], application: UInt32, keys: [UInt8: [UInt8]], mode: Mode, message: NFC.Message,
    fileByteCount: Int = 160, hidesUID: Bool = false, seed: UInt64 = 1
  ) {
    let bytes = message.bytes
    precondition(uid.count == 7 && bytes.count + 2 <= fileByteCount)
    chipUID = uid
    self.application = (0..<3).map { UInt8(truncatingIfNeeded: application >> UInt32(8 * $0)) }
    self.keys = keys
    self.mode = mode
    self.hidesUID = hidesUID
    file =
      [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
      + [UInt8](repeating: 0, count: fileByteCount - bytes.count - 2)
    random = CardRandom(seed: seed)
    self.uid = uid
    if hidesUID { self.uid = [0x08] + random.bytes(3) }
  }

  /// ISO 14443-4 type A with the historical byte of a DESFire.
  public var answerToReset: [UInt8] { [0x3B, 0x81, 0x80, 0x01, 0x80, 0x80] }

  public mutating func activate() {
    (isSelected, challenge, session, frames) = (false, nil, nil, [])
    if hidesUID { uid = [0x08] + random.bytes(3) }
  }

  public mutating func respond(to command: [UInt8]) -> [UInt8]? {
    CardFrame.answer(command) { command in
      guard command.classByte == 0x90 else { return .status(0x6E00) }
      do throws(AESCipher.Refusal) {
        return try native(command.instruction, command.data)
      } catch {
        return .wrapped([], 0x1E)
      }
    }
  }

  private mutating func native(
    _ instruction: UInt8, _ data: [UInt8]
  ) throws(AESCipher.Refusal) -> CardFrame.Answer {
    switch (instruction, data.count) {
    case (0x60, 0):
      frames = [
        [0x04, 0x01, 0x01, 0x01, 0x00, 0x1A, 0x05],
        (hidesUID ? [UInt8](repeating: 0, count: 7) : chipUID)
          + [0xBA, 0x45, 0x19, 0xE3, 0x20, 0x49, 0x13],
      ]
      return .wrapped([0x04, 0x01, 0x01, 0x01, 0x00, 0x1A, 0x05], 0xAF)
    case (0xAF, 0) where !frames.isEmpty:
      let frame = frames.removeFirst()
      return .wrapped(frame, frames.isEmpty ? 0x00 : 0xAF)
    case (0x5A, 3):
      (session, challenge) = (nil, nil)
      isSelected = data == application
      return .wrapped([], isSelected ? 0x00 : 0xA0)
    case (0xAA, 1):
      guard isSelected, let key = keys[data[0]] else { return .wrapped([], 0x40) }
      let randomB = random.bytes(16)
      let encrypted = try AESCipher.encrypt(randomB, key: key)
      challenge = (key, randomB, encrypted)
      return .wrapped(encrypted, 0xAF)
    case (0xAF, 32): return try prove(data)
    case (0x51, 0):
      try session?.send(0x51, [])
      guard let answer = try session?.seal(encrypted: chipUID) else { return .wrapped([], 0xAE) }
      return .wrapped(answer, 0x00)
    case (0xF5, 1), (0xBD, 7): return try readFile(instruction, data)
    default: return .wrapped([], 0x1C)
    }
  }

  private mutating func prove(_ data: [UInt8]) throws(AESCipher.Refusal) -> CardFrame.Answer {
    guard let (key, randomB, encrypted) = challenge else { return .wrapped([], 0xCA) }
    challenge = nil
    let plain = try AESCipher.decrypt(data, key: key, iv: encrypted)
    guard Array(plain[16...]) == randomB.rotated else { return .wrapped([], 0xAE) }
    let randomA = Array(plain[..<16])
    session = EV1Session(randomA: randomA, randomB: randomB)
    let iv = Array(data.suffix(16))
    return .wrapped(try AESCipher.encrypt(randomA.rotated, key: key, iv: iv), 0x00)
  }

  private mutating func readFile(
    _ instruction: UInt8, _ data: [UInt8]
  ) throws(AESCipher.Refusal) -> CardFrame.Answer {
    guard data[0] == 1 else { return .wrapped([], 0xF0) }
    guard session != nil else { return .wrapped([], 0xAE) }
    try session?.send(instruction, data)
    guard instruction == 0xBD else {
      let size = (0..<3).map { UInt8(truncatingIfNeeded: file.count >> (8 * $0)) }
      let settings = [0x00, mode.rawValue, 0x00, 0x10] + size
      return .wrapped(try session?.seal(settings) ?? [], 0x00)
    }
    guard
      data == [0x01, 0, 0, 0] + [0, 8, 16].map({ UInt8(truncatingIfNeeded: file.count >> $0) })
    else { return .wrapped([], 0xBE) }
    let sealed =
      mode == .encrypted ? try session?.seal(encrypted: file) : try session?.seal(file)
    var rest = (sealed ?? [])[...]
    let first = Array(rest.prefix(Self.frameByteCount))
    rest = rest.dropFirst(Self.frameByteCount)
    frames = []
    while !rest.isEmpty {
      frames.append(Array(rest.prefix(Self.frameByteCount)))
      rest = rest.dropFirst(Self.frameByteCount)
    }
    return .wrapped(first, frames.isEmpty ? 0x00 : 0xAF)
  }
}
