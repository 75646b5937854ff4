import Ledger

/// Who does something with units of a member, on which kiosk, when, and under which id.
public struct ActFacts: Equatable, Sendable {
  public let id: ActID
  public let member: Int64
  public let actor: String
  public let kiosk: UInt32
  public let now: ShopTime

  public init(id: ActID, member: Int64, actor: String, kiosk: UInt32, now: ShopTime) {
    self.id = id
    self.member = member
    self.actor = actor
    self.kiosk = kiosk
    self.now = now
  }

  /// One of its entries.
  func entry(
    _ act: String, _ ordinal: Int, _ list: [Posting], _ reason: String
  ) throws(PostingRejection) -> JournalEntry {
    JournalEntry(
      id: id.entry(act, ordinal), action: .post(try Postings(list)),
      context: EntryContext(
        reason: Self.fitting(reason), actor: actor, kiosk: kiosk, sale: nil, at: now.instant))
  }

  /// Within what an entry keeps of a reason.
  private static func fitting(_ text: String) -> String {
    var text = text
    while text.utf8.count > EntryContext.textLimit { text.removeLast() }
    return text
  }
}

/// Points for a coupon, goods, stored value or visits: one linked batch.
public struct PointsExchange: Equatable, Sendable {
  /// What the limited account of an entry means when it has not enough.
  enum Part: Equatable, Sendable { case memberLimit, total, stock(String), other }

  public let batch: Batch
  let parts: [Part]
  /// The lot that value or visits were put on.
  public let lot: AccountID?

  /// - Parameter coupon: the piece to be issued, where the offer gives one.
  public init(
    _ offer: ExchangeOffer, _ purse: PointsPurse, isBlocked: Bool, currency: Asset,
    coupon: IssuedCoupon?, _ facts: ActFacts
  ) throws(PointsRefusal) {
    let today = facts.now.date
    if let begin = offer.notBefore, today < begin { throw .notYet(begin) }
    if let end = offer.notAfter, today > end { throw .over(end) }
    guard !isBlocked else { throw .memberBlocked }
    var draft = ExchangeDraft(facts)
    do {
      try draft.take(offer.perMember, of: offer.rule, .member(facts.member), .memberLimit)
      try draft.take(offer.total, of: offer.rule, .block(kiosk: facts.kiosk), .total)
      draft.open(HouseAccount.pointsBurned, .points)
      let burned = try purse.taking(
        offer.price, of: facts.member, to: HouseAccount.pointsBurned)
      try draft.append(burned, "points for \(offer.id)", .other)
      lot = try draft.give(offer, currency, coupon)
    } catch let refusal as PointsRefusal {
      throw refusal
    } catch {
      throw .ledger("\(error)")
    }
    batch = Batch(
      openings: draft.openings, fundings: draft.fundings, entries: draft.entries, isLinked: true)
    parts = draft.parts
  }

  /// What the ledger's outcomes say; nil when all was taken.
  public func refusal(_ outcomes: [Outcome]) -> PointsRefusal? {
    guard let index = outcomes.firstIndex(where: { $0 != .ok && $0 != .linkedFailed }) else {
      return nil
    }
    guard outcomes[index] == .overLimit else { return .ledger(outcomes[index].rawValue) }
    return switch parts[index] {
    case .memberLimit: .memberLimit
    case .total: .soldOut
    case .stock(let sku): .outOfStock(sku: sku)
    case .other: .ledger(outcomes[index].rawValue)
    }
  }
}

/// The batch of an exchange while it is put together.
private struct ExchangeDraft {
  static let act = "exchange"
  let facts: ActFacts
  var openings: [Account] = []
  var fundings: [JournalEntry] = []
  var entries: [JournalEntry] = []
  var parts: [PointsExchange.Part] = []

  init(_ facts: ActFacts) { self.facts = facts }

  mutating func open(_ id: AccountID, _ asset: Asset) {
    open(Account(id: id, asset: asset, rule: .free))
  }

  mutating func open(_ account: Account) {
    if !openings.contains(account) { openings.append(account) }
  }

  mutating func append(
    _ list: [Posting], _ reason: String, _ part: PointsExchange.Part
  ) throws(PostingRejection) {
    entries.append(try facts.entry(Self.act, entries.count, list, reason))
    parts.append(part)
  }

  mutating func take(
    _ limit: ExchangeOffer.Limit?, of rule: String, _ scope: UsageLimit.Scope,
    _ part: PointsExchange.Part
  ) throws {
    guard let limit else { return }
    guard let asset = Asset.uses(of: rule) else { throw UsageLimit.Refusal.rule(rule) }
    let usage = try UsageLimit(
      rule: rule, scope: scope, window: limit.window, asset: asset, levels: limit.levels)
    for account in usage.openings(on: facts.now.date) { open(account) }
    fundings += try usage.fundings(on: facts.now.date)
    try append(try usage.take(1, on: facts.now.date), "limit of \(rule)", part)
  }

