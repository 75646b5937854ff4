/// USB human interface devices: Device Class Definition for HID 1.11, HID Usage Tables 1.5 and
/// HID Point of Sale Usage Tables 1.02.
public enum HID {
  /// A usage with its page (HID 1.11, 5.5).
  public struct Usage: Equatable, Hashable, Comparable, Sendable {
    public let page: UInt16
    public let id: UInt16

    public init(page: UInt16, id: UInt16) {
      self.page = page
      self.id = id
    }

    init(extended: UInt32) {
      self.init(page: UInt16(extended >> 16), id: UInt16(truncatingIfNeeded: extended))
    }

    var extended: UInt32 { UInt32(page) << 16 | UInt32(id) }

    public static func < (left: Usage, right: Usage) -> Bool { left.extended < right.extended }
  }

  /// A whole symbol as a scanner sent it, whatever kind of report carried it.
  public struct Scan: Equatable, Sendable {
    /// The symbol's data, without AIM identifier, prefix, suffix and terminator.
    public let bytes: [UInt8]
    /// `]E0` (ISO/IEC 15424), or nil if none was sent.
    public let aimIdentifier: String?

    public init(bytes: [UInt8], aimIdentifier: String?) {
      self.bytes = bytes
      self.aimIdentifier = aimIdentifier
    }
  }

  /// Why a scan was thrown away as a whole.
  public enum ScanFault: Error, Equatable, Sendable {
    /// The rest did not come within the gap limit, or a report of it was damaged.
    case torn
    /// Longer than the limit.
    case tooLong
    /// A key that has no character in the layout.
    case unknownKey
  }

  public typealias ScanResult = Result<Scan, ScanFault>

  /// Splits an AIM identifier (`]`, a letter, a letter or digit; ISO/IEC 15424, 4.2) off the text.
  static func splittingAIMIdentifier(_ bytes: [UInt8]) -> Scan {
    guard let identifier = aimIdentifier(bytes.prefix(3)) else {
      return Scan(bytes: bytes, aimIdentifier: nil)
    }
    return Scan(bytes: Array(bytes.dropFirst(3)), aimIdentifier: identifier)
  }

  /// The identifier, if these three bytes are one.
  static func aimIdentifier(_ bytes: ArraySlice<UInt8>) -> String? {
    let three = Array(bytes)
    guard three.count == 3, three[0] == 0x5D, isLetter(three[1]),
      isLetter(three[2]) || isDigit(three[2])
    else { return nil }
    return String(decoding: three, as: UTF8.self)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
