import Codecs
import Devices

/// Has a DESFire card prove the key of an application, tell its UID under it, and reads a file of
/// that application in the mode that the file asks for.
struct DESFireInquiry: Inquiry {
  private enum Stage { case application, challenge, proof, uid, settings, data }
  /// Communication settings of a file (libfreefare, freefare.h).
  private enum Mode: UInt8 { case plain = 0, coded = 1, encrypted = 3 }

  private static let more: UInt8 = 0xAF
  private static let uidByteCount = 7

  private let application: CardKeys.DESFireApplication
  private var authentication: EV1Authentication
  private var session: EV1Session?
  private var stage = Stage.application
  private var mode = Mode.plain
  private var byteCount = 0
  private var data: [UInt8] = []
  private var findings = Findings()

  init(application: CardKeys.DESFireApplication, key: [UInt8], randomA: [UInt8]) {
    self.application = application
    authentication = EV1Authentication(key: key, randomA: randomA)
  }

  mutating func begin() -> InquiryStep {
    .ask(FileCommand.wrapped(0x5A, Self.three(Int(application.application))))
  }

  mutating func take(_ answer: ISO7816.ResponseAPDU) -> InquiryStep {
    do throws(AESCipher.Refusal) {
      return try step(answer)
    } catch {
      return refused()
    }
  }

  private mutating func step(
    _ answer: ISO7816.ResponseAPDU
  ) throws(AESCipher.Refusal) -> InquiryStep {
    switch (stage, answer.statusWord.wrappedStatus) {
    case (.application, 0x00):
      stage = .challenge
      return .ask(FileCommand.wrapped(0xAA, [application.key.number]))
    case (.challenge, Self.more):
      guard let data = authentication.answer(answer.data) else { return refused() }
      stage = .proof
      return .ask(FileCommand.wrapped(Self.more, data))
    case (.proof, 0x00):
      session = authentication.session(answer.data)
      return try ask(.uid, 0x51, [])
    case (.uid, 0x00):
      guard let uid = session?.open(encrypted: answer.data, byteCount: Self.uidByteCount) else {
        return refused()
      }
      findings.isAuthenticated = true
      findings.provenUID = uid
      guard let file = application.file else { return .found(findings) }
      return try ask(.settings, 0xF5, [file])
    case (.settings, 0x00): return try takeSettings(answer.data)
    case (.data, Self.more):
      data += answer.data
      guard data.count <= NFC.maximumMessageByteCount else { return refused() }
      // Frames of one answer; the code is over all of them.
      return .ask(FileCommand.wrapped(Self.more))
    case (.data, 0x00):
      data += answer.data
      return takeData()
    default: return refused()
    }
  }

  private mutating func takeSettings(
    _ answer: [UInt8]
  ) throws(AESCipher.Refusal) -> InquiryStep {
    // A standard or backup file, its mode, two bytes of rights, three of size.
    guard let settings = session?.open(answer), settings.count == 7, settings[0] <= 1,
      let mode = Mode(rawValue: settings[1] & 0x03), let file = application.file
    else { return malformed() }
    self.mode = mode
    byteCount = Int(settings[4]) | Int(settings[5]) << 8 | Int(settings[6]) << 16
    guard byteCount > 2, byteCount <= NFC.maximumMessageByteCount else { return malformed() }
    return try ask(.data, 0xBD, [file] + Self.three(0) + Self.three(byteCount))
  }

  private mutating func takeData() -> InquiryStep {
    let content =
      switch mode {
      case .plain, .coded: session?.open(data)
      case .encrypted: session?.open(encrypted: data, byteCount: byteCount)
      }
    guard let content, content.count == byteCount else { return refused() }
    let end = 2 + (Int(content[0]) << 8 | Int(content[1]))
    guard end <= content.count else { return malformed() }
    findings.message = Array(content[2..<end])
    return .found(findings)
  }

  /// Sends a command in the session; without one the card proved nothing.
  private mutating func ask(
    _ next: Stage, _ instruction: UInt8, _ parameters: [UInt8]
  ) throws(AESCipher.Refusal) -> InquiryStep {
    guard session != nil else { return refused() }
    try session?.send(instruction, parameters)
    stage = next
    return .ask(FileCommand.wrapped(instruction, parameters))
  }

  /// What was proven before does not count if a later answer breaks the session.
  private mutating func refused() -> InquiryStep {
    .found(Findings(faults: [.authenticationFailed], hasFailed: true))
  }

  private mutating func malformed() -> InquiryStep {
    findings.faults.append(.memoryMalformed)
    return .found(findings)
  }

  private static func three(_ value: Int) -> [UInt8] {
    [0, 8, 16].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
