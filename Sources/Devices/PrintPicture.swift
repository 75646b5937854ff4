/// A picture for paper, in shades of grey; the printer's driver makes dots of it.
public struct PrintPicture: Equatable, Sendable {
  /// Wider or longer ones are not made: no receipt printer has so many dots a line, and a metre of
  /// picture is nobody's receipt.
  public static let maximumWidth = 2_048
  public static let maximumHeight = 8_192
  public static let maximumPixelCount = 1 << 21

  public let width: Int
  public let height: Int
  /// Ink of each pixel, 0 bare paper to 255 black; rows from the top, each from the left.
  public let ink: [UInt8]

  /// Nil when the size and the pixels do not agree, or it is too large or empty.
  public init?(width: Int, height: Int, ink: [UInt8]) {
    guard (1...Self.maximumWidth).contains(width), (1...Self.maximumHeight).contains(height),
      width * height <= Self.maximumPixelCount, width * height == ink.count
    else { return nil }
    self.width = width
    self.height = height
    self.ink = ink
  }
}

extension PrintPicture: Codable {
  private enum Key: String, CodingKey { case width, ink }

  /// The pixels as two hexadecimal digits each: a list of numbers would be three times as long.
  public func encode(to encoder: any Encoder) throws {
    let digits = Array("0123456789abcdef".utf8)
    let text = String(unsafeUninitializedCapacity: ink.count * 2) { buffer in
      for (index, value) in ink.enumerated() {
        buffer[index * 2] = digits[Int(value >> 4)]
        buffer[index * 2 + 1] = digits[Int(value & 0x0F)]
      }
      return ink.count * 2
    }
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(width, forKey: .width)
    try container.encode(text, forKey: .ink)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let width = try container.decode(Int.self, forKey: .width)
    let text = try container.decode(String.self, forKey: .ink)
    var ink: [UInt8] = []
    ink.reserveCapacity(text.utf8.count / 2)
    var high: UInt8?
    for digit in text.utf8 {
      guard let value = Character(Unicode.Scalar(digit)).hexDigitValue.map({ UInt8($0) }) else {
        throw DecodingError.dataCorruptedError(
          forKey: .ink, in: container, debugDescription: "expected hexadecimal digits")
      }
      if let first = high {
        ink.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    guard width > 0, high == nil,
      let picture = PrintPicture(width: width, height: ink.count / width, ink: ink)
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .ink, in: container, debugDescription: "expected rows of \(width) pixels")
    }
    self = picture
  }
}
