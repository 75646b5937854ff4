import Foundation
import LoopbackHTTP
import Storage
import Testing

/// The daemon's own program from its ready line to its end.
struct RunningTests {
  @Test func `one line says that it is ready, and nothing else is on standard output`()
    async throws
  {
    let run = try await KioskRun()
    let customer = try await Customer(at: run)
    try await customer.buy()
    #expect(try await run.stop() == .exited(0))
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 1)
    let address = "http://127.0.0.1:\(customer.client.port)/"
    #expect(lines.first?.hasPrefix("kioskd is ready: \(address)") == true)
  }

  @Test func `SIGTERM in mid-sale ends it with status 0, open screens or not`() async throws {
    let run = try await KioskRun()
    let customer = try await Customer(at: run)
    try await customer.tap()
    let screen = try await LoopbackEvents(port: customer.client.port)
    #expect(try await screen.next("data: ") != nil)
    let start = ContinuousClock.now
    #expect(try await run.stop() == .exited(0))
    print("SIGTERM to exit: \(start.duration(to: .now))")
    while try await screen.nextLine() != nil {}

    let again = try await KioskRun(data: run.directory)
    let resumed = try await Customer(at: again).snapshot()
    #expect(resumed["state"] == "scanning")
    #expect(resumed["member"] != .null)
    #expect(try await again.stop() == .exited(0))
  }

  @Test func `only the kiosk's own pages may ask, of the simulated devices too`() async throws {
    let run = try await KioskRun()
    let client = try run.client()
    let scan = "{\"text\": \"6901000000011\", \"aim\": \"]E0\"}"
    let foreign = [
      ["Host": "kiosk.example"], ["Host": "127.0.0.1:1"], ["Origin": "http://evil.example"],
      ["Origin": "null"], ["Origin": "http://127.0.0.1:1"],
    ]
    for headers in foreign {
      for answer in [
        try await client.get("/api/v1/state", headers: headers),
        try await client.get("/", headers: headers),
        try await client.post("/api/v1/press", "{\"button\": \"help\"}", headers: headers),
        try await client.post("/simulator/scanner", scan, headers: headers),
      ] {
        #expect(answer.status == 403)
        #expect(try JSONValue(parsing: answer.body)["error"]["code"] == "foreign")
      }
    }
    let own = ["Origin": "http://127.0.0.1:\(client.port)"]
    #expect(try await client.post("/simulator/scanner", scan, headers: own).status == 200)
    #expect(try await run.stop() == .exited(0))
  }

  @Test func `without --simulate there are no simulated devices to be had`() async throws {
    let run = try await KioskRun(["--sample"], prefix: Self.withoutUSB)
    let client = try run.client()
    #expect(try await client.get("/simulator").status == 404)
    #expect(try await client.post("/simulator/scanner", "{\"text\": \"1\"}").status == 404)
    #expect(try await run.stop() == .exited(0))
  }

  /// Only where a mount of one's own hides the real devices: else this test would take them.
  @Test(.enabled(if: PrivateMounts.areAllowed))
  func `without any device it stays up and tells customer and staff`() async throws {
    let run = try await KioskRun(["--sample"], prefix: Self.withoutUSB)
    let client = try run.client()
    try await eventually("out of service") {
      try JSONValue(parsing: try await client.get("/api/v1/state").body)["state"] == "outOfService"
    }
    let screen = try JSONValue(parsing: try await client.get("/api/v1/state").body)
    #expect(screen["messages"].array.map { $0["code"] }.contains("outOfService"))
    #expect(screen["messages"].array.allSatisfy { $0["text"].string?.isEmpty == false })
    #expect(screen["devices"].array.count == 4)
    for device in screen["devices"].array {
      #expect(device["state"] == "absent")
      // For staff: what is missing, and the command that lists what is there.
      #expect(device["message"].string?.contains("kioskctl devices") == true)
    }
    #expect(run.isRunning)
    #expect(try await run.stop() == .exited(0))
  }

  private static var withoutUSB: [String] {
    guard PrivateMounts.areAllowed else { return [] }
    return PrivateMounts.command(
      "for d in /sys/bus/usb /dev/bus/usb; do if [ -d $d ]; then mount -t tmpfs tmpfs $d; fi; done")
  }

  @Test func `a printer without paper delays the papers, and they come with the paper`()
    async throws
  {
    let run = try await KioskRun()
    let customer = try await Customer(at: run)
    try await customer.setPrinter("{\"paper\": \"out\"}")
    let told = try await customer.snapshot("told before the sale") { screen in
      screen["messages"].array.contains { $0["code"] == "printerNotReady" }
    }
    let printer = told["devices"].array.first { $0["kind"] == "printer" }
    #expect(printer?["message"].string?.contains("paper is out") == true)

    let delayed = try await customer.buy(untilPaperIs: "delayed")
    #expect(delayed["messages"].array.contains { $0["code"] == "receiptDelayed" })
    try await customer.setPrinter("{\"paper\": \"ok\"}")
    _ = try await customer.snapshot("printed") { $0["completed"]["paper"] == "printed" }
    let paper = try await customer.paper()
    #expect(paper.contains(delayed["completed"]["receipt"].string ?? "-"))
    #expect(!paper.contains("副本"))
    #expect(try await run.stop() == .exited(0))
  }

  @Test func `a printer unplugged for good ends with the sale paid and its papers kept`()
    async throws
  {
    let run = try await KioskRun()
    let customer = try await Customer(at: run)
    try await customer.setPrinter("{\"attached\": false}")
    try await customer.buy(untilPaperIs: "delayed")
    #expect(try await run.stop() == .exited(0))
    let book = try Book(run.directory)
    #expect(try await book.papers().map(\.state) == [.queued, .queued])
    try book.close()

    // The next start has a printer, and no customer: the papers come by themselves.
    let again = try await KioskRun(data: run.directory)
    let next = try await Customer(at: again)
    try await eventually("papers") { try await next.paper().contains("优惠券") }
    #expect(try await again.stop() == .exited(0))
  }
}
