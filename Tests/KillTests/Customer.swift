import Foundation
import LoopbackHTTP

/// A customer who looks at the screen and does what the main job still lacks, over HTTP.
struct Customer: Sendable {
  /// The sale of the tests: ¥79.70 of which a member with a coupon pays less.
  static let couponRule = "over50-off8"
  private static let skus = ["rice", "milk", "eggs"]

  let client: LoopbackClient
  private let products: [String]
  private let card: String
  private let coupon: String

  /// Looks the sample shop's codes up.
  init(at run: KioskRun) async throws {
    client = try run.client()
    let samples = try JSONValue(parsing: try await client.get("/simulator/samples").body)
    products = try Self.skus.map { sku in
      let code = samples["products"].array.first {
        $0["name"].string?.lowercased().contains(sku) == true
      }?["code"].string
      guard let code else { throw NeverHappened(description: "no \(sku) in \(samples)") }
      return code
    }
    guard let card = samples["cards"].array.first?["uid"].string else {
      throw NeverHappened(description: "no card in \(samples)")
    }
    self.card = card
    // Spent ones are not listed any more.
    coupon =
      samples["coupons"].array.first { $0["title"].string?.contains("¥8 off ¥50") == true }?["code"]
      .string ?? ""
  }

  func snapshot() async throws -> JSONValue {
    try JSONValue(parsing: try await client.get("/api/v1/state").body)
  }

  func snapshot(
    _ what: String, _ isWanted: (JSONValue) -> Bool
  ) async throws -> JSONValue {
    var last = JSONValue.null
    try await eventually("\(what); \(last)") {
      last = try await snapshot()
      return isWanted(last)
    }
    return last
  }

  // MARK: The main job

  /// Goes on from where the screen is until the sale is done and its papers are as said; throws
  /// when the kiosk dies.
  @discardableResult func buy(untilPaperIs paper: JSONValue = "printed") async throws -> JSONValue {
    var previous: JSONValue?
    try await eventually("a sale with its papers, from \(previous ?? .null)", seconds: 60) {
      let screen = try await snapshot()
      if screen["state"] == "done", screen["completed"]["paper"] == paper {
        previous = screen
        return true
      }
      // One act for each screen: what it leads to shows in the revision.
      if screen["revision"] != previous?["revision"] { try await act(on: screen) }
      previous = screen
      return false
    }
    return previous ?? .null
  }

  private func act(on screen: JSONValue) async throws {
    switch screen["state"].string {
    case "attract", "scanning": try await shop(screen)
    case "reviewing": try await press("wallet")
    case "tendering": try await press("confirm")
    default: break  // the kiosk has to act
    }
  }

  private func shop(_ screen: JSONValue) async throws {
    let lines = screen["lines"].array.count
    if screen["member"] == .null {
      try await tap()
    } else if lines < products.count {
      try await scan(products[lines])
      // Seen before anything else is done: the screen may also change for another reason meanwhile,
      // such as a device that comes, and nobody scans a thing twice for that.
      _ = try await snapshot("a line more") { $0["lines"].array.count > lines }
    } else if !screen["discounts"].array.contains(where: { $0["rule"] == .string(Self.couponRule) })
    {
      try await scan(coupon)
    } else {
      try await press("pay")
    }
  }

  func tap() async throws {
    try await post("/simulator/reader", "{\"uid\": \"\(card)\"}")
    _ = try await snapshot("a member") { $0["member"] != .null }
    try await post("/simulator/reader", "{\"uid\": null}")
  }

  func scan(_ code: String) async throws {
    try await post("/simulator/scanner", "{\"text\": \"\(code)\"}")
  }

  /// A key that the screen offers; refused ones are looked at again.
  func press(_ button: String) async throws {
    _ = try await client.post("/api/v1/press", "{\"button\": \"\(button)\"}")
  }

  func setPrinter(_ change: String) async throws { try await post("/simulator/printer", change) }

  func paper() async throws -> String {
    try await client.get("/simulator/printer/paper.txt").text
  }

  private func post(_ path: String, _ body: String) async throws {
    let answer = try await client.post(path, body)
    guard answer.status == 200 else {
      throw NeverHappened(description: "\(path) \(body): \(answer.status) \(answer.text)")
    }
  }
}
