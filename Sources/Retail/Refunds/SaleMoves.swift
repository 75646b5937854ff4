import Ledger

/// What the entries of a sale moved, sorted by what it was: the one reading of them, for refunds
/// and for who checks refunds.
public struct SaleMoves: Equatable, Sendable {
  public struct Move: Equatable, Sendable {
    public let account: AccountID
    /// Positive.
    public internal(set) var units: Int64
    /// The house account on the other side.
    public let house: AccountID
  }

  /// What paid: lots, principal, gift cards, cash, in the order of the postings.
  public private(set) var captures: [Move] = []
  public private(set) var fee = Money.zero
  public private(set) var tax = Money.zero
  public private(set) var revenue = Money.zero
  public private(set) var earned: [Move] = []
  public private(set) var spent: [Move] = []
  public private(set) var usedCoupons: [Move] = []
  public private(set) var issuedCoupons: [Move] = []

  /// - Parameter entries: each with what it moved: its own postings, or those of the hold that it
  ///   captured. Holds by themselves, and those that were given back, move nothing.
  public init(_ entries: [(entry: JournalEntry, postings: [Posting])], currency: Asset) {
    for (entry, postings) in entries {
      switch entry.action {
      case .post, .capture: break
      case .hold, .void, .expire: continue
      }
      for posting in postings { take(posting, among: postings, currency) }
    }
  }

  private mutating func take(_ posting: Posting, among all: [Posting], _ currency: Asset) {
    // A budget has money on it, which pays for nothing.
    if UsageLimit.isNamed(posting.account) { return }
    let house = all.first {
      $0.account.owner == AccountID.house && $0.asset == posting.asset
        && ($0.units > 0) != (posting.units > 0)
    }
    let move = Move(
      account: posting.account, units: abs(posting.units),
      house: house?.account ?? HouseAccount.walletClearing)
    let owner = posting.account.owner
    if posting.asset == currency {
      if owner == AccountID.house {
        takeHouse(posting, move)
      } else if posting.units > 0 {
        Self.add(move, to: &captures)
      }
    } else if posting.asset == .points, owner != AccountID.house {
      if posting.units > 0 { Self.add(move, to: &spent) } else { Self.add(move, to: &earned) }
    } else if owner.hasPrefix("coupon/") {
      if posting.units > 0 {
        Self.add(move, to: &usedCoupons)
      } else {
        Self.add(move, to: &issuedCoupons)
      }
    }
  }

  private mutating func takeHouse(_ posting: Posting, _ move: Move) {
    switch posting.account {
    case HouseAccount.fees: fee -= Money(minorUnits: posting.units)
    case HouseAccount.tax: tax -= Money(minorUnits: posting.units)
    case HouseAccount.revenue: revenue -= Money(minorUnits: posting.units)
    default:
      if Tender.isTender(posting.account), posting.units > 0 { Self.add(move, to: &captures) }
    }
  }

  private static func add(_ move: Move, to moves: inout [Move]) {
    if let index = moves.firstIndex(where: { $0.account == move.account }) {
      moves[index].units += move.units
    } else {
      moves.append(move)
    }
  }
}
