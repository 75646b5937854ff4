extension ISO7816 {
  /// How reader and card talk after the answer to reset: the protocol and its parameters, as PPS
  /// agrees them and as a CCID reader is told them (ISO/IEC 7816-3, 9; CCID Rev 1.1, 6.1.7).
  public struct ProtocolParameters: Equatable, Sendable {
    /// 0 or 1.
    public let protocolNumber: UInt8
    /// Fi and Di as in TA1; 11 without PPS.
    public let frequencyAndRate: UInt8
    private let answer: AnswerToReset

    /// Fi and Di of a card before anything was agreed.
    public static let defaultFrequencyAndRate: UInt8 = 0x11

    init(protocolNumber: UInt8, frequencyAndRate: UInt8, answer: AnswerToReset) {
      self.protocolNumber = protocolNumber
      self.frequencyAndRate = frequencyAndRate
      self.answer = answer
    }

    /// The protocol to speak: that of the specific mode, T=1 with a contactless card, else the
    /// first that the card offers and `supported` (dwProtocols, bit 0 T=0, bit 1 T=1) has; nil if
    /// there is none.
    public init?(_ answer: AnswerToReset, supported: UInt32, usesCardRate: Bool) {
      let offered: [UInt8]
      if let mode = answer.specificMode {
        offered = [mode.protocolNumber]
      } else if answer.isContactless {
        offered = [1, 0]
      } else {
        offered = answer.protocols
      }
      guard let number = offered.first(where: { $0 <= 1 && supported & (1 << UInt32($0)) != 0 })
      else { return nil }
      let isFixed = answer.specificMode.map { !$0.usesImplicitParameters } ?? false
      let isKnown = answer.clockRateConversion != nil && answer.baudRateAdjustment != nil
      self.init(
        protocolNumber: number,
        frequencyAndRate: (isFixed || usesCardRate) && isKnown
          ? answer.frequencyAndRate : Self.defaultFrequencyAndRate,
        answer: answer)
    }

    /// PPS request (9.2), PPSS to PCK; nil where the card already speaks like this: in specific
    /// mode, or with its first protocol at the ordinary rate.
    public var request: [UInt8]? {
      let isFirst = answer.protocols.first == protocolNumber
      let isDefault = frequencyAndRate == Self.defaultFrequencyAndRate
      guard answer.specificMode == nil, !(isFirst && isDefault) else { return nil }
      let body: [UInt8] =
        isDefault ? [0xFF, protocolNumber] : [0xFF, 0x10 | protocolNumber, frequencyAndRate]
      return body + [body.reduce(0, ^)]
    }

    /// The parameters after the card's answer to `request` (9.3): as asked, at the ordinary rate
    /// if the card left PPS1 out, nil if it refused.
    public func agreed(by response: [UInt8]) -> ProtocolParameters? {
      guard let request, response.count >= 3, response.reduce(0, ^) == 0, response[0] == 0xFF,
        response[1] & 0x0F == protocolNumber
      else { return nil }
      if response == request { return self }
      guard response.count == 3, response[1] >> 4 == 0 else { return nil }
      return ProtocolParameters(
        protocolNumber: protocolNumber, frequencyAndRate: Self.defaultFrequencyAndRate,
        answer: answer)
    }

    /// abProtocolDataStructure of PC_to_RDR_SetParameters: five bytes for T=0, seven for T=1.
    public var dataStructure: [UInt8] {
      let convention: UInt8 = answer.convention == .inverse ? 0x02 : 0
      let guardTime = answer.extraGuardTime
      let clockStop = answer.clockStop.rawValue
      switch protocolNumber {
      case 1:
        return [
          frequencyAndRate, 0x10 | convention | (answer.usesRedundancyCode ? 1 : 0), guardTime,
          answer.blockWaitingInteger << 4 | answer.characterWaitingInteger, clockStop,
          answer.informationFieldSize, 0,
        ]
      default:
        return [frequencyAndRate, convention, guardTime, answer.waitingInteger, clockStop]
      }
    }

    /// bmTCCKS of T=1 and the card's block size, for the exchange of blocks.
    public func exchange(announcing size: UInt8?) -> T1.Exchange {
      T1.Exchange(
        detection: answer.usesRedundancyCode ? .crc : .lrc,
        cardSize: answer.informationFieldSize, announcing: size)
    }
  }
}
