import Devices
import LoopbackHTTP

// One customer, who looks at the screen and tries again.
extension LifeTest {
  private static let glanceSeconds = 6.0
  private static let patienceSeconds = 25.0
  /// Until a device that was switched off and on is in use again, on a machine that stands still
  /// now and then.
  static let mendSeconds = 60.0

  /// nil when the kiosk sent the customer away, with nothing sold.
  mutating func sale(_ samples: SampleShop, _ kiosk: KioskProcess) async throws -> Sale? {
    try await begin(kiosk)
    let count = 1 + random.below(3)
    for number in 0..<count {
      try disturb()
      let product = samples.products[random.below(samples.products.count)]
      guard try await scan(product.code, making: number + 1, kiosk) else { return nil }
    }
    try disturb()
    guard try await tap(samples.card, kiosk) else { return nil }
    try disturb()
    guard let receipt = try await pay(kiosk) else { return nil }
    checks.check(
      "items-are-those-scanned", await sold(kiosk) == count, "\(receipt): \(count)")
    try disturb()
    _ = await kiosk.press("done", within: Self.glanceSeconds)
    return Sale(receipt: receipt, itemCount: count)
  }

  private static func itemCount(_ snapshot: JSONValue) -> Int {
    snapshot["lines"].array.reduce(0) { $0 + Int($1["quantity"].number ?? 0) }
  }

  static func isEnabled(_ device: ControlCommand.Device, _ snapshot: JSONValue) -> Bool {
    snapshot["devices"].array.contains {
      $0["kind"] == .string(device.kind.rawValue) && $0["state"] == "enabled"
    }
  }

  private func sold(_ kiosk: KioskProcess) async -> Int {
    await kiosk.snapshot { _ in true }.map(Self.itemCount) ?? -1
  }

  /// Waits for the screen of the next customer; cancels what was left over.
  private mutating func begin(_ kiosk: KioskProcess) async throws {
    var patience = Self.glanceSeconds
    for _ in 0..<Self.attemptLimit {
      let screen = await kiosk.snapshot(within: patience) {
        $0["state"] == "attract" && Self.isEnabled(.scanner, $0)
      }
      if screen != nil { return }
      patience = Self.glanceSeconds
      let state = await kiosk.snapshot { _ in true }?["state"].string ?? "-"
      switch state {
      case "done", "printing": _ = await kiosk.press("done", within: Self.glanceSeconds)
      case "scanning", "reviewing", "tendering":
        _ = await kiosk.press("cancel", within: Self.glanceSeconds)
      case "attract", "outOfService":
        try mend(.scanner)
        // Switching it off and on before it can be back would go on for ever.
        patience = Self.mendSeconds
      default: break  // holding and posting end by themselves
      }
    }
    throw Stopped(description: "the kiosk does not come back: \(await screen(kiosk))")
  }

  private mutating func scan(
    _ code: String, making count: Int, _ kiosk: KioskProcess
  ) async throws -> Bool {
    for attempt in 0..<Self.attemptLimit {
      let isMended = try attempt > 0 || !counter.cable(.scanner).isPlugged
      if isMended { try mend(.scanner) }
      let ready = await kiosk.snapshot(within: isMended ? Self.mendSeconds : Self.patienceSeconds) {
        Self.isEnabled(.scanner, $0) || Self.itemCount($0) >= count
      }
      // A scan of before may have come through after all.
      if ready.map(Self.itemCount) == count { return true }
      guard ready != nil else { continue }
      try counter.perform(.scan(code))
      if attempt == 0, random.below(4) == 0 { try disturb() }
      let shown = await kiosk.snapshot(within: Self.glanceSeconds) {
        Self.itemCount($0) >= count
      }
      if let shown {
        let isOnce = Self.itemCount(shown) == count
        checks.check("a-scan-counts-once", isOnce, code)
        return isOnce
      }
      if count > 1, await sold(kiosk) == 0 { return false }  // the basket was put away
    }
    throw Stopped(description: "no scan comes through: \(await screen(kiosk))")
  }

  private mutating func tap(_ card: [UInt8], _ kiosk: KioskProcess) async throws -> Bool {
    for attempt in 0..<Self.attemptLimit {
      let isMended = try attempt > 0 || !counter.cable(.reader).isPlugged
      if isMended { try mend(.reader) }
      let ready = await kiosk.snapshot(within: isMended ? Self.mendSeconds : Self.patienceSeconds) {
        Self.isEnabled(.reader, $0)
      }
      guard ready != nil else { continue }
      try counter.perform(.card(card))
      let shown = await kiosk.snapshot(within: Self.glanceSeconds) { $0["member"] != .null }
      try counter.perform(.card(nil))
      if shown != nil { return true }
      if await sold(kiosk) == 0 { return false }
    }
    throw Stopped(description: "no card comes through: \(await screen(kiosk))")
  }

  private mutating func pay(_ kiosk: KioskProcess) async throws -> String? {
    for button in ["pay", "wallet", "confirm"] {
      if !(await kiosk.press(button, within: Self.patienceSeconds)) {
        if await kiosk.snapshot({ _ in true })?["state"] == "attract" { return nil }
        throw Stopped(description: "\(button) is not accepted: \(await screen(kiosk))")
      }
      if random.below(3) == 0 { try disturb() }
    }
    let sale = await kiosk.snapshot(within: Self.patienceSeconds) {
      $0["completed"]["receipt"].string != nil
    }
    guard let receipt = sale?["completed"]["receipt"].string else {
      throw Stopped(description: "a confirmed sale is not posted: \(await screen(kiosk))")
    }
    return receipt
  }

  func screen(_ kiosk: KioskProcess) async -> String {
    guard let snapshot = await kiosk.snapshot(within: 2, { _ in true }) else { return "nothing" }
    let devices = snapshot["devices"].array.map {
      "\($0["kind"].string ?? "") \($0["state"].string ?? "") \($0["message"].string ?? "")"
    }
    return "\(snapshot["state"].string ?? "-"), \(Self.itemCount(snapshot)) items, "
      + devices.joined(separator: "; ")
  }
}
