/// An answer, whole.
public struct HTTPAnswer: Equatable, Sendable {
  public let status: Int
  /// Names in lower case; of repeated ones the last.
  public let headers: [String: String]
  public let body: [UInt8]

  public var text: String { String(decoding: body, as: UTF8.self) }

  /// The head and, when it is complete, the body by Content-Length; nil while bytes are missing.
  init?(parsing bytes: [UInt8], ended: Bool) throws {
    guard let head = HTTPHead(parsing: bytes) else {
      if ended { throw LoopbackFault.notHTTP(String(decoding: bytes, as: UTF8.self)) }
      return nil
    }
    let rest = bytes[head.byteCount...]
    if let length = head.headers["content-length"].flatMap({ Int($0) }) {
      guard rest.count >= length else {
        if ended { throw LoopbackFault.notHTTP("body of \(rest.count) bytes, not \(length)") }
        return nil
      }
      body = Array(rest.prefix(length))
    } else {
      guard ended else { return nil }
      body = Array(rest)
    }
    status = head.status
    headers = head.headers
  }
}

struct HTTPHead {
  let status: Int
  let headers: [String: String]
  let byteCount: Int

  init?(parsing bytes: [UInt8]) {
    let mark = Array("\r\n\r\n".utf8)
    guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }) else {
      return nil
    }
    byteCount = end + mark.count
    let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count >= 2, let code = Int(words[1]) else { return nil }
    status = code
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      headers[line[..<colon].lowercased()] = String(value)
    }
    self.headers = headers
  }
}

/// One request per connection to a server on 127.0.0.1.
public struct LoopbackClient: Sendable {
  /// The longest answer is a picture of a screen.
  public static let answerByteLimit = 1 << 25

  public let port: Int

  public init(port: Int) {
    self.port = port
  }

  public func get(_ path: String, headers: [String: String] = [:]) async throws -> HTTPAnswer {
    try await send("GET", path, headers: headers)
  }

  public func post(
    _ path: String, _ body: String, headers: [String: String] = [:]
  ) async throws -> HTTPAnswer {
    try await send("POST", path, headers: headers, body: Array(body.utf8))
  }

  /// Sends with a right Host unless `headers` has one; an empty value leaves the header out.
  public func send(
    _ method: String, _ path: String, headers: [String: String] = [:], body: [UInt8] = []
  ) async throws -> HTTPAnswer {
    let connection = try LoopbackConnection(port: port)
    var all = [
      "Host": "127.0.0.1:\(port)", "Connection": "close", "Content-Length": "\(body.count)",
    ]
    all.merge(headers) { _, given in given }
    let lines = all.filter { !$0.value.isEmpty }.map { "\($0.key): \($0.value)\r\n" }.sorted()
    let head = "\(method) \(path) HTTP/1.1\r\n\(lines.joined())\r\n"
    try await connection.send(Array(head.utf8) + body)
    var bytes: [UInt8] = []
    while true {
      let more = try await connection.receive()
      bytes += more
      guard bytes.count <= Self.answerByteLimit else { throw LoopbackFault.tooLong }
      if let answer = try HTTPAnswer(parsing: bytes, ended: more.isEmpty) { return answer }
    }
  }
}
