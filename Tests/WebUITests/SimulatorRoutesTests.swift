import LoopbackHTTP
import SimulatorUI
import Testing
import WebUI

@Suite struct SimulatorRoutesTests {
  private static let samples = SimulatorSamples(
    products: [.init(code: "6901234567892", name: "鲜牛奶 Fresh milk", price: 1_390)],
    cards: [.init(uid: "04a1b2c3d4e5f6", member: "王芳")],
    coupons: [.init(code: "ABCD-1234", title: "15 off 100")])

  private func run(
    _ body: @Sendable @escaping (LoopbackClient, SimulatedDevices) async throws -> Void
  ) async throws {
    let devices = SimulatedDevices()
    let routes = SimulatorRoutes(devices: devices, samples: { Self.samples }).table
    try await LocalServer.run(routes: routes) { try await body($0.client, devices) }
  }

  @Test func `a newcomer is told what to scan and tap`() async throws {
    try await run { client, _ in
      let form = try JSONValue(parsing: try await client.get("/simulator/samples").body)
      #expect(form["products"].array.first?["price"].number == 1_390)
      #expect(form["cards"].array.first?["uid"].string == "04a1b2c3d4e5f6")
      #expect(form["coupons"].array.first?["title"].string == "15 off 100")
    }
  }

  @Test func `a card is laid down and taken away`() async throws {
    try await run { client, devices in
      let reply1 = try await client.post("/simulator/reader", #"{"uid": "04A1B2C3D4E5F6"}"#)
      #expect(reply1.status == 200)
      #expect(devices.cardUID == [0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0xF6])
      let reply2 = try await client.get("/simulator/reader")
      #expect(reply2.text == #"{"uid":"04a1b2c3d4e5f6"}"#)
      let reply3 = try await client.post("/simulator/reader", #"{"uid": null}"#)
      #expect(reply3.status == 200)
      #expect(devices.cardUID == nil)
    }
  }

  @Test(arguments: [
    "{}", #"{"uid": ""}"#, #"{"uid": "04"}"#, #"{"uid": "04a1b2c3d"}"#, #"{"uid": "zza1b2c3"}"#,
    #"{"uid": "＀０a1b2c3"}"#, #"{"uid": 4}"#,
  ])
  func `what is no card is refused`(body: String) async throws {
    try await run { client, devices in
      let answer = try await client.post("/simulator/reader", body)
      #expect(answer.status == 400)
      #expect(try answer.errorCode() == "malformed")
      #expect(devices.cardUID == nil)
    }
  }

  @Test(arguments: [
    "{}", #"{"text": ""}"#, #"{"text": "牛奶"}"#, #"{"text": "1", "aim": "E0"}"#,
    #"{"text": "1", "aim": "]E"}"#,
    #"{"text": "1", "aim": "]é0"}"#, #"{"text": "1", "aim": "]Eg"}"#,
  ])
  func `what is no scan is refused`(body: String) async throws {
    try await run { client, _ in
      let answer = try await client.post("/simulator/scanner", body)
      #expect(answer.status == 400)
      #expect(try answer.errorCode() == "malformed")
    }
  }

  @Test func `a scan is taken with and without its symbology`() async throws {
    try await run { client, _ in
      for body in [#"{"text": "6901234567892", "aim": "]E0"}"#, #"{"text": "ABC"}"#] {
        let reply4 = try await client.post("/simulator/scanner", body)
        #expect(reply4.status == 200)
      }
    }
  }

  @Test func `paper, cover and plug move one by one`() async throws {
    try await run { client, devices in
      for (body, paper, cover, attached) in [
        (#"{"paper": "out"}"#, "out", "closed", true), (#"{"cover": "open"}"#, "out", "open", true),
        (#"{"attached": false}"#, "out", "open", false),
        (#"{"paper": "nearEnd", "cover": "closed", "attached": true}"#, "nearEnd", "closed", true),
      ] {
        let form = try JSONValue(parsing: try await client.post("/simulator/printer", body).body)
        #expect(form["paper"].string == paper)
        #expect(form["cover"].string == cover)
        #expect(form["attached"] == .bool(attached))
        #expect(devices.isPrinterAttached == attached)
      }
      let refused = try await client.post("/simulator/printer", #"{"paper": "wet"}"#)
      #expect(refused.status == 400)
      #expect(try refused.errorCode() == "malformed")
    }
  }

  @Test func `bytes, paper and display can be looked at`() async throws {
    try await run { client, _ in
      let bytes = try await client.get("/simulator/printer/bytes")
      #expect(bytes.headers["content-type"] == "application/octet-stream")
      #expect(bytes.body == [])
      let picture = try await client.get("/simulator/printer/paper.png")
      #expect(picture.headers["content-type"] == "image/png")
      #expect(picture.body.starts(with: [0x89, 0x50, 0x4E, 0x47]))
      let reply5 = try await client.get("/simulator/printer/paper.txt")
      #expect(reply5.status == 200)
      let display = try JSONValue(parsing: try await client.get("/simulator/display").body)
      #expect(display["lines"].array.count == 2)
    }
  }
}
