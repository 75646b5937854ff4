/// Reads server-sent events line by line as they come, chunk sizes taken away.
public final class LoopbackEvents {
  /// A line longer than this is not what a test waits for.
  static let lineByteLimit = 1 << 21

  private let connection: LoopbackConnection
  private var bytes: [UInt8] = []
  private var ended = false
  public let status: Int
  /// Names in lower case.
  public let headers: [String: String]

  /// Opens the stream and reads its head.
  public init(
    port: Int, path: String = "/api/v1/events", smallBuffer: Bool = false
  ) async throws {
    connection = try LoopbackConnection(port: port)
    if smallBuffer { connection.shrinkReceiveBuffer() }
    let head = "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n"
    try await connection.send(Array(head.utf8))
    while true {
      let more = try await connection.receive()
      bytes += more
      if let head = HTTPHead(parsing: bytes) {
        status = head.status
        headers = head.headers
        bytes.removeFirst(head.byteCount)
        return
      }
      guard !more.isEmpty else {
        throw LoopbackFault.notHTTP(String(decoding: bytes, as: UTF8.self))
      }
    }
  }

  /// The next line that belongs to an event, or nil when the stream has ended.
  public func nextLine() async throws -> String? {
    while true {
      if let end = bytes.firstIndex(of: 0x0A) {
        var line = bytes[..<end]
        bytes.removeFirst(end + 1)
        if line.last == 0x0D { line = line.dropLast() }
        let text = String(decoding: line, as: UTF8.self)
        // A chunk's size and the empty line after it are framing, not content.
        let isFraming = text.isEmpty || text.allSatisfy(\.isHexDigit)
        if isFraming { continue }
        return text
      }
      if ended { return nil }
      let more = try await connection.receive()
      ended = more.isEmpty
      bytes += more
      guard bytes.count <= Self.lineByteLimit else { throw LoopbackFault.tooLong }
    }
  }

  /// The next line that begins with `prefix`, without it.
  public func next(_ prefix: String) async throws -> String? {
    while let line = try await nextLine() {
      if line.hasPrefix(prefix) { return String(line.dropFirst(prefix.count)) }
    }
    return nil
  }
}
