import Codecs
import Devices

/// Reads the NDEF message of a MIFARE Classic card: the directory with the key that everybody
/// knows, then the sectors it names.
struct ClassicInquiry: Inquiry {
  private enum Stage: Equatable {
    case directoryKey, directoryAccess, directory
    case dataKey
    case access
    case data
  }

  private let card: NFC.MIFAREClassic
  private let key: [UInt8]
  private var stage = Stage.directoryKey
  private var directory: [UInt8] = []
  private var sectors: [Int] = []
  /// The blocks of the sector that was opened last and that are still to be read.
  private var blocks: [Int] = []
  private var data: [UInt8] = []
  private var byteCount = 0
  private var findings = Findings()

  init(card: NFC.MIFAREClassic, key: [UInt8]) {
    self.card = card
    self.key = key
  }

  mutating func begin() -> InquiryStep {
    .ask(StorageCardCommand.loadKey(CardKeys.publicDirectoryKey))
  }

  mutating func take(_ answer: ISO7816.ResponseAPDU) -> InquiryStep {
    guard let bytes = answer.success else { return refused() }
    switch stage {
    case .directoryKey:
      stage = .directoryAccess
      return .ask(StorageCardCommand.authenticate(block: 1, .a))
    case .directoryAccess:
      stage = .directory
      return .ask(StorageCardCommand.read(block: 1))
    case .directory: return takeDirectory(bytes)
    case .dataKey: return openNextSector()
    case .access: return readNextBlock()
    case .data:
      guard bytes.count == NFC.MIFAREClassic.blockByteCount else { return failed() }
      data += bytes
      return look()
    }
  }

  private mutating func takeDirectory(_ bytes: [UInt8]) -> InquiryStep {
    guard bytes.count == NFC.MIFAREClassic.blockByteCount else { return failed() }
    directory += bytes
    guard directory.count == 2 * NFC.MIFAREClassic.blockByteCount else {
      return .ask(StorageCardCommand.read(block: 2))
    }
    guard let found = NFC.MIFAREClassic.messageSectors(directory: directory) else {
      findings.faults.append(.memoryMalformed)
      return .found(findings)
    }
    sectors = found.filter { card.blocks(ofSector: $0) != nil }
    byteCount =
      sectors.map { card.dataBlocks(ofSector: $0).count }.reduce(0, +)
      * NFC.MIFAREClassic.blockByteCount
    guard !sectors.isEmpty else { return .found(findings) }
    stage = .dataKey
    return .ask(StorageCardCommand.loadKey(key))
  }

  private mutating func openNextSector() -> InquiryStep {
    guard let sector = sectors.first, let first = card.blocks(ofSector: sector)?.first,
      let block = UInt8(exactly: first)
    else { return .found(findings) }
    sectors.removeFirst()
    blocks = card.dataBlocks(ofSector: sector)
    stage = .access
    return .ask(StorageCardCommand.authenticate(block: block, .a))
  }

  private mutating func readNextBlock() -> InquiryStep {
    guard let next = blocks.first, let block = UInt8(exactly: next) else {
      return openNextSector()
    }
    blocks.removeFirst()
    stage = .data
    return .ask(StorageCardCommand.read(block: block))
  }

  private mutating func look() -> InquiryStep {
    do throws(NFC.Malformation) {
      switch try NFC.Type2Tag.content(of: data, byteCount: byteCount) {
      case .message(let bytes): findings.message = bytes
      case .nothing: break
      case .needs: return readNextBlock()
      }
    } catch {
      findings.faults.append(.memoryMalformed)
    }
    return .found(findings)
  }

  /// A wrong key and a card that is gone are answered alike, with 6300.
  private mutating func refused() -> InquiryStep {
    findings.faults.append(.keysRefused)
    return failed()
  }

  private mutating func failed() -> InquiryStep {
    findings.hasFailed = true
    return .found(findings)
  }
}
