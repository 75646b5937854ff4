import Codecs

/// A simulated MIFARE Classic card: blocks behind keys, which a reader loads and tries.
public struct CardClassicModel: SimulatedCard {
  public let card: NFC.MIFAREClassic
  public let uid: [UInt8]
  public private(set) var blocks: [[UInt8]]
  /// Key A by sector.
  public var keys: [[UInt8]]
  private var loadedKey: [UInt8] = []
  private var openSector: Int?

  /// Delivered: every key `FF FF FF FF FF FF`, no data.
  public init(card: NFC.MIFAREClassic, uid: [UInt8]) {
    self.card = card
    self.uid = uid
    let empty = [UInt8](repeating: 0, count: NFC.MIFAREClassic.blockByteCount)
    blocks = [[UInt8]](repeating: empty, count: card.blockCount)
    keys = [[UInt8]](
      repeating: [UInt8](repeating: 0xFF, count: 6), count: card.sectorCount)
  }

  /// Formatted for NDEF with public keys, or with the shop's own for the sectors behind the
  /// directory. The message fits the sectors of the first directory.
  public init(
    card: NFC.MIFAREClassic, uid: [UInt8], message: NFC.Message,
    key: [UInt8] = [0xD3, 0xF7, 0xD3, 0xF7, 0xD3, 0xF7]
  ) {
    self.init(card: card, uid: uid)
    let size = NFC.MIFAREClassic.blockByteCount
    var data = NFC.Type2Tag.data(holding: message.bytes)
    let count = (data.count + 3 * size - 1) / (3 * size)
    data += [UInt8](repeating: 0, count: count * 3 * size - data.count)
    let directory = NFC.MIFAREClassic.directory(messageSectors: count)
    blocks[1] = Array(directory[..<size])
    blocks[2] = Array(directory[size...])
    keys[0] = [0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5]
    for sector in 1...min(count, card.sectorCount - 1) {
      keys[sector] = key
      for block in card.dataBlocks(ofSector: sector) {
        blocks[block] = Array(data[..<size])
        data.removeFirst(size)
      }
    }
  }

  public var answerToReset: [UInt8] {
    let name: ISO7816.StorageCardName =
      switch card {
      case .mini: .mifareMini
      case .oneKilobyte: .mifareClassic1K
      case .fourKilobytes: .mifareClassic4K
      }
    return ISO7816.AnswerToReset(storageCard: name).bytes
  }

  public mutating func activate() { (loadedKey, openSector) = ([], nil) }

  public mutating func respond(to command: [UInt8]) -> [UInt8]? {
    CardFrame.answer(command) { command in
      switch (command.instruction, command.data.count) {
      case (0x82, 6):
        loadedKey = command.data
        return .success([])
      case (0x86, 5): return authenticate(command.data)
      case (0xB0, 0):
        let block = Int(command.parameter2)
        guard let sector = card.sector(ofBlock: block), sector == openSector else {
          return .failed
        }
        return .success(readable(block))
      default: return .notSupported
      }
    }
  }

  private mutating func authenticate(_ data: [UInt8]) -> CardFrame.Answer {
    openSector = nil
    guard let sector = card.sector(ofBlock: Int(data[2])), data[3] == 0x60,
      keys[sector] == loadedKey
    else { return .failed }
    openSector = sector
    return .success([])
  }

  /// Nobody reads key A.
  private func readable(_ block: Int) -> [UInt8] {
    guard let sector = card.sector(ofBlock: block),
      block + 1 == card.blocks(ofSector: sector)?.upperBound
    else { return blocks[block] }
    return [UInt8](repeating: 0, count: 6) + blocks[block][6...]
  }
}
