import Codecs

struct ATRRequest: Decodable {
  let atr: HexBytes
}

/// All that an answer to reset says, under the names of ISO/IEC 7816-3. What is not in its bytes
/// has the standard's value; a wrong TCK is an error.
struct ATRFields: Encodable {
  /// `direct` or `inverse` (8.1).
  let convention: String
  /// `TA1` to `TDn`, those that are there.
  let interface: [String: HexBytes]
  /// 0, 1 …; 0 where none is named.
  let protocols: [UInt8]
  let historical: HexBytes
  /// `right`, or `none` where T=0 alone is offered.
  let tck: String
  /// `contact`, `isoDEP` or `storageCard`.
  let kind: String
  /// What a reader calls a contactless storage card (PC/SC part 3): "MIFARE Ultralight"; or null.
  @Nullable var storageCard: String?
  /// Its number in that list, and the standard that it follows.
  @Nullable var storageCardNumber: UInt16?
  @Nullable var storageCardStandard: String?
  // Null where the value is reserved.
  @Nullable var fi: Int?
  @Nullable var di: Int?
  @Nullable var maximumClockKilohertz: Int?
  let extraGuardTime: UInt8
  /// Of TA2; null in negotiable mode.
  @Nullable var specificMode: SpecificMode?
  let t0: BlockOfT0
  /// Null where T=1 is not offered.
  @Nullable var t1: BlockOfT1?
  /// `notSupported`, `stateLow`, `stateHigh` or `noPreference`.
  let clockStop: String
  /// A 5 V, B 3 V, C 1.8 V.
  let operatingClasses: [String]

  struct SpecificMode: Encodable {
    let `protocol`: UInt8
    let canChange: Bool
    let usesImplicitParameters: Bool
  }

  struct BlockOfT0: Encodable {
    let waitingInteger: UInt8
  }

  struct BlockOfT1: Encodable {
    let informationFieldSize: UInt8
    let characterWaitingInteger: UInt8
    let blockWaitingInteger: UInt8
    /// `LRC` or `CRC`.
    let errorDetection: String
  }

  init(_ request: ATRRequest) throws {
    let answer = try ISO7816.AnswerToReset(decoding: request.atr.bytes)
    convention = answer.convention.rawValue
    interface = Self.interface(of: answer)
    protocols = answer.protocols
    historical = HexBytes(answer.historicalBytes)
    tck = answer.checkCharacter == nil ? "none" : "right"
    kind =
      answer.storageCard != nil ? "storageCard" : answer.isContactless ? "isoDEP" : "contact"
    storageCard = answer.storageCardName?.title
    storageCardNumber = answer.storageCardName?.rawValue
    storageCardStandard = answer.storageCard?.standardName
    fi = answer.clockRateConversion
    di = answer.baudRateAdjustment
    maximumClockKilohertz = answer.maximumClockKilohertz
    extraGuardTime = answer.extraGuardTime
    specificMode = answer.specificMode.map {
      SpecificMode(
        protocol: $0.protocolNumber, canChange: $0.canChange,
        usesImplicitParameters: $0.usesImplicitParameters)
    }
    t0 = BlockOfT0(waitingInteger: answer.waitingInteger)
    t1 =
      answer.protocols.contains(1)
      ? BlockOfT1(
        informationFieldSize: answer.informationFieldSize,
        characterWaitingInteger: answer.characterWaitingInteger,
        blockWaitingInteger: answer.blockWaitingInteger,
        errorDetection: answer.usesRedundancyCode ? "CRC" : "LRC")
      : nil
    clockStop = "\(answer.clockStop)"
    operatingClasses = ["A", "B", "C"].enumerated()
      .filter { answer.operatingClasses >> $0.offset & 1 == 1 }.map(\.element)
  }

  private static func interface(of answer: ISO7816.AnswerToReset) -> [String: HexBytes] {
    var interface: [String: HexBytes] = [:]
    for group in answer.interfaceBytes {
      let bytes = [("TA", group.ta), ("TB", group.tb), ("TC", group.tc), ("TD", group.td)]
      for case (let name, let byte?) in bytes {
        interface["\(name)\(group.index)"] = HexBytes([byte])
      }
    }
    return interface
  }
}
