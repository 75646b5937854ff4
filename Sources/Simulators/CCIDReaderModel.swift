import Codecs
import Devices

/// A contactless reader with one slot, like an ACR122U, and the card that lies on it.
public struct CCIDReaderModel: USBDeviceModel {
  public static let bulkOut: UInt8 = 0x01
  public static let bulkIn: UInt8 = 0x82
  public static let interruptIn: UInt8 = 0x83
  /// Answers that nobody has read; the slot is busy beyond it.
  public static let maximumQueuedMessages = 16

  public struct Card: Equatable, Sendable {
    public var uid: [UInt8]
    public var answerToReset: [UInt8]
    /// The card is there and answers nothing.
    public var isMute: Bool
    /// Times the reader asks for more time before each of its answers.
    public var timeExtensions: Int

    public init(
      uid: [UInt8], answerToReset: [UInt8], isMute: Bool = false, timeExtensions: Int = 0
    ) {
      self.uid = uid
      self.answerToReset = answerToReset
      self.isMute = isMute
      self.timeExtensions = timeExtensions
    }

    /// A card with the answer to reset that a reader makes up for its kind (PC/SC part 3).
    public init(uid: [UInt8]) {
      let name: ISO7816.StorageCardName = uid.count == 4 ? .mifareClassic1K : .mifareUltralight
      self.init(
        uid: uid, answerToReset: ISO7816.AnswerToReset(storageCard: name).bytes)
    }
  }

  public let descriptors: USBDescriptors
  public private(set) var card: Card?
  private var isPowered = false
  private var incoming: [UInt8] = []
  private var answers: [[UInt8]] = []
  private var notification: [UInt8]?

  public init(serialNumber: String = "CR01") {
    // Automatic voltage, clock, rate and parameters; extended APDU level.
    let reader = CCID.ClassDescriptor(features: 0x0004_04BA)
    descriptors = USBDescriptors(
      // The release of a real ACR122U; PC/SC refuses older ones.
      speed: .high,
      device: DescriptorBytes.device(vendorID: 0x072F, productID: 0x2200, release: 0x0214),
      configuration: DescriptorBytes.configuration([
        DescriptorBytes.interface(
          number: 0, classCode: .init(0x0B, 0, 0), classDescriptors: reader.bytes,
          endpoints: [
            DescriptorBytes.endpoint(
              address: Self.bulkOut, transferType: .bulk, maximumPacketSize: 512),
            DescriptorBytes.endpoint(
              address: Self.bulkIn, transferType: .bulk, maximumPacketSize: 512),
            DescriptorBytes.endpoint(
              address: Self.interruptIn, transferType: .interrupt, maximumPacketSize: 8,
              interval: 8),
          ])
      ]), strings: ["Kiosk", "Simulated Contactless Reader", serialNumber])
  }

  public mutating func powerOn() {
    (isPowered, incoming, answers) = (false, [], [])
    notification = card == nil ? nil : Self.notification(isPresent: true)
  }

  /// Puts a card of an ordinary kind on the reader, or takes away what is there.
  public mutating func setCard(uid: [UInt8]?) { setCard(uid.map { Card(uid: $0) }) }

  public mutating func setCard(_ card: Card?) {
    guard card != self.card else { return }
    self.card = card
    isPowered = false
    // One that nobody has read is replaced: the endpoint holds the newest state.
    notification = Self.notification(isPresent: card != nil)
  }

  private static func notification(isPresent: Bool) -> [UInt8] {
    CCID.Notification.slotChange([isPresent ? 0x03 : 0x02]).bytes
  }

  public mutating func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer {
    // ABORT of a command (CCID Rev 1.1, 5.3.1).
    setup.requestType == 0x21 && setup.request == 0x01 ? .data([]) : .stall
  }

