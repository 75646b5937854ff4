import Codecs
import Devices

/// Judges what an interview found. Pure: the same findings, the same identity.
struct CardEvidence {
  private let findings: Findings
  private let keys: CardKeys
  private var uid: [UInt8]
  private var faults: [CardFault]
  private var token: CardTokenFacts?
  private var readCounter: UInt32?

  init(_ findings: Findings, uid: [UInt8], keys: CardKeys) {
    self.findings = findings
    self.keys = keys
    // A proven UID takes the place of a random one; beside a fixed one it has to be the same.
    let isAnother = findings.provenUID.map { $0 != uid } ?? false
    self.uid = CardIdentity.isRandom(uid) ? findings.provenUID ?? uid : uid
    faults = findings.faults
    if isAnother && !CardIdentity.isRandom(uid) { faults.append(.messageOfAnotherChip) }
    readMessage()
  }

  func identity(_ answerToReset: [UInt8]) -> CardIdentity {
    CardIdentity(
      uid: uid, answerToReset: answerToReset, kind: findings.kind ?? .other,
      assurance: assurance, readCounter: readCounter, token: token, faults: faults)
  }

  private var assurance: CardAssurance {
    // Nothing lifts what shows that it was copied.
    if faults.contains(where: \.isForgery) { return .uidOnly }
    if findings.isAuthenticated { return .authenticated }
    // A message that may be played lifts no chip that was asked for its secret and had none.
    if readCounter != nil && !faults.contains(.authenticationFailed) { return .authenticated }
    return findings.isGenuine || token != nil ? .signed : .uidOnly
  }

  private mutating func readMessage() {
    guard let bytes = findings.message, !bytes.isEmpty else { return }
    let message: NFC.Message
    do throws(NFC.Malformation) {
      message = try NFC.Message(decoding: bytes)
    } catch {
      add(.memoryMalformed)
      return
    }
    for record in message.records {
      if case .uri(let uri) = record.meaning { readTapMessage(uri) }
    }
    // Afterwards, for a tap-unique message may have told the UID.
    for record in message.records where record.isExternal(CardToken.recordType) {
      readToken(record.payload)
    }
  }

  private mutating func readToken(_ payload: [UInt8]) {
    // Of several the first that holds; a second cannot say something else.
    guard token == nil else { return }
    do throws(CardToken.Failure) {
      token = try CardToken(verifying: payload, uid: uid, keys: keys.tokenKeys).facts
    } catch {
      add(CardFault(error))
    }
  }

  private mutating func readTapMessage(_ uri: String) {
    guard let tapKeys = keys.tapMessage, readCounter == nil else { return }
    do throws(TapUniqueMessage.Failure) {
      let message = try TapUniqueMessage(uri: uri, keys: tapKeys)
      // A chip that hides its UID from the reader tells it here, under the shop's key.
      if CardIdentity.isRandom(uid) { uid = message.uid }
      guard message.uid == uid else {
        add(.messageOfAnotherChip)
        return
      }
      readCounter = message.readCounter
    } catch {
      switch error {
      case .absent: break
      case .malformed, .codeWrong: add(.messageCodeWrong)
      }
    }
  }

  private mutating func add(_ fault: CardFault) {
    if !faults.contains(fault) { faults.append(fault) }
  }
}
