extension ESCPOS {
  /// Finds the real-time commands in a stream: a printer obeys them when they arrive, wherever they
  /// stand, even inside the data of another command ("Notes of Real-time Commands").
  public struct RealTimeScanner: Sendable {
    /// What every real-time command begins with, DLE.
    public static let introducer = dle

    private var pending: [UInt8] = []

    public init() {}

    /// Whether no command has begun.
    public var isIdle: Bool { pending.isEmpty }

    public mutating func feed(_ byte: UInt8) -> Command? {
      pending.append(byte)
      while let first = pending.first {
        guard first == dle, pending.count < 2 || Self.seconds.contains(pending[1]) else {
          pending.removeFirst()
          continue
        }
        guard pending.count >= 3, case .exactly(let count) = Framing.extent(of: pending) else {
          return nil
        }
        guard pending.count >= count else { return nil }
        let command = Command(frame: Array(pending.prefix(count)))
        // Of what is no command a part may begin the next one.
        pending.removeFirst(command == nil ? 1 : count)
        if let command { return command }
      }
      return nil
    }

    private static let seconds: [UInt8] = [eot, enq, dc4]

    /// The real-time commands in `bytes` that a printer would obey, and where each begins.
    public static func commands(in bytes: [UInt8]) -> [(offset: Int, command: Command)] {
      var scanner = RealTimeScanner()
      return bytes.enumerated().compactMap { index, byte in
        scanner.feed(byte).map { (index + 1 - encode($0).count, $0) }
      }
    }

    /// Whether `bytes` would begin a real-time command anywhere: a picture that is sent has none.
    public static func isIntroducerPresent(in bytes: [UInt8]) -> Bool {
      zip(bytes, bytes.dropFirst()).contains { $0 == dle && seconds.contains($1) }
    }
  }
}