  public mutating func write(endpoint: UInt8, bytes: [UInt8]) -> USBAnswer {
    guard endpoint == Self.bulkOut else { return .stall }
    guard answers.count < Self.maximumQueuedMessages else { return .notReady }
    incoming += bytes
    guard let count = CCID.messageByteCount(opening: incoming) else {
      return .accepted(bytes.count)
    }
    guard count <= CCID.shortMessageByteCount else {
      incoming = []
      return .stall
    }
    guard incoming.count >= count else { return .accepted(bytes.count) }
    let message = incoming
    incoming = []
    do throws(CCID.DecodeError) {
      answer(try CCID.CommandMessage(decoding: message))
    } catch {
      // Any other command fails with a slot status (6.2.2).
      reply(
        to: message[6], .slotStatus(),
        .failed(error: CCID.ErrorCode.unsupportedCommand))
    }
    return .accepted(bytes.count)
  }

  public mutating func read(endpoint: UInt8, maximumByteCount: Int) -> [UInt8]? {
    switch endpoint {
    case Self.interruptIn:
      defer { notification = nil }
      return notification.map { Array($0.prefix(maximumByteCount)) }
    case Self.bulkIn where !answers.isEmpty:
      let answer = answers.removeFirst()
      guard answer.count > maximumByteCount else { return answer }
      answers.insert(Array(answer.dropFirst(maximumByteCount)), at: 0)
      return Array(answer.prefix(maximumByteCount))
    default: return nil
    }
  }

  // MARK: The slot

  private var iccStatus: CCID.ICCStatus {
    card == nil ? .absent : isPowered ? .active : .inactive
  }

  private mutating func answer(_ message: CCID.CommandMessage) {
    guard message.slot == 0 else {
      // The slot does not exist: bError is the offset of bSlot (6.2.6).
      reply(to: message.sequence, .slotStatus(), .failed(error: 5))
      return
    }
    let mute = CCID.CommandStatus.failed(error: CCID.ErrorCode.mute)
    switch message.command {
    case .iccPowerOn:
      guard let card, !card.isMute else {
        reply(to: message.sequence, .dataBlock([]), mute)
        return
      }
      isPowered = true
      extendTime(card, message.sequence)
      reply(to: message.sequence, .dataBlock(card.answerToReset))
    case .transferBlock(let block, _, _):
      guard let card, isPowered else {
        reply(to: message.sequence, .dataBlock([]), mute)
        return
      }
      extendTime(card, message.sequence)
      reply(to: message.sequence, .dataBlock(Self.answer(of: card, to: block)))
    case .iccPowerOff:
      isPowered = false
      reply(to: message.sequence, .slotStatus(clockStatus: 1))
    case .getSlotStatus, .abort: reply(to: message.sequence, .slotStatus())
    case .getParameters, .setParameters:
      // T=1 with the values of a card that asks for none (6.1.7).
      reply(
        to: message.sequence,
        .parameters(protocolNumber: 1, [0x11, 0x10, 0x00, 0x45, 0x00, 0xFE, 0x00]))
    case .escape: reply(to: message.sequence, .escape([]))
    }
  }

  private mutating func extendTime(_ card: Card, _ sequence: UInt8) {
    for _ in 0..<min(card.timeExtensions, Self.maximumQueuedMessages) {
      reply(to: sequence, .dataBlock([]), .timeExtension(multiplier: 1))
    }
  }

  private mutating func reply(
    to sequence: UInt8, _ response: CCID.Response,
    _ status: CCID.CommandStatus = .processed(error: 0)
  ) {
    answers.append(
      CCID.ResponseMessage(
        slot: 0, sequence: sequence, iccStatus: iccStatus, commandStatus: status,
        response: response
      ).bytes)
  }

  private static func answer(of card: Card, to block: [UInt8]) -> [UInt8] {
    do throws(ISO7816.CommandAPDU.Malformation) {
      let command = try ISO7816.CommandAPDU(decoding: block)
      guard command == .getUID else {
        return ISO7816.ResponseAPDU(statusWord: .instructionNotSupported).bytes
      }
      return ISO7816.ResponseAPDU(data: card.uid, statusWord: .success).bytes
    } catch {
      return ISO7816.ResponseAPDU(statusWord: .failed).bytes
    }
  }
}
