import Devices
import Foundation
import Raster

/// The shop's logo, from a PNG that the configuration names.
enum ReceiptLogo {
  static let fileByteLimit = 4 << 20
  /// Pixels of a side of the file.
  static let sideLimit = 2_000
  /// As wide as the paper of 80 mm; a printer with less makes it smaller.
  static let widthDots = 576
  /// 30 mm: a receipt is no poster, and every millimetre is waited for.
  static let heightDots = 240

  /// Refuses what is no picture, or cannot be a logo on paper, with what was expected.
  static func read(_ path: String) throws -> PrintPicture {
    let file: Data
    do {
      file = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw Fault(path: path, reason: "cannot be read; is it there, and may kioskd read it?")
    }
    guard file.count <= fileByteLimit else {
      throw Fault(path: path, reason: "is larger than \(fileByteLimit >> 20) MiB")
    }
    let picture: Bitmap
    do throws(RasterError) {
      picture = try PNG.decode(Array(file), limit: sideLimit).scaledDown(toWidth: widthDots)
    } catch .tooLarge {
      throw Fault(path: path, reason: "has more than \(sideLimit) pixels on a side")
    } catch {
      throw Fault(path: path, reason: "is no PNG that can be read: \(error)")
    }
    guard picture.height <= heightDots else {
      throw Fault(
        path: path,
        reason: "would be \(picture.height) dots high on paper, more than \(heightDots) (30 mm): "
          + "expected a picture that is at least \(widthDots) wide for each \(heightDots) of its "
          + "height, or smaller than both")
    }
    guard picture.ink.contains(where: { $0 > 0 }),
      let logo = PrintPicture(width: picture.width, height: picture.height, ink: picture.ink)
    else { throw Fault(path: path, reason: "shows nothing: all of it is white or transparent") }
    return logo
  }

  struct Fault: Error, CustomStringConvertible {
    let path: String
    let reason: String

    var description: String { "printing.logo: \(path) \(reason)" }
  }
}
