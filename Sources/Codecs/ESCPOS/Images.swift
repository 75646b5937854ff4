extension ESCPOS {
  /// A picture of one bit per dot, rows of whole bytes, the top bit leftmost, 1 black (GS v 0).
  public struct RasterImage: Equatable, Sendable {
    /// 0 as it is, bit 0 double width, bit 1 double height.
    public let mode: UInt8
    public let bytesPerRow: UInt16
    public let rows: UInt16
    /// `bytesPerRow` × `rows` bytes.
    public let data: [UInt8]

    /// Nil when the size and the data do not agree.
    public init?(mode: UInt8 = 0, bytesPerRow: UInt16, rows: UInt16, data: [UInt8]) {
      guard Int(bytesPerRow) * Int(rows) == data.count else { return nil }
      self.mode = mode
      self.bytesPerRow = bytesPerRow
      self.rows = rows
      self.data = data
    }
  }

  /// A band of columns in the line, 8 or 24 dots high, the top bit uppermost (ESC *).
  public struct ColumnImage: Equatable, Sendable {
    /// m: 0 and 1 are 8 dots, 32 and 33 24 dots; the odd ones of double density.
    public enum Density: UInt8, Sendable, CaseIterable {
      case single8 = 0, double8 = 1, single24 = 32, double24 = 33

      public var bytesPerColumn: Int { rawValue < 32 ? 1 : 3 }
      /// 60 and 90 dpi are a third and a half, 180 dpi the full resolution of the classic head: a
      /// column is so many dots wide, a dot of 8-dot mode three dots high.
      public var isDouble: Bool { rawValue & 1 == 1 }
    }

    public let density: Density
    public let columns: UInt16
    public let data: [UInt8]

    /// Nil when the size and the data do not agree.
    public init?(density: Density, columns: UInt16, data: [UInt8]) {
      guard Int(columns) * density.bytesPerColumn == data.count else { return nil }
      self.density = density
      self.columns = columns
      self.data = data
    }
  }

  /// A picture of GS * and FS q: columns from the left, each of `heightBytes`, the top bit
  /// uppermost.
  public struct StoredImage: Equatable, Sendable {
    /// Eight columns each.
    public let widthUnits: UInt16
    public let heightBytes: UInt16
    public let data: [UInt8]

    /// Nil when the size and the data do not agree, or there is none.
    public init?(widthUnits: UInt16, heightBytes: UInt16, data: [UInt8]) {
      guard !data.isEmpty, Int(widthUnits) * 8 * Int(heightBytes) == data.count else { return nil }
      self.widthUnits = widthUnits
      self.heightBytes = heightBytes
      self.data = data
    }
  }

  /// Two bytes of 20h to 7Eh that name a picture in the printer's memory.
  public struct GraphicsKey: Hashable, Sendable {
    public let first: UInt8
    public let second: UInt8

    public init(_ first: UInt8, _ second: UInt8) {
      self.first = first
      self.second = second
    }
  }

  /// Where a picture stays: through a power cut, or until ESC @ (fn 64 to 69, and 80 to 85).
  public enum GraphicsMemory: UInt8, Sendable, CaseIterable {
    case nonvolatile = 64, downloaded = 80
  }

  /// The dots of a picture of GS ( L.
  public struct GraphicsImage: Equatable, Sendable {
    public enum Layout: Sendable, CaseIterable {
      /// Rows of whole bytes from the top, the top bit leftmost.
      case raster
      /// Columns of whole bytes from the left, the top bit uppermost.
      case column
    }

    /// One colour's dots; 49 is the first colour.
    public struct Plane: Equatable, Sendable {
      public let color: UInt8
      public let data: [UInt8]

      public init(color: UInt8 = 49, data: [UInt8]) {
        self.color = color
        self.data = data
      }
    }

    public let layout: Layout
    /// a: 48 one bit per dot, 52 several tones.
    public let tone: UInt8
    public let width: UInt16
    public let height: UInt16
    public let planes: [Plane]

    /// Nil when the size and the data do not agree, or there is no plane.
    public init?(
      layout: Layout = .raster, tone: UInt8 = 48, width: UInt16, height: UInt16, planes: [Plane]
    ) {
      let count = Self.byteCount(layout, width: width, height: height)
      guard !planes.isEmpty, planes.count <= 255,
        planes.allSatisfy({ $0.data.count == count })
      else { return nil }
      (self.layout, self.tone, self.width, self.height) = (layout, tone, width, height)
      self.planes = planes
    }

    static func byteCount(_ layout: Layout, width: UInt16, height: UInt16) -> Int {
      switch layout {
      case .raster: (Int(width) + 7) / 8 * Int(height)
      case .column: Int(width) * ((Int(height) + 7) / 8)
      }
    }
  }

  /// fn of GS ( L and GS 8 L (m = 48).
  public enum GraphicsFunction: Equatable, Sendable {
    case transmitCapacity  // fn 48
    case referenceDensity(x: UInt8, y: UInt8)  // fn 49
    case printBuffer  // fn 50
    case transmitRemaining(GraphicsMemory)  // fn 51, 52
    case listKeys(GraphicsMemory)  // fn 64, 80
    case deleteAll(GraphicsMemory)  // fn 65, 81
    case delete(GraphicsMemory, GraphicsKey)  // fn 66, 82
    case define(GraphicsMemory, GraphicsKey, GraphicsImage)  // fn 67, 68, 83, 84
    case print(GraphicsMemory, GraphicsKey, scaleX: UInt8, scaleY: UInt8)  // fn 69, 85
    /// Into the print buffer, of one plane (fn 112, 113).
    case store(GraphicsImage, scaleX: UInt8, scaleY: UInt8)
  }
}
