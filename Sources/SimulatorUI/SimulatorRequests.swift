import Simulators

/// `POST /simulator/scanner`.
struct ScanRequest: Decodable {
  /// The longest text of a QR code (ISO/IEC 18004, alphanumeric).
  static let textByteLimit = 4_296

  let text: String
  /// An AIM symbology identifier (ISO/IEC 15424), or nil for a scanner that sends none.
  let aim: String?

  /// What is wrong with it, or nil.
  var fault: String? {
    guard (1...Self.textByteLimit).contains(text.utf8.count),
      text.utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x1D })
    else {
      return "text must have 1 to \(Self.textByteLimit) printable ASCII characters, or GS (1D): "
        + "the simulated scanner types on a US keyboard."
    }
    guard let aim else { return nil }
    let characters = Array(aim.unicodeScalars)
    let isIdentifier =
      characters.count == 3 && characters[0] == "]"
      && characters[1].properties.isAlphabetic && characters[1].isASCII
      && characters[2].isASCII && Character(characters[2]).isHexDigit
    return isIdentifier ? nil : "aim must be like ]E0, ]C1 or ]Q1."
  }
}

/// `POST /simulator/reader`: a card's identifier, or `null` to take the card away.
struct CardRequest: Decodable {
  /// Lengths of identifiers (ISO/IEC 14443-3, 6.4.4).
  static let byteCounts = [4, 7, 10]

  let uid: String?
  /// Whether it is a tag with a memory, which a card token can be written on.
  let isTag: Bool

  private enum Key: String, CodingKey { case uid, tag }

  init(from decoder: any Decoder) throws {
    let form = try decoder.container(keyedBy: Key.self)
    // A missing key is a mistake, not a card taken away.
    uid = try form.decodeNil(forKey: .uid) ? nil : form.decode(String.self, forKey: .uid)
    isTag = try form.decodeIfPresent(Bool.self, forKey: .tag) ?? false
  }

  /// The identifier's bytes, or nil when `uid` is no identifier.
  static func bytes(_ uid: String) -> [UInt8]? {
    let digits = uid.compactMap(\.hexDigitValue)
    guard digits.count == uid.count, digits.count.isMultiple(of: 2),
      byteCounts.contains(digits.count / 2)
    else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map {
      UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
  }
}

/// `POST /simulator/printer`: what is left out stays as it is.
struct PrinterRequest: Decodable {
  enum Cover: String, Codable { case open, closed }

  let paper: PrinterModel.PaperSupply?
  let cover: Cover?
  let attached: Bool?
}

/// The printer as a person sees it.
struct PrinterForm: Encodable {
  let paper: PrinterModel.PaperSupply
  let cover: PrinterRequest.Cover
  let attached: Bool
  /// Grows with everything that is sent, so that a page knows when to look at the paper again.
  let byteCount: Int

  init(_ devices: SimulatedDevices) {
    let model = devices.printerModel
    paper = model.paperSupply
    cover = model.isCoverOpen ? .open : .closed
    attached = devices.isPrinterAttached
    byteCount = model.receivedBytes.count
  }
}
