import Ledger

/// What the customer wants to buy, the newest line last.
public struct Cart: Equatable, Sendable, Codable {
  public static let lineLimit = 200
  public static let quantityLimit = 99

  public struct Line: Equatable, Sendable, Codable {
    /// Unique in its cart, and kept when the quantity changes.
    public let id: Int
    public let item: CatalogueItem
    public var quantity: Int

    public init(id: Int, item: CatalogueItem, quantity: Int) {
      self.id = id
      self.item = item
      self.quantity = quantity
    }
  }

  public private(set) var lines: [Line] = []
  private var nextLineID = 1

  public init() {}

  public var isEmpty: Bool { lines.isEmpty }

  /// Adds one piece; an item that is there already moves to the end with one more. Labels of one
  /// item are pieces of one line when they stand for the same.
  public mutating func add(_ item: CatalogueItem) throws(CartRefusal) {
    guard
      let index = lines.firstIndex(where: {
        $0.item.sku == item.sku && $0.item.portion == item.portion
      })
    else {
      guard lines.count < Self.lineLimit else { throw .cartFull }
      lines.append(Line(id: nextLineID, item: item, quantity: 1))
      nextLineID += 1
      return
    }
    guard lines[index].quantity < Self.quantityLimit else { throw .quantityLimit }
    var line = lines.remove(at: index)
    line.quantity += 1
    lines.append(line)
  }

  /// Removes the line, or the newest one when `id` is nil.
  public mutating func remove(line id: Int?) throws(CartRefusal) {
    guard let index = index(of: id) else { throw .noSuchLine }
    lines.remove(at: index)
  }

  /// Sets the quantity of the line, or of the newest one when `id` is nil; 0 removes it.
  public mutating func setQuantity(_ quantity: Int, line id: Int?) throws(CartRefusal) {
    guard let index = index(of: id) else { throw .noSuchLine }
    guard (0...Self.quantityLimit).contains(quantity) else { throw .quantityLimit }
    if quantity == 0 { lines.remove(at: index) } else { lines[index].quantity = quantity }
  }

  private func index(of id: Int?) -> Int? {
    guard let id else { return lines.indices.last }
    return lines.firstIndex { $0.id == id }
  }
}

public enum CartRefusal: String, Error, Equatable, Sendable, Codable {
  case cartFull, quantityLimit, noSuchLine
}
