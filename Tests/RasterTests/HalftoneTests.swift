import Raster
import Testing

struct HalftoneTests {
  private func gradient(width: Int, height: Int) throws -> Bitmap {
    try Bitmap(
      width: width, height: height,
      ink: (0..<height).flatMap { _ in (0..<width).map { UInt8($0 * 255 / max(1, width - 1)) } })
  }

  private func dots(_ data: [UInt8]) -> Int { data.reduce(0) { $0 + $1.nonzeroBitCount } }

  @Test func `black stays black and white white, up to the edge`() throws {
    var bitmap = try Bitmap(width: 20, height: 3)
    bitmap.fill(x: 3, y: 0, width: 9, height: 3)
    let (bytesPerRow, data) = bitmap.halftone()
    #expect(bytesPerRow == 3)
    #expect(data == Array(repeating: [0x1F, 0xF0, 0x00], count: 3).flatMap { $0 })
  }

  @Test func `darker grey has more dots, evenly spread`() throws {
    var before = -1
    for grey in stride(from: 0, through: 255, by: 17) {
      let bitmap = try Bitmap(
        width: 64, height: 64, ink: [UInt8](repeating: UInt8(grey), count: 64 * 64))
      let (_, data) = bitmap.halftone()
      let count = dots(data)
      #expect(count > before || grey == 0)
      before = count
      // The halves of the picture have about the same.
      #expect(abs(dots(Array(data.prefix(256))) - count / 2) <= 64)
    }
    #expect(before == 64 * 64)
  }

  @Test func `middle grey is lighter on paper than half, because dots grow`() throws {
    let bitmap = try Bitmap(width: 128, height: 128, ink: [UInt8](repeating: 128, count: 16_384))
    #expect((35...45).contains(dots(bitmap.halftone().data) * 100 / 16_384))
  }

  @Test func `nothing to draw is nothing drawn`() throws {
    #expect(try Bitmap(width: 0, height: 5).halftone().data.isEmpty)
    #expect(try Bitmap(width: 5, height: 0).halftone().data.isEmpty)
    #expect(try gradient(width: 1, height: 1).halftone().data == [0])
  }

  @Test func `a smaller picture has the mean of what it covers`() throws {
    let small = try Bitmap(width: 4, height: 2, ink: [0, 255, 100, 100, 255, 0, 100, 100])
      .scaledDown(toWidth: 2)
    #expect(small.width == 2 && small.height == 1)
    #expect(small.ink == [128, 100])
    let third = try Bitmap(width: 3, height: 2, ink: [255, 0, 0, 255, 0, 0])
      .scaledDown(toWidth: 2)
    #expect(third.ink == [170, 0])
    #expect(try small.scaledDown(toWidth: 9) == small)
  }

  @Test func `a PNG comes back as ink, and a file that is none is refused`() throws {
    let bitmap = try gradient(width: 40, height: 3)
    let file = try PNG.encode(bitmap)
    #expect(try PNG.decode(file, limit: 40) == bitmap)
    #expect(throws: RasterError.tooLarge(width: 40, height: 3)) {
      try PNG.decode(file, limit: 39)
    }
    #expect(throws: RasterError.self) { try PNG.decode([1, 2, 3], limit: 99) }
    for count in stride(from: 0, to: file.count - 12, by: 7) {
      #expect(throws: RasterError.self) { try PNG.decode(Array(file.prefix(count)), limit: 99) }
    }
  }
}
