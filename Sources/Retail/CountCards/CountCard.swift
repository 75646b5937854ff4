import Ledger

/// A number of visits of a service that is sold at once (计次卡; members.yaml, `countCards`).
public struct CountCardOffer: Equatable, Sendable, Codable {
  /// What is paid back for visits that nobody came for.
  public enum Refund: Equatable, Sendable, Codable {
    case none
    /// Each visit is worth its part of the price.
    case proportional
    /// The visits that were used are charged at the price of a single one.
    case usedAt(Money)
  }

  public let id: String
  public let title: LocalizedText
  public let service: String
  public let visits: Int64
  public let price: Money
  /// Nil: without an end.
  public let months: Int?
  public let refund: Refund

  public init(
    id: String, title: LocalizedText, service: String, visits: Int64, price: Money, months: Int?,
    refund: Refund
  ) {
    self.id = id
    self.title = title
    self.service = service
    self.visits = visits
    self.price = price
    self.months = months
    self.refund = refund
  }
}

/// What was sold: the contract, kept with the act and never changed.
public struct CountCardSale: Equatable, Sendable, Codable {
  public enum Payment: Equatable, Sendable, Codable {
    case cash
    /// A payment service, by its name.
    case psp(String)
    /// The member's own principal; bonus buys no visits.
    case wallet
  }

  /// The id of the act that sold it.
  public let card: String
  public let offer: String
  public let service: String
  public let visits: Int64
  public let price: Money
  public let payment: Payment
  public let refund: CountCardOffer.Refund
  public let at: Instant
  public let expiresAt: Instant?
}

extension CountCardSale.Payment {
  /// The account that the money is on; nil for a name that makes none.
  func account(of member: Int64) -> AccountID? {
    switch self {
    case .cash: HouseAccount.cash
    case .psp(let name):
      name.isEmpty || !AccountID.house("psp/" + name).isWellFormed ? nil : .house("psp/" + name)
    case .wallet: MemberFacts.principal(member)
    }
  }
}

/// What is left of a card: a lot of visits, and what was paid for them and is not earned yet.
public struct CountLot: Equatable, Sendable {
  public let visits: Account
  public let left: Int64
  /// Nil where nothing was paid: visits for points.
  public let value: Account?
  public let valueLeft: Int64

  /// `wash`
  public var service: String { String(visits.asset.code.dropFirst(4)) }
  /// The card's id; of a card of a member that was merged into this one, without the prefix.
  public var card: String {
    let last = visits.id.purpose.split(separator: "/").last ?? ""
    return String(last.split(separator: ".").last ?? "")
  }

  public func hasEnded(at now: Instant) -> Bool { visits.expiresAt.map { $0 <= now } ?? false }

  /// All of a member's, in the order of spending.
  public static func all(_ accounts: [(Account, Balance)]) -> [CountLot] {
    let values = Dictionary(
      accounts.filter { LotKind(of: $0.0) == .visitValue }.map { ($0.0.id.purpose, $0) }
    ) { first, _ in first }
    return accounts.filter { LotKind(of: $0.0) == .visits }.map { account, balance in
      let value = values["count-value" + account.id.purpose.dropFirst("count".count)]
      return CountLot(
        visits: account, left: max(0, balance.available(under: account.rule) ?? 0),
        value: value?.0, valueLeft: value.map { max(0, $0.1.available(under: $0.0.rule) ?? 0) } ?? 0
      )
    }.sorted {
      let begin = Instant(milliseconds: 0)
      return Spending.isBefore(
        ($0.visits.expiresAt, $0.visits.grant?.availableAt ?? begin, $0.visits.id),
        ($1.visits.expiresAt, $1.visits.grant?.availableAt ?? begin, $1.visits.id))
    }
  }

  /// What the next visit earns: all parts together are the price, to the last fen.
  var share: Int64 {
    guard left > 0 else { return 0 }
    return valueLeft - Int64(Int128(valueLeft) * Int128(left - 1) / Int128(left))
  }
}
