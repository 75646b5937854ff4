import Foundation
import LoopbackHTTP
import Testing

/// A crowd at the counter: strange symbols, cards, cables, paper and keys, in any order.
@Suite(.timeLimit(.minutes(5))) struct HostileTests {
  /// Stands in every strange scan, so that a log that holds one is found.
  private static let mark = "ZQ7MARK"
  private static let actionCount = 200
  private static let buttons = [
    "pay", "wallet", "confirm", "remove", "quantity", "cancel", "language", "help", "done",
    "", "nobody", "pay; reboot",
  ]

  /// What somebody could print as a bar code and hold in front of the scanner.
  private static let symbols: [(text: String, aim: String?)] = [
    ("'; DROP TABLE items; -- \(mark)", "]Q1"), ("$(touch /tmp/\(mark))", nil),
    ("`reboot` \(mark)", "]C0"), ("<script>alert('\(mark)')</script>", "]Q1"),
    ("%s%n%x \(mark)", "]d1"), ("../../etc/passwd \(mark)", "]Q1"),
    ("https://\(mark).example/01/06901000000011/10/\(mark)", "]Q1"),
    ("https://id.gs1.org/01/%zz/10/%00\(mark)", "]Q1"),
    ("0106901000000011" + "10\(mark)", "]C1"), ("0106901000000011" + "10\(mark)", "]E0"),
    ("3-000001 \(mark)", "]C0"), ("CP-\(mark)", "]C0"), ("M80001001", "]Q1"),
    ("134567890123456789", "]Q1"), ("2100001027506", "]E0"), ("2100001000004", "]E0"),
    (String(repeating: "9", count: 4_000), "]Q1"),
    (mark + String(repeating: "~", count: 4_280), "]Q1"),
    (String(repeating: "0106901000000011", count: 250), "]C1"),
    ("]E06901000000011]E06901000000011", nil), ("6901000000012", "]E0"), (" ", nil),
  ]

  @Test(arguments: [UInt64(1)])
  func `whatever is scanned and pressed, the daemon stays and no log holds it`(seed: UInt64)
    async throws
  {
    let run = try await KioskRun()
    var crowd = Crowd(
      client: try run.client(), random: SplitMix64(seed: seed),
      samples: try JSONValue(parsing: try await run.client().get("/simulator/samples").body))
    var states: Set<String> = []
    for _ in 0..<Self.actionCount {
      try await crowd.act()
      let screen = try await crowd.screen()
      states.insert(screen["state"].string ?? "none")
      #expect(run.isRunning)
    }
    #expect(states.isSuperset(of: ["attract", "scanning", "reviewing"]), "\(states)")
    try await crowd.tidyUp()
    // After all that, the next customer's list begins.
    try await crowd.scanProduct()
    try await eventually("a line") { try await crowd.screen()["lines"].array.count == 1 }
    #expect(try await run.stop() == .exited(0))
    let said = run.errors + run.output
    for secret in [Self.mark] + crowd.secrets { #expect(!said.contains(secret), "\(secret)") }
    let book = try Book(run.directory)
    try await book.expectSound("after the crowd")
    #expect(try await !book.sales.isEmpty)
    #expect(try await book.openHolds == 0)
    try book.close()
  }

  /// Plays the crowd, an act at a time, as a seed says.
  private struct Crowd {
    let client: LoopbackClient
    var random: SplitMix64
    let samples: JSONValue
    private var strangeCards = 0

    init(client: LoopbackClient, random: SplitMix64, samples: JSONValue) {
      (self.client, self.random, self.samples) = (client, random, samples)
    }

    /// Codes of coupons and cards: no log holds one.
    var secrets: [String] {
      samples["coupons"].array.compactMap { $0["code"].string }
        + samples["cards"].array.compactMap { $0["uid"].string }
    }

    func screen() async throws -> JSONValue {
      let answer = try await client.get("/api/v1/state")
      #expect(answer.status == 200)
      return try JSONValue(parsing: answer.body)
    }

    mutating func act() async throws {
      switch random.below(10) {
      case 0, 1: try await scanProduct()
      case 2:
        let symbol = HostileTests.symbols[random.below(HostileTests.symbols.count)]
        try await scan(symbol.text, symbol.aim)
      case 3: try await scan(coupon(), "]Q1")
      case 4: try await layCard()
      case 5: try await printer()
      case 8: try await hurry()
      // The key that goes on is pressed more often than the others.
      case 6, 7: try await pressNext()
      default: try await press(HostileTests.buttons[random.below(HostileTests.buttons.count)])
      }
    }

    mutating func scanProduct() async throws {
      let products = samples["products"].array
      try await scan(products[random.below(products.count)]["code"].string ?? "", "]E0")
    }

    private mutating func coupon() -> String {
      let coupons = samples["coupons"].array
      return coupons[random.below(coupons.count)]["code"].string ?? ""
    }

    private func scan(_ text: String, _ aim: String?) async throws {
      try await post(
        "/simulator/scanner",
        .object(["text": .string(text), "aim": aim.map { .string($0) } ?? .null]))
    }

    private mutating func layCard() async throws {
      let cards = samples["cards"].array
      var uid = cards[random.below(cards.count)]["uid"]
      switch random.below(4) {
      case 0: uid = .null
      case 1: uid = .string("08010203")
      // Who tries out more of them is refused every card for a minute.
      case 2 where strangeCards < 5:
        strangeCards += 1
        uid = .string("0400000000000\(random.below(10))")
      default: break
      }
      try await post("/simulator/reader", .object(["uid": uid]))
    }

    /// A member who waits for nothing.
    private mutating func hurry() async throws {
      try await post("/simulator/reader", ["uid": .null])
      try await press("done")
      try await scanProduct()
      try await post("/simulator/reader", .object(["uid": samples["cards"].array[0]["uid"]]))
      for _ in 0..<20 where try await screen()["member"] == .null {
        try await Task.sleep(for: .milliseconds(20))
      }
      for _ in 0..<4 { try await pressNext() }
    }

    private mutating func printer() async throws {
      let changes: [JSONValue] = [
        ["paper": "out"], ["paper": "ok"], ["paper": "nearEnd"], ["cover": "open"],
        ["cover": "closed"], ["attached": false], ["attached": true],
        ["paper": "ok", "cover": "closed", "attached": true],
      ]
      try await post("/simulator/printer", changes[random.below(changes.count)])
    }

    private mutating func pressNext() async throws {
      let next: [String: String] = [
        "scanning": "pay", "claiming": "confirm", "reviewing": "wallet", "tendering": "confirm",
        "done": "done",
      ]
      try await press(next[try await screen()["state"].string ?? ""] ?? "help")
    }

    private mutating func press(_ button: String) async throws {
      var body: [String: JSONValue] = ["button": .string(button)]
      if random.below(3) == 0 { body["line"] = .string("\(random.below(4))") }
      if random.below(3) == 0 { body["quantity"] = .number(Double(random.below(120)) - 10) }
      if random.below(8) == 0 { body["revision"] = .number(Double(random.below(100))) }
      let answer = try await client.post(
        "/api/v1/press", String(decoding: try JSONValue.object(body).bytes(), as: UTF8.self))
      #expect([200, 400, 409, 422].contains(answer.status), "\(button): \(answer.status)")
    }

    private func post(_ path: String, _ body: JSONValue) async throws {
      let answer = try await client.post(
        path, String(decoding: try body.bytes(), as: UTF8.self))
      #expect(answer.status == 200, "\(path): \(answer.text)")
    }

    /// The attendant: everything is put right, and what was going on ends.
    mutating func tidyUp() async throws {
      try await post("/simulator/reader", ["uid": .null])
      try await post("/simulator/printer", ["paper": "ok", "cover": "closed", "attached": true])
      var last = JSONValue.null
      try await eventually("nobody at the kiosk; \(last)", seconds: 60) {
        last = try await screen()
        switch last["state"].string {
        case "attract": return true
        case "done": try await press("done")
        case "scanning", "reviewing", "tendering", "claiming": try await press("cancel")
        default: break
        }
        return false
      }
    }
  }
}

/// Seeded numbers that mean the same under every compiler.
private struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
  }
}
