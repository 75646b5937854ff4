import Codecs

/// A character of a job, and what of the printer prints it. A plain value: a receipt has thousands.
struct TextCell: Equatable {
  enum Source: Equatable {
    /// The same byte in every set.
    case ascii
    /// One byte of one of the pages in `pages`.
    case page
    /// Two bytes between FS & and FS .
    case multibyte
    case utf8
    /// Dots: the printer has no such character, a font of this machine has.
    case drawn
  }

  /// The one scalar that is printed; of a drawn character with marks of its own, the first.
  let scalar: Unicode.Scalar
  let source: Source
  let columns: Int
  /// A bit for each of the planner's pages that has the character.
  var pages: UInt64 = 0

  var character: Character { Character(scalar) }

  static let space = TextCell(ascii: 0x20)

  init(_ scalar: Unicode.Scalar, columns: Int, source: Source, pages: UInt64 = 0) {
    self.scalar = scalar
    self.source = source
    self.columns = columns
    self.pages = pages
  }

  init(ascii: UInt8) { self.init(Unicode.Scalar(ascii), columns: 1, source: .ascii) }
}
