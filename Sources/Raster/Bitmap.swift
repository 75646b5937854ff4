/// A picture of one channel: 0 is bare paper, 255 is full ink. Drawing outside of it is clipped.
public struct Bitmap: Equatable, Sendable {
  /// Larger ones are not made; 64 MiB.
  public static let maximumPixelCount = 1 << 26

  public let width: Int
  public private(set) var height: Int
  /// Rows from the top, each from the left.
  public private(set) var ink: [UInt8]

  /// Blank. Sizes below 0 count as 0; one beyond the limit is refused.
  public init(width: Int, height: Int) throws(RasterError) {
    let (width, height) = (max(0, width), max(0, height))
    let (count, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, count <= Self.maximumPixelCount else {
      throw .tooLarge(width: width, height: height)
    }
    self.width = width
    self.height = height
    ink = [UInt8](repeating: 0, count: count)
  }

  /// From the ink of each dot, which must be `width` × `height`.
  public init(width: Int, height: Int, ink: [UInt8]) throws(RasterError) {
    let (count, overflow) = width.multipliedReportingOverflow(by: height)
    guard width >= 0, height >= 0, !overflow, count <= Self.maximumPixelCount, ink.count == count
    else { throw .tooLarge(width: width, height: height) }
    (self.width, self.height, self.ink) = (width, height, ink)
  }

  /// From rows of one bit per dot, whole bytes, the top bit leftmost, 1 black.
  public init(packedRows data: [UInt8], bytesPerRow: Int, rows: Int) throws(RasterError) {
    try self.init(width: bytesPerRow * 8, height: rows)
    guard data.count == bytesPerRow * rows else {
      throw .tooLarge(width: bytesPerRow * 8, height: rows)
    }
    for (index, byte) in data.enumerated() where byte != 0 {
      for bit in 0..<8 where byte & (0x80 >> UInt8(bit)) != 0 { ink[index * 8 + bit] = 255 }
    }
  }

  /// The ink at a place, 0 outside.
  public subscript(x: Int, y: Int) -> UInt8 {
    get {
      guard (0..<width).contains(x), (0..<height).contains(y) else { return 0 }
      return ink[y * width + x]
    }
    set {
      guard (0..<width).contains(x), (0..<height).contains(y) else { return }
      ink[y * width + x] = newValue
    }
  }

  public mutating func fill(x: Int, y: Int, width: Int, height: Int, ink value: UInt8 = 255) {
    let columns = max(0, x)..<max(0, x, min(self.width, x + width))
    for row in max(0, y)..<max(0, y, min(self.height, y + height)) {
      for column in columns { ink[row * self.width + column] = value }
    }
  }

  /// Lays `other` over this one with its top left corner at a place, each dot `scaleX` × `scaleY`.
  public mutating func draw(_ other: Bitmap, x: Int, y: Int, scaleX: Int = 1, scaleY: Int = 1) {
    for row in 0..<other.height * scaleY where (0..<height).contains(y + row) {
      let source = row / scaleY * other.width
      let target = (y + row) * width
      for column in 0..<other.width * scaleX where (0..<width).contains(x + column) {
        let value = other.ink[source + column / scaleX]
        if value > ink[target + x + column] { ink[target + x + column] = value }
      }
    }
  }

  /// Swaps ink and paper in a rectangle.
  public mutating func invert(x: Int, y: Int, width: Int, height: Int) {
    for row in max(0, y)..<max(0, y, min(self.height, y + height)) {
      for column in max(0, x)..<max(0, x, min(self.width, x + width)) {
        ink[row * self.width + column] = 255 - ink[row * self.width + column]
      }
    }
  }

  public enum Turn: Sendable, CaseIterable { case clockwise, half, counterclockwise }

  /// The same picture on its side or on its head.
  public func turned(_ turn: Turn) throws(RasterError) -> Bitmap {
    var copy = turn == .half ? self : try Bitmap(width: height, height: width)
    for y in 0..<height {
      for x in 0..<width {
        let value = ink[y * width + x]
        switch turn {
        case .clockwise: copy.ink[x * height + height - 1 - y] = value
        case .half: copy.ink[(height - 1 - y) * width + width - 1 - x] = value
        case .counterclockwise: copy.ink[(width - 1 - x) * height + y] = value
        }
      }
    }
    return copy
  }

  /// The first rows of it.
  public func cropped(height rows: Int) -> Bitmap {
    var copy = self
    copy.height = min(max(0, rows), height)
    copy.ink = Array(ink.prefix(width * copy.height))
    return copy
  }

  /// Rows of one bit per dot, filled up to whole bytes with paper; black where the ink is at least
  /// `threshold`.
  public func packedRows(threshold: UInt8 = 128) -> (bytesPerRow: Int, data: [UInt8]) {
    let bytesPerRow = (width + 7) / 8
    var data = [UInt8](repeating: 0, count: bytesPerRow * height)
    for y in 0..<height {
      for x in 0..<width where ink[y * width + x] >= threshold {
        data[y * bytesPerRow + x / 8] |= 0x80 >> UInt8(x % 8)
      }
    }
    return (bytesPerRow, data)
  }
}
