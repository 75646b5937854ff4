import Codecs

struct TextRequest: Decodable {
  let text: String
  let codepage: String
}

/// A text in a code page as a codec has it; a printer's driver drops control characters besides.
struct TextBytes: Encodable {
  /// Null when a character is missing: nothing stands for it.
  @Nullable var bytes: HexBytes?
  /// Each once, in the order of the text.
  let missing: [String]

  init(_ request: TextRequest) throws {
    guard let page = CodePage(rawValue: request.codepage) else {
      throw Complaint("no code page is called \(request.codepage)")
    }
    let (bytes, missing) = page.transcode(request.text)
    self.missing = missing.map { String($0) }
    self.bytes = bytes.map { HexBytes($0) }
  }
}
