import Ledger
import Testing

/// The hash chain is made over these bytes: a change here would break every ledger there is.
struct CanonicalBytesTests {
  private static let sale = SaleID(kiosk: 7, counter: 258)

  private static func bytes(
    _ action: JournalEntry.Action, sale: SaleID? = sale
  ) -> [UInt8] {
    let entry = JournalEntry(
      id: EntryID(sale: Self.sale, step: 3, ordinal: 1), action: action,
      context: EntryContext(
        reason: "券", actor: "system", kiosk: 7, sale: sale,
        at: Instant(milliseconds: 1_700_000_000_000)))
    return CanonicalBytes(entry).bytes
  }

  private static func hex(_ text: String) -> [UInt8] {
    text.split(whereSeparator: \.isWhitespace).compactMap { UInt8($0, radix: 16) }
  }

  private static let id = "00 00 00 07 00 00 00 00 01 02 00 00 00 03 00 01"
  private static let context = """
    00 00 00 03 E5 88 B8
    00 00 00 06 73 79 73 74 65 6D
    00 00 00 07
    01 00 00 00 07 00 00 00 00 00 00 01 02
    00 00 01 8B CF E5 68 00
    """

  @Test func `a posting entry has these bytes`() throws {
    let postings = try Postings([
      Posting(
        account: AccountID(owner: "m/17", purpose: "principal"), asset: Currency.cny.asset,
        units: 1_000),
      Posting(account: .house("revenue"), asset: Currency.cny.asset, units: -1_000),
    ])
    let list = """
      00 00 00 02
      00 00 00 04 6D 2F 31 37
      00 00 00 09 70 72 69 6E 63 69 70 61 6C
      00 00 00 03 43 4E 59
      00 00 00 00 00 00 03 E8
      00 00 00 05 68 6F 75 73 65
      00 00 00 07 72 65 76 65 6E 75 65
      00 00 00 03 43 4E 59
      FF FF FF FF FF FF FC 18
      """
    #expect(
      Self.bytes(.post(postings)) == Self.hex("01 \(Self.id) 01 \(list) \(Self.context)"))
    #expect(
      Self.bytes(.hold(postings)) == Self.hex("01 \(Self.id) 02 \(list) \(Self.context)"))
  }

  @Test func `an entry that ends a hold has these bytes`() {
    let hold = EntryID(sale: Self.sale, step: 2, ordinal: 0)
    let named = "00 00 00 07 00 00 00 00 01 02 00 00 00 02 00 00"
    #expect(Self.bytes(.capture(hold)) == Self.hex("01 \(Self.id) 03 \(named) \(Self.context)"))
    #expect(Self.bytes(.void(hold)) == Self.hex("01 \(Self.id) 04 \(named) \(Self.context)"))
    #expect(Self.bytes(.expire(hold)) == Self.hex("01 \(Self.id) 05 \(named) \(Self.context)"))
  }

  @Test func `an entry of no sale has a zero in its place`() {
    let hold = EntryID(high: 0, low: 9)
    let tail = """
      00 00 00 03 E5 88 B8 00 00 00 06 73 79 73 74 65 6D 00 00 00 07 00
      00 00 01 8B CF E5 68 00
      """
    let named = "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 09"
    #expect(
      Self.bytes(.void(hold), sale: nil) == Self.hex("01 \(Self.id) 04 \(named) \(tail)"))
  }

}

/// The bytes are what is kept of an entry: read back they are the entry, and nothing else.
struct CanonicalReadingTests {
  private static let sale = SaleID(kiosk: 7, counter: 258)

  private static func entries() throws -> [JournalEntry] {
    let postings = try Postings([
      Posting(account: .house("cash"), asset: Currency.cny.asset, units: 1_000),
      Posting(account: .house("revenue"), asset: Currency.cny.asset, units: -1_000),
    ])
    let hold = EntryID(sale: sale, step: 2, ordinal: 0)
    return [
      JournalEntry.Action.post(postings), .hold(postings), .capture(hold), .void(hold),
      .expire(hold),
    ].enumerated().map { number, action in
      JournalEntry(
        id: EntryID(sale: sale, step: 3, ordinal: UInt16(number)), action: action,
        context: EntryContext(
          reason: number == 0 ? "" : "券", actor: "system", kiosk: .max,
          sale: number == 1 ? nil : sale, at: Instant(milliseconds: -5)))
    }
  }

  @Test func `bytes read back are the entry`() throws {
    for entry in try Self.entries() {
      #expect(try JournalEntry(canonicalBytes: CanonicalBytes(entry).bytes) == entry)
    }
  }

  @Test func `bytes that are cut off or go on are none`() throws {
    for entry in try Self.entries() {
      let bytes = CanonicalBytes(entry).bytes
      for count in bytes.indices {
        #expect(throws: CanonicalFault.self) {
          try JournalEntry(canonicalBytes: Array(bytes.prefix(count)))
        }
      }
      #expect(throws: CanonicalFault.trailing(1)) {
        try JournalEntry(canonicalBytes: bytes + [0])
      }
    }
  }

  /// Whatever one byte becomes: what is still read is written as the very same bytes.
  @Test func `no two forms mean one entry`() throws {
    for entry in try Self.entries() {
      let bytes = CanonicalBytes(entry).bytes
      for place in bytes.indices {
        for change in [UInt8(1), 0x80, 0xFF] {
          var other = bytes
          other[place] ^= change
          do throws(CanonicalFault) {
            let read = try JournalEntry(canonicalBytes: other)
            #expect(CanonicalBytes(read).bytes == other)
          } catch {}
        }
      }
    }
  }
}
