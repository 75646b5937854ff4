/// Why bytes are not those of an entry.
public enum CanonicalFault: Error, Equatable, Sendable {
  /// They end before the entry does.
  case truncated
  /// More follows than one entry.
  case trailing(Int)
  case version(UInt8)
  case verb(UInt8)
  /// A text that is no UTF-8, an asset that is none, a sale's counter beyond its limit.
  case value
  case postings(PostingRejection)
}

extension JournalEntry {
  /// Reads what `CanonicalBytes` wrote. Strict: bytes that it accepts are those that
  /// `CanonicalBytes` makes of the result.
  public init(canonicalBytes bytes: [UInt8]) throws(CanonicalFault) {
    var reading = CanonicalReading(bytes)
    self = try reading.entry()
    guard reading.isAtEnd else { throw .trailing(reading.rest) }
  }
}

private struct CanonicalReading {
  private let bytes: [UInt8]
  private var index = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var rest: Int { bytes.count - index }
  var isAtEnd: Bool { rest == 0 }

  mutating func entry() throws(CanonicalFault) -> JournalEntry {
    let version = try byte()
    guard version == CanonicalBytes.version else { throw .version(version) }
    let id = try entryID()
    let action = try action()
    let reason = try text()
    let actor = try text()
    let kiosk = UInt32(truncatingIfNeeded: try integer(byteCount: 4))
    var sale: SaleID?
    switch try byte() {
    case 0: break
    case 1:
      let saleKiosk = UInt32(truncatingIfNeeded: try integer(byteCount: 4))
      let counter = try integer(byteCount: 8)
      guard counter < SaleID.counterLimit else { throw .value }
      sale = SaleID(kiosk: saleKiosk, counter: counter)
    default: throw .value
    }
    let at = Instant(milliseconds: Int64(bitPattern: try integer(byteCount: 8)))
    return JournalEntry(
      id: id, action: action,
      context: EntryContext(reason: reason, actor: actor, kiosk: kiosk, sale: sale, at: at))
  }

  private mutating func action() throws(CanonicalFault) -> JournalEntry.Action {
    switch try byte() {
    case 1: .post(try postings())
    case 2: .hold(try postings())
    case 3: .capture(try entryID())
    case 4: .void(try entryID())
    case 5: .expire(try entryID())
    case let verb: throw .verb(verb)
    }
  }

  private mutating func postings() throws(CanonicalFault) -> Postings {
    let count = Int(try integer(byteCount: 4))
    guard Postings.countRange.contains(count) else { throw .postings(.postingCount(count)) }
    var list: [Posting] = []
    list.reserveCapacity(count)
    for _ in 0..<count {
      let account = AccountID(owner: try text(), purpose: try text())
      guard let asset = Asset(code: try text()) else { throw .value }
      let units = Int64(bitPattern: try integer(byteCount: 8))
      list.append(Posting(account: account, asset: asset, units: units))
    }
    do throws(PostingRejection) {
      return try Postings(list)
    } catch {
      throw .postings(error)
    }
  }

  private mutating func entryID() throws(CanonicalFault) -> EntryID {
    EntryID(high: try integer(byteCount: 8), low: try integer(byteCount: 8))
  }

  private mutating func byte() throws(CanonicalFault) -> UInt8 {
    guard index < bytes.count else { throw .truncated }
    defer { index += 1 }
    return bytes[index]
  }

  private mutating func integer(byteCount: Int) throws(CanonicalFault) -> UInt64 {
    guard rest >= byteCount else { throw .truncated }
    var value: UInt64 = 0
    for byte in bytes[index..<index + byteCount] { value = value << 8 | UInt64(byte) }
    index += byteCount
    return value
  }

  private mutating func text() throws(CanonicalFault) -> String {
    let count = Int(try integer(byteCount: 4))
    guard count <= rest else { throw .truncated }
    defer { index += count }
    guard let text = String(validating: bytes[index..<index + count], as: UTF8.self) else {
      throw .value
    }
    return text
  }
}
