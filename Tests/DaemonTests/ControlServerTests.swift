import Foundation
import Glibc
import Logging
import Testing

@testable import Daemon

/// For an answer that comes; only what hangs takes so long.
let hangSeconds = 300

/// The operator's socket, against clients that keep to nothing.
struct ControlServerTests {
  private func serving(
    in directory: TemporaryDirectory? = nil, requestSeconds: Int = hangSeconds,
    _ body: (Served) async throws -> Void
  ) async throws {
    let served = try Served(in: directory, requestSeconds: requestSeconds)
    // Also keeps server and directory to the end.
    defer { served.server.stop() }
    try await body(served)
  }

  /// A server of its own for each test.
  private final class Served: Sendable {
    let directory: TemporaryDirectory
    let server: ControlServer

    init(in directory: TemporaryDirectory?, requestSeconds: Int) throws {
      self.directory = try directory ?? TemporaryDirectory()
      server = try ControlServer(
        directory: self.directory.path,
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
        requestSeconds: requestSeconds, answerSeconds: hangSeconds
      ) { request in
        switch request {
        case .devices: .devices([.init(kind: "printer", state: "enabled", message: "")])
        case .issueCoupon(let template, _, _): .refused("no \(template)")
        case .status: .status(KioskState(state: "attract", reasons: []))
        case .releaseSale(let sale): .refused("no \(sale)")
        case .test(let device, let force): .refused("no \(device) \(force)")
        case .openDrawer(let connector, let user): .refused("no \(connector) \(user)")
        case .submit, .watch, .card, .member, .wallet: .refused("not asked for here")
        }
      }
      server.start()
    }

    /// Nil when nobody listens.
    func ask(_ request: ControlRequest = .devices) async throws -> ControlReply? {
      try await onThread {
        try ControlClient.ask(
          request, directory: self.directory.path, withinSeconds: hangSeconds)
      }
    }

    /// Talks with the server on a thread of its own, for it blocks.
    func talk<Value: Sendable>(
      _ body: @escaping @Sendable (ControlConnection) throws -> Value
    ) async throws -> Value {
      try await onThread {
        let path = ControlSocket.path(directory: self.directory.path)
        guard let connection = try ControlConnection.connect(path: path) else {
          throw NeverHappened(description: "nobody listens at \(path)")
        }
        defer { connection.end() }
        return try body(connection)
      }
    }

    var isAnswering: Bool {
      get async throws { try await ask() != nil }
    }
  }

  @Test func `each request has its answer`() async throws {
    try await serving { served async throws in
      let devices = try await served.ask()
      #expect(devices == .devices([.init(kind: "printer", state: "enabled", message: "")]))
      let coupon = try await served.ask(.issueCoupon(template: "x", member: 1, serial: 7))
      #expect(coupon == .refused("no x"))
    }
  }

  @Test func `without a daemon there is no answer and no fault`() async throws {
    try await serving { served async throws in
      served.server.stop()
      #expect(try await served.ask() == nil)
    }
  }

  @Test(arguments: ["", "{}", "hello", "{\"devices\":", "{\"shutDown\":{}}", "\u{0}\u{FFFD}"])
  func `a line that is no request is refused, and the next one is served`(
    line: String
  ) async throws {
    try await serving { served async throws in
      let reply = try await served.talk { connection in
        try connection.send(line: Data(line.utf8))
        return try JSONDecoder().decode(
          ControlReply.self, from: try connection.receiveLine(withinSeconds: hangSeconds))
      }
      guard case .refused(let why) = reply else {
        Issue.record("not refused: \(line)")
        return
      }
      #expect(why.contains("kioskctl"))
      #expect(try await served.isAnswering)
    }
  }

  @Test func `a line without an end is cut off at its limit`() async throws {
    try await serving { served async throws in
      await #expect(throws: ControlError.self) {
        try await served.talk { connection in
          let chunk = Data(repeating: 0x61, count: 4_096)
          // The server closes; then sending fails, or the answer does.
          for _ in 0...(ControlSocket.lineLimit / chunk.count + 4) {
            try connection.send(raw: chunk)
          }
          _ = try connection.receiveLine()
        }
      }
      #expect(try await served.isAnswering)
    }
  }

  @Test func `clients that say nothing do not keep the others for ever`() async throws {
    try await serving(requestSeconds: 1) { served async throws in
      let path = ControlSocket.path(directory: served.directory.path)
      var silent: [ControlConnection] = []
      for _ in 0..<ControlSocket.clientLimit {
        silent.append(try #require(try ControlConnection.connect(path: path)))
      }
      // Until the time of one is over, all places are taken.
      try await eventually("an answer beside clients that say nothing") {
        if case .devices? = try await served.ask() { true } else { false }
      }
      for connection in silent { connection.end() }
    }
  }

  @Test func `a client that sends a byte now and then is cut off as well`() async throws {
    try await serving(requestSeconds: 1) { served async throws in
      await #expect(throws: ControlError.self) {
        try await served.talk { connection in
          for _ in 0..<(hangSeconds * 5) {
            try connection.send(raw: Data([0x61]))
            Thread.sleep(forTimeInterval: 0.2)
          }
        }
      }
      #expect(try await served.isAnswering)
    }
  }

  @Test func `a client that goes away in the middle is forgotten`() async throws {
    try await serving { served async throws in
      for _ in 0..<20 {
        try await served.talk { try $0.send(raw: Data("{\"dev".utf8)) }
      }
      #expect(try await served.isAnswering)
    }
  }

  @Test func `clients at once are all served`() async throws {
    try await serving { served async throws in
      let replies = try await withThrowingTaskGroup(of: ControlReply?.self) { group in
        for _ in 0..<8 {
          group.addTask {
            try await served.ask(.issueCoupon(template: "x", member: nil, serial: 7))
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(replies == Array(repeating: .refused("no x"), count: 8))
    }
  }

  @Test func `only the kiosk's user may open the socket, and an old one is replaced`()
    async throws
  {
    let directory = try TemporaryDirectory()
    let path = ControlSocket.path(directory: directory.path)
    try Data("left by a dead daemon".utf8).write(to: URL(fileURLWithPath: path))
    try await serving(in: directory) { served async throws in
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
      #expect(try await served.isAnswering)
      served.server.stop()
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test func `a path that is too long for a socket is told with its cure`() throws {
    let directory = "/tmp/" + String(repeating: "long", count: 40)
    let fault = #expect(throws: ControlError.self) {
      try ControlConnection.connect(path: ControlSocket.path(directory: directory))
    }
    #expect(try #require(fault).description.contains("choose a shorter data directory"))
  }
}

/// Runs what blocks on a thread of its own: Swift has only a few.
func onThread<Value: Sendable>(
  _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
  }
}

extension ControlConnection {
  /// Sends bytes as they are, without the line's end.
  fileprivate func send(raw data: Data) throws {
    let bytes = Array(data)
    guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
      throw ControlError("cut off")
    }
  }
}
