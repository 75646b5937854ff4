import Testing

@testable import Raster

struct PictureTests {
  @Test func `an EAN-13 has the bars of the standard`() throws {
    // GS1 General Specifications, 5.2: 4006381333931, start, middle and end guard bars.
    let bitmap = try SymbolBitmap.barcode(.ean13, "4006381333931", moduleWidth: 1, height: 1)
    let bars = bitmap.ink.map { $0 > 0 ? "1" : "0" }.joined()
    #expect(
      bars == "101" + "0001101" + "0100111" + "0101111" + "0111101" + "0001001" + "0110011"
        + "01010" + "1000010" + "1000010" + "1000010" + "1110100" + "1000010" + "1100110"
        + "101")
  }

  @Test func `a QR code has its finder patterns and the asked module size`() throws {
    let bitmap = try SymbolBitmap.qrCode(Array("https://example.org".utf8), level: 2, moduleSize: 3)
    #expect(bitmap.width == bitmap.height && bitmap.width % 3 == 0)
    #expect((bitmap.width / 3 - 17) % 4 == 0)
    let finder = (0..<8).map { bitmap[$0 * 3, 0] > 0 }
    #expect(finder == [true, true, true, true, true, true, true, false])
    #expect(bitmap[9, 9] == 255 && bitmap[3, 3] == 0)
  }

  @Test func `what a symbology has not is refused in words`() {
    #expect(throws: RasterError.self) {
      try SymbolBitmap.barcode(.ean13, "4006381333932", moduleWidth: 1, height: 1)
    }
    #expect(throws: RasterError.self) {
      try SymbolBitmap.barcode(.ean8, "4006381333931", moduleWidth: 1, height: 1)
    }
    #expect(throws: RasterError.self) {
      try SymbolBitmap.barcode(.code128, "", moduleWidth: 1, height: 1)
    }
    #expect(throws: RasterError.self) {
      try SymbolBitmap.qrCode([UInt8](repeating: 0x41, count: 9_000), level: 1, moduleSize: 1)
    }
  }

  @Test func `a Latin letter keeps to its cell and a Chinese one to two`() throws {
    let font = try CellFont()
    for (character, isWide) in [("W", false), ("g", false), ("国", true), ("￥", true)] {
      var bitmap = try Bitmap(width: 72, height: 24)
      let width = isWide ? 24 : 12
      let isDrawn = font.draw(
        Character(character), into: &bitmap, x: 24, y: 0, width: width, height: 24, isWide: isWide)
      #expect(isDrawn)
      let inked = (0..<72).filter { x in (0..<24).contains { bitmap[x, $0] > 127 } }
      #expect(!inked.isEmpty)
      #expect(inked.allSatisfy { (24..<24 + width).contains($0) }, "\(character)")
    }
  }

  @Test func `no font is told with the package to install`() {
    #expect(throws: RasterError.noFont(searched: ["/nowhere.ttf"])) {
      try CellFont(paths: ["/nowhere.ttf"], boldPaths: [])
    }
    #expect(RasterError.noFont(searched: ["/a"]).description.contains("fonts-noto-cjk"))
    #expect(throws: RasterError.self) { try CellFont(paths: ["/etc/hostname"], boldPaths: []) }
  }

  @Test func `a PNG has its signature and size`() throws {
    var bitmap = try Bitmap(width: 300, height: 7)
    bitmap.fill(x: -5, y: 3, width: 1_000, height: 1)
    let bytes = try PNG.encode(bitmap)
    #expect(bytes.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    #expect(bytes[16..<24] == [0, 0, 1, 44, 0, 0, 0, 7])
    #expect(bytes.suffix(8).prefix(4) == [0x49, 0x45, 0x4E, 0x44])
    let paper = Picture(bitmap, ink: .init(0, 0, 0), paper: .init(255, 250, 240))
    #expect(try PNG.encode(paper)[25] == 6)  // colour type: RGB with alpha
    #expect(throws: RasterError.self) { try PNG.encode(try Bitmap(width: 0, height: 9)) }
  }

  /// Noise does not compress: the file is larger than its pixels.
  @Test func `noise fits too`() throws {
    var bitmap = try Bitmap(width: 257, height: 255)
    var state: UInt64 = 5
    for y in 0..<255 {
      for x in 0..<257 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bitmap[x, y] = UInt8(truncatingIfNeeded: state >> 33)
      }
    }
    #expect(try PNG.encode(bitmap).count > 257 * 255)
  }

  @Test func `packed rows come back as the same picture`() throws {
    let data: [UInt8] = [0x80, 0x01, 0xFF, 0x00, 0x12, 0x34]
    let bitmap = try Bitmap(packedRows: data, bytesPerRow: 2, rows: 3)
    #expect(bitmap[0, 0] == 255 && bitmap[15, 0] == 255 && bitmap[1, 0] == 0)
    #expect(bitmap.packedRows().data == data)
    #expect(throws: RasterError.self) {
      try Bitmap(packedRows: [1, 2, 3], bytesPerRow: 2, rows: 2)
    }
    #expect(throws: RasterError.self) { try Bitmap(width: .max, height: 2) }
  }
}
