import Foundation

/// One JSON object a line in, one a line out, in order: what `kioskctl decode` and `encode` speak.
///
/// A line that is none of them, or that cannot be answered, is answered by an error with its
/// number, and the next one is read.
struct JSONLines {
  private struct Refusal: Encodable {
    let error: String
    let line: Int
  }

  private let decoder = JSONDecoder()
  private let encoder: JSONEncoder
  private var splitter = LineSplitter()
  private var lineNumber = 0
  private var output = Data()

  init() {
    encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  }

  /// Answers standard input on standard output to its end.
  static func run<Request: Decodable, Reply: Encodable>(
    _: Request.Type, _ answer: (Request) throws -> Reply
  ) throws {
    var lines = JSONLines()
    while case let chunk = try StandardInput.chunk(), !chunk.isEmpty {
      try FileHandle.standardOutput.write(contentsOf: try lines.feed(chunk, answer))
    }
    try FileHandle.standardOutput.write(contentsOf: try lines.end(answer))
  }

  /// The answers to the lines that this chunk ended.
  mutating func feed<Request: Decodable, Reply: Encodable>(
    _ chunk: [UInt8], _ answer: (Request) throws -> Reply
  ) throws -> Data {
    var splitter = splitter
    defer { self.splitter = splitter }
    try splitter.feed(chunk) { try take($0, answer) }
    return takeOutput()
  }

  mutating func end<Request: Decodable, Reply: Encodable>(
    _ answer: (Request) throws -> Reply
  ) throws -> Data {
    var splitter = splitter
    defer { self.splitter = splitter }
    try splitter.end { try take($0, answer) }
    return takeOutput()
  }

  private mutating func takeOutput() -> Data {
    defer { output = Data() }
    return output
  }

  private mutating func take<Request: Decodable, Reply: Encodable>(
    _ line: LineSplitter.Line, _ answer: (Request) throws -> Reply
  ) throws {
    lineNumber += 1
    do {
      guard case .whole(let bytes) = line else {
        throw Complaint("the line is longer than \(LineSplitter.byteLimit) bytes")
      }
      output += try encoder.encode(try answer(try decoder.decode(Request.self, from: Data(bytes))))
    } catch {
      output += try encoder.encode(Refusal(error: Self.text(error), line: lineNumber))
    }
    output.append(0x0A)
  }

  private static func text(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    func place(_ context: DecodingError.Context) -> String {
      context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? "\"\($0.stringValue)\"" }.joined()
    }
    return switch error {
    case .keyNotFound(let key, _): "\"\(key.stringValue)\" is missing"
    case .dataCorrupted(let context) where context.codingPath.isEmpty: "not valid JSON"
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .dataCorrupted(let context):
      context.codingPath.isEmpty
        ? "not a JSON object" : "\(place(context)): \(context.debugDescription)"
    @unknown default: "not a JSON object"
    }
  }
}

/// Bytes as hexadecimal digits, both cases, blanks between bytes allowed.
struct HexBytes: Codable, Equatable {
  static let expectation = "pairs of hexadecimal digits are expected"

  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let bytes = Self.bytes(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: Self.expectation)
    }
    self.bytes = bytes
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(Self.text(bytes))
  }

  static func text(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  static func bytes(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count / 2)
    var high: UInt8?
    for character in text.utf8 {
      let digit: UInt8
      switch character {
      case 0x30...0x39: digit = character - 0x30
      case 0x41...0x46: digit = character - 0x41 + 10
      case 0x61...0x66: digit = character - 0x61 + 10
      case 0x20 where high == nil: continue
      default: return nil
      }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    return high == nil ? bytes : nil
  }
}

/// Nil as `null` in JSON, where a key that is left out would say something else.
@propertyWrapper
struct Nullable<Value: Encodable>: Encodable {
  var wrappedValue: Value?

  init(wrappedValue: Value? = nil) { self.wrappedValue = wrappedValue }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let wrappedValue {
      try container.encode(wrappedValue)
    } else {
      try container.encodeNil()
    }
  }
}
