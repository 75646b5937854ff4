import Daemon
import LoopbackHTTP
import ScriptedScreens
import Testing
import WebUI

@Suite struct EventTests {
  @Test func `the first event is what is shown, then every change in order`() async throws {
    try await LocalServer.run { server in
      let events = try await LoopbackEvents(port: server.port)
      #expect(events.status == 200)
      #expect(events.headers["content-type"] == "text/event-stream; charset=utf-8")
      #expect(events.headers["cache-control"] == "no-store")
      var ids: [String] = []
      for state in ["reviewing", "tendering", "posting"] {
        ids.append(try #require(try await events.next("id: ")))
        let data = try #require(try await events.next("data: "))
        let form = try JSONValue(parsing: Array(data.utf8))
        #expect(form["revision"].number.map { String(Int($0)) } == ids.last)
        var next = Scene.reviewing.snapshot(.zh)
        next.state = state
        await server.screen.show(next)
      }
      #expect(ids == ["1", "2", "3"])
    }
  }

  @Test func `a comment line comes while nothing changes`() async throws {
    try await LocalServer.run { server in
      let events = try await LoopbackEvents(port: server.port)
      #expect(try await events.next(":") == " beat")
      #expect(try await events.next(":") == " beat")
    }
  }

  @Test func `a slow reader gets the newest and not all`() async throws {
    try await LocalServer.run { server in
      let events = try await LoopbackEvents(port: server.port, smallBuffer: true)
      _ = try await events.next("data: ")
      // Larger than the buffers of both ends: most of it has to wait in the kiosk.
      var big = Scene.manyItems.snapshot(.zh)
      big.messages = (0..<200).map {
        .init(code: "\($0)", severity: .info, text: String(repeating: "长", count: 400))
      }
      let count = 200
      for _ in 0..<count { await server.screen.show(big) }
      let newest = await server.screen.snapshot().revision
      var seen: [Int] = []
      while seen.last != newest, let id = try await events.next("id: ").flatMap({ Int($0) }) {
        seen.append(id)
      }
      #expect(seen.last == newest)
      #expect(seen == seen.sorted())
      #expect(seen.count < count / 2)
    }
  }

  @Test func `one stream too many is refused, and a place is free again after one ends`()
    async throws
  {
    try await LocalServer.run { server in
      var open: [LoopbackEvents] = []
      for _ in 0..<16 {
        let events = try await LoopbackEvents(port: server.port)
        _ = try await events.next("id: ")
        open.append(events)
      }
      let refused = try await server.client.get("/api/v1/events")
      #expect(refused.status == 503)
      #expect(try refused.errorCode() == "busy")
      open.removeLast()
      // The server learns of it at the next beat.
      var status = 503
      for _ in 0..<50 where status == 503 {
        try await Task.sleep(for: .milliseconds(100))
        status = try await LoopbackEvents(port: server.port).status
      }
      #expect(status == 200)
    }
  }

  /// A hung server would need the whole time limit of the client.
  @Test(.timeLimit(.minutes(1)))
  func `open streams and half a request do not hold up the end`() async throws {
    try await LocalServer.run { server in
      var open: [LoopbackEvents] = []
      for _ in 0..<4 {
        let events = try await LoopbackEvents(port: server.port)
        _ = try await events.next("id: ")
        open.append(events)
      }
      let half = try LoopbackConnection(port: server.port)
      try await half.send(
        Array("POST /api/v1/press HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n".utf8)
          + Array("Content-Length: 100\r\n\r\n{".utf8))
      await server.stop()
      var ended = 0
      for events in open {
        while try await events.nextLine() != nil {}
        ended += 1
      }
      try await half.readToEnd()
      #expect(ended == open.count)
    }
  }

  @Test func `the streams end when the kiosk has nothing more to show`() async throws {
    try await LocalServer.run { server in
      let events = try await LoopbackEvents(port: server.port)
      _ = try await events.next("id: ")
      await server.screen.finish()
      while try await events.nextLine() != nil {}
      #expect(await server.screen.openStreams == 0)
    }
  }
}
