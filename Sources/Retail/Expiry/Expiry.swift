import Ledger

/// What is posted when the terms of lots are over (M6): the rest of each, once, without what a sale
/// holds. Doing it again posts nothing, for what is left is nothing.
public enum Expiry {
  /// A kiosk that was off for longer, or whose clock jumped, is asked after by a person: what has
  /// expired does not come back.
  public static let jumpLimitDays = 31
  public static let reason = "term over"
  public static let releaseReason = "return period over"

  /// Whether the date can be trusted to take something away.
  public static func mayTake(now: ShopTime, latestSeen: Instant?) -> Bool {
    guard let latestSeen else { return true }
    let last = ShopTime(instant: latestSeen, offsetSeconds: now.offsetSeconds).date
    return now.date.dayNumber - last.dayNumber <= jumpLimitDays
  }

  /// The beginning of the shop's day: what ended by then is swept, what ends within the day is not
  /// before the next. A clock that was set back brings no earlier day back.
  ///
  /// - Parameter dayStart: minutes after midnight at which the shop's days begin.
  public static func cut(now: ShopTime, latestSeen: Instant?, dayStart: Int) -> Instant {
    let time = ShopTime(
      instant: latestSeen.map { max($0, now.instant) } ?? now.instant,
      offsetSeconds: now.offsetSeconds)
    let start = time.businessDate(dayStart: dayStart).start(offsetSeconds: now.offsetSeconds)
    return Instant(milliseconds: start.milliseconds + Int64(dayStart) * 60_000)
  }

  /// The entries for some lots, each by itself.
  ///
  /// - Parameter owed: what members owe in points, which released ones pay first.
  public static func plan(
    _ lots: [EndedLot], owed: [String: Int64] = [:], kiosk: UInt32, at now: Instant
  ) throws(PostingRejection) -> ExpiryPlan {
    var (openings, entries): ([Account], [JournalEntry]) = ([], [])
    var plan = ExpiryPlan()
    var owed = owed
    for lot in lots {
      guard let kind = LotKind(of: lot.account) else {
        plan.unknown += 1
        continue
      }
      let units = min(lot.free, Posting.unitsLimit)
      if lot.balance.heldDebits > 0 { plan.held += 1 }
      guard units > 0 else { continue }
      let asset = lot.account.asset
      var list = [Posting(account: lot.account.id, asset: asset, units: units)]
      if let house = kind.house(of: asset) {
        open(Account(id: house, asset: asset, rule: .free), &openings)
        list.append(Posting(account: house, asset: asset, units: -units))
      } else {
        let owner = lot.account.id.owner
        guard let release = PointsRelease(of: lot.account, units, owed: owed[owner] ?? 0) else {
          plan.unknown += 1
          continue
        }
        owed[owner, default: 0] -= release.paid
        for account in release.openings { open(account, &openings) }
        list += release.postings
      }
      entries.append(
        JournalEntry(
          id: EntryID(derivedFrom: "end \(kiosk) \(lot.account.id) \(lot.version)"),
          action: .post(try Postings(list)),
          context: EntryContext(
            reason: kind == .pendingPoints ? releaseReason : reason, actor: "system",
            kiosk: kiosk, sale: nil, at: now)))
      plan.add(.init(kind: kind, asset: asset, lots: 1, units: units))
    }
    plan.batch = Batch(openings: openings, entries: entries, isLinked: false)
    return plan
  }

  private static func open(_ account: Account, _ openings: inout [Account]) {
    if !openings.contains(account) { openings.append(account) }
  }
}

/// What a sweep of some lots posts.
public struct ExpiryPlan: Equatable, Sendable {
  /// What lots of one kind and asset lost.
  public struct Sum: Equatable, Sendable, Codable {
    public let kind: LotKind
    public let asset: Asset
    public var lots: Int
    public var units: Int64
  }

  public var batch = Batch(entries: [], isLinked: false)
  public var sums: [Sum] = []
  /// Lots of which an open hold keeps something.
  public var held = 0
  /// Accounts with a term that are no lot this program knows.
  public var unknown = 0

  public init() {}

  public mutating func add(_ sum: Sum) {
    if let index = sums.firstIndex(where: { $0.kind == sum.kind && $0.asset == sum.asset }) {
      sums[index].lots += sum.lots
      sums[index].units += sum.units
    } else {
      sums.append(sum)
    }
  }
}
