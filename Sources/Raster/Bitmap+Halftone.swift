extension Bitmap {
  /// Rows of one bit per dot, filled up to whole bytes with paper, in which grey is dots scattered
  /// evenly: Floyd and Steinberg's error diffusion, every second row from the right, so that no
  /// stripes run down the paper. Integers only: the same picture gives the same dots everywhere.
  ///
  /// What is (nearly) black or white stays so, which keeps the edges of a logo clean, and middle
  /// greys are made lighter: a dot of heat on thermal paper is larger than its square.
  public func halftone() -> (bytesPerRow: Int, data: [UInt8]) {
    let bytesPerRow = (width + 7) / 8
    guard width > 0, height > 0 else { return (bytesPerRow, []) }
    var data = [UInt8](repeating: 0, count: bytesPerRow * height)
    // What the row before left to each dot, in sixteenths, with a margin each side.
    var errors = [Int32](repeating: 0, count: width + 2)
    ink.withUnsafeBufferPointer { ink in
      data.withUnsafeMutableBufferPointer { data in
        errors.withUnsafeMutableBufferPointer { errors in
          Self.tones.withUnsafeBufferPointer { tones in
            for y in 0..<height {
              var row = Diffusion(
                tones: tones, ink: UnsafeBufferPointer(rebasing: ink[y * width..<(y + 1) * width]),
                errors: errors)
              let bits = UnsafeMutableBufferPointer(
                rebasing: data[y * bytesPerRow..<(y + 1) * bytesPerRow])
              if y & 1 == 0 { row.runForward(bits) } else { row.runBackward(bits) }
            }
          }
        }
      }
    }
    return (bytesPerRow, data)
  }

  /// A grey of so little or so much ink is none or all, and neither takes an error on nor leaves
  /// one.
  private static let pureRange: ClosedRange<Int32> = 8...247

  /// How much ink a grey gets, in sixteenths and rounded, so that the dots' own growth makes up
  /// the rest: a fifth less at the middle. Beside it all bits where the grey takes errors on, else
  /// none.
  private static let tones: [(ink: Int32, errorMask: Int32)] = (0...255).map { (ink: Int32) in
    guard pureRange.contains(ink) else { return (ink < 128 ? 8 : 255 * 16 + 8, 0) }
    let growth: Int32 = ink * (255 - ink) * 2 / 1_275
    return ((ink - growth) * 16 + 8, -1)
  }

  /// The same picture so many dots wide, its height in proportion, each dot the mean of those that
  /// it covers. A width that is not smaller leaves it as it is.
  public func scaledDown(toWidth target: Int) throws(RasterError) -> Bitmap {
    guard target > 0, target < width else { return self }
    let targetHeight = max(1, (height * target + width / 2) / width)
    var scaled = try Bitmap(width: target, height: targetHeight)
    // Sums of columns in parts of 1/target of a dot, then of rows in parts of 1/targetHeight.
    var rowSums = [Int](repeating: 0, count: target)
    let columns = (0..<target).map { Self.shares($0, of: target, in: width) }
    for y in 0..<targetHeight {
      for x in 0..<target { rowSums[x] = 0 }
      for (row, weight) in Self.shares(y, of: targetHeight, in: height) {
        for x in 0..<target {
          for (column, share) in columns[x] {
            rowSums[x] += Int(ink[row * width + column]) * share * weight
          }
        }
      }
      for x in 0..<target {
        scaled[x, y] = UInt8(min(255, (rowSums[x] + width * height / 2) / (width * height)))
      }
    }
    return scaled
  }

  /// The source dots that a target dot covers, each with its part in units of 1/`count`.
  private static func shares(
    _ index: Int, of count: Int, in sourceCount: Int
  ) -> [(index: Int, weight: Int)] {
    let start = index * sourceCount
    let end = start + sourceCount
    return (start / count...(end - 1) / count).map { source in
      (source, min(end, (source + 1) * count) - max(start, source * count))
    }
  }
}

/// One row. A dot's error is known only after the one before it, so that nothing else may stand in
/// that chain: three sums stay in registers, there is no branch by what a dot became, and no sum
/// is checked for an overflow that 255 sixteenfold cannot come near.
private struct Diffusion {
  let tones: UnsafeBufferPointer<(ink: Int32, errorMask: Int32)>
  let ink: UnsafeBufferPointer<UInt8>
  /// With a margin of one each side.
  let errors: UnsafeMutableBufferPointer<Int32>
  private var (ahead, behindBelow, below): (Int32, Int32, Int32) = (0, 0, 0)

  init(
    tones: UnsafeBufferPointer<(ink: Int32, errorMask: Int32)>, ink: UnsafeBufferPointer<UInt8>,
    errors: UnsafeMutableBufferPointer<Int32>
  ) {
    (self.tones, self.ink, self.errors) = (tones, ink, errors)
  }

  /// All bits for a black dot, none for paper.
  @inline(__always)
  private mutating func dot(_ x: Int, _ step: Int) -> Int32 {
    let tone = tones[Int(ink[x])]
    let known = tone.ink &+ (errors[x &+ 1] & tone.errorMask)
    let wanted = known &+ (ahead & tone.errorMask)
    // Negative from half of the ink on.
    let black = (2_047 &- wanted) >> 31
    let error = (wanted >> 4) &- (black & 255)
    ahead = error &* 7
    errors[x &+ 1 &- step] = behindBelow &+ error &* 3
    behindBelow = below &+ error &* 5
    below = error
    return black
  }

  mutating func runForward(_ bits: UnsafeMutableBufferPointer<UInt8>) {
    var x = 0
    for index in 0..<ink.count >> 3 {
      var byte: Int32 = 0
      for _ in 0..<8 {
        byte = byte << 1 | dot(x, 1) & 1
        x &+= 1
      }
      bits[index] = UInt8(truncatingIfNeeded: byte)
    }
    let rest = ink.count & 7
    if rest > 0 {
      var byte: Int32 = 0
      for _ in 0..<rest {
        byte = byte << 1 | dot(x, 1) & 1
        x &+= 1
      }
      bits[bits.count - 1] = UInt8(truncatingIfNeeded: byte << Int32(8 - rest))
    }
    errors[ink.count] = behindBelow
  }

  mutating func runBackward(_ bits: UnsafeMutableBufferPointer<UInt8>) {
    var x = ink.count - 1
    for index in stride(from: bits.count - 1, through: 0, by: -1) {
      var byte: Int32 = 0
      for _ in 0...(x & 7) {
        byte = byte >> 1 | dot(x, -1) & 0x80
        x &-= 1
      }
      bits[index] = UInt8(truncatingIfNeeded: byte)
    }
    errors[1] = behindBelow
  }
}
