/// Why a picture could not be made.
public enum RasterError: Error, Equatable, Sendable, CustomStringConvertible {
  /// None of these files is there; install Debian's fonts-noto-cjk.
  case noFont(searched: [String])
  /// FreeType's error code for a font file.
  case unreadableFont(path: String, code: Int32)
  case tooLarge(width: Int, height: Int)
  /// libzint refuses the content; its own words.
  case symbolRefused(String)
  /// libpng's own words.
  case notEncoded(String)
  case unreadablePicture(String)

  public var description: String {
    switch self {
    case .noFont(let paths):
      "no font found: install fonts-noto-cjk (looked for \(paths.joined(separator: ", ")))"
    case .unreadableFont(let path, let code): "FreeType cannot read \(path) (error \(code))"
    case .tooLarge(let width, let height): "a picture of \(width) × \(height) is too large"
    case .symbolRefused(let reason): "no symbol: \(reason)"
    case .notEncoded(let reason): "no PNG: \(reason)"
    case .unreadablePicture(let reason): "not a PNG that can be read: \(reason)"
    }
  }
}
