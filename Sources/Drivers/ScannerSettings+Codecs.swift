import Codecs
import Profiles

extension HID.KeyboardLayout {
  /// The layout of a data file.
  public init(_ layout: ScannerLayout) {
    self.init(
      name: layout.name,
      keys: layout.keys.mapValues { levels in
        let symbols = levels.map { $0.map(Symbol.init) }
        func symbol(_ level: Int) -> Symbol? { level < symbols.count ? symbols[level] : nil }
        return Key(
          symbol(0), symbol(1), alternate: symbol(2), shiftedAlternate: symbol(3))
      }, compositions: layout.compositions, controls: layout.controls)
  }
}

extension HID.KeyboardLayout.Symbol {
  fileprivate init(_ symbol: ScannerLayout.Symbol) {
    self =
      switch symbol {
      case .character(let scalar): .character(scalar)
      case .dead(let scalar): .dead(scalar)
      }
  }
}

extension HID.KeyboardSettings {
  /// `layouts` are all that there are; nil if the one that is set is not among them.
  init?(_ settings: KeyboardScannerSettings, layouts: [ScannerLayout]) {
    let all = layouts.map { HID.KeyboardLayout($0) }
    let standard: HID.KeyboardLayout? = settings.layout == HID.KeyboardLayout.us.name ? .us : nil
    guard let layout = all.first(where: { $0.name == settings.layout }) ?? standard else {
      return nil
    }
    self.init(
      layout: layout, otherLayouts: all.filter { $0.name != layout.name },
      terminators: Set(settings.terminators.compactMap(\.key)),
      groupSeparatorKeys: settings.groupSeparatorKeys,
      framing: Scanning.Framing(
        settings.framing, endsWithGap: settings.terminators.contains(.gap)))
  }
}

extension KeyboardScannerSettings.Terminator {
  fileprivate var key: Scanning.Terminator? {
    switch self {
    case .enter: .enter
    case .keypadEnter: .keypadEnter
    case .tab: .tab
    case .gap: nil
    }
  }
}

extension Scanning.SerialDecoder {
  init(_ settings: SerialScannerSettings) {
    self.init(
      terminators: Set(settings.terminators.compactMap(\.byte)),
      framing: Scanning.Framing(
        settings.framing, endsWithGap: settings.terminators.contains(.gap)))
  }
}

extension SerialScannerSettings.Terminator {
  fileprivate var byte: Scanning.Terminator? {
    switch self {
    case .cr: .carriageReturn
    case .lf: .lineFeed
    case .tab: .tab
    case .etx: .endOfText
    case .gap: nil
    }
  }
}

extension Scanning.Framing {
  init(_ framing: ScanFraming, endsWithGap: Bool) {
    self.init(
      prefix: framing.prefix, suffix: framing.suffix,
      maximumByteCount: framing.maximumLength,
      groupSeparatorSubstitute: framing.groupSeparator,
      splitsAIMIdentifier: framing.splitsAIMIdentifier,
      gapMilliseconds: framing.gapMilliseconds, endsWithGap: endsWithGap)
  }
}

extension HID.POSReportFormat {
  init(_ layout: HIDPOSScannerSettings.ReportLayout) {
    self =
      switch layout {
      case .identified: .common
      case .plain: .withoutIdentifier
      }
  }
}

extension HID.VendorSymbologies {
  init(_ symbologies: HIDPOSScannerSettings.Symbologies) {
    self =
      switch symbologies {
      case .none: .none
      case .honeywell: .honeywell
      }
  }
}
