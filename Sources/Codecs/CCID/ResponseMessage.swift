extension CCID {
  /// bmICCStatus (6.2.6).
  public enum ICCStatus: UInt8, Equatable, Sendable {
    case active = 0
    case inactive = 1
    case absent = 2
    case reserved = 3
  }

  /// bError of a failed command (6.2.6, table 6.2-2), as far as anybody acts on it.
  public enum ErrorCode {
    public static let mute: UInt8 = 0xFE
    public static let slotBusy: UInt8 = 0xE0
    public static let unsupportedCommand: UInt8 = 0x00
  }

  /// bmCommandStatus with what bError means for it (6.2.6).
  public enum CommandStatus: Equatable, Sendable {
    /// bError says nothing; readers leave old values in it.
    case processed(error: UInt8)
    case failed(error: UInt8)
    /// The answer is still to come; the multiplier of the card's waiting time.
    case timeExtension(multiplier: UInt8)
    case reserved(error: UInt8)
  }

  /// What a slot answers: the RDR_to_PC messages (6.2).
  public enum Response: Equatable, Sendable {
    case dataBlock([UInt8], chainParameter: UInt8 = 0)
    case slotStatus(clockStatus: UInt8 = 0)
    case parameters(protocolNumber: UInt8, [UInt8])
    case escape([UInt8])
  }

  public struct ResponseMessage: Equatable, Sendable {
    public let slot: UInt8
    public let sequence: UInt8
    public let iccStatus: ICCStatus
    public let commandStatus: CommandStatus
    public let response: Response

    public init(
      slot: UInt8, sequence: UInt8, iccStatus: ICCStatus,
      commandStatus: CommandStatus = .processed(error: 0), response: Response
    ) {
      self.slot = slot
      self.sequence = sequence
      self.iccStatus = iccStatus
      self.commandStatus = commandStatus
      self.response = response
    }

    public var bytes: [UInt8] {
      let parts = parts
      let status: (bits: UInt8, error: UInt8) =
        switch commandStatus {
        case .processed(let error): (0x00, error)
        case .failed(let error): (0x40, error)
        case .timeExtension(let multiplier): (0x80, multiplier)
        case .reserved(let error): (0xC0, error)
        }
      return [parts.type] + littleEndianBytes(UInt32(parts.payload.count)) + [
        slot, sequence, status.bits | iccStatus.rawValue, status.error, parts.specific,
      ] + parts.payload
    }

    private var parts: (type: UInt8, specific: UInt8, payload: [UInt8]) {
      switch response {
      case .dataBlock(let data, let chain): (0x80, chain, data)
      case .slotStatus(let clock): (0x81, clock, [])
      case .parameters(let number, let data): (0x82, number, data)
      case .escape(let data): (0x83, 0, data)
      }
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
      let payload = try CCID.payload(of: bytes)
      slot = bytes[5]
      sequence = bytes[6]
      iccStatus = ICCStatus(rawValue: bytes[7] & 3) ?? .reserved
      commandStatus =
        switch bytes[7] >> 6 {
        case 0: .processed(error: bytes[8])
        case 1: .failed(error: bytes[8])
        case 2: .timeExtension(multiplier: bytes[8])
        default: .reserved(error: bytes[8])
        }
      switch bytes[0] {
      case 0x80: response = .dataBlock(payload, chainParameter: bytes[9])
      case 0x81: response = .slotStatus(clockStatus: bytes[9])
      case 0x82: response = .parameters(protocolNumber: bytes[9], payload)
      case 0x83: response = .escape(payload)
      default: throw .unknownMessage(bytes[0])
      }
    }
  }

  /// What comes on the interrupt endpoint (6.3).
  public enum Notification: Equatable, Sendable {
    /// Slot 0 is in the two lowest bits of the first byte: present, and changed since the last
    /// notification.
    case slotChange([UInt8])
    case hardwareError(slot: UInt8, sequence: UInt8, code: UInt8)

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
      switch bytes.first {
      case 0x50:
        guard bytes.count >= 2 else { throw .truncated(at: bytes.count, expected: 2) }
        self = .slotChange(Array(bytes[1...]))
      case 0x51:
        guard bytes.count >= 4 else { throw .truncated(at: bytes.count, expected: 4) }
        self = .hardwareError(slot: bytes[1], sequence: bytes[2], code: bytes[3])
      case .some(let type): throw .unknownMessage(type)
      case nil: throw .truncated(at: 0, expected: 1)
      }
    }

    public var bytes: [UInt8] {
      switch self {
      case .slotChange(let states): [0x50] + states
      case .hardwareError(let slot, let sequence, let code): [0x51, slot, sequence, code]
      }
    }

    /// Present and changed of one slot; nil if the message says nothing about it.
    public func change(ofSlot slot: Int) -> (isPresent: Bool, hasChanged: Bool)? {
      guard case .slotChange(let states) = self, slot >= 0, slot / 4 < states.count else {
        return nil
      }
      let bits = states[slot / 4] >> (2 * (slot % 4))
      return (bits & 1 != 0, bits & 2 != 0)
    }
  }
}
