import Codecs
import Devices

/// Reads an Ultralight or NTAG 21x: the NDEF message through the reader, then, where the reader
/// passes commands on, which chip it is and its maker's signature. In this order, because a chip
/// that does not know a command falls silent.
struct Type2Inquiry: Inquiry {
  private enum Stage {
    case capability, data
    /// The commands that are still to be sent before the tag's own.
    case opening([ISO7816.CommandAPDU])
    case version, signature, again
    /// And after them.
    case closing([ISO7816.CommandAPDU])
  }

  private let uid: [UInt8]
  private let channel: TagChannel
  private var stage = Stage.capability
  private var data: [UInt8] = []
  private var dataByteCount = 0
  private var series: OriginalitySignature.Series?
  private var findings: Findings

  /// `kind` is what is known of the chip before it is asked.
  init(uid: [UInt8], kind: CardKind, channel: TagChannel) {
    self.uid = uid
    self.channel = channel
    findings = Findings(kind: kind)
  }

  mutating func begin() -> InquiryStep {
    .ask(StorageCardCommand.read(block: NFC.Type2Tag.capabilityPage))
  }

  mutating func take(_ answer: ISO7816.ResponseAPDU) -> InquiryStep {
    switch stage {
    case .capability: takeCapability(answer)
    case .data: takeData(answer)
    case .opening(let rest): takeOpening(answer, rest)
    case .version: takeVersion(answer)
    case .signature: takeSignature(answer)
    case .again: close()
    case .closing(let rest): send(closing: rest)
    }
  }

  private mutating func takeCapability(_ answer: ISO7816.ResponseAPDU) -> InquiryStep {
    guard let pages = answer.success, pages.count == 16 else {
      findings.hasFailed = true
      return askVersion()
    }
    // No container: not formatted for NDEF, a bare number.
    guard let container = NFC.Type2Tag.CapabilityContainer(pages), container.isReadable else {
      return askVersion()
    }
    dataByteCount = container.dataByteCount
    stage = .data
    data = Array(pages.dropFirst(NFC.Type2Tag.pageByteCount))
    return look()
  }

  private mutating func takeData(_ answer: ISO7816.ResponseAPDU) -> InquiryStep {
    guard let pages = answer.success, pages.count == 16 else {
      findings.hasFailed = true
      return askVersion()
    }
    data += pages
    return look()
  }

  /// Whether the message is whole, or which page comes next.
  private mutating func look() -> InquiryStep {
    data = Array(data.prefix(dataByteCount))
    do throws(NFC.Malformation) {
      switch try NFC.Type2Tag.content(of: data, byteCount: dataByteCount) {
      case .message(let bytes): findings.message = bytes
      case .nothing: break
      case .needs:
        let page = Int(NFC.Type2Tag.firstDataPage) + data.count / NFC.Type2Tag.pageByteCount
        guard let block = UInt8(exactly: page) else {
          findings.faults.append(.memoryMalformed)
          return askVersion()
        }
        return .ask(StorageCardCommand.read(block: block))
      }
    } catch {
      findings.faults.append(.memoryMalformed)
    }
    return askVersion()
  }

  private mutating func askVersion() -> InquiryStep {
    guard !findings.hasFailed, let opening = channel.opening else { return .found(findings) }
    return send(opening: opening)
  }

  private mutating func send(opening: [ISO7816.CommandAPDU]) -> InquiryStep {
    guard let next = opening.first else {
      guard let command = channel.command(TagChannel.getVersion) else { return close() }
      stage = .version
      return .ask(command)
    }
    stage = .opening(Array(opening.dropFirst()))
    return .ask(next)
  }

  /// A reader that refuses passes nothing on, whatever its profile says.
  private mutating func takeOpening(
    _ answer: ISO7816.ResponseAPDU, _ rest: [ISO7816.CommandAPDU]
  ) -> InquiryStep {
    channel.isOpened(answer) ? send(opening: rest) : close()
  }

  private mutating func close() -> InquiryStep { send(closing: channel.closing) }

  private mutating func send(closing: [ISO7816.CommandAPDU]) -> InquiryStep {
    guard let next = closing.first else { return .found(findings) }
    stage = .closing(Array(closing.dropFirst()))
    return .ask(next)
  }

  private mutating func takeVersion(_ answer: ISO7816.ResponseAPDU) -> InquiryStep {
    guard let version = channel.answer(answer) else { return selectAgain() }
    switch version {
    case [0x00, 0x04, 0x04, 0x02, 0x01, 0x00, 0x0F, 0x03]: findings.kind = .ntag213
    case [0x00, 0x04, 0x04, 0x02, 0x01, 0x00, 0x11, 0x03]: findings.kind = .ntag215
    case [0x00, 0x04, 0x04, 0x02, 0x01, 0x00, 0x13, 0x03]: findings.kind = .ntag216
    case _ where version.starts(with: [0x00, 0x04, 0x03]): findings.kind = .mifareUltralightEV1
    default: return close()
    }
    series = findings.kind == .mifareUltralightEV1 ? .ultralightEV1 : .ntag21x
    guard let command = channel.command(TagChannel.readSignature) else { return close() }
    stage = .signature
    return .ask(command)
  }

  private mutating func takeSignature(_ answer: ISO7816.ResponseAPDU) -> InquiryStep {
    guard let signature = channel.answer(answer), let series else { return selectAgain() }
    findings.isGenuine = OriginalitySignature.isValid(signature, uid: uid, series: series)
    if !findings.isGenuine { findings.faults.append(.notGenuine) }
    return close()
  }

  /// A tag that knows no such command has fallen silent; the reader would take it for gone.
  private mutating func selectAgain() -> InquiryStep {
    guard let command = channel.selectAgain else { return close() }
    stage = .again
    return .ask(command)
  }
}
