extension ESCPOS {
  /// The four bytes of 20h to 7Eh by which a printer tells that the data before them is printed
  /// (GS ( H, fn 48).
  public struct ProcessID: Hashable, Sendable {
    /// 20h to 7Eh: 95 values in each place.
    private static let base: UInt32 = 95
    /// How many there are; the counter starts again after them.
    public static let period = base * base * base * base

    /// Always four.
    public let bytes: [UInt8]

    /// The counter in base 95, most significant byte first; wraps after `period`.
    public init(counter: UInt32) {
      var rest = counter % Self.period
      var bytes: [UInt8] = [0x20, 0x20, 0x20, 0x20]
      for index in stride(from: 3, through: 0, by: -1) {
        bytes[index] += UInt8(rest % Self.base)
        rest /= Self.base
      }
      self.bytes = bytes
    }

    /// Nil unless these are four bytes of 20h to 7Eh.
    public init?(bytes: [UInt8]) {
      guard bytes.count == 4, bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
      self.bytes = bytes
    }

    /// The counter that these bytes stand for, below `period`.
    public var counter: UInt32 {
      bytes.reduce(0) { $0 * Self.base + UInt32($1 - 0x20) }
    }

    /// Whether the reply `self` tells that `other` is printed too: a printer keeps only the newest
    /// id that it has not sent, so that a later one of the same counter confirms all before it.
    /// Later means less than half the period ahead, across the wrap.
    public func confirms(_ other: ProcessID) -> Bool {
      let ahead =
        (UInt64(counter) + UInt64(Self.period) - UInt64(other.counter))
        % UInt64(Self.period)
      return ahead < UInt64(Self.period) / 2
    }
  }
}
