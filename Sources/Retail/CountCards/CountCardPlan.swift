import Ledger

/// What selling, using and refunding a count card posts: one entry each.
public enum CountCardPlan {
  public static func sale(
    of offer: CountCardOffer, payment: CountCardSale.Payment, isBlocked: Bool, currency: Asset,
    _ facts: ActFacts
  ) throws(CountCardRefusal) -> (Batch, CountCardSale) {
    guard !isBlocked else { throw .memberBlocked }
    guard let asset = Asset.visits(of: offer.service) else { throw .unknownOffer(offer.id) }
    guard let paidFrom = payment.account(of: facts.member) else {
      throw .unknownPayment("\(payment)")
    }
    let end = offer.months.map { facts.now.end(ofTermOf: $0) }
    func lot(_ kind: String, _ asset: Asset, _ units: Int64) -> Account {
      Account(
        id: AccountID(
          owner: MemberFacts.owner(facts.member), purpose: "\(kind)/\(offer.service)/\(facts.id)"),
        asset: asset, rule: .debitsWithinCredits, expiresAt: end,
        grant: Grant(limitUnits: units, availableAt: facts.now.instant))
    }
    let visits = lot("count", asset, offer.visits)
    let value = lot("count-value", currency, offer.price.minorUnits)
    let issued = HouseAccount.kind(HouseAccount.visitsIssued, of: asset)
    // A wallet that was never charged is there as an empty one, so that it is refused by its name.
    let source = Account(
      id: paidFrom, asset: currency, rule: payment == .wallet ? .debitsWithinCredits : .free)
    let batch = try batch(
      "count-sale", "count card \(offer.id)", facts,
      [visits, value, Account(id: issued, asset: asset, rule: .free), source],
      [
        Posting(account: issued, asset: asset, units: offer.visits),
        Posting(account: visits.id, asset: asset, units: -offer.visits),
        Posting(account: paidFrom, asset: currency, units: offer.price.minorUnits),
        Posting(account: value.id, asset: currency, units: -offer.price.minorUnits),
      ])
    return (
      batch,
      CountCardSale(
        card: facts.id.text, offer: offer.id, service: offer.service, visits: offer.visits,
        price: offer.price, payment: payment, refund: offer.refund, at: facts.now.instant,
        expiresAt: end)
    )
  }

  /// Takes one visit: of the card that is named, else of the one that ends first.
  public static func use(
    card: String?, service: String, of lots: [CountLot], isBlocked: Bool, _ facts: ActFacts
  ) throws(CountCardRefusal) -> (Batch, CountLot) {
    guard !isBlocked else { throw .memberBlocked }
    let own = lots.filter { $0.service == service && (card == nil || $0.card == card) }
    guard !own.isEmpty else { throw .unknownCard(card ?? service) }
    let current = own.filter { !$0.hasEnded(at: facts.now.instant) }
    guard !current.isEmpty else { throw .over }
    guard let lot = current.first(where: { $0.left > 0 }) else { throw .noVisitsLeft }
    let asset = lot.visits.asset
    let used = HouseAccount.kind(HouseAccount.visitsUsed, of: asset)
    var openings = [Account(id: used, asset: asset, rule: .free)]
    var list = [
      Posting(account: lot.visits.id, asset: asset, units: 1),
      Posting(account: used, asset: asset, units: -1),
    ]
    if let value = lot.value, lot.share > 0 {
      openings.append(Account(id: HouseAccount.revenue, asset: value.asset, rule: .free))
      list += [
        Posting(account: value.id, asset: value.asset, units: lot.share),
        Posting(account: HouseAccount.revenue, asset: value.asset, units: -lot.share),
      ]
    }
    return (try batch("count-use", "visit of \(service)", facts, openings, list), lot)
  }

  /// Takes all visits that are left back, and pays by the rule that was sold with the card, to
  /// where the money came from.
  public static func refund(
    _ sale: CountCardSale, _ lot: CountLot, reason: String, _ facts: ActFacts
  ) throws(CountCardRefusal) -> (Batch, Money) {
    guard reason.contains(where: { !$0.isWhitespace }) else { throw .reasonMissing }
    guard !lot.hasEnded(at: facts.now.instant) else { throw .over }
    guard lot.left > 0 else { throw .noVisitsLeft }
    guard let value = lot.value, let target = sale.payment.account(of: facts.member) else {
      throw .notRefundable
    }
    let amount: Int64
    switch sale.refund {
    case .none: throw .notRefundable
    case .proportional: amount = lot.valueLeft
    case .usedAt(let single):
      let used = Int128(sale.visits - lot.left) * Int128(single.minorUnits)
      amount = Int64(max(0, min(Int128(lot.valueLeft), Int128(sale.price.minorUnits) - used)))
    }
    let (asset, money) = (lot.visits.asset, value.asset)
    let back = HouseAccount.kind(HouseAccount.visitsRefunded, of: asset)
    let rest = lot.valueLeft - amount
    var list = [
      Posting(account: lot.visits.id, asset: asset, units: lot.left),
      Posting(account: back, asset: asset, units: -lot.left),
    ]
    if lot.valueLeft > 0 {
      list.append(Posting(account: value.id, asset: money, units: lot.valueLeft))
    }
    if amount > 0 { list.append(Posting(account: target, asset: money, units: -amount)) }
    if rest > 0 {
      list.append(Posting(account: HouseAccount.revenue, asset: money, units: -rest))
    }
    let batch = try batch(
      "count-refund", "count card \(sale.card) refunded: \(reason)", facts,
      [
        Account(id: back, asset: asset, rule: .free),
        Account(
          id: target, asset: money, rule: sale.payment == .wallet ? .debitsWithinCredits : .free),
        Account(id: HouseAccount.revenue, asset: money, rule: .free),
      ], list)
    return (batch, Money(minorUnits: amount))
  }

  private static func batch(
    _ act: String, _ reason: String, _ facts: ActFacts, _ openings: [Account],
    _ list: [Posting]
  ) throws(CountCardRefusal) -> Batch {
    do {
      return Batch(
        openings: openings, entries: [try facts.entry(act, 0, list, reason)], isLinked: true)
    } catch {
      throw .ledger("\(error)")
    }
  }
}
