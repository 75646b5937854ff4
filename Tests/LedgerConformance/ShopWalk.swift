import Ledger
import Retail

/// Makes the operations of a small shop at random: wallets are topped up, coupons given, sales
/// held, posted, given back and refunded, points expire, limits and budgets run out, and the clock
/// jumps.
/// Most are right; some come twice, too late or with other content.
public struct ShopWalk {
  /// A sale whose plan is held, with what will be booked.
  private struct OpenSale {
    let id: SaleID
    let holds: [JournalEntry]
    let booking: Postings
    let points: Postings
    let pointsLot: Account
  }

  public static let memberCount = 12
  private static let kiosk: UInt32 = 1
  private static let lunch = "lunch"

  private var random: SplitMix64
  private var now = Instant(milliseconds: 1_764_500_000_000)
  private var counter: UInt64 = 0
  private var openSales: [OpenSale] = []
  private var closedSales: [OpenSale] = []
  private var coupons: [Account] = []
  private var lots: [Int: [Account]] = [:]
  private var pointsLots: [Account] = []
  private var latest: [Batch] = []
  private let pieces: Asset

  public init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    guard let pieces = Asset.coupons(of: "spring") else { preconditionFailure() }
    self.pieces = pieces
  }

  /// The next operation.
  public mutating func next() throws -> Batch {
    tick()
    let batch = try operation()
    latest = latest.suffix(20) + [batch]
    return batch
  }

  private mutating func operation() throws -> Batch {
    switch random.below(20) {
    case 0, 1: try topUp()
    case 2, 3: try issueCoupon()
    case 4...8: try hold()
    case 9...12: try end(.capture)
    case 13: try end(.void)
    case 14: try end(.expire)
    case 15: try refund()
    case 16: try expirePoints()
    case 17: try advanceTier()
    case 18: latest.isEmpty ? try topUp() : random.pick(latest)  // The same once more.
    default: try forgery()
    }
  }

  /// Mostly some seconds; sometimes a day on, or an hour back.
  private mutating func tick() {
    let step: Int64 =
      switch random.below(60) {
      case 0: 86_400
      case 1: -3_600
      case 2: 31 * 86_400
      default: Int64(random.below(90))
      }
    now = Instant(milliseconds: now.milliseconds + step * 1_000)
  }

  private var today: CalendarDate {
    ShopTime(instant: now, offsetSeconds: 8 * 3_600).date
  }
}

// MARK: - Accounts

extension ShopWalk {
  private var cny: Asset { Currency.cny.asset }

  private func house(_ purpose: String, _ asset: Asset) -> Account {
    Account(id: .house(purpose), asset: asset, rule: .free)
  }

  private func principal(_ member: Int) -> Account {
    Account(
      id: AccountID(owner: "m/\(member)", purpose: "principal"), asset: cny,
      rule: .debitsWithinCredits)
  }

  private mutating func member() -> Int { 1 + random.below(Self.memberCount) }

  private func posting(_ account: Account, _ units: Int64) -> Posting {
    Posting(account: account.id, asset: account.asset, units: units)
  }

  /// Moves units to `to`, so that it has more of what it owes.
  private func credit(_ units: Int64, from: Account, to: Account) throws -> Postings {
    try Postings([posting(from, units), posting(to, -units)])
  }

  private mutating func newSale() -> SaleID {
    counter += 1
    return SaleID(kiosk: Self.kiosk, counter: counter)
  }

  private func entry(
    _ sale: SaleID, _ ordinal: Int, _ action: JournalEntry.Action, _ reason: String
  ) -> JournalEntry {
    JournalEntry(
      id: EntryID(sale: sale, step: 1, ordinal: UInt16(ordinal)), action: action,
      context: EntryContext(
        reason: reason, actor: "customer", kiosk: Self.kiosk, sale: sale, at: now))
  }
}

// MARK: - Operations

