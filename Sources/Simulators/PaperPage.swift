import Codecs

extension Paper {
  /// A page that was printed in one go (page mode).
  public struct Page: Equatable, Sendable {
    /// Parts that are kept; what comes after them is not printed.
    static let partLimit = 64
    /// Places that are kept in all parts together.
    static let placeLimit = 4_000

    /// What was printed in one area and one direction.
    public struct Part: Equatable, Sendable {
      /// In dots from the upper left corner of the page.
      public let x: Int
      public let y: Int
      public let width: Int
      public let height: Int
      public let direction: ESCPOS.PageDirection
      public internal(set) var places: [Place] = []

      /// The area's width as the lines run.
      public var lineWidth: Int { isSideways ? height : width }
      /// The area's height as the lines follow each other.
      public var lineExtent: Int { isSideways ? width : height }

      var isSideways: Bool { direction == .bottomToTop || direction == .topToBottom }
    }

    public enum Content: Equatable, Sendable {
      case cell(Cell)
      case block(Block)
    }

    /// Something whose lower left corner stands at a place, in the directions of its part.
    public struct Place: Equatable, Sendable {
      public let content: Content
      public let x: Int
      /// The lower edge.
      public let bottom: Int
    }

    public internal(set) var parts: [Part] = []
    public internal(set) var height = 0

    var pictureByteCount: Int {
      parts.reduce(0) { sum, part in
        part.places.reduce(sum) { sum, place in
          switch place.content {
          case .cell(let cell): sum + cell.pictureByteCount
          case .block(let block): sum + block.pictureByteCount
          }
        }
      }
    }

    var placeCount: Int { parts.reduce(0) { $0 + $1.places.count } }
  }
}
