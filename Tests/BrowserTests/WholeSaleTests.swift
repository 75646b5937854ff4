import Foundation
import LoopbackHTTP
import Testing

/// The daemon itself with its simulated devices, as `make run` starts it.
final class RunningKiosk {
  static let startAttempts = 200

  let client: LoopbackClient
  private let process = Process()
  private let directory: URL

  /// Where the built programs are: `KIOSK_BIN`, as make sets it.
  static var binary: String? {
    ProcessInfo.processInfo.environment["KIOSK_BIN"].map { $0 + "/kioskd" }
  }

  static func run(
    isolation: isolated (any Actor)? = #isolation, _ body: (RunningKiosk) async throws -> Void
  ) async throws {
    let kiosk = try RunningKiosk()
    do {
      try await kiosk.waitUntilReady()
      try await body(kiosk)
    } catch {
      kiosk.end()
      throw error
    }
    kiosk.end()
  }

  private init() throws {
    directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("kiosk-\(UUID().uuidString)")
    client = LoopbackClient(port: LoopbackConnection.freePort())
    process.executableURL = URL(fileURLWithPath: Self.binary ?? "")
    process.arguments = [
      "run", "--simulate", "--sample", "--data", directory.path, "--port", "\(client.port)",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  private func waitUntilReady() async throws {
    for attempt in 1... {
      do {
        let devices = try await state()["devices"].array
        if devices.allSatisfy({ $0["state"].string == "enabled" }) { return }
      } catch let fault as LoopbackFault {
        guard attempt < Self.startAttempts else { throw fault }
      }
      guard attempt < Self.startAttempts else { return }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  func state() async throws -> JSONValue {
    try JSONValue(parsing: try await client.get("/api/v1/state").body)
  }

  /// Waits until the state of the checkout is one of these.
  func wait(for states: [String]) async throws {
    for _ in 0..<Self.startAttempts {
      if let state = try await state()["state"].string, states.contains(state) { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("never \(states), but \(try await state()["state"])")
  }

  private func end() {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    do {
      try FileManager.default.removeItem(at: directory)
    } catch {
      print("\(directory.path) is left: \(error)")
    }
  }
}

@Suite(.serialized, .enabled(if: RunningKiosk.binary != nil)) struct WholeSaleTests {
  @Test func `a member buys, pays from the wallet and gets a receipt`() async throws {
    try await RunningKiosk.run { kiosk in
      try await Browser.run { browser in
        try await browser.resize(width: 1080, height: 1920)
        try await browser.open("http://127.0.0.1:\(kiosk.client.port)/")
        try await browser.wait(until: "document.querySelector('#screen.attract')")
        let samples = try JSONValue(parsing: try await kiosk.client.get("/simulator/samples").body)
        let uid = try #require(samples["cards"].array.first?["uid"].string)
        _ = try await kiosk.client.post("/simulator/reader", "{\"uid\": \"\(uid)\"}")
        try await browser.wait(until: "document.getElementById('member-name').textContent")
        // The dearest: the sample's coupon asks for a bill of some size.
        let products = samples["products"].array
          .sorted { ($0["price"].number ?? 0) > ($1["price"].number ?? 0) }
          .prefix(3).compactMap { $0["code"].string }
        let coupon = try #require(samples["coupons"].array.first?["code"].string)
        for (count, code) in products.enumerated() {
          _ = try await kiosk.client.post(
            "/simulator/scanner", "{\"text\": \"\(code)\", \"aim\": \"]E0\"}")
          try await browser.wait(
            until: "document.querySelectorAll('#lines .line').length === \(count + 1)")
        }
        _ = try await kiosk.client.post(
          "/simulator/scanner", "{\"text\": \"\(coupon)\", \"aim\": \"]Q1\"}")
        // A press carries what the customer saw: the coupon has to be on the screen first.
        try await browser.wait(until: "document.body.innerText.includes('\u{2212}¥8.00')")
        for state in ["scanning", "reviewing", "tendering"] {
          try await kiosk.wait(for: [state])
          try await browser.wait(
            until: "document.getElementById('screen').dataset.state === '\(state)'")
          #expect(try await browser.evaluate(Geometry.script).array == [])
          try await browser.tap("#primary")
        }
        try await kiosk.wait(for: ["printing", "done"])
        try await browser.wait(until: "document.querySelector('#screen.finished')")
        try await kiosk.wait(for: ["done"])
        let state = try await kiosk.state()
        #expect(state["completed"]["paper"].string == "printed")
        #expect(try await browser.evaluate(Geometry.script).array == [])
        let paper = try await kiosk.client.get("/simulator/printer/paper.txt").text
        #expect(paper.contains(state["lines"].array.first?["name"].string ?? "?"))
        try await browser.tap("#done")
        try await browser.wait(until: "document.querySelector('#screen.attract')")
        #expect(
          try await browser.evaluate("return document.getElementById('member-name').textContent")
            == "")
      }
    }
  }
}
