import GRDB
import Ledger
import Retail

/// A part of a sweep of ended lots, and where the next one goes on.
public struct ExpiryPart: Codable, Equatable, Sendable {
  /// The end of a part: the lot that was looked at last.
  public struct Place: Codable, Equatable, Sendable {
    public let expiresAt: Instant
    public let account: AccountID
  }

  /// What ended by then was looked at.
  public internal(set) var cut: Instant
  public internal(set) var looked = 0
  public internal(set) var sums: [ExpiryPlan.Sum] = []
  public internal(set) var held = 0
  public internal(set) var unknown = 0
  /// Lots that were left as they are because the date jumped.
  public internal(set) var withheld = 0
  /// Nil: that was all.
  public internal(set) var next: Place?

  /// Lots that something was posted of.
  public var posted: Int { sums.reduce(0) { $0 + $1.lots } }

  /// The sum of two parts, one after the other.
  public static func + (left: ExpiryPart, right: ExpiryPart) -> ExpiryPart {
    var sum = right
    var plan = ExpiryPlan()
    plan.sums = left.sums
    for part in right.sums { plan.add(part) }
    sum.sums = plan.sums
    sum.looked += left.looked
    sum.held += left.held
    sum.unknown += left.unknown
    sum.withheld += left.withheld
    return sum
  }
}

/// How a sweep of ended lots is to be done.
public struct ExpiryRequest: Sendable {
  public let kiosk: UInt32
  public let now: ShopTime
  /// Minutes after midnight at which the shop's days begin.
  public let dayStart: Int
  /// A person said that the date is right although it jumped.
  public let isDateConfirmed: Bool

  public init(kiosk: UInt32, now: ShopTime, dayStart: Int, isDateConfirmed: Bool) {
    self.kiosk = kiosk
    self.now = now
    self.dayStart = dayStart
    self.isDateConfirmed = isDateConfirmed
  }
}

extension Store {
  /// Lots of one transaction, so that a sweep never keeps a sale waiting.
  public static let expiryPartLimit = 100
  static let latestSeenSetting = "expiry.latestSeen"

  /// The latest moment at which a whole sweep was done; the shop's clock never goes behind it.
  public func latestSweep() async throws(StorageError) -> Instant? {
    try await read { db in try ExpiryTable(db: db).latestSeen() }
  }

  /// Posts what is left of the next lots whose term is over, in one transaction. Cut off, it goes
  /// on from the beginning: what was posted is not there any more.
  public func sweepEnded(
    after place: ExpiryPart.Place? = nil, _ request: ExpiryRequest,
    limit: Int = expiryPartLimit
  ) async throws(StorageError) -> ExpiryPart {
    try await write("expiry") { [ledger] db in
      let table = ExpiryTable(db: db)
      let (part, plan) = try table.part(after: place, request, limit)
      if !plan.batch.entries.isEmpty {
        let outcomes = try ledger.submit(plan.batch, db)
        guard outcomes.allSatisfy({ $0 == .ok }) else {
          throw StorageError(
            .refused, "the ledger refused to end a lot (\(outcomes.map(\.rawValue))); report it")
        }
      }
      if part.next == nil, part.withheld == 0 { try table.see(request.now.instant) }
      return part
    }
  }

  /// What `sweepEnded` would post.
  public func endedLots(
    after place: ExpiryPart.Place? = nil, _ request: ExpiryRequest
  ) async throws(StorageError) -> ExpiryPart {
    try await read { db in
      try ExpiryTable(db: db).part(after: place, request, Self.expiryPartLimit).0
    }
  }
}

struct ExpiryTable {
  let db: Database

  static let select = """
    SELECT \(LedgerRows.accountColumns) FROM accounts a
    WHERE a.expires_at IS NOT NULL AND a.posted <> 0 AND a.expires_at <= ?
      AND (a.expires_at, a.owner, a.purpose) > (?, ?, ?)
    ORDER BY a.expires_at, a.owner, a.purpose LIMIT ?
    """

  func latestSeen() throws -> Instant? {
    let text = try String.fetchOne(
      db, sql: "SELECT value FROM settings WHERE name = ?", arguments: [Store.latestSeenSetting])
    guard let text else { return nil }
    guard let milliseconds = Int64(text) else {
      throw StorageError.corrupt("the setting \(Store.latestSeenSetting), which is no moment")
    }
    return Instant(milliseconds: milliseconds)
  }

  /// Never goes back.
  func see(_ moment: Instant) throws {
    if let seen = try latestSeen(), moment <= seen { return }
    try db.execute(
      sql: """
        INSERT INTO settings (name, value) VALUES (?, ?)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value
        """, arguments: [Store.latestSeenSetting, "\(moment.milliseconds)"])
  }

  func part(
    after place: ExpiryPart.Place?, _ request: ExpiryRequest, _ limit: Int
  ) throws -> (ExpiryPart, ExpiryPlan) {
    let seen = try latestSeen()
    let cut = Expiry.cut(now: request.now, latestSeen: seen, dayStart: request.dayStart)
    let cursor = try Row.fetchCursor(
      db, sql: Self.select,
      arguments: [
        cut.milliseconds, place?.expiresAt.milliseconds ?? .min, place?.account.owner ?? "",
        place?.account.purpose ?? "", limit,
      ])
    let lots = try Row.all(cursor) { row in
      let found = try AccountRow(row)
      return EndedLot(account: found.account, balance: found.balance, version: found.newest)
    }
    var plan = try Expiry.plan(
      lots, owed: try owed(lots), kiosk: request.kiosk,
      at: seen.map { max($0, request.now.instant) } ?? request.now.instant)
    var part = ExpiryPart(cut: cut)
    part.looked = lots.count
    if !request.isDateConfirmed, !Expiry.mayTake(now: request.now, latestSeen: seen) {
      part.withheld = plan.batch.entries.count
      plan = ExpiryPlan()
    }
    (part.sums, part.held, part.unknown) = (plan.sums, plan.held, plan.unknown)
    if lots.count == limit, let last = lots.last?.account, let end = last.expiresAt {
      part.next = ExpiryPart.Place(expiresAt: end, account: last.id)
    }
    return (part, plan)
  }

  /// What the members owe whose points are released.
  private func owed(_ lots: [EndedLot]) throws -> [String: Int64] {
    var owed: [String: Int64] = [:]
    for lot in lots where LotKind(of: lot.account) == .pendingPoints {
      let owner = lot.account.id.owner
      guard owed[owner] == nil else { continue }
      let account = try LedgerRows(db: db).account(
        AccountID(owner: owner, purpose: MemberFacts.pointsOwedPurpose))
      owed[owner] = account?.balance.available(under: .creditsWithinDebits) ?? 0
    }
    return owed
  }
}
