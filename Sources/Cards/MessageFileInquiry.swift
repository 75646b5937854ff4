import Codecs
import Devices

/// Reads the NDEF file of a Type 4 Tag (Type 4 Tag 2.0, 5.4).
struct MessageFileInquiry: Inquiry {
  private enum Stage { case application, capability, capabilityData, file, length, data }

  private let maximumReadByteCount: Int
  private var stage = Stage.application
  private var chunk = 0
  private var container: NFC.Type4Tag.CapabilityContainer?
  private var byteCount = 0
  private var data: [UInt8] = []
  private var findings = Findings()

  /// `maximumReadByteCount`: what the way to the card carries at once, its status word not counted.
  init(maximumReadByteCount: Int) {
    self.maximumReadByteCount = max(1, min(256, maximumReadByteCount))
  }

  mutating func begin() -> InquiryStep {
    .ask(FileCommand.select(application: NFC.Type4Tag.application))
  }

  mutating func take(_ answer: ISO7816.ResponseAPDU) -> InquiryStep {
    // A card without the application is no tag, and nothing is wrong with it.
    if stage == .application && answer.success == nil { return .found(findings) }
    guard let bytes = answer.success else { return malformed(true) }
    switch stage {
    case .application:
      stage = .capability
      return .ask(FileCommand.select(file: NFC.Type4Tag.capabilityFile))
    case .capability:
      stage = .capabilityData
      return .ask(
        FileCommand.readBinary(offset: 0, byteCount: NFC.Type4Tag.capabilityByteCount))
    case .capabilityData: return takeCapability(bytes)
    case .file:
      stage = .length
      return .ask(FileCommand.readBinary(offset: 0, byteCount: 2))
    case .length: return takeLength(bytes)
    case .data:
      guard !bytes.isEmpty, bytes.count <= byteCount - data.count else { return malformed() }
      data += bytes
      return readOn()
    }
  }

  private mutating func takeCapability(_ bytes: [UInt8]) -> InquiryStep {
    do throws(NFC.Malformation) {
      let container = try NFC.Type4Tag.CapabilityContainer(decoding: bytes)
      guard container.isReadable else { return .found(findings) }
      self.container = container
      chunk = min(container.maximumReadByteCount, maximumReadByteCount)
      stage = .file
      return .ask(FileCommand.select(file: container.messageFile))
    } catch {
      return malformed()
    }
  }

  private mutating func takeLength(_ bytes: [UInt8]) -> InquiryStep {
    guard bytes.count == 2, let container else { return malformed() }
    byteCount = Int(bytes[0]) << 8 | Int(bytes[1])
    guard byteCount + 2 <= container.messageFileByteCount,
      byteCount <= NFC.maximumMessageByteCount
    else { return malformed() }
    stage = .data
    return readOn()
  }

  private mutating func readOn() -> InquiryStep {
    guard data.count < byteCount else {
      findings.message = data
      return .found(findings)
    }
    return .ask(
      FileCommand.readBinary(
        offset: 2 + data.count, byteCount: min(chunk, byteCount - data.count)))
  }

  private mutating func malformed(_ hasFailed: Bool = false) -> InquiryStep {
    findings.faults.append(.memoryMalformed)
    findings.hasFailed = hasFailed
    return .found(findings)
  }
}
