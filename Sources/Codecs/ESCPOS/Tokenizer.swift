extension ESCPOS {
  /// A part of what a printer was sent.
  public enum Token: Equatable, Sendable {
    /// `offset` counts the bytes since the tokenizer's start.
    case command(Command, offset: Int)
    /// A control character, or a command of another kind with its parameters. Of one that is larger
    /// than 1 MiB only the head; the payload is passed over.
    case unknown([UInt8], offset: Int)
  }

  /// Cuts a stream of bytes into commands, whatever they are and however they are chunked: the same
  /// bytes give the same tokens.
  public struct Tokenizer: Sendable {
    /// A longer text comes as several tokens.
    static let maximumTextByteCount = 4_096

    /// The beginning of a command, or a text.
    private var pending: [UInt8] = []
    /// `pending` is looked at again when it has so many bytes.
    private var goal = 1
    private var skipCount = 0
    private var offset = 0

    public init() {}

    /// Whether a command is begun and not complete.
    public var isInCommand: Bool {
      skipCount > 0 || pending.first.map { $0 < 0x20 } ?? false
    }

    public mutating func feed(_ bytes: some Sequence<UInt8>) -> [Token] {
      var tokens: [Token] = []
      for byte in bytes { feed(byte, into: &tokens) }
      return tokens
    }

    public mutating func feed(_ byte: UInt8, into tokens: inout [Token]) {
      if skipCount > 0 {
        skipCount -= 1
        offset += 1
        return
      }
      if let first = pending.first, first >= 0x20, byte < 0x20 { emit(pending.count, &tokens) }
      pending.append(byte)
      guard pending.count >= goal else { return }
      if pending[0] >= 0x20 {
        if pending.count >= Self.maximumTextByteCount { emit(pending.count, &tokens) }
        return
      }
      switch Framing.extent(of: pending) {
      case .atLeast(let count): goal = count
      case .exactly(let count) where count > pending.count: goal = count
      case .exactly(let count):
        let rest = pending.dropFirst(count)
        emit(count, &tokens)
        // At most one byte, which was needed to see that the introducer stands alone.
        for byte in rest { feed(byte, into: &tokens) }
      case .oversized(let head, let payload):
        emit(head, &tokens)
        skipCount = payload
      }
    }

    /// The text that waits for what follows it; a command that is not complete stays.
    public mutating func flush() -> [Token] {
      var tokens: [Token] = []
      if let first = pending.first, first >= 0x20 { emit(pending.count, &tokens) }
      return tokens
    }

    /// What waits at the end of the stream: a text, or a command that is cut off, as unknown.
    public mutating func finish() -> [Token] {
      var tokens: [Token] = []
      if let first = pending.first, first < 0x20 {
        tokens.append(.unknown(pending, offset: offset))
        offset += pending.count
        pending = []
        goal = 1
      }
      skipCount = 0
      return tokens + flush()
    }

    /// Takes the first `count` bytes out of `pending` as one token, and forgets the rest of it.
    private mutating func emit(_ count: Int, _ tokens: inout [Token]) {
      let frame = Array(pending.prefix(count))
      if let command = Command(frame: frame) {
        tokens.append(.command(command, offset: offset))
      } else {
        tokens.append(.unknown(frame, offset: offset))
      }
      offset += count
      pending.removeAll(keepingCapacity: true)
      goal = 1
    }
  }

  /// All tokens of `bytes`; a command cut off at the end comes as unknown.
  public static func tokens(of bytes: [UInt8]) -> [Token] {
    var tokenizer = Tokenizer()
    return tokenizer.feed(bytes) + tokenizer.finish()
  }
}
