import CheckoutMachine
import Foundation

/// A recording that is read line by line.
public struct RecordingReader {
  static let chunkByteCount = 1 << 18
  /// The header holds the shop's rules and all profiles; no line is longer.
  static let lineLimit = 8 << 20

  public let header: RecordingHeader
  /// Whether the key was there; without it only the checkout's steps can be replayed.
  public let hasKey: Bool
  /// How the recording ends: its own words, or that its last line is torn.
  public private(set) var ending = "in mid-line; the power failed, or it is still being written"

  private let handle: FileHandle
  private let decoder: JSONDecoder
  private var lineNumber = 0
  private var reader: LineReader

  /// Opens a recording. Its key is read from `keyPath`, by default `path.key`; none there is none.
  public init(path: String, keyPath: String? = nil) throws(RecordingError) {
    do {
      handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    } catch {
      throw RecordingError("\(path) cannot be read; is it there and yours?")
    }
    let seal = try Self.seal(keyPath ?? path + RecordingFile.keySuffix, isWished: keyPath != nil)
    hasKey = seal != nil
    decoder = JSONDecoder()
    decoder.userInfo = [CodingUserInfoKey: any Sendable](seal)
    var reader = LineReader(handle: handle)
    guard let line = try reader.next() else { throw RecordingError("\(path) is empty") }
    lineNumber = 1
    guard case .began(let header) = try Self.decode(line, 1, decoder).event else {
      throw RecordingError("\(path) is no recording of kioskd")
    }
    guard header.version == RecordingHeader.currentVersion else {
      throw RecordingError(
        "\(path) is of version \(header.version), not \(RecordingHeader.currentVersion); "
          + "use the kioskctl of the kioskd that made it")
    }
    self.header = header
    self.reader = reader
  }

  /// The next event with the number of its line; nil at the end.
  public mutating func next() throws(RecordingError) -> NumberedEvent? {
    guard let line = try reader.next() else { return nil }
    lineNumber += 1
    let decoded = try Self.decode(line, lineNumber, decoder)
    if case .over(let reason) = decoded.event { ending = reason }
    return NumberedEvent(
      line: lineNumber, at: .microseconds(decoded.at), event: decoded.event)
  }

  private static func seal(
    _ path: String, isWished: Bool
  ) throws(RecordingError) -> RecordingSeal? {
    guard isWished || FileManager.default.fileExists(atPath: path) else { return nil }
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw RecordingError("\(path): the recording's key cannot be read")
    }
    guard let key = Data(base64Encoded: text.trimmingCharacters(in: .whitespacesAndNewlines)),
      key.count == RecordingSeal.keyByteCount
    else { throw RecordingError("\(path) holds no recording's key") }
    return RecordingSeal(key: Array(key))
  }

  private static func decode(
    _ line: Data, _ number: Int, _ decoder: JSONDecoder
  ) throws(RecordingError) -> RecordedLine {
    do {
      return try decoder.decode(RecordedLine.self, from: line)
    } catch let error as DecodingError {
      throw RecordingError("line \(number) of the recording was changed or damaged: \(why(error))")
    } catch {
      throw RecordingError("line \(number) of the recording was changed or damaged")
    }
  }

  private static func why(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): "\(key.stringValue) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .dataCorrupted(let context):
      context.debugDescription
    @unknown default: "it is no event"
    }
  }
}

public struct NumberedEvent: Sendable {
  public let line: Int
  public let at: Duration
  public let event: RecordedEvent
}

/// Whole lines of a file; what stands behind the last line feed is torn and left out.
private struct LineReader {
  let handle: FileHandle
  private var lines: [Data] = []
  private var nextLine = 0
  private var rest = Data()

  init(handle: FileHandle) { self.handle = handle }

  mutating func next() throws(RecordingError) -> Data? {
    while nextLine == lines.count {
      let chunk: Data?
      do {
        chunk = try handle.read(upToCount: RecordingReader.chunkByteCount)
      } catch {
        throw RecordingError("the recording cannot be read on: \(error)")
      }
      guard let chunk, !chunk.isEmpty else { return nil }
      var parts = chunk.split(separator: 0x0A, omittingEmptySubsequences: false).map { Data($0) }
      parts[0] = rest + parts[0]
      rest = parts.removeLast()
      guard rest.count <= RecordingReader.lineLimit else {
        throw RecordingError("the recording has a line that is longer than any of kioskd's")
      }
      (lines, nextLine) = (parts, 0)
    }
    defer { nextLine += 1 }
    return lines[nextLine]
  }
}
