extension HID {
  /// How one keyboard scanner is set up.
  public struct KeyboardSettings: Equatable, Sendable {
    public var layout: KeyboardLayout
    /// Those that the scanner may be set to by mistake; see `Scanning.Fault.otherLayout`.
    public var otherLayouts: [KeyboardLayout]
    /// The keys that end a symbol: some of `enter`, `keypadEnter`, `tab`.
    public var terminators: Set<Scanning.Terminator>
    /// Keys that stand for GS (1Dh), F8 with many scanners; Ctrl+] does in every layout.
    public var groupSeparatorKeys: Set<UInt8>
    public var framing: Scanning.Framing

    public static let defaultTerminators: Set<Scanning.Terminator> = [.enter, .keypadEnter, .tab]

    public init(
      layout: KeyboardLayout = .us, otherLayouts: [KeyboardLayout] = [],
      terminators: Set<Scanning.Terminator> = defaultTerminators,
      groupSeparatorKeys: Set<UInt8> = [0x41], framing: Scanning.Framing = .init()
    ) {
      self.layout = layout
      self.otherLayouts = otherLayouts
      self.terminators = terminators
      self.groupSeparatorKeys = groupSeparatorKeys
      self.framing = framing
    }
  }

  /// Turns the reports of one keyboard scanner into symbols.
  ///
  /// Without a clock: who reads the reports calls `fallSilent` when none came for
  /// `silenceMilliseconds`.
  /// Modifiers, held keys and Caps Lock are those of this one device.
  public struct KeyboardDecoder: Sendable {
    private let settings: KeyboardSettings
    private let format: KeyboardReportFormat
    private var held = KeyboardState(modifiers: 0, keys: [])
    private var typing: KeyTyping
    private var line: Scanning.Line
    /// The keys of the symbol at hand, to try them in another layout.
    private var presses: [KeyPress] = []
    private var lastChange: Int64 = 0

    public init(settings: KeyboardSettings, format: KeyboardReportFormat = .boot) {
      self.settings = settings
      self.format = format
      typing = KeyTyping(
        layout: settings.layout, groupSeparatorKeys: settings.groupSeparatorKeys)
      line = Scanning.Line(framing: settings.framing, isTyped: true)
    }

    /// After how much silence `fallSilent` is to be called; nil while nothing is awaited.
    public var silenceMilliseconds: Int? {
      line.silenceMilliseconds ?? (typing.isPending ? settings.framing.gapMilliseconds : nil)
    }

    /// Takes one input report; most give nothing.
    public mutating func feed(_ report: [UInt8], at now: Int64) -> [Scanning.ScanResult] {
      switch format.read(report) {
      case .otherReport, .rollOverError: return []
      case .truncated: return line.spoil(.torn, at: now)
      case .keys(let state) where state == held:
        // A key that is held, sent again: no new one came up to now.
        guard let silenceMilliseconds, now &- lastChange >= Int64(silenceMilliseconds) else {
          return []
        }
        return hearNothing(at: now)
      case .keys(let state): return take(state, at: now)
      }
    }

    /// Nothing came for `silenceMilliseconds`.
    public mutating func fallSilent(at now: Int64) -> [Scanning.ScanResult] {
      // The next symbol must not depend on a release that was lost.
      held = KeyboardState(modifiers: 0, keys: [])
      return hearNothing(at: now)
    }

    private mutating func hearNothing(at now: Int64) -> [Scanning.ScanResult] {
      lastChange = now
      return closing(put(typing.flush(), at: now) + line.silence())
    }

    private mutating func take(
      _ state: KeyboardState, at now: Int64
    ) -> [Scanning.ScanResult] {
      lastChange = now
      let modifiers = KeyModifiers(byte: state.modifiers)
      var results = put(typing.hold(modifiers), at: now)
      for key in state.keys where !held.keys.contains(key) {
        let press = KeyPress(usage: key, modifiers: modifiers)
        if presses.count < settings.framing.maximumByteCount { presses.append(press) }
        results += closing(put(typing.press(press), at: now))
      }
      held = state
      return results
    }

    private mutating func put(
      _ outputs: [KeyTyping.Output], at now: Int64
    ) -> [Scanning.ScanResult] {
      outputs.flatMap { output in
        switch output {
        case .bytes(let bytes): line.append(bytes, at: now)
        case .unknown: line.spoil(.unknownKey, at: now)
        case .terminator(let terminator, let byte):
          settings.terminators.contains(terminator)
            ? line.end(terminator, at: now) : line.append([byte], at: now)
        }
      }
    }

    /// Asks the other layouts about what was read, and forgets the keys once their symbol is over.
    private mutating func closing(_ results: [Scanning.ScanResult]) -> [Scanning.ScanResult] {
      let checked = results.map { checkingLayout($0) }
      if line.isIdle, !typing.isPending { presses = [] }
      return checked
    }

    private func checkingLayout(_ result: Scanning.ScanResult) -> Scanning.ScanResult {
      switch result {
      case .success(let scan):
        guard scan.aimIdentifier == nil, !Scanning.isGTIN(scan.bytes) else { return result }
        let (symbols, others) = inOtherLayouts
        if !symbols.isEmpty { return .failure(.otherLayout(symbols)) }
        guard !others.isEmpty else { return result }
        return .success(
          Scanning.Scan(
            bytes: scan.bytes, aimIdentifier: nil, firstMilliseconds: scan.firstMilliseconds,
            lastMilliseconds: scan.lastMilliseconds, terminator: scan.terminator,
            otherLayouts: others))
      case .failure(.unknownKey):
        let symbols = inOtherLayouts.symbols
        return symbols.isEmpty ? result : .failure(.otherLayout(symbols))
      case .failure: return result
      }
    }

    /// The layouts under which the keys are a GTIN, and those under which an identifier is in front
    /// of them.
    private var inOtherLayouts: (symbols: [String], identified: [String]) {
      var symbols: [String] = []
      var identified: [String] = []
      for layout in settings.otherLayouts where layout.name != settings.layout.name {
        guard let bytes = text(in: layout) else { continue }
        let (data, identifier) = Scanning.splittingAIMIdentifier(bytes)
        if Scanning.isGTIN(data) { symbols.append(layout.name) }
        if identifier != nil, settings.framing.splitsAIMIdentifier {
          identified.append(layout.name)
        }
      }
      return (symbols, identified)
    }

    /// What the keys of the symbol at hand type in another layout, its end not counted.
    private func text(in layout: KeyboardLayout) -> [UInt8]? {
      var typing = KeyTyping(layout: layout, groupSeparatorKeys: settings.groupSeparatorKeys)
      var bytes: [UInt8] = []
      for output in presses.flatMap({ typing.press($0) }) + typing.flush() {
        switch output {
        case .bytes(let typed): bytes += typed
        case .unknown: return nil
        case .terminator: continue
        }
      }
      return bytes
    }
  }
}
