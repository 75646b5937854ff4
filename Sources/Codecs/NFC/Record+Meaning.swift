extension NFC {
  /// A text with its language (Text RTD 1.0, 3).
  public struct Text: Equatable, Sendable {
    public let text: String
    /// RFC 3066, `en` or `zh-CN`.
    public let language: String

    public init(text: String, language: String) {
      self.text = text
      self.language = language
    }
  }
}

extension NFC.Record {
  /// What a record says, for the types that are read here.
  public enum Meaning: Equatable, Sendable {
    case empty
    case text(NFC.Text)
    case uri(String)
    /// A URI with titles (Smart Poster RTD 1.1); what else a poster holds is left out.
    case smartPoster(uri: String, titles: [NFC.Text])
    case media(String)
    case external(String)
    /// Well formed, of a type that is not read here, or with no type.
    case other
    /// Of a type that is read here, with a payload that breaks its definition.
    case malformed
  }

  public var meaning: Meaning {
    switch format {
    case .empty: return .empty
    case .absoluteURI: return Self.text(type).map { .uri($0) } ?? .malformed
    case .media: return Self.text(type).map { .media($0) } ?? .malformed
    case .external: return Self.text(type).map { .external($0.lowercased()) } ?? .malformed
    case .unknown: return .other
    case .wellKnown:
      switch type {
      case Self.textType: return textRecord.map { .text($0) } ?? .malformed
      case Self.uriType: return uriRecord.map { .uri($0) } ?? .malformed
      case Self.posterType: return poster ?? .malformed
      default: return .other
      }
    }
  }

  private static let textType = Array("T".utf8)
  private static let uriType = Array("U".utf8)
  private static let posterType = Array("Sp".utf8)
  /// Bits of a text's status byte.
  private static let isUTF16: UInt8 = 0x80
  private static let languageMask: UInt8 = 0x3F

  /// A text in UTF-8. `language` has at most 63 bytes.
  public static func text(_ text: NFC.Text) -> NFC.Record {
    let language = Array(text.language.utf8)
    precondition(language.count <= Int(languageMask))
    return NFC.Record(
      format: .wellKnown, type: textType,
      payload: [UInt8(language.count)] + language + Array(text.text.utf8))
  }

  /// A URI, shortened by the longest prefix of the table.
  public static func uri(_ uri: String) -> NFC.Record {
    let code =
      uriPrefixes.indices.dropFirst().filter { uri.hasPrefix(uriPrefixes[$0]) }
      .max { uriPrefixes[$0].utf8.count < uriPrefixes[$1].utf8.count } ?? 0
    return NFC.Record(
      format: .wellKnown, type: uriType,
      payload: [UInt8(code)] + uri.utf8.dropFirst(uriPrefixes[code].utf8.count))
  }

  private var textRecord: NFC.Text? {
    guard let status = payload.first else { return nil }
    let end = 1 + Int(status & Self.languageMask)
    guard end <= payload.count, let language = Self.text(payload[1..<end]) else { return nil }
    let rest = payload[end...]
    let text = status & Self.isUTF16 == 0 ? Self.text(rest) : Self.utf16(Array(rest))
    return text.map { NFC.Text(text: $0, language: language) }
  }

  private var uriRecord: String? {
    guard let code = payload.first, let rest = Self.text(payload.dropFirst()) else { return nil }
    // A code that is not in the table stands for no prefix (URI RTD 1.0, 3.2.2).
    let index = Int(code)
    return (Self.uriPrefixes.indices.contains(index) ? Self.uriPrefixes[index] : "") + rest
  }

  private var poster: Meaning? {
    let message: NFC.Message
    do throws(NFC.Malformation) {
      message = try NFC.Message(decoding: payload)
    } catch {
      return nil
    }
    var uris: [String] = []
    var titles: [NFC.Text] = []
    for record in message.records where record.format == .wellKnown {
      if record.type == Self.uriType, let uri = record.uriRecord { uris.append(uri) }
      if record.type == Self.textType, let title = record.textRecord { titles.append(title) }
    }
    // Exactly one (Smart Poster RTD 1.1, 3.3).
    guard uris.count == 1, let uri = uris.first else { return nil }
    return .smartPoster(uri: uri, titles: titles)
  }

  private static func text(_ bytes: some Sequence<UInt8>) -> String? {
    String(validating: bytes, as: UTF8.self)
  }

  /// Big-endian without a byte order mark (Text RTD 1.0, 3.4).
  private static func utf16(_ bytes: [UInt8]) -> String? {
    guard bytes.count.isMultiple(of: 2) else { return nil }
    let units = stride(from: 0, to: bytes.count, by: 2).map {
      UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
    }
    return switch units.first {
    case 0xFEFF: String(validating: units.dropFirst(), as: UTF16.self)
    case 0xFFFE: String(validating: units.dropFirst().map(\.byteSwapped), as: UTF16.self)
    default: String(validating: units, as: UTF16.self)
    }
  }

  /// By their code, 00h to 23h (URI RTD 1.0, table 3).
  static let uriPrefixes = [
    "", "http://www.", "https://www.", "http://", "https://", "tel:", "mailto:",
    "ftp://anonymous:anonymous@", "ftp://ftp.", "ftps://", "sftp://", "smb://", "nfs://", "ftp://",
    "dav://", "news:", "telnet://", "imap:", "rtsp://", "urn:", "pop:", "sip:", "sips:", "tftp:",
    "btspp://", "btl2cap://", "btgoep://", "tcpobex://", "irdaobex://", "file://", "urn:epc:id:",
    "urn:epc:tag:", "urn:epc:pat:", "urn:epc:raw:", "urn:epc:", "urn:nfc:",
  ]
}
