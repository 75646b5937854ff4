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
    // The error of a dot in sixteenths, for the row at work and the next, with a margin each side.
    var errors = [Int32](repeating: 0, count: (width + 2) * 2)
    let ink = self.ink
    ink.withUnsafeBufferPointer { ink in
      data.withUnsafeMutableBufferPointer { data in
        errors.withUnsafeMutableBufferPointer { errors in
          var (present, next) = (1, width + 3)
          for y in 0..<height {
            Self.diffuse(
              ink.baseAddress.map { $0 + y * width }, width, isReversed: y & 1 == 1,
              errors.baseAddress.map { $0 + present }, errors.baseAddress.map { $0 + next },
              data.baseAddress.map { $0 + y * bytesPerRow })
            (present, next) = (next, present)
            for index in next - 1...next + width { errors[index] = 0 }
          }
        }
      }
    }
    return (bytesPerRow, data)
  }

  /// A grey of so little or so much ink is none or all.
  private static let pureRange: ClosedRange<Int32> = 8...247

  /// How much ink a grey gets, so that the dots' own growth makes up the rest: a fifth less at the
  /// middle.
  private static let tones: [Int32] = (0...255).map { (ink: Int32) -> Int32 in
    let growth: Int32 = ink * (255 - ink) * 2 / 1_275
    return ink - growth
  }

  /// One row. The pointers are to its first dot; the margins of the errors may be written.
  private static func diffuse(
    _ ink: UnsafePointer<UInt8>?, _ width: Int, isReversed: Bool,
    _ present: UnsafeMutablePointer<Int32>?, _ next: UnsafeMutablePointer<Int32>?,
    _ bits: UnsafeMutablePointer<UInt8>?
  ) {
    guard let ink, let present, let next, let bits else { return }
    let step = isReversed ? -1 : 1
    tones.withUnsafeBufferPointer { tones in
      var x = isReversed ? width - 1 : 0
      for _ in 0..<width {
        let grey = Int32(ink[x])
        if pureRange.contains(grey) {
          let wanted = tones[Int(grey)] + (present[x] + 8) >> 4
          let isBlack = wanted >= 128
          if isBlack { bits[x >> 3] |= 0x80 >> UInt8(x & 7) }
          let error = wanted - (isBlack ? 255 : 0)
          present[x + step] += error * 7
          next[x - step] += error * 3
          next[x] += error * 5
          next[x + step] += error
        } else if grey > pureRange.upperBound {
          bits[x >> 3] |= 0x80 >> UInt8(x & 7)
        }
        x += step
      }
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
