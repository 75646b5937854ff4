import Ledger
import Storage

/// A book that grows by sales of the usual shape: bonus and principal of one of many members, a
/// coupon that an earlier sale gave, three discounts, points, and a new coupon. 16 postings.
struct LedgerBook {
  static let memberCount = 100_000
  static let postingsPerSale = 16
  private static let kiosk: UInt32 = 3
  private static let cny = Currency.cny.asset
  private static let ample: Int64 = 1_000_000_000

  private let pieces: Asset
  private let start: Instant
  private var random: UInt64 = 4_021
  private var saleCount: UInt64 = 0

  /// The two batches of one sale.
  struct Sale {
    let hold: Batch
    let posting: Batch
  }

  init(at start: Instant) throws {
    guard let pieces = Asset.coupons(of: "spring") else { throw BenchmarkFault("no asset") }
    self.pieces = pieces
    self.start = start
  }

  // MARK: Accounts

  private func house(_ purpose: String, _ asset: Asset) -> Account {
    Account(id: .house(purpose), asset: asset, rule: .free)
  }

  private var houses: [Account] {
    [
      "cash", "bonus/issued", "wallet/clearing", "revenue", "discount/a", "discount/b",
      "discount/c",
    ]
    .map { house($0, Self.cny) }
      + [house("points/issued", .points)]
      + ["coupons/issued/spring", "coupons/redeemed/spring"].map { house($0, pieces) }
  }

  private func limited(_ owner: String, _ purpose: String, _ asset: Asset) -> Account {
    Account(id: AccountID(owner: owner, purpose: purpose), asset: asset, rule: .debitsWithinCredits)
  }

  private func coupon(_ number: UInt64) -> Account {
    let digits = String(number)
    let id = "3-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    return limited("coupon/\(id)-1", "piece", pieces)
  }

  // MARK: Batches

  /// Opens the accounts, fills every member's wallet and gives the first coupon.
  func openings() throws -> [Batch] {
    var batches: [Batch] = []
    for first in stride(from: 0, to: Self.memberCount, by: 100) {
      let members = first..<first + 100
      let lots = members.flatMap { member in
        [
          limited("m/\(member)", "principal", Self.cny),
          limited("m/\(member)", "bonus/a", Self.cny),
        ]
      }
      let entries = try lots.enumerated().map { ordinal, lot in
        let house = lot.id.purpose == "principal" ? "cash" : "bonus/issued"
        return try entry(
          SaleID(kiosk: 1, counter: UInt64(first)), UInt16(ordinal),
          .post(postings([(.house(house), Self.cny, Self.ample), (lot.id, Self.cny, -Self.ample)])))
      }
      batches.append(Batch(openings: houses + lots, entries: entries, isLinked: true))
    }
    let first = try entry(SaleID(kiosk: 1, counter: 1 << 40), 0, .post(issue(0)))
    return batches + [Batch(openings: [coupon(0)], entries: [first], isLinked: true)]
  }

  mutating func nextSale() throws -> Sale {
    let used = saleCount
    saleCount += 1
    let sale = SaleID(kiosk: Self.kiosk, counter: saleCount)
    let member = "m/\(nextRandom() % UInt64(Self.memberCount))"
    let (bonus, principal) = (Int64(500), Int64(4_500))
    let wallet = try entry(
      sale, 0,
      .hold(
        postings([
          (AccountID(owner: member, purpose: "bonus/a"), Self.cny, bonus),
          (AccountID(owner: member, purpose: "principal"), Self.cny, principal),
          (.house("wallet/clearing"), Self.cny, -bonus - principal),
        ])))
    let piece = try entry(
      sale, 1,
      .hold(
        postings([
          (coupon(used).id, pieces, 1), (.house("coupons/redeemed/spring"), pieces, -1),
        ])))
    let booking = try entry(
      sale, 4,
      .post(
        postings([
          (.house("wallet/clearing"), Self.cny, bonus + principal),
          (.house("discount/a"), Self.cny, 100), (.house("discount/b"), Self.cny, 200),
          (.house("discount/c"), Self.cny, 300), (.house("revenue"), Self.cny, -5_600),
        ])))
    let lot = limited(member, "points/2027-11", .points)
    let points = try entry(
      sale, 5,
      .post(postings([(.house("points/issued"), .points, 5_000), (lot.id, .points, -5_000)])))
    let given = try entry(sale, 6, .post(issue(saleCount)))
    return Sale(
      hold: Batch(entries: [wallet, piece], isLinked: true),
      posting: Batch(
        openings: [lot, coupon(saleCount)],
        entries: [
          try entry(sale, 2, .capture(wallet.id)), try entry(sale, 3, .capture(piece.id)), booking,
          points, given,
        ], isLinked: true))
  }

  private func issue(_ number: UInt64) throws -> Postings {
    try postings([
      (.house("coupons/issued/spring"), pieces, 1), (coupon(number).id, pieces, -1),
    ])
  }

  private func postings(_ list: [(AccountID, Asset, Int64)]) throws -> Postings {
    try Postings(list.map { Posting(account: $0.0, asset: $0.1, units: $0.2) })
  }

  private func entry(
    _ sale: SaleID, _ ordinal: UInt16, _ action: JournalEntry.Action
  ) throws -> JournalEntry {
    JournalEntry(
      id: EntryID(sale: sale, step: 1, ordinal: ordinal), action: action,
      context: EntryContext(
        reason: "sale", actor: "customer", kiosk: Self.kiosk, sale: sale, at: start))
  }

  /// A step of Marsaglia's xorshift: the same book in every run.
  private mutating func nextRandom() -> UInt64 {
    random ^= random << 13
    random ^= random >> 7
    random ^= random << 17
    return random
  }
}
