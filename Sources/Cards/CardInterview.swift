import Codecs
import Devices

/// Asks whatever card is laid who it is, and lets it prove what it can.
///
/// Torn at any step it is `torn`, and nothing of what was read before counts. A card that answers
/// wrongly is still a card with a UID: what was wrong is among its faults.
public struct CardInterview: CardConversation {
  /// Commands of one interview; the longest, a full MIFARE Classic 1K, has 64.
  public static let maximumSteps = 120
  /// Bytes that a card may answer altogether.
  public static let maximumByteCount = 16_384

  private enum Stage {
    case uid
    case inquiring(any Inquiry)
    /// Something failed: whether the card is still the one that lay there.
    case lastLook
    case ended
  }

  private let keys: CardKeys
  private let abilities: CardReaderAbilities
  private let randomBytes: @Sendable (Int) -> [UInt8]
  private var stage = Stage.uid
  private var answerToReset: [UInt8] = []
  private var uid: [UInt8] = []
  private var findings = Findings()
  private var waiting: [any Inquiry] = []
  private var steps = 0
  private var byteCount = 0

  /// `randomBytes` gives that many bytes that nobody can foresee: a card proves itself with them.
  public init(
    keys: CardKeys, abilities: CardReaderAbilities,
    randomBytes: @escaping @Sendable (Int) -> [UInt8]
  ) {
    self.keys = keys
    self.abilities = abilities
    self.randomBytes = randomBytes
  }

  public mutating func start(answerToReset: [UInt8]) -> CardStep<CardReading<CardIdentity>> {
    self.answerToReset = answerToReset
    return transmit(.getUID)
  }

  public mutating func resume(response: [UInt8]?) -> CardStep<CardReading<CardIdentity>> {
    guard let response else { return end(.torn) }
    byteCount += response.count
    guard byteCount <= Self.maximumByteCount else { return end(.unreadable) }
    let answer: ISO7816.ResponseAPDU
    do throws(ISO7816.ResponseAPDU.Malformation) {
      answer = try ISO7816.ResponseAPDU(decoding: response)
    } catch {
      return end(.unreadable)
    }
    switch stage {
    case .uid:
      // A contact card has none, and none of them stands for a member.
      guard let uid = answer.success, [4, 7, 10].contains(uid.count) else {
        return end(.unreadable)
      }
      self.uid = uid
      planFirst()
      return inquireNext()
    case .inquiring(var inquiry):
      return follow(inquiry.take(answer), inquiry)
    case .lastLook:
      return answer.success == uid ? conclude() : end(.torn)
    case .ended: return end(.unreadable)
    }
  }

  // MARK: What to ask

  private mutating func planFirst() {
    let name: ISO7816.StorageCardName?
    do throws(ISO7816.AnswerToReset.Malformation) {
      let answer = try ISO7816.AnswerToReset(decoding: answerToReset)
      name = answer.storageCardName
      // Another provider's storage card is asked nothing.
      if name == nil, answer.namesStorageCard { return }
    } catch {
      return
    }
    switch name {
    case .mifareUltralight, .mifareUltralightEV1:
      planType2(.mifareUltralight, abilities.passThrough)
    // It knows neither GET_VERSION nor READ_SIG.
    case .mifareUltralightC: planType2(.mifareUltralightC, .none)
    case .mifareClassic1K: planClassic(.oneKilobyte, .mifareClassic1K)
    case .mifareClassic4K: planClassic(.fourKilobytes, .mifareClassic4K)
    case .mifareMini: planClassic(.mini, .mifareClassicMini)
    case .felica: findings.kind = .feliCa
    case nil: waiting = [ChipInquiry()]
    case .some: break  // A storage card with any other name is asked nothing.
    }
  }

  private mutating func planType2(
    _ kind: CardKind, _ passThrough: CardReaderAbilities.PassThrough
  ) {
    let channel = TagChannel(passThrough: passThrough)
    waiting = [Type2Inquiry(uid: uid, kind: kind, channel: channel)]
  }

  private mutating func planClassic(_ card: NFC.MIFAREClassic, _ kind: CardKind) {
    findings.kind = kind
    // A wrong key silences the card, and some readers take it for gone then: a shop without tokens
    // has no reason to try.
    guard !keys.tokenKeys.isEmpty else { return }
    waiting = [ClassicInquiry(card: card, key: keys.classicKey)]
  }

  /// What the chip can prove, now that it is known which one it is.
  private mutating func planProofs() {
    let isRandom = CardIdentity.isRandom(uid)
    // The tap-unique message is made only before a key is proven (NT4H2421Gx, 9.3).
    let file = MessageFileInquiry(maximumReadByteCount: abilities.maximumResponseByteCount - 2)
    switch findings.kind {
    case .ntag424DNA:
      waiting.append(file)
      if let key = keys.ntag424, let secret = key.key(uid: uid, isRandom: isRandom) {
        waiting.append(
          EV2Inquiry(keyNumber: key.number, key: secret, randomA: randomBytes(16)))
      }
    case .desfire:
      if let application = keys.desfire,
        let secret = application.key.key(uid: uid, isRandom: isRandom)
      {
        waiting.append(
          DESFireInquiry(application: application, key: secret, randomA: randomBytes(16)))
      }
      if keys.desfire?.file == nil { waiting.append(file) }
    // A phone, or a card of another make: nothing of it is an identity if its UID is not.
    case _ where isRandom: break
    default: waiting.append(file)
    }
  }

  private mutating func inquireNext() -> CardStep<CardReading<CardIdentity>> {
    guard !waiting.isEmpty else {
      guard findings.hasFailed else { return conclude() }
      stage = .lastLook
      return transmit(.getUID)
    }
    var inquiry = waiting.removeFirst()
    return follow(inquiry.begin(), inquiry)
  }

  private mutating func follow(
    _ step: InquiryStep, _ inquiry: any Inquiry
  ) -> CardStep<CardReading<CardIdentity>> {
    switch step {
    case .ask(let command):
      stage = .inquiring(inquiry)
      return transmit(command)
    case .found(let found):
      findings.add(found)
      if inquiry is ChipInquiry { planProofs() }
      return inquireNext()
    }
  }

  private mutating func transmit(
    _ command: ISO7816.CommandAPDU
  ) -> CardStep<CardReading<CardIdentity>> {
    steps += 1
    guard steps <= Self.maximumSteps else { return end(.unreadable) }
    return .transmit(command.bytes)
  }

  private mutating func end(
    _ reading: CardReading<CardIdentity>
  ) -> CardStep<CardReading<CardIdentity>> {
    stage = .ended
    return .finished(reading)
  }

  private mutating func conclude() -> CardStep<CardReading<CardIdentity>> {
    end(.card(CardEvidence(findings, uid: uid, keys: keys).identity(answerToReset)))
  }
}

extension ISO7816.AnswerToReset {
  /// Whether a reader made it up for a storage card, of whatever name.
  fileprivate var namesStorageCard: Bool { historicalBytes.starts(with: [0x80, 0x4F]) }
}
