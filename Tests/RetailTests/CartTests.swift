import Ledger
import Retail
import Testing

struct CartTests {
  @Test func `the newest scan stands last, and keeps its line`() throws {
    var cart = Cart()
    try cart.add(.of("a", 100))
    try cart.add(.of("b", 100))
    try cart.add(.of("a", 100))
    #expect(cart.lines.map(\.item.sku) == ["b", "a"])
    #expect(cart.lines.map(\.id) == [2, 1])
    #expect(cart.lines.map(\.quantity) == [1, 2])
  }

  @Test func `a line's number is never given again`() throws {
    var cart = Cart()
    try cart.add(.of("a", 100))
    try cart.remove(line: nil)
    try cart.add(.of("b", 100))
    #expect(cart.lines.map(\.id) == [2])
  }

  @Test func `limits refuse and change nothing`() throws {
    var cart = Cart()
    for number in 1...Cart.lineLimit { try cart.add(.of("s\(number)", 1)) }
    let full = cart
    #expect(throws: CartRefusal.cartFull) { try cart.add(.of("more", 1)) }
    try cart.setQuantity(Cart.quantityLimit, line: 1)
    #expect(throws: CartRefusal.quantityLimit) { try cart.add(.of("s1", 1)) }
    #expect(throws: CartRefusal.quantityLimit) { try cart.setQuantity(100, line: 2) }
    #expect(throws: CartRefusal.quantityLimit) { try cart.setQuantity(-1, line: 2) }
    #expect(throws: CartRefusal.noSuchLine) { try cart.remove(line: 999) }
    try cart.setQuantity(1, line: 1)
    #expect(cart == full)
  }

  @Test func `a quantity of nothing removes the line, and an empty cart has none to remove`() throws
  {
    var cart = Cart()
    try cart.add(.of("a", 100))
    try cart.setQuantity(0, line: nil)
    #expect(cart.isEmpty)
    #expect(throws: CartRefusal.noSuchLine) { try cart.remove(line: nil) }
  }
}
