import Codecs
import Profiles
import Raster

/// A picture of one bit per dot as commands of a printer: in strips that it can take, and without
/// bytes that it would obey.
struct PictureStrips {
  private let settings: ESCPOSSettings

  init(_ settings: ESCPOSSettings) { self.settings = settings }

  /// Rows of whole bytes, the top bit leftmost, 1 black. Empty where the printer prints no
  /// pictures.
  func commands(bytesPerRow: Int, data: [UInt8]) -> [ESCPOS.Command] {
    guard bytesPerRow > 0, data.count >= bytesPerRow, bytesPerRow <= 255 else { return [] }
    var data = data
    Self.disarm(&data)
    switch settings.pictures {
    case .raster, .graphics: return rows(bytesPerRow, data)
    case .column: return columns(bytesPerRow, data)
    case .none: return []
    }
  }

  /// A printer obeys real-time commands even inside a picture, and GS ( D can refuse only two of
  /// them: one dot more takes their meaning ("Notes of Real-time Commands").
  static func disarm(_ data: inout [UInt8]) {
    data.withUnsafeMutableBufferPointer { bytes in
      for index in bytes.indices.dropLast() where bytes[index] == 0x10 {
        switch bytes[index + 1] {
        case 0x04, 0x05, 0x14: bytes[index] = 0x11
        default: break
        }
      }
    }
  }

  private func rows(_ bytesPerRow: Int, _ data: [UInt8]) -> [ESCPOS.Command] {
    let total = data.count / bytesPerRow
    let most = max(
      1, min(settings.maximumRasterRows, settings.maximumRasterBytes / bytesPerRow))
    var commands: [ESCPOS.Command] = []
    var row = 0
    while row < total {
      var count = min(most, total - row)
      // The size itself could read as a real-time command; a strip of one row less does not.
      while count > 1, Self.isLive(count) || Self.isLive(10 + bytesPerRow * count) { count -= 1 }
      let strip = Array(data[row * bytesPerRow..<(row + count) * bytesPerRow])
      commands += command(bytesPerRow, count, strip)
      row += count
    }
    return commands
  }

  private func command(_ bytesPerRow: Int, _ rows: Int, _ strip: [UInt8]) -> [ESCPOS.Command] {
    let height = UInt16(truncatingIfNeeded: rows)
    if settings.pictures == .graphics,
      let image = ESCPOS.GraphicsImage(
        width: UInt16(truncatingIfNeeded: bytesPerRow * 8), height: height,
        planes: [ESCPOS.GraphicsImage.Plane(data: strip)]), !Self.isLive(bytesPerRow * 8)
    {
      return [
        .graphics(.store(image, scaleX: 1, scaleY: 1)), .graphics(.printBuffer),
      ]
    }
    return ESCPOS.RasterImage(
      bytesPerRow: UInt16(truncatingIfNeeded: bytesPerRow), rows: height, data: strip
    ).map { [.raster($0)] } ?? []
  }

  /// Whether the two bytes of a size are DLE and the second byte of a real-time command.
  static func isLive(_ size: Int) -> Bool {
    size & 0xFF == 0x10 && [0x04, 0x05, 0x14].contains(size >> 8)
  }

  /// Bands of 24 rows, each a line for the printer, which never feeds less than a line is high:
  /// with so small a spacing there is none between them.
  private func columns(_ bytesPerRow: Int, _ data: [UInt8]) -> [ESCPOS.Command] {
    do throws(RasterError) {
      let bitmap = try Bitmap(
        packedRows: data, bytesPerRow: bytesPerRow, rows: data.count / bytesPerRow)
      var commands: [ESCPOS.Command] = [.lineSpacing(16)]
      for top in stride(from: 0, to: bitmap.height, by: 24) {
        guard let band = GlyphLine.band(bitmap, top: top) else { continue }
        commands += [.columnImage(band), .lineFeed]
      }
      return commands + [.defaultLineSpacing]
    } catch {
      return []  // too large to be a picture for paper
    }
  }
}
