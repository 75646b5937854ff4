import Codecs
import Raster

extension Paper {
  /// A picture of one bit per dot, rows of whole bytes from the top, the top bit leftmost.
  public struct Dots: Equatable, Sendable {
    public let width: Int
    public let height: Int
    public let rows: [UInt8]

    var bytesPerRow: Int { (width + 7) / 8 }

    /// Nil unless the size and the data agree.
    init?(width: Int, height: Int, rows: [UInt8]) {
      guard width >= 0, height >= 0, (width + 7) / 8 * height == rows.count else { return nil }
      self.width = width
      self.height = height
      self.rows = rows
    }

    init?(_ image: ESCPOS.RasterImage) {
      self.init(
        width: Int(image.bytesPerRow) * 8, height: Int(image.rows), rows: image.data)
    }

    /// Columns from the left, each of `bytesPerColumn`, the top bit uppermost. Nil unless they are
    /// whole.
    init?(columns data: [UInt8], bytesPerColumn: Int, height: Int? = nil) {
      guard bytesPerColumn > 0, data.count.isMultiple(of: bytesPerColumn) else { return nil }
      let width = data.count / bytesPerColumn
      let height = min(height ?? .max, bytesPerColumn * 8)
      let bytesPerRow = (width + 7) / 8
      var rows = [UInt8](repeating: 0, count: bytesPerRow * height)
      for x in 0..<width {
        for y in 0..<height
        where data[x * bytesPerColumn + y / 8] & (0x80 >> UInt8(y % 8)) != 0 {
          rows[y * bytesPerRow + x / 8] |= 0x80 >> UInt8(x % 8)
        }
      }
      self.init(width: width, height: height, rows: rows)
    }

    /// All planes of a picture of GS ( L in one: a thermal head has one colour.
    init?(_ image: ESCPOS.GraphicsImage) {
      let (width, height) = (Int(image.width), Int(image.height))
      var united: [UInt8] = []
      for plane in image.planes {
        united =
          united.isEmpty ? plane.data : zip(united, plane.data).map { $0 | $1 }
      }
      switch image.layout {
      case .raster: self.init(width: width, height: height, rows: united)
      case .column:
        self.init(columns: united, bytesPerColumn: (height + 7) / 8, height: height)
      }
    }

    init?(_ image: ESCPOS.StoredImage) {
      self.init(columns: image.data, bytesPerColumn: Int(image.heightBytes))
    }

    init?(_ image: ESCPOS.ColumnImage) {
      self.init(columns: image.data, bytesPerColumn: image.density.bytesPerColumn)
    }

    /// The first columns of it.
    func cropped(width limit: Int) -> Dots {
      guard limit < width, limit >= 0 else { return self }
      let kept = (limit + 7) / 8
      var cut: [UInt8] = []
      cut.reserveCapacity(kept * height)
      for y in 0..<height { cut += rows[y * bytesPerRow..<y * bytesPerRow + kept] }
      return Dots(width: limit, height: height, rows: cut) ?? self
    }

    func bitmap() throws(RasterError) -> Bitmap {
      try Bitmap(packedRows: rows, bytesPerRow: bytesPerRow, rows: height)
    }
  }
}
