import Codecs

/// A simulated Type 4 Tag: the NDEF application with its two files, and nothing else. A phone that
/// emulates one is the same with a random UID.
public struct CardType4Model: SimulatedCard {
  static let messageFile: UInt16 = 0xE104

  public private(set) var uid: [UInt8]
  /// The NDEF file: two length bytes and the message.
  var file: [UInt8]
  private let capability: [UInt8]
  private let fileByteCount: Int
  private let isPhone: Bool
  private var random: CardRandom
  private var isSelected = false
  private var selectedFile: UInt16?

  /// `fileByteCount` is at least that of the message and its length. A phone makes up a UID for
  /// every activation.
  public init(
    uid: [UInt8], message: NFC.Message?, fileByteCount: Int = 256,
    maximumReadByteCount: UInt16 = 0x80, isPhone: Bool = false, seed: UInt64 = 1
  ) {
    let bytes = message?.bytes ?? []
    precondition((bytes.count + 2...0x7FFF).contains(fileByteCount))
    self.uid = uid
    self.isPhone = isPhone
    self.fileByteCount = fileByteCount
    random = CardRandom(seed: seed)
    file = [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
    capability = NFC.Type4Tag.CapabilityContainer.bytes(
      messageFile: Self.messageFile, byteCount: UInt16(fileByteCount),
      maximumReadByteCount: maximumReadByteCount)
    if isPhone { self.uid = [0x08] + random.bytes(3) }
  }

  var isMessageSelected: Bool { selectedFile == Self.messageFile }

  /// ISO 14443-4 type A with historical bytes 80 (PC/SC part 3, 3.1.3.2.3.1).
  public var answerToReset: [UInt8] { [0x3B, 0x81, 0x80, 0x01, 0x80, 0x80] }

  public mutating func activate() {
    (isSelected, selectedFile) = (false, nil)
    if isPhone { uid = [0x08] + random.bytes(3) }
  }

  public mutating func respond(to command: [UInt8]) -> [UInt8]? {
    CardFrame.answer(command) { answer($0) }
  }

  mutating func answer(_ command: ISO7816.CommandAPDU) -> CardFrame.Answer {
    switch (command.classByte, command.instruction, command.parameter1) {
    case (0x00, 0xA4, 0x04):
      isSelected = command.data == NFC.Type4Tag.application
      selectedFile = nil
      return isSelected ? .success([]) : .status(0x6A82)
    case (0x00, 0xA4, 0x00) where isSelected && command.data.count == 2:
      let file = UInt16(command.data[0]) << 8 | UInt16(command.data[1])
      guard file == NFC.Type4Tag.capabilityFile || file == Self.messageFile else {
        return .status(0x6A82)
      }
      selectedFile = file
      return .success([])
    case (0x00, 0xB0, _): return read(command)
    case (0x00, _, _): return .status(0x6D00)
    default: return .status(0x6E00)
    }
  }

  private func read(_ command: ISO7816.CommandAPDU) -> CardFrame.Answer {
    guard let selectedFile else { return .status(0x6986) }
    let bytes =
      selectedFile == NFC.Type4Tag.capabilityFile
      ? capability : file + [UInt8](repeating: 0, count: fileByteCount - file.count)
    let offset = Int(command.parameter1) << 8 | Int(command.parameter2)
    guard offset < bytes.count else { return .status(0x6B00) }
    return .success(Array(bytes[offset...].prefix(command.expectedByteCount ?? 256)))
  }
}
