/// What bar code scanners send, whatever carries it: keys, reports of their own, or a serial line.
///
/// Times are milliseconds of a clock that never goes back, handed in by who reads the device.
public enum Scanning {
  /// A whole symbol as a scanner sent it.
  public struct Scan: Equatable, Sendable {
    /// The symbol's data, without AIM identifier, prefix, suffix and terminator.
    public let bytes: [UInt8]
    /// `]E0` (ISO/IEC 15424), or nil if none was sent.
    public let aimIdentifier: String?
    /// When its first and its last byte came.
    public let firstMilliseconds: Int64
    public let lastMilliseconds: Int64
    public let terminator: Terminator
    /// Keyboard layouts under which the same keys would have an AIM identifier in front, though
    /// they have none under the layout that is set; empty when nothing is suspected.
    public let otherLayouts: [String]

    public init(
      bytes: [UInt8], aimIdentifier: String?, firstMilliseconds: Int64 = 0,
      lastMilliseconds: Int64 = 0, terminator: Terminator, otherLayouts: [String] = []
    ) {
      self.bytes = bytes
      self.aimIdentifier = aimIdentifier
      self.firstMilliseconds = firstMilliseconds
      self.lastMilliseconds = lastMilliseconds
      self.terminator = terminator
      self.otherLayouts = otherLayouts
    }
  }

  /// What ended a symbol.
  public enum Terminator: Equatable, Hashable, Sendable, CaseIterable {
    case enter, keypadEnter, tab
    case carriageReturn, lineFeed
    case endOfText  // ETX, 03h
    /// Silence for the gap limit.
    case gap
    /// The report itself says that it is the last one.
    case report
  }

  /// Why a scan was thrown away as a whole.
  public enum Fault: Error, Equatable, Sendable, CustomStringConvertible {
    /// Its end did not come, its beginning is missing, or a part of it was damaged.
    case torn
    /// Two symbols in one, because the end of the first was lost.
    case glued
    /// Longer than the limit.
    case tooLong
    /// A key without a character in the layout, or a code that means another one on each system.
    case unknownKey
    /// The keys came in the rhythm of a person, not of a scanner.
    case typedByHand
    /// It is a GTIN with the right check digit under these keyboard layouts, and none under the
    /// one that is set.
    case otherLayout([String])

    /// For a technician.
    public var description: String {
      switch self {
      case .torn: "torn: its beginning or its end is missing, or a part of it is damaged"
      case .glued: "glued: two symbols in one, the end of the first was lost"
      case .tooLong: "longer than any symbol"
      case .unknownKey:
        "a key without a character in this layout, or keys that mean another one elsewhere"
      case .typedByHand: "typed by hand, in the rhythm of a person"
      case .otherLayout(let names):
        "a GTIN under the layout \(names.joined(separator: " or ")), and none under this one"
      }
    }
  }

  public typealias ScanResult = Result<Scan, Fault>

  /// How the symbols of one scanner are framed.
  public struct Framing: Equatable, Sendable {
    /// A QR code of the largest version holds 2,953 bytes (ISO/IEC 18004, table 7).
    public static let defaultMaximumByteCount = 4_096
    public static let defaultGapMilliseconds = 100

    /// What the scanner is set to send around every symbol. Where one is set, a symbol without it
    /// lost its beginning or its end; unless it is of letters and digits alone, one with a second
    /// one inside is two.
    public var prefix: [UInt8]
    public var suffix: [UInt8]
    public var maximumByteCount: Int
    /// A byte that stands for GS (1Dh), where the scanner is set to send one instead.
    public var groupSeparatorSubstitute: UInt8?
    /// Whether a leading `]E0` is an AIM identifier and not text.
    public var splitsAIMIdentifier: Bool
    /// Silence after which nothing more of a symbol will come.
    public var gapMilliseconds: Int
    /// Whether that silence ends a symbol, or tears it.
    public var endsWithGap: Bool

    public init(
      prefix: [UInt8] = [], suffix: [UInt8] = [],
      maximumByteCount: Int = defaultMaximumByteCount, groupSeparatorSubstitute: UInt8? = nil,
      splitsAIMIdentifier: Bool = true, gapMilliseconds: Int = defaultGapMilliseconds,
      endsWithGap: Bool = false
    ) {
      self.prefix = prefix
      self.suffix = suffix
      self.maximumByteCount = maximumByteCount
      self.groupSeparatorSubstitute = groupSeparatorSubstitute
      self.splitsAIMIdentifier = splitsAIMIdentifier
      self.gapMilliseconds = gapMilliseconds
      self.endsWithGap = endsWithGap
    }

    /// After a torn symbol its rest may still come, and is no symbol of its own.
    public var quietMilliseconds: Int { max(250, 3 * gapMilliseconds) }

    /// No scanner leaves this much between most of its keys, and few people less.
    public var handRhythmMilliseconds: Int { max(50, gapMilliseconds / 2) }
  }
}
