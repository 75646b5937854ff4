extension HID {
  /// How one keyboard scanner is set up.
  public struct KeyboardSettings: Equatable, Sendable {
    /// What ends a symbol.
    public enum Terminator: String, Equatable, Hashable, Sendable, CaseIterable {
      case enter, keypadEnter, tab
      /// The scanner sends nothing: silence for the gap ends the symbol.
      case gap
    }

    public static let defaultMaximumByteCount = 512

    public var layout: KeyboardLayout
    public var terminators: Set<Terminator>
    /// Taken off the front and the end where they are there.
    public var prefix: [UInt8]
    public var suffix: [UInt8]
    public var maximumByteCount: Int
    /// Keys that stand for GS (1Dh), F8 with many scanners; Ctrl+] always does in the US layout.
    public var groupSeparatorKeys: Set<UInt8>
    /// Whether a leading `]E0` is an AIM identifier and not text.
    public var splitsAIMIdentifier: Bool

    public init(
      layout: KeyboardLayout = .us, terminators: Set<Terminator> = [.enter, .keypadEnter, .tab],
      prefix: [UInt8] = [], suffix: [UInt8] = [],
      maximumByteCount: Int = defaultMaximumByteCount, groupSeparatorKeys: Set<UInt8> = [0x41],
      splitsAIMIdentifier: Bool = true
    ) {
      self.layout = layout
      self.terminators = terminators
      self.prefix = prefix
      self.suffix = suffix
      self.maximumByteCount = maximumByteCount
      self.groupSeparatorKeys = groupSeparatorKeys
      self.splitsAIMIdentifier = splitsAIMIdentifier
    }
  }

  /// Turns the reports of one keyboard scanner into symbols. Without a clock: who reads the reports
  /// calls `gapElapsed` when none came for the gap limit while `isMidScan`.
  public struct KeyboardDecoder: Sendable {
    private enum Line: Equatable {
      case collecting([UInt8])
      /// The fault is told; what is left of the symbol is thrown away up to its end.
      case discarding
    }

    private let settings: KeyboardSettings
    private let format: KeyboardReportFormat
    private var heldKeys: [UInt8] = []
    private var isCapsLocked = false
    private var line = Line.collecting([])
    /// Digits typed on the keypad while Alt is held; nil when none.
    private var altCode: Int?

    public init(settings: KeyboardSettings, format: KeyboardReportFormat = .boot) {
      self.settings = settings
      self.format = format
    }

    /// Whether a symbol was begun and its end has not come.
    public var isMidScan: Bool { line != .collecting([]) || altCode != nil || isCapsLocked }

    /// Takes one input report; most give nothing.
    public mutating func feed(_ report: [UInt8]) -> [ScanResult] {
      switch format.read(report) {
      case .otherReport, .rollOverError: return []
      case .truncated: return refuse(.torn)
      case .keys(let state): return take(state)
      }
    }

    /// Silence for the gap limit: what was collected is whole only if silence is a terminator.
    public mutating func gapElapsed() -> [ScanResult] {
      // The next symbol must not depend on a release or a Caps Lock that was lost.
      (isCapsLocked, altCode, heldKeys) = (false, nil, [])
      if settings.terminators.contains(.gap) { return endLine() }
      let wasCollecting = line != .discarding && line != .collecting([])
      line = .collecting([])
      return wasCollecting ? [.failure(.torn)] : []
    }

    private mutating func take(_ state: KeyboardState) -> [ScanResult] {
      var results: [ScanResult] = []
      let modifiers = Modifiers(state.modifiers)
      if !modifiers.alt, let code = altCode {
        altCode = nil
        results += type(altCode: code)
      }
      for key in state.keys where !heldKeys.contains(key) {
        results += press(key, modifiers)
      }
      heldKeys = state.keys
      return results
    }

    private mutating func press(_ key: UInt8, _ modifiers: Modifiers) -> [ScanResult] {
      switch key {
      case 0x39:  // Caps Lock
        isCapsLocked.toggle()
        return []
      case 0x47, 0x53: return []  // Scroll Lock, Num Lock
      case 0x28: return end(.enter, orType: 0x0D)
      case 0x58: return end(.keypadEnter, orType: 0x0D)
      case 0x2B: return end(.tab, orType: 0x09)
      case _ where settings.groupSeparatorKeys.contains(key): return append([0x1D])
      case _ where modifiers.alt: return pressWithAlt(key)
      default: return pressCharacter(key, modifiers)
      }
    }

    private mutating func pressCharacter(
      _ key: UInt8, _ modifiers: Modifiers
    ) -> [ScanResult] {
      guard !modifiers.gui, let scalar = character(key, modifiers) else {
        return refuse(.unknownKey)
      }
      guard modifiers.control else { return append(Array(String(scalar).utf8)) }
      guard (0x40...0x7E).contains(scalar.value) else { return refuse(.unknownKey) }
      switch UInt8(scalar.value & 0x1F) {
      case 0x0A, 0x0D: return end(.enter, orType: 0x0D)
      case 0x09: return end(.tab, orType: 0x09)
      case let code: return append([code])
      }
    }

    private func character(_ key: UInt8, _ modifiers: Modifiers) -> Unicode.Scalar? {
      if let scalar = KeyboardLayout.keypad[key] { return scalar }
      guard let entry = settings.layout.keys[key] else { return nil }
      if modifiers.altGraph, let alternate = entry.alternate { return alternate }
      let isShifted = entry.isLetter ? modifiers.shift != isCapsLocked : modifiers.shift
      return isShifted ? entry.shifted : entry.plain
    }

    /// Alt and digits of the keypad type a code, `ALT+0029`.
    private mutating func pressWithAlt(_ key: UInt8) -> [ScanResult] {
      guard let scalar = KeyboardLayout.keypad[key], ("0"..."9").contains(scalar) else {
        return refuse(.unknownKey)
      }
      // Saturates above every code that is accepted, however many digits come.
      altCode = min((altCode ?? 0) * 10 + Int(scalar.value - 0x30), 1_000)
      return []
    }

    /// Codes above 7Fh mean another character on each system and are refused.
    private mutating func type(altCode: Int) -> [ScanResult] {
      guard (0x01...0x7F).contains(altCode) else { return refuse(.unknownKey) }
      return append([UInt8(altCode)])
    }

    private mutating func end(
      _ terminator: KeyboardSettings.Terminator, orType byte: UInt8
    ) -> [ScanResult] {
      settings.terminators.contains(terminator) ? endLine() : append([byte])
    }

    private mutating func append(_ bytes: [UInt8]) -> [ScanResult] {
      guard case .collecting(let collected) = line else { return [] }
      guard collected.count + bytes.count <= settings.maximumByteCount else {
        return refuse(.tooLong)
      }
      line = .collecting(collected + bytes)
      return []
    }

    private mutating func refuse(_ fault: ScanFault) -> [ScanResult] {
      guard line != .discarding else { return [] }
      line = .discarding
      return [.failure(fault)]
    }

    private mutating func endLine() -> [ScanResult] {
      defer { line = .collecting([]) }
      guard case .collecting(var bytes) = line, !bytes.isEmpty else { return [] }
      if !settings.prefix.isEmpty, bytes.starts(with: settings.prefix) {
        bytes.removeFirst(settings.prefix.count)
      }
      if !settings.suffix.isEmpty, bytes.suffix(settings.suffix.count) == settings.suffix[...] {
        bytes.removeLast(settings.suffix.count)
      }
      guard !bytes.isEmpty else { return [] }
      let scan =
        settings.splitsAIMIdentifier
        ? HID.splittingAIMIdentifier(bytes) : Scan(bytes: bytes, aimIdentifier: nil)
      return [.success(scan)]
    }
  }

  /// The modifier byte by meaning (HID 1.11, 8.3).
  private struct Modifiers {
    let control, shift, alt, altGraph, gui: Bool

    init(_ byte: UInt8) {
      control = byte & 0x11 != 0
      shift = byte & 0x22 != 0
      alt = byte & 0x04 != 0
      altGraph = byte & 0x40 != 0
      gui = byte & 0x88 != 0
    }
  }
}
