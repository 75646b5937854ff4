import Ledger
import Retail
import Testing

/// The rounding of percentages and caps (RETAIL 4).
struct RoundingTests {
  @Test(arguments: [
    (Int64(275), 1_000, Int64(27), Int64(28)),  // 2.75 less 10 % is 2.48 or 2.47.
    (1_050, 1_500, 157, 158),  // 10.50 less 15 % is 8.93 or 8.92.
    (1_024, 1_000, 102, 102), (104, 1_000, 10, 10), (1, 5_000, 0, 1), (999, 10_000, 999, 999),
    (0, 5_000, 0, 0), (33_333, 1, 3, 3),
  ])
  func `a tie is rounded for the price or for the discount, as the shop chose`(
    base: Int64, basisPoints: Int, onPrice: Int64, onDiscount: Int64
  ) {
    #expect(
      PercentRounding.halfUpOnPrice.discount(of: fen(base), basisPoints: basisPoints)
        == fen(onPrice))
    #expect(
      PercentRounding.halfUpOnDiscount.discount(of: fen(base), basisPoints: basisPoints)
        == fen(onDiscount))
  }

  @Test(arguments: [UInt64(1), 20_26])
  func `the two roundings differ at ties only, and there by one`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<20_000 {
      let base = Int64(random.number(in: 0...1_000_000))
      let basisPoints = random.number(in: 0...10_000)
      let onPrice = PercentRounding.halfUpOnPrice
        .discount(of: fen(base), basisPoints: basisPoints)
      let onDiscount = PercentRounding.halfUpOnDiscount
        .discount(of: fen(base), basisPoints: basisPoints)
      let isTie = base * Int64(basisPoints) % 10_000 == 5_000
      try demand(onDiscount - onPrice == fen(isTie ? 1 : 0))
      try demand(onPrice >= .zero && onDiscount <= fen(base))
    }
  }

  @Test func `the dearest cart has a percentage too`() {
    let dearest = CatalogueItem.priceLimit * (Cart.lineLimit * Cart.quantityLimit)
    #expect(
      PercentRounding.halfUpOnPrice.discount(of: dearest, basisPoints: 10_000) == dearest)
    #expect(dearest.minorUnits <= Posting.unitsLimit, "a full cart fits one posting")
  }

  @Test func `a cap is rounded down`() {
    #expect(cap(fen(9_999), basisPoints: 5_000) == fen(4_999))
    #expect(cap(fen(1), basisPoints: 9_999) == .zero)
    #expect(cap(fen(10_000), basisPoints: 0) == .zero)
  }
}
