import Codecs
import Devices
import Profiles

/// A card reader of the CCID class, read without PC/SC: `CCID.SlotMachine` decides, this moves its
/// bytes. Cards are reported as they are, random UIDs (`08 xx xx xx`) included.
public struct CCIDReader: SmartCardReader {
  /// Longest time without a look at the slot, for readers that miss a card on the interrupt
  /// endpoint; the setting may be shorter.
  public static let pollMilliseconds = 250
  public static let maximumPollMilliseconds = 500
  public static let minimumPollMilliseconds = 20
  /// Time between looks while a card comes or goes.
  public static let debounceMilliseconds = 80
  /// For one answer; a reader that needs more asks for a time extension.
  public static let responseTimeoutMilliseconds = 2_000
  public static let writeTimeoutMilliseconds = 1_000
  /// Transfers of one message, empty ones counted.
  public static let maximumTransfersPerMessage = 8

  private struct Endpoints {
    let bulkOut: USBEndpoint
    let bulkIn: USBEndpoint
    let interruptIn: USBEndpoint?
  }

  public let device: DeviceID
  private let interface: any USBInterface
  private let settings: CCIDSettings
  private let clock: DriverClock

  /// `interface` has the reader's CCID interface claimed.
  public init(
    interface: any USBInterface, device: DeviceID, settings: CCIDSettings = .init(),
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.interface = interface
    self.device = device
    self.settings = settings
    self.clock = DriverClock(clock)
  }

  public func run(_ deliver: @Sendable (CardEvent) -> Void) async throws(DeviceError) {
    do throws(DeviceError) {
      let (endpoints, descriptor) = try openReader()
      let byteCount = messageByteCount(descriptor, endpoints.bulkIn)
      var machine = CCID.SlotMachine(
        // Bit 3 of dwFeatures: the reader chooses the voltage (CCID Rev 1.1, 5.1).
        powerSelect: descriptor.features & 0x08 != 0 ? .automatic : .volts5,
        pollMilliseconds: pollMilliseconds, debounceMilliseconds: Self.debounceMilliseconds)
      var event = CCID.SlotMachine.Event.pollDue
      while true {
        var actions = machine.handle(event)[...]
        while let action = actions.popFirst() {
          switch action {
          case .deliver(let change): deliver(CardEvent(change))
          case .send(let bytes):
            try await interface.writeAllClearingHalt(
              endpoint: endpoints.bulkOut.address, bytes: bytes,
              timeoutMilliseconds: Self.writeTimeoutMilliseconds)
            actions += machine.handle(try await readMessage(endpoints.bulkIn, byteCount))
          case .receive:
            actions += machine.handle(try await readMessage(endpoints.bulkIn, byteCount))
          case .fail(let failure): throw DeviceError(failure, device: device)
          }
        }
        event = try await waitForNotification(
          endpoints.interruptIn, milliseconds: machine.nextPollMilliseconds)
      }
    } catch {
      throw error.named(device)
    }
  }

  private var pollMilliseconds: Int {
    let wished = settings.pollMilliseconds ?? Self.pollMilliseconds
    return min(max(wished, Self.minimumPollMilliseconds), Self.maximumPollMilliseconds)
  }

  private func openReader() throws(DeviceError) -> (Endpoints, CCID.ClassDescriptor) {
    guard let reader = interface.description.interfaces.first(where: { $0.classCode == 0x0B }),
      let bulkOut = reader.endpoint(.bulk, isIn: false),
      let bulkIn = reader.endpoint(.bulk, isIn: true)
    else { throw DeviceError(.unsupported, device: device) }
    let descriptor: CCID.ClassDescriptor
    do throws(CCID.DecodeError) {
      descriptor = try CCID.ClassDescriptor(decoding: reader.classDescriptors)
    } catch {
      throw DeviceError(.malformedResponse, device: device)
    }
    // Character level would need the protocols of ISO/IEC 7816-3 on this side.
    guard settings.exchangeLevel != nil || descriptor.exchangeLevel != .character else {
      throw DeviceError(.unsupported, device: device)
    }
    return (
      Endpoints(
        bulkOut: bulkOut, bulkIn: bulkIn, interruptIn: reader.endpoint(.interrupt, isIn: true)),
      descriptor
    )
  }

  /// Whole packets, enough for the longest message.
  private func messageByteCount(
    _ descriptor: CCID.ClassDescriptor, _ bulkIn: USBEndpoint
  ) -> Int {
    let told = settings.maximumMessageByteCount ?? Int(descriptor.maximumMessageByteCount)
    let count = min(max(told, CCID.shortMessageByteCount), CCID.maximumMessageByteCount)
    let packet = max(1, bulkIn.maximumPacketSize)
    return (count + packet - 1) / packet * packet
  }

  private func readMessage(
    _ bulkIn: USBEndpoint, _ byteCount: Int
  ) async throws(DeviceError) -> CCID.SlotMachine.Event {
    var message: [UInt8] = []
    for _ in 0..<Self.maximumTransfersPerMessage {
      do throws(DeviceError) {
        message += try await interface.readClearingHalt(
          endpoint: bulkIn.address, maximumByteCount: byteCount,
          timeoutMilliseconds: Self.responseTimeoutMilliseconds)
      } catch {
        guard error.kind == .timedOut else { throw error }
        return .timedOut
      }
      // A length beyond every message is for the machine to refuse, not to wait for.
      if let expected = CCID.messageByteCount(opening: message),
        message.count >= min(expected, byteCount)
      {
        return .received(message)
      }
    }
    throw DeviceError(.malformedResponse, device: device)
  }

  private func waitForNotification(
    _ endpoint: USBEndpoint?, milliseconds: Int
  ) async throws(DeviceError) -> CCID.SlotMachine.Event {
    guard let endpoint else {
      do {
        try await clock.sleep(.milliseconds(milliseconds))
      } catch {
        throw DeviceError(.cancelled, device: device)
      }
      return .pollDue
    }
    do throws(DeviceError) {
      return .notified(
        try await interface.readClearingHalt(
          endpoint: endpoint.address, maximumByteCount: max(1, endpoint.maximumPacketSize),
          timeoutMilliseconds: milliseconds))
    } catch {
      guard error.kind == .timedOut else { throw error }
      return .pollDue
    }
  }
}

extension CardEvent {
  init(_ change: CCID.SlotMachine.Change) {
    switch change {
    case .inserted(let card):
      self = .inserted(CardIdentity(uid: card.uid, answerToReset: card.answerToReset))
    case .unreadable: self = .unreadable
    case .removed: self = .removed
    }
  }
}

extension DeviceError {
  init(_ failure: CCID.SlotMachine.Failure, device: DeviceID) {
    switch failure {
    case .malformed: self.init(.malformedResponse, device: device)
    case .unexpectedMessage(let type):
      self.init(.malformedResponse, device: device, underlyingCode: Int32(type))
    case .noAnswer: self.init(.timedOut, device: device)
    }
  }
}
