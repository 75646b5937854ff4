import Foundation
import Ledger
import Retail
import ShopConfiguration
import Storage

/// Fills an empty book with the sample shop, through the same doors as everything else.
///
/// Every step can be repeated: a start that was cut in the middle goes on with the next one.
struct SampleData {
  static let marker = "sample.version"
  static let version = "1"
  /// Entry ids of the sample are in a sale's place that no kiosk counts up to.
  private static let counter = SaleID.counterLimit - 1

  let shop: SampleShop
  let rules: RuleSet
  let kiosk: UInt32
  var time: ShopTime
  let randomBytes: @Sendable (Int) -> [UInt8]

  /// Refuses a book that was kept without the sample: its money is real.
  mutating func fill(_ store: Store) async throws {
    let marker = try await store.setting(Self.marker)
    if marker == Self.version { return }
    if let marker {
      // A filling that was cut off goes on with its own time: a repeat has the same content.
      let parts = marker.split(separator: " ")
      guard parts.count == 3, parts[0] == "begun", let began = Int64(parts[1]),
        let offset = Int(parts[2])
      else { throw SampleRefusal(directory: store.directory) }
      time = ShopTime(instant: Instant(milliseconds: began), offsetSeconds: offset)
    } else {
      let isUntouched = try await store.allItems().isEmpty
      guard isUntouched, try await store.journalRecordCount() == 0 else {
        throw SampleRefusal(directory: store.directory)
      }
      try await store.setSetting(
        Self.marker, to: "begun \(time.instant.milliseconds) \(time.offsetSeconds)")
    }
    try await store.replaceItems(
      shop.products.map {
        CatalogueItem(
          sku: $0.sku, gtins: [$0.gtin14], name: $0.name, category: $0.category,
          unitPrice: $0.price, memberPrice: $0.memberPrice, priceUnit: $0.priceUnit, terms: $0.terms
        )
      })
    for (ordinal, member) in shop.members.enumerated() {
      try await register(member, in: store, step: UInt32(ordinal))
    }
    for (ordinal, template) in rules.templates.enumerated() {
      try await issue(template, ordinal, in: store)
    }
    try await store.setSetting(Self.marker, to: Self.version)
  }

  private func register(
    _ member: SampleShop.Member, in store: Store, step: UInt32
  ) async throws {
    if try await store.member(member.id) == nil {
      try await store.registerMember(
        MemberRecord(
          id: member.id, number: member.number, name: member.name, phone: member.phone,
          birthday: member.birthday, tier: member.tier, isBlocked: false))
    }
    for uid in member.cards where try await store.member(cardUID: uid) == nil {
      try await store.addCard(uid: uid, member: member.id, at: begin)
    }
    let outcomes = try await SQLiteLedger(store).submit(try opening(of: member, step: step))
    guard outcomes.allSatisfy({ $0 == .ok || $0 == .otherContent }) else {
      throw SampleRefusal(directory: store.directory)
    }
  }

  /// The member's balances, each against the house account that gave it. The time is fixed, so that
  /// a repeat has the same content.
  private func opening(of member: SampleShop.Member, step: UInt32) throws -> Batch {
    let money = shop.currency.asset
    var openings = [
      Account(id: HouseAccount.cash, asset: money, rule: .free),
      Account(id: HouseAccount.bonusIssued, asset: money, rule: .free),
      Account(id: HouseAccount.pointsIssued, asset: .points, rule: .free),
    ]
    var entries: [JournalEntry] = []
    func credit(_ account: Account, from house: AccountID, _ units: Int64) throws {
      openings.append(account)
      guard units > 0 else { return }
      let postings = try Postings([
        Posting(account: house, asset: account.asset, units: units),
        Posting(account: account.id, asset: account.asset, units: -units),
      ])
      entries.append(
        JournalEntry(
          id: EntryID(
            sale: SaleID(kiosk: kiosk, counter: Self.counter), step: step,
            ordinal: UInt16(entries.count)),
          action: .post(postings),
          context: EntryContext(
            reason: "sample", actor: "system", kiosk: kiosk, sale: nil, at: begin)))
    }
    try credit(
      Account(id: MemberFacts.principal(member.id), asset: money, rule: .debitsWithinCredits),
      from: HouseAccount.cash, member.principal.minorUnits)
    for lot in member.bonusLots {
      try credit(
        Account(
          id: MemberFacts.bonus(member.id, lot: lot.id), asset: money, rule: .debitsWithinCredits,
          grant: Grant(
            limitUnits: lot.granted.minorUnits, availableAt: begin,
            capOfGrantBasisPoints: lot.capOfGrantBasisPoints)),
        from: HouseAccount.bonusIssued, lot.granted.minorUnits)
    }
    let month = time.date.firstOfMonth(after: rules.earning.expiresAfterMonths)
    try credit(
      Account.pointsLot(member: member.id, month: month), from: HouseAccount.pointsIssued,
      member.points * 1_000)
    return Batch(openings: openings, entries: entries, isLinked: true)
  }

  /// The first moment of the shop's current day.
  private var begin: Instant { time.date.start(offsetSeconds: time.offsetSeconds) }

  /// One coupon of each template that is good at once.
  private func issue(_ template: Rule, _ ordinal: Int, in store: Store) async throws {
    let id = Self.couponID(template.id)
    guard try await store.coupon(id: id) == nil,
      let code = BearerCode(random: randomBytes(BearerCode.randomByteCount))
    else { return }
    let coupon = IssuedCoupon(id: id, of: template, at: time, beginsAtOnce: true)
    guard let account = coupon.account else { return }
    let house = HouseAccount.pieces(HouseAccount.couponsIssued, of: template.id)
    let postings = try Postings([
      Posting(account: house, asset: account.asset, units: coupon.pieces),
      Posting(account: account.id, asset: account.asset, units: -coupon.pieces),
    ])
    let entry = JournalEntry(
      id: EntryID(
        sale: SaleID(kiosk: kiosk, counter: Self.counter), step: 1_000,
        ordinal: UInt16(ordinal)),
      action: .post(postings),
      context: EntryContext(
        reason: "sample", actor: "system", kiosk: kiosk, sale: nil, at: begin))
    _ = try await store.issue(
      [
        NewCoupon(
          id: id, template: template.id, templateVersion: template.version, code: code,
          holder: nil, validFrom: coupon.beginsAt, validUntil: coupon.endsAt, sale: nil)
      ],
      posting: Batch(
        openings: [Account(id: house, asset: account.asset, rule: .free), account],
        entries: [entry], isLinked: true))
  }

  static func couponID(_ template: String) -> String { "sample-" + template }
}

/// The sample was to be put into a book that is in use.
struct SampleRefusal: Error, CustomStringConvertible {
  let directory: String

  var description: String {
    "\(directory) holds a real book: --sample fills only an empty one; choose another --data"
  }
}
