/// A press of a key on the customer's screen.
public struct ButtonPress: Equatable, Sendable, Codable {
  /// pay, wallet, confirm, remove, cancel, language, help, done, quantity.
  public var button: String
  /// The revision the customer saw; nil means the current one.
  public var revision: Int?
  /// The line meant by `remove` and `quantity`; without it the newest.
  public var line: String?
  /// The new quantity, for `quantity`.
  public var quantity: Int?

  public init(button: String, revision: Int? = nil, line: String? = nil, quantity: Int? = nil) {
    self.button = button
    self.revision = revision
    self.line = line
    self.quantity = quantity
  }
}

/// Why a press did nothing.
public enum PressRefusal: Error, Equatable, Sendable {
  /// The screen has changed since; press again on what is shown now.
  case staleRevision(current: Int)
  case unknownButton(String)
  /// The button means nothing now.
  case notEnabled(String)
  /// The inbox is full: `CheckoutLoop.inboxLimit`.
  case busy
  /// The kiosk is stopping.
  case stopping
}

/// The screen's side of a kiosk. Conformers: `CheckoutLoop` and the scripted kiosk of WebUITests.
public protocol KioskScreen: Sendable {
  func snapshot() async -> Snapshot
  /// The current snapshot, then every newer one; a slow reader misses those in between.
  func snapshots() async -> AsyncStream<Snapshot>
  /// Returns what the press led to, after its decision is on disk.
  func press(_ press: ButtonPress) async throws(PressRefusal) -> Snapshot
}
