extension CCID {
  /// bPowerSelect of IccPowerOn (6.1.1); a contactless reader does not care.
  public enum PowerSelect: UInt8, Equatable, Sendable {
    case automatic = 0, volts5, volts3, volts1point8
  }

  /// What the host asks of a slot: the PC_to_RDR messages (6.1).
  public enum Command: Equatable, Sendable {
    case iccPowerOn(PowerSelect)
    case iccPowerOff
    case getSlotStatus
    /// One block or APDU to the card, by the reader's exchange level; `levelParameter` is used by
    /// extended APDUs and character level only.
    case transferBlock([UInt8], waitingTimeExtension: UInt8 = 0, levelParameter: UInt16 = 0)
    case getParameters
    case setParameters(protocolNumber: UInt8, [UInt8])
    case escape([UInt8])
    case abort
  }

  /// A command with the two bytes that its answer repeats.
  public struct CommandMessage: Equatable, Sendable {
    public let slot: UInt8
    public let sequence: UInt8
    public let command: Command

    public init(slot: UInt8, sequence: UInt8, command: Command) {
      self.slot = slot
      self.sequence = sequence
      self.command = command
    }

    public var bytes: [UInt8] {
      let parts = parts
      return [parts.type] + littleEndianBytes(UInt32(parts.payload.count)) + [slot, sequence]
        + parts.specific + parts.payload
    }

    private var parts: (type: UInt8, specific: [UInt8], payload: [UInt8]) {
      switch command {
      case .iccPowerOn(let select): (0x62, [select.rawValue, 0, 0], [])
      case .iccPowerOff: (0x63, [0, 0, 0], [])
      case .getSlotStatus: (0x65, [0, 0, 0], [])
      case .transferBlock(let block, let extensions, let level):
        (0x6F, [extensions, UInt8(truncatingIfNeeded: level), UInt8(level >> 8)], block)
      case .getParameters: (0x6C, [0, 0, 0], [])
      case .setParameters(let number, let data): (0x61, [number, 0, 0], data)
      case .escape(let data): (0x6B, [0, 0, 0], data)
      case .abort: (0x72, [0, 0, 0], [])
      }
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
      let payload = try CCID.payload(of: bytes)
      slot = bytes[5]
      sequence = bytes[6]
      switch bytes[0] {
      case 0x62: command = .iccPowerOn(PowerSelect(rawValue: bytes[7]) ?? .automatic)
      case 0x63: command = .iccPowerOff
      case 0x65: command = .getSlotStatus
      case 0x6F:
        command = .transferBlock(
          payload, waitingTimeExtension: bytes[7],
          levelParameter: UInt16(bytes[9]) << 8 | UInt16(bytes[8]))
      case 0x6C: command = .getParameters
      case 0x61: command = .setParameters(protocolNumber: bytes[7], payload)
      case 0x6B: command = .escape(payload)
      case 0x72: command = .abort
      default: throw .unknownMessage(bytes[0])
      }
    }
  }
}
