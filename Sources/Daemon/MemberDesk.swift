import CheckoutMachine
import Devices
import Ledger
import Retail
import Storage

/// Finds the member of a card and what the checkout may know of them, with a limit on cards that
/// nobody has: UIDs cannot be tried out.
struct MemberDesk: Sendable {
  /// Unknown or copied cards within the window before every further card is refused unseen.
  static let refusalLimit = 10
  static let windowMilliseconds: Int64 = 60_000

  private var refusals: [Instant] = []

  /// What the checkout wants to know of members.
  struct Shop: Sendable {
    let rules: RuleSet
    let questions: CustomerQuestions
    let segments: [Segment]
  }

  enum Answer: Sendable {
    case identified(MemberFacts)
    case refused(Checkout.CardRefusal)
  }

  mutating func look(
    up card: CardIdentity, in store: Store, shop: Shop, time: ShopTime
  ) async throws(StorageError) -> Answer {
    let now = time.instant
    refusals.removeAll { now.milliseconds - $0.milliseconds > Self.windowMilliseconds }
    guard refusals.count < Self.refusalLimit else { return .refused(.tooManyAttempts) }
    let answer = try await Self.judge(card, store, shop, time)
    switch answer {
    case .refused(.unknown), .refused(.copied): refusals.append(now)
    case .refused, .identified: break
    }
    return answer
  }

  /// The member of a code that a phone shows. It was made by who holds the phone, now, and once; it
  /// can be photographed within its window, so that it says no more than a signed card.
  mutating func look(
    up code: MemberCode, window: MemberCode.Window, in store: Store, shop: Shop,
    time: ShopTime
  ) async throws(StorageError) -> Answer {
    let now = time.instant
    refusals.removeAll { now.milliseconds - $0.milliseconds > Self.windowMilliseconds }
    guard refusals.count < Self.refusalLimit else { return .refused(.tooManyAttempts) }
    let member: MemberRecord
    do throws(MemberFailure) {
      member = try await store.take(code, at: now, window: window)
    } catch {
      switch error {
      case .refused:
        refusals.append(now)
        return .refused(.codeNotTaken)
      case .store(let fault): throw fault
      }
    }
    guard !member.isBlocked else { return .refused(.blocked) }
    return .identified(try await Self.facts(of: member, assurance: .signed, store, shop, time))
  }

  private static func judge(
    _ card: CardIdentity, _ store: Store, _ shop: Shop, _ time: ShopTime
  ) async throws(StorageError) -> Answer {
    if card.hasRandomUID { return .refused(.randomIdentifier) }
    if card.faults.contains(where: \.isForgery) { return .refused(.copied) }
    guard let holder = try await holder(of: card, store, time.instant) else {
      return .refused(.unknown)
    }
    let member = holder.member
    guard holder.card == .active, !member.isBlocked else { return .refused(.blocked) }
    if let token = card.token {
      // The card was given to somebody else, and its token was not written anew.
      guard try await store.member(number: token.number)?.id == member.id else {
        return .refused(.blocked)
      }
      if let last = token.expiresOnDay, time.date.dayNumber > last { return .refused(.expired) }
    }
    guard try await isTheOne(card, holder, store) else { return .refused(.copied) }
    return .identified(
      try await facts(
        of: member, assurance: MemberFacts.Assurance(card.assurance), store, shop, time))
  }

  private static func facts(
    of member: MemberRecord, assurance: MemberFacts.Assurance, _ store: Store, _ shop: Shop,
    _ time: ShopTime
  ) async throws(StorageError) -> MemberFacts {
    let accounts = try await SQLiteLedger(store).accounts(ofOwner: MemberFacts.owner(member.id))
    return facts(
      member, assurance: assurance, accounts: accounts, rules: shop.rules, now: time.instant,
      traits: try await traits(of: member.id, store, shop, time))
  }

