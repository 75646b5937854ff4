import Ledger

/// Makes random batches over a small world, so that names meet again, limits are reached and holds
/// are ended twice.
public struct LedgerWalk {
  private static let points = Asset.points
  private static let houses = ["cash", "revenue", "discount"].map { AccountID.house($0) }
  private static let owners = ["m/1", "m/2", "coupon/1", "stock/1"]

  public var random: SplitMix64
  private var nextID: UInt64
  /// The last holds that were asked for, whatever became of them.
  private var holds: [EntryID] = []

  public init(seed: UInt64, firstID: UInt64 = 1) {
    random = SplitMix64(seed: seed)
    nextID = firstID
  }

  /// Every account there may be. `house` ones are free, stock is limited on the credit side.
  public static let world: [Account] =
    houses.flatMap { id in
      [
        Account(id: id, asset: Shop.cny, rule: .free),
        Account(
          id: AccountID(owner: id.owner, purpose: id.purpose + "/pts"), asset: points,
          rule: .free),
      ]
    }
    + owners.flatMap { owner -> [Account] in
      let rule: AccountRule = owner == "stock/1" ? .creditsWithinDebits : .debitsWithinCredits
      let grant = Grant(limitUnits: 60, availableAt: Shop.start, capOfGrantBasisPoints: 1_000)
      return [
        Account(id: AccountID(owner: owner, purpose: "a"), asset: Shop.cny, rule: rule),
        Account(
          id: AccountID(owner: owner, purpose: "lot"), asset: Shop.cny, rule: rule,
          expiresAt: Shop.start, grant: grant),
        Account(id: AccountID(owner: owner, purpose: "points"), asset: points, rule: rule),
      ]
    }

  public mutating func batch() -> Batch {
    var openings: [Account] = []
    for _ in 0..<random.below(3) { openings.append(random.pick(Self.world)) }
    if random.isChosen(oneIn: 40), let account = openings.first {
      openings[0] = Account(
        id: account.id, asset: account.asset, rule: account.rule,
        expiresAt: Instant(milliseconds: 7), grant: account.grant)
    }
    let entries = (0...random.below(5)).map { _ in entry() }
    return Batch(openings: openings, entries: entries, isLinked: !random.isChosen(oneIn: 3))
  }

  private mutating func entry() -> JournalEntry {
    // Mostly new names; sometimes one from before, with the same or with other content.
    var id = nextID
    if random.isChosen(oneIn: 8) {
      id = UInt64(random.below(Int(nextID))) + 1
    } else {
      nextID += 1
    }
    let action = action()
    if case .hold = action { holds = holds.suffix(9) + [Shop.id(id)] }
    let reason =
      random.isChosen(oneIn: 60) ? String(repeating: "x", count: 201) : "r\(random.below(2))"
    return JournalEntry(
      id: Shop.id(id), action: action,
      context: EntryContext(
        reason: reason, actor: "system", kiosk: UInt32(1 + random.below(2)),
        sale: random.isChosen(oneIn: 2) ? SaleID(kiosk: 1, counter: id) : nil,
        at: Instant(milliseconds: Int64(id))))
  }

  private mutating func action() -> JournalEntry.Action {
    let isStrange = holds.isEmpty || random.isChosen(oneIn: 12)
    let recent = isStrange ? Shop.id(UInt64(random.below(Int(nextID)))) : random.pick(holds)
    switch random.below(10) {
    case 0...3: return .post(postings())
    case 4, 5: return .hold(postings())
    case 6, 7: return .capture(recent)
    case 8: return .void(recent)
    default: return .expire(recent)
    }
  }

  private mutating func postings() -> Postings {
    while true {
      let asset = random.isChosen(oneIn: 4) ? Self.points : Shop.cny
      let owner = random.pick(Self.owners)
      var list: [Posting] = []
      for _ in 0...random.below(3) {
        let isStrange = random.isChosen(oneIn: 25)
        let among = Self.world.filter {
          isStrange || ($0.asset == asset && ($0.rule == .free || $0.id.owner == owner))
        }
        let units = Int64(random.below(50)) - 28
        let id = random.isChosen(oneIn: 90) ? .house("nowhere") : random.pick(among).id
        list.append(Posting(account: id, asset: asset, units: units))
      }
      let sum = list.reduce(0) { $0 + $1.units }
      let house = Self.world.filter { $0.rule == .free && $0.asset == asset }
      list.append(Posting(account: random.pick(house).id, asset: asset, units: -sum))
      do { return try Postings(list) } catch { continue }
    }
  }
}
