import CFreeType
import Glibc

/// FreeType's library and its faces, in the order in which they are asked. One thread at a time:
/// FreeType serialises nothing (FreeType reference, "Multi-threading").
struct FontFaces: ~Copyable {
  // The pointers never leave this value, and whoever holds it holds its lock.
  nonisolated(unsafe) private let library: FT_Library
  nonisolated(unsafe) private let regular: [FT_Face]
  nonisolated(unsafe) private let bold: [FT_Face]

  private init(library: FT_Library, regular: [FT_Face], bold: [FT_Face]) {
    self.library = library
    self.regular = regular
    self.bold = bold
  }

  static func open(
    regular regularPaths: [String], bold boldPaths: [String]
  ) throws(RasterError) -> FontFaces {
    var opened: FT_Library?
    let code = FT_Init_FreeType(&opened)
    guard code == 0, let library = opened else {
      throw .unreadableFont(path: "FreeType", code: code)
    }
    do throws(RasterError) {
      let regular = try open(regularPaths, library)
      guard !regular.isEmpty else { throw RasterError.noFont(searched: regularPaths) }
      return FontFaces(library: library, regular: regular, bold: try open(boldPaths, library))
    } catch {
      FT_Done_FreeType(library)
      throw error
    }
  }

  // Closes its faces with it.
  deinit { FT_Done_FreeType(library) }

  func hasGlyph(_ scalar: UInt32) -> Bool {
    regular.contains { FT_Get_Char_Index($0, FT_ULong(scalar)) != 0 }
  }

  /// Nil when no face has it, or FreeType cannot draw it.
  func glyph(_ key: CellFont.GlyphKey) -> CellFont.Glyph? {
    var first: CellFont.Glyph?
    for face in (key.isBold ? bold : []) + regular {
      let index = FT_Get_Char_Index(face, FT_ULong(key.scalar))
      guard index != 0 else { continue }
      guard FT_Set_Pixel_Sizes(face, FT_UInt(key.width), FT_UInt(key.height)) == 0,
        FT_Load_Glyph(face, index, FT_Int32(1 << 2)) == 0,  // FT_LOAD_RENDER
        let slot = face.pointee.glyph?.pointee
      else { return first }
      let glyph = Self.glyph(slot)
      // Line drawing, quotes and Greek are as wide as Chinese in Noto, and narrow in DejaVu.
      guard key.isNarrow, let glyph, glyph.advance * 3 > key.width * 2 else {
        return glyph ?? first
      }
      first = first ?? glyph
    }
    return first
  }

  private static func glyph(_ slot: FT_GlyphSlotRec) -> CellFont.Glyph? {
    let source = slot.bitmap
    let (width, rows, pitch) = (Int(source.width), Int(source.rows), Int(source.pitch))
    // A space has no buffer; a colour or one-bit glyph is none that is wanted here.
    do throws(RasterError) {
      var bitmap = try Bitmap(width: width, height: rows)
      if let buffer = source.buffer, pitch >= width, source.pixel_mode == 2 {  // 8 bits grey
        for y in 0..<rows {
          for x in 0..<width { bitmap[x, y] = buffer[y * pitch + x] }
        }
      }
      return CellFont.Glyph(
        bitmap: bitmap, left: Int(slot.bitmap_left), top: Int(slot.bitmap_top),
        advance: Int(slot.advance.x) / 64)
    } catch {
      return nil
    }
  }

  private static func open(
    _ paths: [String], _ library: FT_Library
  ) throws(RasterError) -> [FT_Face] {
    var faces: [FT_Face] = []
    for path in paths where access(path, R_OK) == 0 {
      faces.append(try open(path, library))
    }
    return faces
  }

  /// Of a collection the face of the preferred family, else the first.
  private static func open(_ path: String, _ library: FT_Library) throws(RasterError) -> FT_Face {
    var first: FT_Face?
    let code = FT_New_Face(library, path, 0, &first)
    guard code == 0, let first else { throw .unreadableFont(path: path, code: code) }
    for index in stride(from: 1, to: first.pointee.num_faces, by: 1) {
      var other: FT_Face?
      guard FT_New_Face(library, path, index, &other) == 0, let other else { continue }
      if let family = other.pointee.family_name,
        String(cString: family) == CellFont.preferredFamily
      {
        FT_Done_Face(first)
        return other
      }
      FT_Done_Face(other)
    }
    return first
  }
}
