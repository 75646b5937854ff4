extension ISO7816.AnswerToReset {
  /// The transmission protocols offered, in the card's order; T=0 if none is named (8.2.3).
  public var protocols: [UInt8] {
    var protocols: [UInt8] = []
    for group in interfaceBytes {
      guard let td = group.td, td & 0x0F != 0x0F, !protocols.contains(td & 0x0F) else { continue }
      protocols.append(td & 0x0F)
    }
    return protocols.isEmpty ? [0] : protocols
  }

  private func group(_ index: Int) -> InterfaceBytes? {
    interfaceBytes.count >= index ? interfaceBytes[index - 1] : nil
  }

  /// TA1 (8.3): Fi in the high half and Di in the low one; 11 if absent.
  public var frequencyAndRate: UInt8 { group(1)?.ta ?? 0x11 }

  /// Fi, the clock rate conversion integer (table 7); nil for a value that is reserved.
  public var clockRateConversion: Int? {
    let values: [Int?] = [
      372, 372, 558, 744, 1_116, 1_488, 1_860, nil, nil, 512, 768, 1_024, 1_536, 2_048, nil, nil,
    ]
    return values[Int(frequencyAndRate >> 4)]
  }

  /// The card's highest clock frequency that goes with Fi, in kHz (table 7).
  public var maximumClockKilohertz: Int? {
    let values: [Int?] = [
      4_000, 5_000, 6_000, 8_000, 12_000, 16_000, 20_000, nil, nil, 5_000, 7_500, 10_000, 15_000,
      20_000, nil, nil,
    ]
    return values[Int(frequencyAndRate >> 4)]
  }

  /// Di, the baud rate adjustment integer (table 8); nil for a value that is reserved.
  public var baudRateAdjustment: Int? {
    let values: [Int?] = [
      nil, 1, 2, 4, 8, 16, 32, 64, 12, 20, nil, nil, nil, nil, nil, nil,
    ]
    return values[Int(frequencyAndRate & 0x0F)]
  }

  /// TC1, N: 0 to 254 extra guard times of one etu; 255 asks for the protocol's least (8.3).
  public var extraGuardTime: UInt8 { group(1)?.tc ?? 0 }

  /// TA2: in specific mode the card speaks this protocol with these parameters and takes no PPS
  /// (6.3.1).
  public struct SpecificMode: Equatable, Sendable {
    public let protocolNumber: UInt8
    /// The card can be reset into negotiable mode.
    public let canChange: Bool
    /// Fi and Di are the card's own, not those of TA1.
    public let usesImplicitParameters: Bool
  }

  public var specificMode: SpecificMode? {
    group(2)?.ta.map {
      SpecificMode(
        protocolNumber: $0 & 0x0F, canChange: $0 & 0x80 == 0, usesImplicitParameters: $0 & 0x10 != 0
      )
    }
  }

  /// TC2, WI of T=0: 10 if absent (10.2).
  public var waitingInteger: UInt8 { group(2)?.tc ?? 10 }

  /// The first group behind the second whose bytes are those of T=1 (11.4).
  private var blockGroup: InterfaceBytes? { interfaceBytes.first { $0.index > 2 && $0.type == 1 } }

  /// IFSC of T=1: the longest information field that the card takes, 32 if absent (11.4.2). The
  /// values 0 and 255 are reserved and count as absent.
  public var informationFieldSize: UInt8 {
    guard let size = blockGroup?.ta, (1...254).contains(size) else { return 32 }
    return size
  }

  /// CWI of T=1 (11.4.3).
  public var characterWaitingInteger: UInt8 { (blockGroup?.tb ?? 0x4D) & 0x0F }
  /// BWI of T=1 (11.4.3).
  public var blockWaitingInteger: UInt8 { (blockGroup?.tb ?? 0x4D) >> 4 }
  /// The error detection code of T=1: a CRC of two bytes instead of the LRC (11.4.4).
  public var usesRedundancyCode: Bool { (blockGroup?.tc ?? 0) & 1 != 0 }

  /// The global bytes behind a TD with T=15 (8.3): clock stop and classes of voltage.
  private var globalGroup: InterfaceBytes? {
    interfaceBytes.first { $0.index > 2 && $0.type == 15 }
  }

  public enum ClockStop: UInt8, Equatable, Sendable {
    case notSupported = 0
    case stateLow, stateHigh, noPreference
  }

  /// X of the first TA for T=15.
  public var clockStop: ClockStop {
    ClockStop(rawValue: (globalGroup?.ta ?? 0) >> 6) ?? .notSupported
  }

  /// Y of the first TA for T=15: bit 0 class A (5 V), bit 1 B (3 V), bit 2 C (1.8 V); 1 if absent.
  public var operatingClasses: UInt8 { (globalGroup?.ta ?? 1) & 0x3F }
}