  /// What the member gets; the lot that it is on, where it is one of the member's.
  mutating func give(
    _ offer: ExchangeOffer, _ currency: Asset, _ coupon: IssuedCoupon?
  ) throws -> AccountID? {
    let reason = "for points: \(offer.id)"
    switch offer.gift {
    case .coupon:
      guard let coupon, let account = coupon.account else {
        throw PointsRefusal.unknownOffer(offer.id)
      }
      let house = HouseAccount.pieces(HouseAccount.couponsIssued, of: coupon.template)
      try credit(account, coupon.pieces, from: house, reason)
      return nil
    case .goods(let sku, let pieces):
      guard let stock = PointsStock.account(of: sku) else {
        throw PointsRefusal.outOfStock(sku: sku)
      }
      open(stock)
      open(PointsStock.given(sku), stock.asset)
      try append(
        [
          Posting(account: PointsStock.given(sku), asset: stock.asset, units: pieces),
          Posting(account: stock.id, asset: stock.asset, units: -pieces),
        ], reason, .stock(sku))
      return nil
    case .value(let amount, let months):
      let account = lot(
        "bonus/x-\(facts.id)", currency, amount.minorUnits, months: months)
      try credit(account, amount.minorUnits, from: HouseAccount.bonusIssued, reason)
      return account.id
    case .visits(let service, let count, let months):
      guard let asset = Asset.visits(of: service) else {
        throw PointsRefusal.unknownOffer(offer.id)
      }
      let account = lot("count/\(service)/x-\(facts.id)", asset, count, months: months)
      try credit(
        account, count, from: HouseAccount.kind(HouseAccount.visitsIssued, of: asset), reason)
      return account.id
    }
  }

  private func lot(_ purpose: String, _ asset: Asset, _ units: Int64, months: Int?) -> Account {
    Account(
      id: AccountID(owner: MemberFacts.owner(facts.member), purpose: purpose), asset: asset,
      rule: .debitsWithinCredits,
      expiresAt: months.map { facts.now.end(ofTermOf: $0) },
      grant: Grant(limitUnits: units, availableAt: facts.now.instant))
  }

  private mutating func credit(
    _ account: Account, _ units: Int64, from house: AccountID, _ reason: String
  ) throws(PostingRejection) {
    open(house, account.asset)
    open(account)
    try append(
      [
        Posting(account: house, asset: account.asset, units: units),
        Posting(account: account.id, asset: account.asset, units: -units),
      ], reason, .other)
  }
}

/// Goods that are set aside for points.
public enum PointsStock {
  /// Nil for a name that makes no asset.
  public static func account(of sku: String) -> Account? {
    Asset(code: "QTY/" + sku).map {
      Account(
        id: AccountID(owner: "stock", purpose: "points/" + sku), asset: $0,
        rule: .creditsWithinDebits)
    }
  }

  static func given(_ sku: String) -> AccountID { .house("goods/given/" + sku) }
  static func received(_ sku: String) -> AccountID { .house("goods/received/" + sku) }

  /// Brings pieces, or takes them away again when they are below zero.
  public static func batch(
    _ sku: String, pieces: Int64, reason: String, _ facts: ActFacts
  ) throws(PointsRefusal) -> Batch {
    guard let stock = account(of: sku), pieces != 0, pieces.magnitude <= 1_000_000 else {
      throw .amount(limit: 1_000_000_000)
    }
    do {
      return Batch(
        openings: [stock, Account(id: received(sku), asset: stock.asset, rule: .free)],
        entries: [
          try facts.entry(
            "stock", 0,
            [
              Posting(account: stock.id, asset: stock.asset, units: pieces),
              Posting(account: received(sku), asset: stock.asset, units: -pieces),
            ], reason)
        ], isLinked: true)
    } catch {
      throw .ledger("\(error)")
    }
  }
}

extension Asset {
  /// Visits of a service, whose name is already a valid key.
  static func visits(of service: String) -> Asset? { Asset(code: "CNT/" + service) }
}

extension ShopTime {
  /// The end of a term of whole months that begins now: the beginning of the day after its last.
  func end(ofTermOf months: Int) -> Instant {
    let month = date.firstOfMonth(after: months)
    let last = month.firstOfMonth(after: 1).adding(days: -1)
    let day = min(month.adding(days: date.components.day - 1), last)
    return day.adding(days: 1).start(offsetSeconds: offsetSeconds)
  }
}
