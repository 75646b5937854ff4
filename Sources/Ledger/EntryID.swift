/// A sale of one kiosk: its number and a counter of 48 bits that never repeats.
public struct SaleID: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  public static let counterLimit: UInt64 = 1 << 48

  public let kiosk: UInt32
  public let counter: UInt64

  /// The counter is taken modulo 2^48.
  public init(kiosk: UInt32, counter: UInt64) {
    self.kiosk = kiosk
    self.counter = counter % Self.counterLimit
  }

  /// Reads `3-000042`, as a receipt prints it.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let kiosk = UInt32(parts[0]), let counter = UInt64(parts[1]),
      counter < Self.counterLimit
    else { return nil }
    self.init(kiosk: kiosk, counter: counter)
  }

  public static func < (left: SaleID, right: SaleID) -> Bool {
    (left.kiosk, left.counter) < (right.kiosk, right.counter)
  }

  public var description: String {
    let digits = String(counter)
    return "\(kiosk)-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }
}

/// The 128-bit id of a journal entry, minted by the caller: kiosk 32 bits, sale counter 48, step
/// 32, ordinal 16. Made in the reducer, so that a replay makes the same.
public struct EntryID: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let high: UInt64
  public let low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  public init(sale: SaleID, step: UInt32, ordinal: UInt16) {
    high = UInt64(sale.kiosk) << 32 | sale.counter >> 16
    low = (sale.counter & 0xFFFF) << 48 | UInt64(step) << 16 | UInt64(ordinal)
  }

  /// 16 bytes, big-endian.
  public var bytes: [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: high >> (56 - 8 * UInt64($0))) }
      + (0..<8).map { UInt8(truncatingIfNeeded: low >> (56 - 8 * UInt64($0))) }
  }

  /// Nil unless there are 16 bytes.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  public static func < (left: EntryID, right: EntryID) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }

  /// 32 hexadecimal digits.
  public var description: String { Self.hexadecimal(high) + Self.hexadecimal(low) }

  /// Reads 32 hexadecimal digits.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count == 32, text.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }),
      let high = UInt64(text.prefix(16), radix: 16), let low = UInt64(text.suffix(16), radix: 16)
    else { return nil }
    self.init(high: high, low: low)
  }

  private static func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension EntryID: Codable {
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let id = EntryID(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not an entry id: \(text)"))
    }
    self = id
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
