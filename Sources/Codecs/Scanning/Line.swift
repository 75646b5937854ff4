extension Scanning {
  /// Collects what one scanner sends up to the end of each symbol, and throws away what cannot be
  /// a whole one.
  ///
  /// Without a clock: who feeds it calls `silence` when nothing came for `silenceMilliseconds`.
  /// Only silence that was waited for counts, so a machine that is late tears no symbol.
  struct Line: Sendable {
    private struct Symbol: Equatable {
      var bytes: [UInt8] = []
      let first: Int64
      /// Told at the symbol's end; what follows it is thrown away.
      var fault: Fault?
      /// It came when the rest of a torn one could.
      let isTail: Bool
      var strokeCount = 0
      /// Strokes that came after a pause of the hand's rhythm.
      var slowStrokeCount = 0
    }

    private enum State: Equatable {
      case idle
      case collecting(Symbol)
      /// The fault is told; what is left of the symbol is thrown away up to its end.
      case discarding
      /// A symbol was torn, and its rest may come.
      case quiet
    }

    /// Intervals between strokes below which a rhythm says nothing.
    private static let minimumRhythm = 3

    let framing: Framing
    /// Whether a person could have typed it.
    let isTyped: Bool
    private var state = State.idle
    private var lastStroke: Int64 = 0

    init(framing: Framing, isTyped: Bool) {
      self.framing = framing
      self.isTyped = isTyped
    }

    var isIdle: Bool { state == .idle }

    /// How much silence means something; nil while nothing is awaited.
    var silenceMilliseconds: Int? {
      switch state {
      case .idle: nil
      case .collecting(let symbol) where symbol.isTail: framing.quietMilliseconds
      case .collecting, .discarding: framing.gapMilliseconds
      case .quiet: framing.quietMilliseconds
      }
    }

    /// One stroke of a key, or a part of what came over a serial line.
    mutating func append(_ bytes: [UInt8], at now: Int64) -> [ScanResult] {
      var symbol: Symbol
      switch state {
      case .discarding: return []
      case .idle: symbol = Symbol(first: now, isTail: false)
      case .quiet: symbol = Symbol(first: now, isTail: true)
      case .collecting(let begun): symbol = begun
      }
      if symbol.strokeCount > 0, now &- lastStroke >= Int64(framing.handRhythmMilliseconds) {
        symbol.slowStrokeCount += 1
      }
      symbol.strokeCount += 1
      lastStroke = now
      if symbol.fault == nil {
        guard symbol.bytes.count + bytes.count <= framing.maximumByteCount else {
          state = .discarding
          return [.failure(.tooLong)]
        }
        symbol.bytes += bytes
      }
      state = .collecting(symbol)
      return []
    }

    /// What came cannot be read; the symbol is refused at its end.
    mutating func spoil(_ fault: Fault, at now: Int64) -> [ScanResult] {
      let results = append([], at: now)
      if case .collecting(var symbol) = state, symbol.fault == nil {
        symbol.fault = fault
        state = .collecting(symbol)
      }
      return results
    }

    /// The end of a symbol came.
    mutating func end(_ terminator: Terminator, at now: Int64) -> [ScanResult] {
      defer { state = .idle }
      switch state {
      case .idle, .discarding, .quiet: return []
      case .collecting(let symbol): return finish(symbol, terminator, at: now)
      }
    }

    /// Nothing came for `silenceMilliseconds`.
    mutating func silence() -> [ScanResult] {
      switch state {
      case .idle: return []
      case .quiet:
        state = .idle
        return []
      case .discarding:
        state = framing.endsWithGap ? .idle : .quiet
        return []
      case .collecting(let symbol):
        guard !framing.endsWithGap else {
          state = .idle
          return finish(symbol, .gap, at: lastStroke)
        }
        state = symbol.isTail ? .idle : .quiet
        // A single key is no scan whose rest was lost.
        let isByHand = isTyped && (symbol.strokeCount == 1 || hasHandRhythm(symbol))
        return [.failure(symbol.fault ?? (isByHand ? .typedByHand : .torn))]
      }
    }

    private func hasHandRhythm(_ symbol: Symbol) -> Bool {
      symbol.strokeCount > Self.minimumRhythm
        && symbol.slowStrokeCount * 2 > symbol.strokeCount - 1
    }

    private func finish(
      _ symbol: Symbol, _ terminator: Terminator, at now: Int64
    ) -> [ScanResult] {
      if let fault = symbol.fault { return [.failure(fault)] }
      if isTyped, hasHandRhythm(symbol) { return [.failure(.typedByHand)] }
      if symbol.isTail, !opensASymbol(symbol.bytes) { return [.failure(.torn)] }
      guard let inner = unframed(symbol.bytes) else { return [.failure(.torn)] }
      guard !inner.isEmpty else { return [] }
      if hasMark(framing.prefix, in: inner) || hasMark(framing.suffix, in: inner) {
        return [.failure(.glued)]
      }
      let (data, identifier) =
        framing.splitsAIMIdentifier ? splittingAIMIdentifier(inner) : (inner, nil)
      if isGlued(data, aimIdentifier: identifier) { return [.failure(.glued)] }
      let substitute = framing.groupSeparatorSubstitute
      return [
        .success(
          Scan(
            bytes: data.map { $0 == substitute ? 0x1D : $0 }, aimIdentifier: identifier,
            firstMilliseconds: symbol.first, lastMilliseconds: now, terminator: terminator))
      ]
    }

    /// What only the front of a symbol has.
    private func opensASymbol(_ bytes: [UInt8]) -> Bool {
      if !framing.prefix.isEmpty { return bytes.starts(with: framing.prefix) }
      return framing.splitsAIMIdentifier && aimIdentifier(bytes.prefix(3)) != nil
    }

    /// Without prefix and suffix, or nil if one of them is missing.
    private func unframed(_ bytes: [UInt8]) -> [UInt8]? {
      guard bytes.starts(with: framing.prefix) else { return nil }
      let rest = bytes.dropFirst(framing.prefix.count)
      guard rest.count >= framing.suffix.count,
        rest.suffix(framing.suffix.count) == framing.suffix[...]
      else { return nil }
      return Array(rest.dropLast(framing.suffix.count))
    }

    /// Whether a mark that no symbol holds is inside.
    private func hasMark(_ mark: [UInt8], in bytes: [UInt8]) -> Bool {
      guard !mark.isEmpty, !mark.allSatisfy({ isLetter($0) || isDigit($0) }),
        bytes.count >= mark.count
      else { return false }
      return (0...(bytes.count - mark.count)).contains {
        bytes[$0..<($0 + mark.count)] == mark[...]
      }
    }
  }
}
