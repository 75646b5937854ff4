import Codecs
import Devices
import Profiles

/// A card reader of the CCID class, read without PC/SC: `CCID.ReaderMachine` decides, this moves
/// its bytes. Cards are reported as they are, random UIDs included.
public struct CCIDReader: SmartCardReader {
  /// Longest time without a look at the slot, for readers that miss a card on the interrupt
  /// endpoint; the setting may be shorter.
  public static let pollMilliseconds = 250
  public static let maximumPollMilliseconds = 500
  public static let minimumPollMilliseconds = 20
  /// Time between looks while a card comes or goes.
  public static let debounceMilliseconds = 80
  /// Time between looks at a card that lies there: how soon its removal is noticed.
  public static let closePollMilliseconds = 100
  /// For one answer; a reader that needs more asks for a time extension.
  public static let responseTimeoutMilliseconds = 2_000
  /// For the answer to an ABORT, which a reader that is stuck does not give.
  public static let abortTimeoutMilliseconds = 500
  public static let writeTimeoutMilliseconds = 1_000
  /// Transfers of one message, empty ones counted.
  public static let maximumTransfersPerMessage = 8

  struct Endpoints {
    let interfaceNumber: UInt8
    let bulkOut: USBEndpoint
    let bulkIn: USBEndpoint
    let interruptIn: USBEndpoint?
    /// Whole packets, enough for the longest message.
    let messageByteCount: Int
  }

  public let device: DeviceID
  let interface: any USBInterface
  let settings: CCIDSettings
  private let clock: any DriverClock
  private let conversations: CardConversations<CardIdentity>

  /// `interface` has the reader's CCID interface claimed; `conversations` makes the talk with each
  /// card.
  public init(
    interface: any USBInterface, device: DeviceID, settings: CCIDSettings = .init(),
    clock: any DriverClock = MachineClock(),
    conversations: @escaping CardConversations<CardIdentity> = { _ in UIDReading() }
  ) {
    self.interface = interface
    self.device = device
    self.settings = settings
    self.clock = clock
    self.conversations = conversations
  }

  public func run(_ deliver: @Sendable (CardEvent) -> Void) async throws(DeviceError) {
    do throws(DeviceError) {
      let (endpoints, configuration) = try openReader()
      var machine = CCID.ReaderMachine(
        configuration, conversations: conversations, isSame: { $0.isSameCard(as: $1) })
      var event = CCID.ReaderMachine<CardIdentity>.Event.pollDue
      while true {
        var actions = machine.handle(event)[...]
        while let action = actions.popFirst() {
          switch action {
          case .deliver(let change): deliver(CardEvent(change))
          case .send(let bytes):
            try await write(bytes, endpoints)
            actions += machine.handle(try await readMessage(endpoints))
          case .receive: actions += machine.handle(try await readMessage(endpoints))
          case .abort(let slot, let sequence, let message):
            try await abort(slot, sequence, message, endpoints)
            actions += machine.handle(
              try await readMessage(endpoints, Self.abortTimeoutMilliseconds))
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

  // MARK: Transfers

  private func write(_ bytes: [UInt8], _ endpoints: Endpoints) async throws(DeviceError) {
    try await interface.writeAllClearingHalt(
      endpoint: endpoints.bulkOut.address, bytes: bytes,
      timeoutMilliseconds: Self.writeTimeoutMilliseconds)
  }

  /// The request on endpoint 0 and the message belong together (CCID Rev 1.1, 5.3.1). A reader may
  /// know neither.
  private func abort(
    _ slot: UInt8, _ sequence: UInt8, _ message: [UInt8], _ endpoints: Endpoints
  ) async throws(DeviceError) {
    _ = try await interface.requestIfSupported(
      USBControlSetup(
        requestType: 0x21, request: 0x01, value: UInt16(sequence) << 8 | UInt16(slot),
        index: UInt16(endpoints.interfaceNumber)),
      timeoutMilliseconds: Self.writeTimeoutMilliseconds)
    try await write(message, endpoints)
  }

  private func readMessage(
    _ endpoints: Endpoints, _ timeoutMilliseconds: Int = responseTimeoutMilliseconds
  ) async throws(DeviceError) -> CCID.ReaderMachine<CardIdentity>.Event {
    var message: [UInt8] = []
    for _ in 0..<Self.maximumTransfersPerMessage {
      do throws(DeviceError) {
        message += try await interface.readClearingHalt(
          endpoint: endpoints.bulkIn.address, maximumByteCount: endpoints.messageByteCount,
          timeoutMilliseconds: timeoutMilliseconds)
      } catch {
        guard error.kind == .timedOut else { throw error }
        return .timedOut
      }
      // A length beyond every message is for the machine to refuse, not to wait for.
      if let expected = CCID.messageByteCount(opening: message),
        message.count >= min(expected, endpoints.messageByteCount)
      {
        return .received(message)
      }
    }
    throw DeviceError(.malformedResponse, device: device)
  }

  private func waitForNotification(
    _ endpoint: USBEndpoint?, milliseconds: Int
  ) async throws(DeviceError) -> CCID.ReaderMachine<CardIdentity>.Event {
    guard let endpoint else {
      do {
        try await clock.sleep(for: .milliseconds(milliseconds))
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
