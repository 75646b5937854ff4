import Codecs
import Devices

/// Asks a contactless card with APDUs which chip it is, GetVersion in the frame of ISO/IEC 7816-4
/// (NXP NT4H2421Gx, 10.5.2). Cards and phones of other makes refuse.
struct ChipInquiry: Inquiry {
  private static let getVersion: UInt8 = 0x60
  private static let more: UInt8 = 0xAF
  private static let frames = 3

  private var data: [UInt8] = []
  private var frame = 0

  mutating func begin() -> InquiryStep { .ask(FileCommand.wrapped(Self.getVersion)) }

  mutating func take(_ answer: ISO7816.ResponseAPDU) -> InquiryStep {
    frame += 1
    data += answer.data
    switch answer.statusWord.wrappedStatus {
    case Self.more where frame < Self.frames: return .ask(FileCommand.wrapped(Self.more))
    case 0x00: return .found(Findings(kind: kind))
    default: return .found(Findings(kind: .isoDEP))
    }
  }

  /// By the maker and hardware type of the first frame.
  private var kind: CardKind {
    guard data.count >= 7, data[0] == 0x04 else { return .isoDEP }
    return switch data[1] & 0x0F {
    case 0x01: .desfire
    case 0x04: .ntag424DNA
    default: .isoDEP
    }
  }
}

/// Has an NTAG 424 DNA prove a key, and tell its UID under it (NXP NT4H2421Gx, 10.4.1 and 10.5.3).
struct EV2Inquiry: Inquiry {
  private enum Stage { case application, challenge, proof, uid }

  private let keyNumber: UInt8
  private var authentication: EV2Authentication
  private var session: EV2Session?
  private var stage = Stage.application
  private var findings = Findings()

  init(keyNumber: UInt8, key: [UInt8], randomA: [UInt8]) {
    self.keyNumber = keyNumber
    authentication = EV2Authentication(key: key, randomA: randomA)
  }

  mutating func begin() -> InquiryStep {
    .ask(FileCommand.select(application: NFC.Type4Tag.application))
  }

  mutating func take(_ answer: ISO7816.ResponseAPDU) -> InquiryStep {
    do throws(AESCipher.Refusal) {
      switch (stage, answer.statusWord.wrappedStatus) {
      case (.application, _):
        guard answer.success != nil else { return refused() }
        stage = .challenge
        // No capabilities of the reader are told: two bytes, the second counts none.
        return .ask(FileCommand.wrapped(0x71, [keyNumber, 0x00]))
      case (.challenge, 0xAF):
        guard let data = authentication.answer(answer.data) else { return refused() }
        stage = .proof
        return .ask(FileCommand.wrapped(0xAF, data))
      case (.proof, 0x00):
        guard let session = authentication.session(answer.data) else { return refused() }
        self.session = session
        stage = .uid
        return .ask(FileCommand.wrapped(0x51, try session.data(0x51)))
      case (.uid, 0x00):
        guard let uid = session?.open(answer.data, isEncrypted: true), uid.count == 7 else {
          return refused()
        }
        findings.isAuthenticated = true
        findings.provenUID = uid
        return .found(findings)
      default: return refused()
      }
    } catch {
      return refused()
    }
  }

  private mutating func refused() -> InquiryStep {
    findings.faults.append(.authenticationFailed)
    findings.hasFailed = true
    return .found(findings)
  }
}
