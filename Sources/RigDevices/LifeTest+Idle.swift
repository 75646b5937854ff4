import LoopbackHTTP

// A daemon that has nothing to do.
extension LifeTest {
  /// Context switches of all its threads; beyond it something asks instead of waiting.
  static let idleLimitPerSecond = 15.0
  private static let idleSeconds = 20
  private static let settlingSeconds = 20

  /// With every device in use and nobody there.
  mutating func idle(_ kiosk: KioskProcess) async throws {
    let ready = await kiosk.snapshot { snapshot in
      snapshot["devices"].array.allSatisfy { $0["state"] == "enabled" }
    }
    checks.check("all-devices-are-in-use", ready != nil)
    // What starting left to do, and the time that a reader is looked at often.
    try await Task.sleep(for: .seconds(Self.settlingSeconds))
    let before = ProcessFigures.contextSwitches(kiosk.processID)
    try await Task.sleep(for: .seconds(Self.idleSeconds))
    let after = ProcessFigures.contextSwitches(kiosk.processID)
    let counts = after.map { (name: $0.key, count: $0.value - (before[$0.key] ?? 0)) }
      .filter { $0.count > 0 }.sorted { $0.count > $1.count }
    let rate = Double(counts.map(\.count).reduce(0, +)) / Double(Self.idleSeconds)
    let list = counts.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
    checks.measured("idle-switches-a-second", rate)
    checks.check(
      "idle-daemon-sleeps", !after.isEmpty && rate <= Self.idleLimitPerSecond,
      "\(rate) switches a second: \(list)")
  }
}
