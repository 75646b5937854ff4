import Ledger
import Retail

/// Time and chance as the daemon gets them from outside; a test hands in its own.
public struct KioskClock: Sendable {
  public var now: @Sendable () -> ShopTime
  /// Throws when its task is cancelled, and nothing else.
  public var sleep: @Sendable (Duration) async throws -> Void
  /// Bytes fit for secrets.
  public var randomBytes: @Sendable (_ count: Int) -> [UInt8]

  public init(
    now: @escaping @Sendable () -> ShopTime,
    sleep: @escaping @Sendable (Duration) async throws -> Void,
    randomBytes: @escaping @Sendable (Int) -> [UInt8]
  ) {
    self.now = now
    self.sleep = sleep
    self.randomBytes = randomBytes
  }
}
