/// The bytes of an entry that the hash chain is made over. They can never change: golden bytes in
/// LedgerTests.
///
/// Version byte, fixed field order, big-endian integers, UTF-8 with a 32-bit length, postings in
/// order.
public struct CanonicalBytes {
  public static let version: UInt8 = 1

  public private(set) var bytes: [UInt8] = []

  public init(_ entry: JournalEntry) {
    bytes.reserveCapacity(256)
    bytes.append(Self.version)
    append(entry.id)
    switch entry.action {
    case .post(let postings): append(verb: 1, postings)
    case .hold(let postings): append(verb: 2, postings)
    case .capture(let hold): append(verb: 3, hold)
    case .void(let hold): append(verb: 4, hold)
    case .expire(let hold): append(verb: 5, hold)
    }
    append(entry.context.reason)
    append(entry.context.actor)
    append(UInt64(entry.context.kiosk), byteCount: 4)
    if let sale = entry.context.sale {
      bytes.append(1)
      append(UInt64(sale.kiosk), byteCount: 4)
      append(sale.counter, byteCount: 8)
    } else {
      bytes.append(0)
    }
    append(UInt64(bitPattern: entry.context.at.milliseconds), byteCount: 8)
  }

  private mutating func append(verb: UInt8, _ postings: Postings) {
    bytes.append(verb)
    append(UInt64(postings.list.count), byteCount: 4)
    for posting in postings.list {
      append(posting.account.owner)
      append(posting.account.purpose)
      append(posting.asset.code)
      append(UInt64(bitPattern: posting.units), byteCount: 8)
    }
  }

  private mutating func append(verb: UInt8, _ hold: EntryID) {
    bytes.append(verb)
    append(hold)
  }

  private mutating func append(_ id: EntryID) {
    append(id.high, byteCount: 8)
    append(id.low, byteCount: 8)
  }

  private mutating func append(_ value: UInt64, byteCount: Int) {
    for shift in stride(from: (byteCount - 1) * 8, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
    }
  }

  private mutating func append(_ text: String) {
    append(UInt64(text.utf8.count), byteCount: 4)
    bytes.append(contentsOf: text.utf8)
  }
}
