import Daemon
import Hummingbird
import LoopbackHTTP
import ScriptedScreens
import Testing
import WebUI

@Suite struct InterfaceTests {
  @Test func `the kiosk says that it is up`() async throws {
    try await LocalServer.run { server in
      let answer = try await server.client.get("/healthz")
      #expect(answer.status == 200)
      #expect(answer.text == #"{"status":"ok"}"#)
    }
  }

  @Test func `the state is the snapshot, what is absent is null`() async throws {
    try await LocalServer.run { server in
      let answer = try await server.client.get("/api/v1/state")
      #expect(answer.status == 200)
      #expect(answer.headers["content-type"] == "application/json; charset=utf-8")
      #expect(answer.headers["cache-control"] == "no-store")
      let form = try JSONValue(parsing: answer.body)
      #expect(form["version"].number == 1)
      #expect(form["state"].string == "scanning")
      #expect(form["lines"].array.count == 6)
      guard case .object(let members) = form else {
        Issue.record("not an object")
        return
      }
      #expect(members["tender"] == .null)
      #expect(members["completed"] == .null)
    }
  }

  @Test func `a member who is not there and a coupon that was not given are null`() async throws {
    try await LocalServer.run { server in
      var snapshot = Scene.done.snapshot(.en)
      snapshot.member = nil
      snapshot.completed?.coupon?.worth = nil
      await server.screen.show(snapshot)
      let form = try JSONValue(parsing: try await server.client.get("/api/v1/state").body)
      guard case .object(let members) = form,
        case .object(let coupon) = form["completed"]["coupon"]
      else {
        Issue.record("not an object")
        return
      }
      #expect(members["member"] == .null)
      #expect(coupon["worth"] == .null)
    }
  }

  @Test func `a coupon whose paper does not come is handed on with its code`() async throws {
    try await LocalServer.run { server in
      await server.screen.show(Scene.doneDelayed.snapshot(.en))
      let form = try JSONValue(parsing: try await server.client.get("/api/v1/state").body)
      let offer = form["completed"]["coupon"]["offer"]
      #expect(offer["size"].number == 21)
      #expect(offer["path"].string?.hasPrefix("M0 0h7v1h-7z") == true)
      #expect(offer["code"].string?.split(separator: "-").map(\.count) == [6, 6, 6])
      await server.screen.show(Scene.done.snapshot(.en))
      let done = try JSONValue(parsing: try await server.client.get("/api/v1/state").body)
      #expect(done["completed"]["coupon"]["offer"] == .null)
    }
  }

  @Test func `a press answers with what it led to`() async throws {
    try await LocalServer.run { server in
      let answer = try await server.client.post(
        "/api/v1/press", #"{"button": "pay", "revision": 1}"#)
      #expect(answer.status == 200)
      #expect(try JSONValue(parsing: answer.body)["revision"].number == 2)
      #expect(await server.screen.presses == [ButtonPress(button: "pay", revision: 1)])
    }
  }

  @Test func `without a revision a press counts for what is shown now`() async throws {
    try await LocalServer.run { server in
      let body = #"{"button": "quantity", "line": "6", "quantity": 3, "later": true}"#
      let reply1 = try await server.client.post("/api/v1/press", body)
      #expect(reply1.status == 200)
      #expect(
        await server.screen.presses == [ButtonPress(button: "quantity", line: "6", quantity: 3)])
    }
  }

  @Test func `a press on an older screen is refused`() async throws {
    try await LocalServer.run { server in
      await server.screen.show(Scene.scanning.snapshot(.zh))
      let answer = try await server.client.post(
        "/api/v1/press", #"{"button": "pay", "revision": 1}"#)
      #expect(answer.status == 409)
      #expect(try answer.errorCode() == "staleRevision")
      #expect(await server.screen.presses.isEmpty)
    }
  }

  @Test(arguments: [
    (PressRefusal.unknownButton("jump"), 400, "unknownButton"),
    (.notEnabled("wallet"), 409, "notEnabled"), (.staleRevision(current: 9), 409, "staleRevision"),
    (.busy, 503, "busy"), (.stopping, 503, "stopping"),
  ])
  func `each refusal of a press has its status and code`(
    refusal: PressRefusal, status: Int, code: String
  ) async throws {
    try await LocalServer.run { server in
      await server.screen.refuse(refusal)
      let answer = try await server.client.post("/api/v1/press", #"{"button": "pay"}"#)
      #expect(answer.status == status)
      #expect(try answer.errorCode() == code)
    }
  }

  @Test(arguments: [
    "", "{", "[]", "null", #"{"button": 1}"#, #"{"revision": 1}"#,
    #"{"button":"pay","revision":"x"}"#,
    #"{"button":"pay","revision":1e99}"#, "\u{FF}\u{00}",
  ])
  func `what is no press is malformed`(body: String) async throws {
    try await LocalServer.run { server in
      let answer = try await server.client.post("/api/v1/press", body)
      #expect(answer.status == 400)
      #expect(try answer.errorCode() == "malformed")
    }
  }

  @Test func `a body that is too long is refused`() async throws {
    try await LocalServer.run { server in
      let body = #"{"button": ""# + String(repeating: "x", count: 5_000) + "\"}"
      let answer = try await server.client.post("/api/v1/press", body)
      #expect(answer.status == 413)
      #expect(try answer.errorCode() == "tooLarge")
    }
  }

  @Test(arguments: ["/api/v1/nothing", "/api/v1/state/", "/index.html", "/../etc/passwd", "//"])
  func `an unknown path is not found`(path: String) async throws {
    try await LocalServer.run { server in
      let answer = try await server.client.get(path)
      #expect(answer.status == 404)
      #expect(try answer.errorCode() == "unknownPath")
    }
  }

  @Test(arguments: [
    ("POST", "/api/v1/state", "GET"), ("DELETE", "/healthz", "GET"),
    ("GET", "/api/v1/press", "POST"),
    ("POST", "/api/v1/events", "GET"),
  ])
  func `a wrong method is told the right one`(
    method: String, path: String, allowed: String
  ) async throws {
    try await LocalServer.run { server in
      let answer = try await server.client.send(method, path)
      #expect(answer.status == 405)
      #expect(answer.headers["allow"] == allowed)
      #expect(try answer.errorCode() == "wrongMethod")
    }
  }

  @Test func `a fault of a route is told without its cause`() async throws {
    struct Secret: Error { let text = "card 6217" }
    let routes: RouteTable = ["/broken": [.get: { _ in throw Secret() }]]
    try await LocalServer.run(routes: routes) { server in
      let answer = try await server.client.get("/broken")
      #expect(answer.status == 500)
      #expect(try answer.errorCode() == "internal")
      #expect(!answer.text.contains("6217"))
    }
  }
}
