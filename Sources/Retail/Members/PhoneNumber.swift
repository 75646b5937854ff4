/// How telephone numbers look where the shop is.
public struct PhonePlan: Equatable, Sendable, Codable {
  /// ITU-T E.164, without a plus: `86`.
  public let countryCode: String
  /// What stands in front of a number inside the country and not behind the country code: `0`.
  public let trunkPrefix: String
  /// Digits of a number inside the country, without the trunk prefix.
  public let nationalDigits: ClosedRange<Int>

  public init(countryCode: String, trunkPrefix: String, nationalDigits: ClosedRange<Int>) {
    self.countryCode = countryCode
    self.trunkPrefix = trunkPrefix
    self.nationalDigits = nationalDigits
  }

  /// Mobile numbers of mainland China.
  public static let standard = PhonePlan(
    countryCode: "86", trunkPrefix: "", nationalDigits: 11...11)
}

/// A telephone number in one form, however it was typed, so that it can be compared.
///
/// A description shows its last four digits only.
public struct PhoneNumber: Hashable, Sendable {
  public static let textLimit = 40
  /// Digits of an international number (E.164 has 15 at most).
  static let internationalDigits = 7...15

  /// Digits of a number inside the country; another country's with a plus and its code in front.
  public let text: String

  public enum Flaw: String, Error, Sendable, Codable, CaseIterable {
    case empty, tooLong
    /// Digits of another script: they look like digits, or like other digits.
    case foreignDigit
    case forbiddenCharacter
    /// Fewer or more digits than numbers have here or anywhere.
    case wrongLength
  }

  public init(_ text: String, plan: PhonePlan = .standard) throws(Flaw) {
    guard text.utf8.count <= Self.textLimit else { throw .tooLong }
    var digits = ""
    var hasPlus = false
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x30...0x39: digits.unicodeScalars.append(scalar)
      case 0xFF10...0xFF19:  // Digits of full width, from an input method.
        digits.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value - 0xFF10 + 0x30)))
      case 0x2B, 0xFF0B:
        guard digits.isEmpty, !hasPlus else { throw .forbiddenCharacter }
        hasPlus = true
      case 0x20, 0x28, 0x29, 0x2D, 0x2E, 0x2F, 0x3000, 0xFF08, 0xFF09, 0xFF0D, 0x2010...0x2013:
        continue
      default:
        let isDigit = scalar.properties.numericType != nil
        throw isDigit ? .foreignDigit : .forbiddenCharacter
      }
    }
    guard !digits.isEmpty else { throw .empty }
    guard let canonical = Self.canonical(digits, hasPlus, plan) else { throw .wrongLength }
    self.text = canonical
  }

  private static func canonical(_ digits: String, _ hasPlus: Bool, _ plan: PhonePlan) -> String? {
    if hasPlus { return international(digits, plan) }
    if plan.nationalDigits.contains(digits.count), !digits.hasPrefix("00") {
      let isTrunk = !plan.trunkPrefix.isEmpty && digits.hasPrefix(plan.trunkPrefix)
      if !isTrunk { return digits }
    }
    if digits.hasPrefix("00") { return international(String(digits.dropFirst(2)), plan) }
    if let rest = rest(of: digits, behind: plan.trunkPrefix, plan) { return rest }
    return rest(of: digits, behind: plan.countryCode, plan)
  }

  private static func rest(
    of digits: String, behind prefix: String, _ plan: PhonePlan
  ) -> String? {
    guard !prefix.isEmpty, digits.hasPrefix(prefix) else { return nil }
    let rest = digits.dropFirst(prefix.count)
    return plan.nationalDigits.contains(rest.count) ? String(rest) : nil
  }

  private static func international(_ digits: String, _ plan: PhonePlan) -> String? {
    guard internationalDigits.contains(digits.count), !digits.hasPrefix("0") else { return nil }
    if digits.hasPrefix(plan.countryCode) {
      return rest(of: digits, behind: plan.countryCode, plan)
    }
    return "+" + digits
  }
}

extension PhoneNumber: CustomStringConvertible, CustomReflectable {
  public var description: String { "****" + text.suffix(4) }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
