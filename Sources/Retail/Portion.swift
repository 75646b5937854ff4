import Ledger

/// What the price of an item is for, when it is not for one piece.
public enum PriceUnit: String, Equatable, Hashable, Sendable, Codable, CaseIterable {
  case kilogram
}

/// How much of an item one label stands for.
public enum Portion: Equatable, Hashable, Sendable, Codable {
  case grams(Int64)
  case pieces(Int64)
  /// As much as the price that is printed on it.
  case price(Money)
}

/// Why an item cannot be sold in a portion.
public enum PortionRefusal: String, Error, Equatable, Sendable, Codable {
  /// By weight without a price per kilogram, or by the piece with one.
  case noPrice
  /// Nothing, or more than one line may cost.
  case outOfRange
}

extension CatalogueItem {
  /// The item as one label of it sells: its price is that of the whole portion, which its name
  /// tells. Nil for one piece.
  ///
  /// A weight times the price per kilogram is rounded half up to the minor unit. A printed price is
  /// what is paid; a member's price does not apply to it.
  public func sold(as portion: Portion?) throws(PortionRefusal) -> CatalogueItem {
    guard let portion else {
      guard priceUnit == nil else { throw .noPrice }
      return self
    }
    switch portion {
    case .grams(let grams):
      guard priceUnit == .kilogram else { throw .noPrice }
      return portioned(
        portion, try Self.price(unitPrice, grams, per: 1_000),
        member: try memberPrice.map { price throws(PortionRefusal) in
          try Self.price(price, grams, per: 1_000)
        }, "\(grams / 1_000).\(Self.threeDigits(grams % 1_000)) kg")
    case .pieces(let count):
      guard priceUnit == nil else { throw .noPrice }
      return portioned(
        portion, try Self.price(unitPrice, count, per: 1),
        member: try memberPrice.map { price throws(PortionRefusal) in
          try Self.price(price, count, per: 1)
        }, "× \(count)")
    case .price(let price):
      guard price > .zero, price <= Self.priceLimit else { throw .outOfRange }
      return portioned(portion, price, member: nil, nil)
    }
  }

  private static func price(
    _ price: Money, _ amount: Int64, per unit: Int64
  ) throws(PortionRefusal) -> Money {
    guard amount > 0 else { throw .outOfRange }
    let total = (Int128(price.minorUnits) * Int128(amount) + Int128(unit / 2)) / Int128(unit)
    guard total > 0, total <= Int128(priceLimit.minorUnits) else { throw .outOfRange }
    return Money(minorUnits: Int64(total))
  }

  private static func threeDigits(_ number: Int64) -> String {
    String(String(1_000 + number).dropFirst())
  }

  private func portioned(
    _ portion: Portion, _ price: Money, member: Money?, _ amount: String?
  ) -> CatalogueItem {
    CatalogueItem(
      sku: sku, gtins: gtins,
      name: amount.map { LocalizedText(zh: "\(name.zh) \($0)", en: "\(name.en) \($0)") } ?? name,
      category: category, unitPrice: price, memberPrice: member, portion: portion,
      terms: terms.map {
        PriceTerms(
          isDiscountable: $0.isDiscountable, floor: $0.floor.map { floor(of: $0, at: price) },
          reducedFrom: $0.reducedFrom)
      })
  }

  /// The floor of a label is to its price as the item's is to the item's, rounded up.
  private func floor(of unit: Money, at price: Money) -> Money {
    guard unitPrice > .zero else { return .zero }
    let whole = Int128(unit.minorUnits) * Int128(price.minorUnits)
    let divisor = Int128(unitPrice.minorUnits)
    return Money(minorUnits: Int64((whole + divisor - 1) / divisor))
  }
}
