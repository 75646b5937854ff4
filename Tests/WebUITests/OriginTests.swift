import LoopbackHTTP
import ScriptedScreens
import Testing
import WebUI

@Suite struct OriginTests {
  @Test func `the kiosk answers under its own names`() async throws {
    try await LocalServer.run { server in
      for name in ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"] {
        let own = "\(name):\(server.port)"
        let headers = ["Host": own, "Origin": "http://\(own)"]
        let reply1 = try await server.client.get("/healthz", headers: headers)
        #expect(reply1.status == 200)
      }
    }
  }

  @Test(arguments: [
    "kiosk.example", "127.0.0.1", "localhost", "127.0.0.1:1", "127.0.0.1.evil.example:PORT",
    "localhost:PORT.evil.example", "evil.example:PORT", "user@127.0.0.1:PORT", "",
  ])
  func `a foreign host is refused`(host: String) async throws {
    try await LocalServer.run { server in
      let host = host.replacing("PORT", with: String(server.port))
      let answer = try await server.client.get("/api/v1/state", headers: ["Host": host])
      // Without any Host an HTTP/1.1 request is malformed, and the parser may say so first.
      #expect(answer.status == 403 || (host.isEmpty && answer.status == 400))
      if answer.status == 403 { #expect(try answer.errorCode() == "foreign") }
    }
  }

  @Test(arguments: [
    "null", "https://127.0.0.1:PORT", "http://evil.example", "http://127.0.0.1",
    "http://127.0.0.1:PORT.evil.example", "file://",
  ])
  func `a foreign origin is refused`(origin: String) async throws {
    try await LocalServer.run { server in
      let origin = origin.replacing("PORT", with: String(server.port))
      let answer = try await server.client.post(
        "/api/v1/press", #"{"button": "pay"}"#, headers: ["Origin": origin])
      #expect(answer.status == 403)
      #expect(try answer.errorCode() == "foreign")
      #expect(await server.screen.presses.isEmpty)
    }
  }
}