extension ShopWalk {
  private mutating func topUp() throws -> Batch {
    let (sale, member) = (newSale(), member())
    let units = Int64(1 + random.below(20)) * 1_000
    let lot = Account(
      id: AccountID(owner: "m/\(member)", purpose: "bonus/\(sale)"), asset: cny,
      rule: .debitsWithinCredits, expiresAt: Instant(milliseconds: now.milliseconds + 1_000_000),
      grant: Grant(limitUnits: units / 10, availableAt: now, capOfGrantBasisPoints: 1_000))
    lots[member, default: []].append(lot)
    let (cash, issued) = (house("cash", cny), house("bonus/issued", cny))
    return Batch(
      openings: [cash, issued, principal(member), lot],
      entries: [
        entry(sale, 0, .post(try credit(units, from: cash, to: principal(member))), "top-up"),
        entry(sale, 1, .post(try credit(units / 10, from: issued, to: lot)), "top-up"),
      ], isLinked: true)
  }

  private mutating func issueCoupon() throws -> Batch {
    let sale = newSale()
    let piece = Account(
      id: AccountID(owner: "coupon/\(sale)", purpose: "piece"), asset: pieces,
      rule: .debitsWithinCredits, grant: Grant(limitUnits: 1, availableAt: now))
    coupons = coupons.suffix(15) + [piece]
    let issued = house("coupons/issued/spring", pieces)
    return Batch(
      openings: [issued, piece],
      entries: [entry(sale, 0, .post(try credit(1, from: issued, to: piece)), "coupon issued")],
      isLinked: true)
  }

  /// The plan of a sale: principal and a bonus lot, a coupon, a use of a limit and of a budget.
  private mutating func hold() throws -> Batch {
    let (sale, member) = (newSale(), member())
    let amount = Int64(100 + random.below(4_000))
    let bonus = (lots[member] ?? []).isEmpty || random.isChosen(oneIn: 2) ? 0 : amount / 20
    let clearing = house("wallet/clearing", cny)
    var openings = [clearing, principal(member)]
    var fundings: [JournalEntry] = []
    var wallet = [posting(principal(member), amount - bonus), posting(clearing, -amount)]
    if bonus > 0, let lot = lots[member].map({ random.pick($0) }) {
      wallet.insert(posting(lot, bonus), at: 0)
      openings.append(lot)
    }
    var holds = [entry(sale, 0, .hold(try Postings(wallet)), "sale")]
    if !coupons.isEmpty, random.isChosen(oneIn: 2) {
      let redeemed = house("coupons/redeemed/spring", pieces)
      let piece = random.pick(coupons)
      openings += [redeemed]
      holds.append(
        entry(
          sale, holds.count, .hold(try Postings([posting(piece, 1), posting(redeemed, -1)])),
          "sale"))
    }
    for limit in try limits(member) where random.isChosen(oneIn: 2) {
      openings += limit.openings(on: today)
      fundings += try limit.fundings(on: today)
      let units = limit.asset == cny ? amount / 4 : 1
      holds.append(
        entry(
          sale, holds.count, .hold(try Postings(try limit.take(max(1, units), on: today))), "sale"))
    }
    openSales = openSales.suffix(7) + [try openSale(sale, member, amount, holds)]
    return Batch(openings: openings, fundings: fundings, entries: holds, isLinked: true)
  }

  private func limits(_ member: Int) throws -> [UsageLimit] {
    [
      try .uses(of: Self.lunch, by: Int64(member), .day, levels: [2, 3]),
      try .budget(of: "spring", on: Self.kiosk, .week, currency: .cny, levels: [20_000]),
    ]
  }

  private func openSale(
    _ sale: SaleID, _ member: Int, _ amount: Int64, _ holds: [JournalEntry]
  ) throws -> OpenSale {
    let lot = Account(
      id: AccountID(owner: "m/\(member)", purpose: "points/\(today.firstOfMonth(after: 12))"),
      asset: .points, rule: .debitsWithinCredits)
    return OpenSale(
      id: sale, holds: holds,
      booking: try Postings([
        posting(house("wallet/clearing", cny), amount), posting(house("discount/spring", cny), 30),
        posting(house("revenue", cny), -amount - 30),
      ]),
      points: try credit(amount * 10, from: house("points/issued", .points), to: lot),
      pointsLot: lot)
  }

