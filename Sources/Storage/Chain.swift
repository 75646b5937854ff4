import Crypto
import Foundation
import Ledger

/// The hash chain of one kiosk: SHA-256 over the hash before and the entry's canonical bytes.
struct Chain: Equatable {
  private(set) var entryCount: Int64 = 0
  private(set) var head = [UInt8](repeating: 0, count: 32)

  init() {}

  init(entryCount: Int64, head: [UInt8]) {
    self.entryCount = entryCount
    self.head = head
  }

  mutating func append(_ canonical: [UInt8]) {
    var hash = SHA256()
    hash.update(data: head)
    hash.update(data: canonical)
    head = Array(hash.finalize())
    entryCount += 1
  }
}

extension JournalEntry.Action {
  var resolvedHold: EntryID? {
    switch self {
    case .post, .hold: nil
    case .capture(let hold), .void(let hold), .expire(let hold): hold
    }
  }
}
