extension Scanning {
  /// Cuts the bytes of a scanner on a serial line into symbols. Without a clock, as `Line`.
  public struct SerialDecoder: Sendable {
    /// What ends a symbol there: some of `carriageReturn`, `lineFeed`, `tab`, `endOfText`.
    public let terminators: Set<Terminator>
    private var line: Line

    public init(terminators: Set<Terminator>, framing: Framing) {
      self.terminators = terminators
      line = Line(framing: framing, isTyped: false)
    }

    /// After how much silence `fallSilent` is to be called; nil while nothing is awaited.
    public var silenceMilliseconds: Int? { line.silenceMilliseconds }

    /// Takes what came, in pieces of any size. The second of CR and LF ends nothing.
    public mutating func feed(_ bytes: [UInt8], at now: Int64) -> [ScanResult] {
      var results: [ScanResult] = []
      var rest = bytes[...]
      while let byte = rest.first {
        if let terminator = Self.terminator(byte), terminators.contains(terminator) {
          results += line.end(terminator, at: now)
          rest = rest.dropFirst()
        } else {
          let data = rest.prefix { byte in
            Self.terminator(byte).map { !terminators.contains($0) } ?? true
          }
          results += line.append(Array(data), at: now)
          rest = rest.dropFirst(data.count)
        }
      }
      return results
    }

    /// Nothing came for `silenceMilliseconds`.
    public mutating func fallSilent(at now: Int64) -> [ScanResult] { line.silence() }

    private static func terminator(_ byte: UInt8) -> Terminator? {
      switch byte {
      case 0x0D: .carriageReturn
      case 0x0A: .lineFeed
      case 0x09: .tab
      case 0x03: .endOfText
      default: nil
      }
    }
  }
}
