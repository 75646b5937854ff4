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

  enum Answer: Sendable {
    case identified(MemberFacts)
    case refused(Checkout.CardRefusal)
  }

  mutating func look(
    up card: CardIdentity, in store: Store, rules: RuleSet, time: ShopTime
  ) async throws(StorageError) -> Answer {
    let now = time.instant
    refusals.removeAll { now.milliseconds - $0.milliseconds > Self.windowMilliseconds }
    guard refusals.count < Self.refusalLimit else { return .refused(.tooManyAttempts) }
    let answer = try await Self.judge(card, store, rules, time)
    switch answer {
    case .refused(.unknown), .refused(.copied): refusals.append(now)
    case .refused, .identified: break
    }
    return answer
  }

  /// The member of a code that a phone shows. It was made by who holds the phone, now, and once; it
  /// can be photographed within its window, so that it says no more than a signed card.
  mutating func look(
    up code: MemberCode, window: MemberCode.Window, in store: Store, rules: RuleSet,
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
    return .identified(try await Self.facts(of: member, assurance: .signed, store, rules, now))
  }

  private static func judge(
    _ card: CardIdentity, _ store: Store, _ rules: RuleSet, _ time: ShopTime
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
        of: member, assurance: MemberFacts.Assurance(card.assurance), store, rules, time.instant))
  }

  private static func facts(
    of member: MemberRecord, assurance: MemberFacts.Assurance, _ store: Store, _ rules: RuleSet,
    _ now: Instant
  ) async throws(StorageError) -> MemberFacts {
    let accounts = try await SQLiteLedger(store).accounts(ofOwner: MemberFacts.owner(member.id))
    return facts(member, assurance: assurance, accounts: accounts, rules: rules, now: now)
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
    rules: RuleSet, now: Instant
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
      default: break  // Accounts that the checkout does not spend from.
      }
    }
    return MemberFacts(
      id: member.id, maskedName: MemberMask.name(member.name),
      maskedPhone: MemberMask.phone(member.phone ?? ""),
      tier: rules.tiers.first { $0.id == member.tier }
        ?? .init(id: member.tier, title: LocalizedText(zh: member.tier, en: member.tier)),
      assurance: assurance, milliPoints: milliPoints,
      wallet: Wallet(principal: principal, bonusLots: lots))
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