  /// Nothing is looked up that no rule asks for.
  private static func traits(
    of member: Int64, _ store: Store, _ shop: Shop, _ time: ShopTime
  ) async throws(StorageError) -> CustomerTraits? {
    guard !shop.questions.isEmpty else { return nil }
    let wanted = shop.segments.filter { shop.questions.segments.contains($0.id) }
    let facts: SegmentFacts?
    do throws(MemberFailure) {
      facts = try await store.segmentFacts(
        of: member, today: time, days: wanted.map(\.rule.days).max() ?? 0)
    } catch {
      switch error {
      // Erased between the two looks: nothing is known.
      case .refused: return nil
      case .store(let fault): throw fault
      }
    }
    guard let facts else { return nil }
    let purchases = shop.questions.asksPurchases ? try await store.purchaseCount(of: member) : 0
    return shop.questions.answers(of: facts, segments: wanted, purchases: purchases)
  }

  /// By the UID; a card that was never seen here and carries a token of the shop is entered.
  private static func holder(
    of card: CardIdentity, _ store: Store, _ now: Instant
  ) async throws(StorageError) -> CardHolder? {
    if let holder = try await store.member(cardUID: card.uid) { return holder }
    guard let token = card.token, let member = try await store.member(number: token.number) else {
      return nil
    }
    try await store.addCard(uid: card.uid, member: member.id, at: now)
    return try await store.member(cardUID: card.uid)
  }

  /// Whether this can be the chip that was here before: its counter rises, and one that proved a
  /// secret once proves it always.
  private static func isTheOne(
    _ card: CardIdentity, _ holder: CardHolder, _ store: Store
  ) async throws(StorageError) -> Bool {
    guard card.assurance == .authenticated else { return !holder.isProven }
    // Nothing new is to be kept of a chip without a counter.
    if card.readCounter == nil && holder.isProven { return true }
    return try await store.recordCardProof(uid: card.uid, readCounter: card.readCounter)
  }

  private static func hasBegun(_ account: Account, _ now: Instant) -> Bool {
    account.grant.map { $0.availableAt <= now } ?? true
  }

  static func facts(
    _ member: MemberRecord, assurance: MemberFacts.Assurance, accounts: [(Account, Balance)],
    rules: RuleSet, now: Instant, traits: CustomerTraits? = nil
  ) -> MemberFacts {
    var principal = Money.zero
    var lots: [BonusLot] = []
    var milliPoints: Int64 = 0
    for (account, balance) in accounts {
      let available = balance.available(under: account.rule) ?? 0
      let hasEnded = account.expiresAt.map { $0 <= now } ?? false
      switch account.id.purpose.split(separator: "/").first {
      case "principal": principal = Money(minorUnits: available)
      case "bonus" where available > 0 && !hasEnded && hasBegun(account, now):
        lots.append(
          BonusLot(
            account: account.id, remaining: Money(minorUnits: available),
            granted: Money(minorUnits: account.grant?.limitUnits ?? available),
            capOfGrantBasisPoints: account.grant?.capOfGrantBasisPoints,
            availableAt: account.grant?.availableAt ?? Instant(milliseconds: 0),
            expiresAt: account.expiresAt))
      case "points" where !hasEnded: milliPoints += available
      // What a refund took back of points that were spent: less than none is shown as such.
      case "points-owed": milliPoints -= balance.posted
      default: break  // Accounts that the checkout does not spend from.
      }
    }
    return MemberFacts(
      id: member.id, maskedName: MemberMask.name(member.name),
      maskedPhone: MemberMask.phone(member.phone ?? ""),
      tier: rules.tiers.first { $0.id == member.tier }
        ?? .init(id: member.tier, title: LocalizedText(zh: member.tier, en: member.tier)),
      assurance: assurance, milliPoints: milliPoints,
      wallet: Wallet(principal: principal, bonusLots: lots), traits: traits)
  }
}

extension MemberFacts.Assurance {
  init(_ assurance: CardAssurance) {
    switch assurance {
    case .uidOnly: self = .uidOnly
    case .signed: self = .signed
    case .authenticated: self = .authenticated
    }
  }
}