  private enum End { case capture, void, expire }

  private mutating func end(_ end: End) throws -> Batch {
    guard !openSales.isEmpty else { return try topUp() }
    // Sometimes of one that has been ended, or whose hold was refused.
    let place = random.below(openSales.count)
    let sale = openSales[place]
    if !random.isChosen(oneIn: 10) { openSales.remove(at: place) }
    let first = random.isChosen(oneIn: 10) ? 40 : 20
    var entries = sale.holds.enumerated().map { number, hold in
      let action: JournalEntry.Action =
        switch end {
        case .capture: .capture(hold.id)
        case .void: .void(hold.id)
        case .expire: .expire(hold.id)
        }
      return entry(sale.id, first + number, action, "sale")
    }
    guard end == .capture else { return Batch(entries: entries, isLinked: true) }
    closedSales = closedSales.suffix(15) + [sale]
    pointsLots = pointsLots.suffix(15) + [sale.pointsLot]
    entries += [
      entry(sale.id, first + 10, .post(sale.booking), "sale"),
      entry(sale.id, first + 11, .post(sale.points), "points earned"),
    ]
    let houses = [
      house("revenue", cny), house("discount/spring", cny), house("points/issued", .points),
    ]
    return Batch(openings: houses + [sale.pointsLot], entries: entries, isLinked: true)
  }

  /// The exact inverse of what a sale took, lot by lot; refused where the points are gone.
  private mutating func refund() throws -> Batch {
    guard let sale = closedSales.last else { return try issueCoupon() }
    let ordinal = 60 + random.below(3)
    let inverses = try (sale.holds.map(\.action) + [.post(sale.booking), .post(sale.points)])
      .compactMap { action -> Postings? in
        guard case .hold(let list) = action else {
          guard case .post(let list) = action else { return nil }
          return try inverse(list)
        }
        return try inverse(list)
      }
    return Batch(
      entries: inverses.enumerated().map {
        entry(sale.id, ordinal * 10 + $0.offset, .post($0.element), "refund")
      }, isLinked: true)
  }

  private func inverse(_ postings: Postings) throws -> Postings {
    try Postings(
      postings.list.map { Posting(account: $0.account, asset: $0.asset, units: -$0.units) })
  }

  private mutating func expirePoints() throws -> Batch {
    guard !pointsLots.isEmpty else { return try topUp() }
    let lot = random.pick(pointsLots)
    let expired = house("points/expired", .points)
    let units = Int64(1 + random.below(30_000))
    return Batch(
      openings: [expired],
      entries: [
        entry(newSale(), 0, .post(try credit(units, from: lot, to: expired)), "points expired")
      ], isLinked: true)
  }

  /// What a tier is reached by is counted like all else.
  private mutating func advanceTier() throws -> Batch {
    guard let visits = Asset(code: "CNT/visits") else { return try topUp() }
    let progress = Account(
      id: AccountID(owner: "m/\(member())", purpose: "tier/\(today.firstOfMonth(after: 0))"),
      asset: visits, rule: .debitsWithinCredits, grant: Grant(limitUnits: 5, availableAt: now))
    let made = house("tier/visits", visits)
    return Batch(
      openings: [made, progress],
      entries: [entry(newSale(), 0, .post(try credit(1, from: made, to: progress)), "visit")],
      isLinked: true)
  }

  /// An id that was used, for something else.
  private mutating func forgery() throws -> Batch {
    guard let known = latest.last?.entries.first else { return try topUp() }
    let stolen = try credit(
      Int64(1 + random.below(500)), from: principal(member()), to: house("cash", cny))
    return Batch(
      openings: [house("cash", cny)],
      entries: [
        JournalEntry(id: known.id, action: .post(stolen), context: known.context),
        entry(newSale(), 0, .post(stolen), "correction"),
      ], isLinked: random.isChosen(oneIn: 2))
  }
}
