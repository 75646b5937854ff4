import Raster
import Retail

extension Snapshot {
  /// A code that a customer takes from the screen, because its paper does not come: spelled, and as
  /// a QR code that is the paper's own.
  public struct Offer: Equatable, Sendable, Codable {
    /// 15 % of a damaged symbol is mended: a photograph of a screen has reflections.
    private static let level = 2

    public var code: String
    /// Modules of a side, without the quiet zone.
    public var size: Int
    /// The dark modules as an SVG path, in units of a module.
    public var path: String

    public init(_ code: BearerCode) throws(RasterError) {
      let modules = try SymbolBitmap.qrCode(
        Array(code.characters.utf8), level: Self.level, moduleSize: 1)
      self.code = code.text
      size = modules.width
      path = Self.path(of: modules)
    }

    /// A rectangle for each run of dark modules in a row.
    private static func path(of modules: Bitmap) -> String {
      var path = ""
      for y in 0..<modules.height {
        var x = 0
        while x < modules.width {
          let end = (x..<modules.width).first { modules[$0, y] == 0 } ?? modules.width
          if end > x { path += "M\(x) \(y)h\(end - x)v1h-\(end - x)z" }
          x = end + 1
        }
      }
      return path
    }
  }
}
