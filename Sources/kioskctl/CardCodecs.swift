import Codecs

struct CCIDRequest: Decodable {
  let descriptor: HexBytes
}

/// The fields of a class descriptor under the names of CCID Rev 1.1, 5.1; clocks in kHz, rates in
/// bits a second.
struct CCIDFields: Encodable {
  let bLength: Int
  let bDescriptorType: Int
  let bcdCCID: UInt16
  let bMaxSlotIndex: UInt8
  let bVoltageSupport: UInt8
  let dwProtocols: UInt32
  let dwDefaultClock: UInt32
  let dwMaximumClock: UInt32
  let bNumClockSupported: UInt8
  let dwDataRate: UInt32
  let dwMaxDataRate: UInt32
  let bNumDataRatesSupported: UInt8
  let dwMaxIFSD: UInt32
  let dwSynchProtocols: UInt32
  let dwMechanical: UInt32
  let dwFeatures: UInt32
  let dwMaxCCIDMessageLength: UInt32
  let bClassGetResponse: UInt8
  let bClassEnvelope: UInt8
  let wLcdLayout: UInt16
  let bPINSupport: UInt8
  let bMaxCCIDBusySlots: UInt8
  /// What dwFeatures comes to: character, tpdu, shortAPDU, extendedAPDU.
  let exchangeLevel: String
  /// The other bits of dwFeatures, and those of the other fields, as the class names them.
  let features: [String]
  let voltages: [String]
  let protocols: [String]
  let synchronousProtocols: [String]
  let mechanical: [String]
  let pinSupport: [String]
  /// Of a display; null without one.
  @Nullable var lcd: DisplaySize?
  /// Slots that are used: at most those that the driver knows.
  let slots: Int

  struct DisplaySize: Encodable {
    let lines: Int
    let characters: Int
  }

  init(_ request: CCIDRequest) throws {
    let fields = try CCID.ClassDescriptor(decoding: request.descriptor.bytes)
    bLength = CCID.ClassDescriptor.byteCount
    bDescriptorType = 0x21
    bcdCCID = fields.release
    bMaxSlotIndex = fields.maximumSlotIndex
    bVoltageSupport = fields.voltageSupport
    dwProtocols = fields.protocols
    dwDefaultClock = fields.defaultClockKilohertz
    dwMaximumClock = fields.maximumClockKilohertz
    bNumClockSupported = fields.clockFrequencyCount
    dwDataRate = fields.dataRateBitsPerSecond
    dwMaxDataRate = fields.maximumDataRateBitsPerSecond
    bNumDataRatesSupported = fields.dataRateCount
    dwMaxIFSD = fields.maximumIFSD
    dwSynchProtocols = fields.synchronousProtocols
    dwMechanical = fields.mechanical
    dwFeatures = fields.features
    dwMaxCCIDMessageLength = fields.maximumMessageByteCount
    bClassGetResponse = fields.classGetResponse
    bClassEnvelope = fields.classEnvelope
    wLcdLayout = fields.lcdLayout
    bPINSupport = fields.pinSupport
    bMaxCCIDBusySlots = fields.maximumBusySlots
    exchangeLevel = fields.exchangeLevel.rawValue
    features = fields.featureNames
    voltages = fields.voltageNames
    protocols = fields.protocolNames
    synchronousProtocols = fields.synchronousProtocolNames
    mechanical = fields.mechanicalNames
    pinSupport = fields.pinSupportNames
    lcd = fields.displaySize.map { DisplaySize(lines: $0.lines, characters: $0.characters) }
    slots = fields.slotCount
  }
}

struct NDEFRequest: Decodable {
  let message: HexBytes?
  let tag: HexBytes?
}

struct NDEFFields: Encodable {
  struct Record: Encodable {
    /// empty, wellKnown, media, absoluteURI, external, unknown.
    let format: String
    let type: String
    let id: String
    let payload: HexBytes
    /// empty, text, uri, smartPoster, media, external, other, malformed.
    let meaning: String
    /// Of texts, and of posters' first title; left out elsewhere.
    let text: String?
    let language: String?
    /// Of URIs and posters; left out elsewhere.
    let uri: String?
  }

  /// The largest data area whose blocks have a length of two bytes.
  static let tagByteLimit = 1 << 17

  let records: [Record]

  init(_ request: NDEFRequest) throws {
    records = try NFC.Message(decoding: try Self.message(of: request)).records.map(Record.init)
  }

  private static func message(of request: NDEFRequest) throws -> [UInt8] {
    if let message = request.message { return message.bytes }
    guard let data = request.tag?.bytes else { throw Complaint("\"message\" is missing") }
    switch try NFC.Type2Tag.content(of: data, byteCount: tagByteLimit) {
    case .message([]), .nothing: throw Complaint("the tag holds no message")
    case .message(let bytes): return bytes
    // All blocks are over where the dump ends.
    case .needs(data.count + 1): throw Complaint("the tag holds no message")
    case .needs(let count): throw Complaint("the tag ends at \(data.count) of \(count) bytes")
    }
  }
}

extension NDEFFields.Record {
  fileprivate init(_ record: NFC.Record) {
    format = "\(record.format)"
    type = String(decoding: record.type, as: UTF8.self)
    id = String(decoding: record.id, as: UTF8.self)
    payload = HexBytes(record.payload)
    var (words, text, language, uri): (String, String?, String?, String?) = ("", nil, nil, nil)
    switch record.meaning {
    case .empty: words = "empty"
    case .text(let content): (words, text, language) = ("text", content.text, content.language)
    case .uri(let address): (words, uri) = ("uri", address)
    case .smartPoster(let address, let titles):
      (words, uri) = ("smartPoster", address)
      (text, language) = (titles.first?.text, titles.first?.language)
    case .media: words = "media"
    case .external: words = "external"
    case .other: words = "other"
    case .malformed: words = "malformed"
    }
    (meaning, self.text, self.language, self.uri) = (words, text, language, uri)
  }
}
