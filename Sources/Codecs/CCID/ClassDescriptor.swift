extension CCID {
  /// The 54 bytes behind a reader's interface descriptor (5.1). Fields are named as there; those
  /// nobody here decides by are kept so that the bytes can be written again.
  public struct ClassDescriptor: Equatable, Sendable {
    public enum ExchangeLevel: String, Equatable, Sendable, CaseIterable {
      case character, tpdu, shortAPDU, extendedAPDU
    }

    public static let byteCount = 54

    public var release: UInt16 = 0x0110  // bcdCCID
    public var maximumSlotIndex: UInt8 = 0
    public var voltageSupport: UInt8 = 0x07
    /// Bit 0 T=0, bit 1 T=1.
    public var protocols: UInt32 = 0x03
    public var defaultClockKilohertz: UInt32 = 3_580
    public var maximumClockKilohertz: UInt32 = 3_580
    public var clockFrequencyCount: UInt8 = 0
    public var dataRateBitsPerSecond: UInt32 = 9_600
    public var maximumDataRateBitsPerSecond: UInt32 = 9_600
    public var dataRateCount: UInt8 = 0
    public var maximumIFSD: UInt32 = 254
    public var synchronousProtocols: UInt32 = 0
    public var mechanical: UInt32 = 0
    public var features: UInt32
    public var maximumMessageByteCount: UInt32
    public var classGetResponse: UInt8 = 0xFF
    public var classEnvelope: UInt8 = 0xFF
    public var lcdLayout: UInt16 = 0
    public var pinSupport: UInt8 = 0
    public var maximumBusySlots: UInt8 = 1

    public init(
      features: UInt32, maximumMessageByteCount: UInt32 = UInt32(CCID.shortMessageByteCount)
    ) {
      self.features = features
      self.maximumMessageByteCount = maximumMessageByteCount
    }

    /// dwFeatures, bits 16 to 18.
    public var exchangeLevel: ExchangeLevel {
      get {
        switch features >> 16 & 0x7 {
        case 0: .character
        case 1: .tpdu
        case 2: .shortAPDU
        default: .extendedAPDU
        }
      }
      set {
        let bits: UInt32 =
          switch newValue {
          case .character: 0
          case .tpdu: 1
          case .shortAPDU: 2
          case .extendedAPDU: 4
          }
        features = features & ~0x7_0000 | bits << 16
      }
    }

    /// Finds the class descriptor among those that follow an interface descriptor.
    public init(decoding bytes: [UInt8]) throws(DecodeError) {
      var begin = 0
      while begin + 1 < bytes.count, bytes[begin + 1] != 0x21, bytes[begin] >= 2 {
        begin += Int(bytes[begin])
      }
      guard begin + 1 < bytes.count else {
        throw .truncated(at: bytes.count, expected: begin + Self.byteCount)
      }
      guard bytes[begin] == UInt8(Self.byteCount), bytes[begin + 1] == 0x21 else {
        throw .notAClassDescriptor
      }
      guard begin + Self.byteCount <= bytes.count else {
        throw .truncated(at: bytes.count, expected: begin + Self.byteCount)
      }
      let field = Array(bytes[begin..<(begin + Self.byteCount)])
      func word(_ offset: Int) -> UInt16 { UInt16(field[offset + 1]) << 8 | UInt16(field[offset]) }
      func double(_ offset: Int) -> UInt32 { littleEndian(field[offset...(offset + 3)]) }
      self.init(features: double(40), maximumMessageByteCount: double(44))
      release = word(2)
      maximumSlotIndex = field[4]
      voltageSupport = field[5]
      protocols = double(6)
      defaultClockKilohertz = double(10)
      maximumClockKilohertz = double(14)
      clockFrequencyCount = field[18]
      dataRateBitsPerSecond = double(19)
      maximumDataRateBitsPerSecond = double(23)
      dataRateCount = field[27]
      maximumIFSD = double(28)
      synchronousProtocols = double(32)
      mechanical = double(36)
      classGetResponse = field[48]
      classEnvelope = field[49]
      lcdLayout = word(50)
      pinSupport = field[52]
      maximumBusySlots = field[53]
    }

    public var bytes: [UInt8] {
      var bytes: [UInt8] = [UInt8(Self.byteCount), 0x21]
      func add(_ value: UInt16) {
        bytes += [UInt8(truncatingIfNeeded: value), UInt8(value >> 8)]
      }
      func add(_ value: UInt32) { bytes += littleEndianBytes(value) }
      add(release)
      bytes += [maximumSlotIndex, voltageSupport]
      add(protocols)
      add(defaultClockKilohertz)
      add(maximumClockKilohertz)
      bytes.append(clockFrequencyCount)
      add(dataRateBitsPerSecond)
      add(maximumDataRateBitsPerSecond)
      bytes.append(dataRateCount)
      add(maximumIFSD)
      add(synchronousProtocols)
      add(mechanical)
      add(features)
      add(maximumMessageByteCount)
      bytes += [classGetResponse, classEnvelope]
      add(lcdLayout)
      bytes += [pinSupport, maximumBusySlots]
      return bytes
    }
  }
}
