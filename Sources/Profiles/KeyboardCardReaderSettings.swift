import StrictYAML

/// How a card reader that types like a keyboard writes the number of a card. Nothing in the number
/// tells, so that the profile has to.
public struct KeyboardCardReaderSettings: Equatable, Sendable {
  public enum NumberFormat: String, Sendable, CaseIterable {
    /// The UID as hexadecimal digits, first byte first, or last byte first.
    case hexadecimal, hexadecimalReversed
    /// Ten digits: four bytes as one number, first byte first, or last byte first.
    case decimal, decimalReversed
    /// `123,45678` or `12345678`: one byte and two bytes of a 26-bit card.
    case facilityAndNumber
  }

  public var numberFormat: NumberFormat
  /// The same number within this time is the same tap: readers type it again while a card lies
  /// there.
  public var repeatMilliseconds: Int

  public static let standardRepeatMilliseconds = 1_000

  public init(
    numberFormat: NumberFormat, repeatMilliseconds: Int = standardRepeatMilliseconds
  ) {
    self.numberFormat = numberFormat
    self.repeatMilliseconds = repeatMilliseconds
  }
}

extension SettingsReader {
  mutating func keyboardCardReader(
    _ base: KeyboardCardReaderSettings?
  ) throws(YAMLError) -> KeyboardCardReaderSettings {
    KeyboardCardReaderSettings(
      numberFormat: try choice("numberFormat", or: base?.numberFormat),
      repeatMilliseconds: try optional("repeatMilliseconds")?.integer(in: 100...10_000)
        ?? base?.repeatMilliseconds ?? KeyboardCardReaderSettings.standardRepeatMilliseconds)
  }
}
