import Foundation
import Ledger
import Retail
import Testing

/// What a label of the scales sells.
struct PortionTests {
  private let apples = CatalogueItem(
    sku: "apples", gtins: [], name: LocalizedText(zh: "苹果", en: "Apples"), category: "fruit",
    unitPrice: Money(minorUnits: 1_280), memberPrice: Money(minorUnits: 990), priceUnit: .kilogram)
  private let tea = CatalogueItem(
    sku: "tea", gtins: [], name: LocalizedText(zh: "茶", en: "Tea"), category: "drinks",
    unitPrice: Money(minorUnits: 500))

  @Test(arguments: [
    (Int64(1_000), Int64(1_280), Int64(990)), (286, 366, 283), (1, 1, 1), (391, 500, 387),
    // 9.90 × 0.025 kg is 24.75 fen, 9.90 × 0.050 kg is 49.5.
    (2_500, 3_200, 2_475), (25, 32, 25), (50, 64, 50),
  ])
  func `a weight times the price per kilogram is rounded half up`(
    grams: Int64, price: Int64, member: Int64
  ) throws {
    let pack = try apples.sold(as: .grams(grams))
    #expect(pack.unitPrice.minorUnits == price)
    #expect(pack.memberPrice?.minorUnits == member)
    #expect(pack.sku == "apples" && pack.portion == .grams(grams) && pack.priceUnit == nil)
  }

  @Test func `the name tells how much it is`() throws {
    #expect(try apples.sold(as: .grams(286)).name.en == "Apples 0.286 kg")
    #expect(try apples.sold(as: .grams(12_005)).name.zh == "苹果 12.005 kg")
    #expect(try tea.sold(as: .pieces(12)).name.en == "Tea × 12")
    #expect(try tea.sold(as: .pieces(12)).unitPrice.minorUnits == 6_000)
    #expect(try tea.sold(as: nil) == tea)
  }

  @Test func `a printed price is what is paid`() throws {
    let pack = try apples.sold(as: .price(Money(minorUnits: 2_550)))
    #expect(pack.unitPrice.minorUnits == 2_550 && pack.memberPrice == nil)
    #expect(pack.name == apples.name)
  }

  @Test func `what has no price is refused`() {
    func refusal(_ item: CatalogueItem, _ portion: Portion?) -> PortionRefusal? {
      do throws(PortionRefusal) {
        _ = try item.sold(as: portion)
        return nil
      } catch {
        return error
      }
    }
    // By the kilogram, and nobody weighed it; by the piece, and somebody did.
    #expect(refusal(apples, nil) == .noPrice)
    #expect(refusal(apples, .pieces(2)) == .noPrice)
    #expect(refusal(tea, .grams(100)) == .noPrice)
    #expect(refusal(apples, .grams(0)) == .outOfRange)
    #expect(refusal(tea, .pieces(0)) == .outOfRange && refusal(tea, .pieces(-1)) == .outOfRange)
    #expect(refusal(tea, .pieces(.max)) == .outOfRange)
    #expect(refusal(apples, .grams(.max)) == .outOfRange)
    #expect(refusal(tea, .price(.zero)) == .outOfRange)
    #expect(refusal(tea, .price(Money(minorUnits: .max))) == .outOfRange)
  }

  @Test func `labels that stand for the same are pieces of one line, others are not`() throws {
    var cart = Cart()
    try cart.add(apples.sold(as: .grams(286)))
    try cart.add(apples.sold(as: .grams(500)))
    try cart.add(apples.sold(as: .grams(286)))
    #expect(cart.lines.map(\.quantity) == [1, 2])
    #expect(cart.lines.map { $0.item.unitPrice.minorUnits } == [640, 366])
  }

  @Test func `an item that was written before there were portions is read`() throws {
    let old = """
      {"sku":"tea","gtins":[],"name":{"zh":"茶","en":"Tea"},"category":"drinks","unitPrice":500}
      """
    #expect(try JSONDecoder().decode(CatalogueItem.self, from: Data(old.utf8)) == tea)
    let pack = try apples.sold(as: .grams(286))
    let written = try JSONEncoder().encode(pack)
    #expect(try JSONDecoder().decode(CatalogueItem.self, from: written) == pack)
  }
}
