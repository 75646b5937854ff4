import CheckoutMachine
import Devices
import Ledger
import Retail
import Storage

/// Finds the member of a card and what the checkout may know of them.
enum MemberDesk {
  enum Answer: Sendable {
    case identified(MemberFacts)
    case refused(Checkout.CardRefusal)
  }

  static func look(
    up card: CardIdentity, in store: Store, rules: RuleSet, now: Instant
  ) async throws(StorageError) -> Answer {
    // A UID of 4 bytes that begins with 08h is made anew for every tap (ISO/IEC 14443-3, 6.5.4).
    if card.uid.count == 4, card.uid[0] == 0x08 { return .refused(.randomIdentifier) }
    guard let holder = try await store.member(cardUID: card.uid) else { return .refused(.unknown) }
    let member = holder.member
    guard holder.card == .active, !member.isBlocked else { return .refused(.blocked) }
    let owner = MemberFacts.owner(member.id)
    return .identified(
      facts(
        member, accounts: try await SQLiteLedger(store).accounts(ofOwner: owner),
        rules: rules, now: now))
  }

  private static func hasBegun(_ account: Account, _ now: Instant) -> Bool {
    account.grant.map { $0.availableAt <= now } ?? true
  }

  static func facts(
    _ member: MemberRecord, accounts: [(Account, Balance)], rules: RuleSet, now: Instant
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
      assurance: .uidOnly, milliPoints: milliPoints,
      wallet: Wallet(principal: principal, bonusLots: lots))
  }
}
