extension HID {
  /// What ends the symbol of a recording.
  public enum RecordedSuffix: String, Sendable, CaseIterable {
    case enter, tab, none
  }

  /// The text of one scan that was recorded as reports of the boot protocol, its AIM identifier
  /// included: one symbol with its end, or the reason why it is none. `none` means that nothing
  /// ends it but the recording.
  public static func text(
    of reports: [[UInt8]], layout: KeyboardLayout, suffix: RecordedSuffix
  ) throws(Scanning.Fault) -> String {
    let terminators: Set<Scanning.Terminator> =
      switch suffix {
      case .enter: [.enter, .keypadEnter]
      case .tab: [.tab]
      case .none: []
      }
    var decoder = KeyboardDecoder(
      settings: KeyboardSettings(
        layout: layout, terminators: terminators,
        framing: Scanning.Framing(splitsAIMIdentifier: false, endsWithGap: suffix == .none)))
    var results: [Scanning.ScanResult] = []
    for report in reports { results += decoder.feed(report, at: 0) }
    results += decoder.fallSilent(at: 0)
    guard let result = results.first else { throw .torn }
    // A recording has no times: nothing tells a hand from a scan without its end.
    if case .failure(.typedByHand) = result { throw .torn }
    guard results.count == 1 else { throw .glued }
    return String(decoding: try result.get().bytes, as: UTF8.self)
  }
}
