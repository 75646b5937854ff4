import Ledger
import Testing

struct EntryIDTests {
  @Test func `kiosk, sale counter, step and ordinal lie in this order`() {
    let id = EntryID(
      sale: SaleID(kiosk: 0x0A0B_0C0D, counter: 0x1122_3344_5566), step: 0x7788_99AA,
      ordinal: 0xBBCC)
    #expect(id.description == "0a0b0c0d1122334455667788" + "99aabbcc")
    #expect(id.bytes.count == 16)
    #expect(id.bytes.first == 0x0A)
    #expect(id.bytes.last == 0xCC)
  }

  @Test func `bytes and text are read back`() {
    let id = EntryID(sale: SaleID(kiosk: 3, counter: 42), step: 7, ordinal: 1)
    #expect(EntryID(bytes: id.bytes) == id)
    #expect(EntryID(id.description) == id)
    #expect(EntryID(bytes: id.bytes.dropLast()) == nil)
    #expect(EntryID(String(repeating: "-", count: 32)) == nil)
    #expect(EntryID("00") == nil)
  }

  @Test func `ids of one sale lie between its first and its last`() {
    let sale = SaleID(kiosk: 3, counter: 0xFFFF)
    let next = SaleID(kiosk: 3, counter: 0x1_0000)
    let last = EntryID(sale: sale, step: .max, ordinal: .max)
    #expect(EntryID(sale: sale, step: 0, ordinal: 0) < last)
    #expect(last < EntryID(sale: next, step: 0, ordinal: 0))
  }

  @Test func `a counter is taken modulo 48 bits`() {
    #expect(SaleID(kiosk: 1, counter: SaleID.counterLimit + 5) == SaleID(kiosk: 1, counter: 5))
  }

  @Test func `a sale number is read as a receipt prints it`() {
    let sale = SaleID(kiosk: 3, counter: 42)
    #expect(sale.description == "3-000042")
    #expect(SaleID("3-000042") == sale)
    #expect(SaleID("3-12345678")?.counter == 12_345_678)
    #expect(SaleID("3") == nil)
    #expect(SaleID("-1-2") == nil)
    #expect(SaleID("3-281474976710656") == nil)
  }
}
