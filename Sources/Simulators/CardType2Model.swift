import Codecs

/// A simulated Ultralight or NTAG 21x: pages of 4 bytes that everyone may read and write.
public struct CardType2Model: SimulatedCard {
  public enum Chip: Equatable, Sendable, CaseIterable {
    case ultralight, ntag213, ntag215, ntag216

    /// What GET_VERSION answers; an Ultralight does not know the command.
    var version: [UInt8]? {
      switch self {
      case .ultralight: nil
      case .ntag213: [0x00, 0x04, 0x04, 0x02, 0x01, 0x00, 0x0F, 0x03]
      case .ntag215: [0x00, 0x04, 0x04, 0x02, 0x01, 0x00, 0x11, 0x03]
      case .ntag216: [0x00, 0x04, 0x04, 0x02, 0x01, 0x00, 0x13, 0x03]
      }
    }

    var pageCount: Int {
      switch self {
      case .ultralight: 16
      case .ntag213: 45
      case .ntag215: 135
      case .ntag216: 231
      }
    }

    public var dataByteCount: Int {
      switch self {
      case .ultralight: 48
      case .ntag213: 144
      case .ntag215: 496
      case .ntag216: 872
      }
    }
  }

  public let chip: Chip
  public let uid: [UInt8]
  /// READ_SIG; 32 bytes.
  public var signature: [UInt8]
  public private(set) var memory: [UInt8]
  /// READ_CNT: rises with the first read after every activation.
  public private(set) var readCounter: UInt32 = 0
  private var wasRead = false
  /// A command that it does not know sends it to sleep until it is selected again.
  private var isSilent = false

  /// `uid` has 7 bytes. Without a message the tag is formatted and empty.
  public init(
    chip: Chip, uid: [UInt8], signature: [UInt8] = [UInt8](repeating: 0, count: 32),
    message: NFC.Message? = nil
  ) {
    precondition(uid.count == 7 && signature.count == 32)
    self.chip = chip
    self.uid = uid
    self.signature = signature
    // Serial number with its two check bytes, lock bytes, capability container.
    let first = uid[0] ^ uid[1] ^ uid[2] ^ 0x88
    let second = uid[3] ^ uid[4] ^ uid[5] ^ uid[6]
    memory = Array(uid[..<3]) + [first] + Array(uid[3...]) + [second, 0x48, 0, 0]
    memory += NFC.Type2Tag.CapabilityContainer.bytes(dataByteCount: chip.dataByteCount)
    memory += [UInt8](repeating: 0, count: chip.pageCount * 4 - memory.count)
    write(NFC.Type2Tag.data(holding: message?.bytes ?? []), fromPage: 4)
  }

  public var answerToReset: [UInt8] {
    ISO7816.AnswerToReset(storageCard: .mifareUltralight).bytes
  }

  /// Puts bytes into the memory, as far as they fit.
  public mutating func write(_ bytes: [UInt8], fromPage page: Int) {
    for (index, byte) in bytes.enumerated() where memory.indices.contains(page * 4 + index) {
      memory[page * 4 + index] = byte
    }
  }

  public mutating func activate() { (wasRead, isSilent) = (false, false) }

  public mutating func respond(to command: [UInt8]) -> [UInt8]? {
    CardFrame.answer(command) { command in
      guard !isSilent else { return .failed }
      switch (command.instruction, command.data.count) {
      case (0xB0, 0):
        guard let pages = read(command.parameter2) else { return .failed }
        return .success(Array(pages.prefix(command.expectedByteCount ?? 16)))
      case (0xD6, 4):
        guard (2..<chip.pageCount).contains(Int(command.parameter2)) else { return .failed }
        write(command.data, fromPage: Int(command.parameter2))
        return .success([])
      default: return .notSupported
      }
    }
  }

  public mutating func respondNatively(to command: [UInt8]) -> [UInt8]? {
    guard !isSilent else { return nil }
    if let answer = native(command) { return answer }
    isSilent = true
    return nil
  }

  private mutating func native(_ command: [UInt8]) -> [UInt8]? {
    switch (command.first, command.count) {
    case (0x30, 2): return read(command[1])
    case (0x60, 1): return chip.version
    case (0x3C, 2) where chip.version != nil: return signature
    case (0x39, 2) where chip.version != nil:
      return [0, 8, 16].map { UInt8(truncatingIfNeeded: readCounter >> $0) }
    case (0x3A, 3) where chip.version != nil && command[1] <= command[2]:
      let end = (Int(command[2]) + 1) * 4
      countRead()
      return end <= memory.count ? Array(memory[Int(command[1]) * 4..<end]) : nil
    default: return nil
    }
  }

  /// Four pages; behind the last comes the first again.
  private mutating func read(_ page: UInt8) -> [UInt8]? {
    guard Int(page) < chip.pageCount else { return nil }
    countRead()
    return (0..<16).map { memory[(Int(page) * 4 + $0) % memory.count] }
  }

  private mutating func countRead() {
    if !wasRead { readCounter += 1 }
    wasRead = true
  }
}
