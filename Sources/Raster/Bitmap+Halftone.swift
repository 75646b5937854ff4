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
          for y in 0..<height {
            Self.diffuse(
              UnsafeBufferPointer(rebasing: ink[y * width..<(y + 1) * width]),
              isReversed: y & 1 == 1, errors,
              UnsafeMutableBufferPointer(rebasing: data[y * bytesPerRow..<(y + 1) * bytesPerRow]))
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

  /// One row. A dot's error is known only after the one before it, so that nothing else may stand
  /// in that chain: three sums stay in registers, and there is no branch by what a dot became.
  private static func diffuse(
    _ ink: UnsafeBufferPointer<UInt8>, isReversed: Bool,
    _ errors: UnsafeMutableBufferPointer<Int32>, _ bits: UnsafeMutableBufferPointer<UInt8>
  ) {
    let step = isReversed ? -1 : 1
    let lastOfByte = isReversed ? 0 : 7
    tones.withUnsafeBufferPointer { tones in
      var x = isReversed ? ink.count - 1 : 0
      var (ahead, behindBelow, below): (Int32, Int32, Int32) = (0, 0, 0)
      var byte: UInt8 = 0
      for _ in 0..<ink.count {
        let tone = tones[Int(ink[x])]
        let wanted = (tone.ink + ((errors[x + 1] + ahead) & tone.errorMask)) >> 4
        // All bits for a black dot, none for paper: 127 - wanted is negative from 128 on.
        let black = (127 - wanted) >> 31
        byte |= UInt8(truncatingIfNeeded: black) & (0x80 >> UInt8(truncatingIfNeeded: x & 7))
        let error = wanted - (black & 255)
        ahead = error * 7
        errors[x + 1 - step] = behindBelow + error * 3
        behindBelow = below + error * 5
        below = error
        if x & 7 == lastOfByte {
          bits[x >> 3] = byte
          byte = 0
        }
        x += step
      }
      x -= step
      errors[x + 1] = behindBelow
      if x & 7 != lastOfByte { bits[x >> 3] = byte }
    }
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
