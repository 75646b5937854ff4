import Codecs
import Devices
import Profiles

extension CCIDReader {
  /// The interface's endpoints and its class descriptor, corrected by the profile.
  func openReader() throws(DeviceError) -> (Endpoints, CCID.ReaderConfiguration) {
    guard let reader = interface.description.interfaces.first(where: { $0.classCode == 0x0B }),
      let bulkOut = reader.endpoint(.bulk, isIn: false),
      let bulkIn = reader.endpoint(.bulk, isIn: true)
    else { throw DeviceError(.unsupported, device: device) }
    var descriptor: CCID.ClassDescriptor
    do throws(CCID.DecodeError) {
      descriptor = try CCID.ClassDescriptor(decoding: reader.classDescriptors)
    } catch {
      throw DeviceError(.malformedResponse, device: device)
    }
    if let level = settings.exchangeLevel { descriptor.exchangeLevel = level.descriptorLevel }
    if let count = settings.maximumMessageByteCount {
      descriptor.maximumMessageByteCount = UInt32(count)
    }
    // Character level would need the timing of ISO/IEC 7816-3 on this side.
    guard descriptor.exchangeLevel != .character else {
      throw DeviceError(.unsupported, device: device)
    }
    let interruptIn = reader.endpoint(.interrupt, isIn: true)
    return (
      Endpoints(
        interfaceNumber: reader.number, bulkOut: bulkOut, bulkIn: bulkIn,
        interruptIn: interruptIn,
        messageByteCount: Self.messageByteCount(descriptor, bulkIn)),
      configuration(descriptor, notifies: interruptIn != nil)
    )
  }

  private static func messageByteCount(
    _ descriptor: CCID.ClassDescriptor, _ bulkIn: USBEndpoint
  ) -> Int {
    let told = Int(descriptor.maximumMessageByteCount)
    let count = min(max(told, CCID.shortMessageByteCount), CCID.maximumMessageByteCount)
    let packet = max(1, bulkIn.maximumPacketSize)
    return (count + packet - 1) / packet * packet
  }

  private func configuration(
    _ descriptor: CCID.ClassDescriptor, notifies: Bool
  ) -> CCID.ReaderConfiguration {
    let slots: [UInt8] =
      switch settings.slots {
      case .all: (0..<descriptor.slotCount).map(UInt8.init)
      // A slot that the reader has not got would only be refused again and again.
      case .listed(let slots): slots.filter { Int($0) < descriptor.slotCount }
      }
    let wished = settings.pollMilliseconds ?? Self.pollMilliseconds
    let hasPN532 = settings.maker == .acr122u
    return CCID.ReaderConfiguration(
      descriptor: descriptor, slots: slots.isEmpty ? [0] : slots, setup: setup,
      passThrough: hasPN532 ? .pn532 : settings.hasTransparentSession ? .transparent : .none,
      countsTargets: hasPN532,
      presence: settings.presence == .uid ? .uid : .status, notifies: notifies,
      pollMilliseconds: min(
        max(wished, Self.minimumPollMilliseconds), Self.maximumPollMilliseconds),
      closePollMilliseconds: Self.closePollMilliseconds,
      debounceMilliseconds: Self.debounceMilliseconds)
  }

  private var setup: [CCID.Command] {
    switch settings.maker {
    case .none: return []
    case .acr122u:
      var commands = [ACR122U.getFirmware]
      if let parameter = settings.operatingParameter {
        commands.append(ACR122U.setOperatingParameter(parameter))
      }
      if let beeps = settings.beepsOnDetection {
        commands.append(ACR122U.setBuzzer(onDetection: beeps))
      }
      return commands.map { .transferBlock($0) }
    }
  }
}

extension CCIDSettings.ExchangeLevel {
  fileprivate var descriptorLevel: CCID.ClassDescriptor.ExchangeLevel {
    switch self {
    case .tpdu: .tpdu
    case .shortAPDU: .shortAPDU
    case .extendedAPDU: .extendedAPDU
    }
  }
}

/// Asks a card for nothing but its UID, where no conversation of the shop's is given.
public struct UIDReading: CardConversation {
  private var conversation = UIDConversation()

  public init() {}

  public mutating func start(answerToReset: [UInt8]) -> CardStep<CardReading<CardIdentity>> {
    Self.step(conversation.start(answerToReset: answerToReset))
  }

  public mutating func resume(response: [UInt8]?) -> CardStep<CardReading<CardIdentity>> {
    Self.step(conversation.resume(response: response))
  }

  private static func step(
    _ step: CardStep<CardReading<CCID.Card>>
  ) -> CardStep<CardReading<CardIdentity>> {
    switch step {
    case .transmit(let command): .transmit(command)
    case .finished(.card(let card)):
      .finished(.card(CardIdentity(uid: card.uid, answerToReset: card.answerToReset)))
    case .finished(.torn): .finished(.torn)
    case .finished(.unreadable): .finished(.unreadable)
    }
  }
}

extension CardEvent {
  init(_ change: CCID.ReaderMachine<CardIdentity>.Change) {
    switch change {
    case .inserted(let card): self = .inserted(card)
    case .refused(.torn): self = .refused(.torn)
    case .refused(.unreadable): self = .refused(.unreadable)
    case .refused(.severalCards): self = .refused(.severalCards)
    case .removed: self = .removed
    }
  }
}

extension DeviceError {
  init(_ failure: CCID.Failure, device: DeviceID) {
    switch failure {
    case .malformed: self.init(.malformedResponse, device: device)
    case .unexpectedMessage(let type):
      self.init(.malformedResponse, device: device, underlyingCode: Int32(type))
    case .noAnswer: self.init(.timedOut, device: device)
    }
  }
}
