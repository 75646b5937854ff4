import Ledger

/// What a rule gives.
public enum Benefit: Equatable, Hashable, Sendable, Codable {
  /// `basisPoints` of the target.
  case percent(basisPoints: Int)
  /// So much off the target: an order, each line, or each unit.
  case amount(Money)
  /// Off by the highest tier that the scope reaches (满减), `repeats`: once for each time (每满减).
  case tiers([Tier], measure: TierMeasure, basis: ThresholdBasis, repeats: Repetition)
  /// Each unit costs so much: a fixed or flash price.
  case unitPrice(Money)
  /// Each unit costs what the catalogue asks of members.
  case memberPrice
  /// Units of `get` at a lower price for units of `buy` at the full one.
  case buyGet(BuyGet)
  /// Of units of the scope some cost less: free units, exchange for goods, every n-th unit.
  case freeUnits(FreeUnits)
  /// Units together at one price.
  case bundlePrice(Bundle)
  /// So much for the first unit and so much for each further one.
  case firstAndFurther(first: Money, further: Money)
  /// Points for the bill times so many basis points.
  case pointsMultiplier(basisPoints: Int)

  /// The target of benefits that have but one.
  var ownTarget: Rule.Target? {
    switch self {
    case .memberPrice, .unitPrice, .buyGet, .freeUnits, .bundlePrice: .units
    case .firstAndFurther, .pointsMultiplier: .order
    case .percent, .amount, .tiers: nil
    }
  }

  /// The highest value that a tier asks for.
  var highestThreshold: Money {
    guard case .tiers(let tiers, .value, _, _) = self else { return .zero }
    return Money(minorUnits: tiers.map(\.from).max() ?? 0)
  }

  /// The lowest value that a tier asks for.
  var lowestThreshold: Money {
    guard case .tiers(let tiers, .value, _, _) = self else { return .zero }
    return Money(minorUnits: tiers.map(\.from).min() ?? 0)
  }

  /// What it is worth on its face in money; nil where that depends on the bill.
  public var worth: Money? {
    switch self {
    case .amount(let amount): return amount
    case .tiers(let tiers, _, _, _):
      guard tiers.count == 1, case .amount(let off) = tiers[0].off else { return nil }
      return off
    case .percent, .unitPrice, .memberPrice, .buyGet, .freeUnits, .bundlePrice, .firstAndFurther,
      .pointsMultiplier:
      return nil
    }
  }

  /// `off` once the scope's value reaches `threshold`.
  public static func thresholdOff(
    threshold: Money, off: Money, basis: ThresholdBasis = .list
  ) -> Benefit {
    .tiers(
      [Tier(from: threshold.minorUnits, off: .amount(off))], measure: .value, basis: basis,
      repeats: .once)
  }
}

/// From a value or a number of units on.
public struct Tier: Equatable, Hashable, Sendable, Codable {
  public enum Off: Equatable, Hashable, Sendable, Codable {
    case amount(Money)
    case percent(basisPoints: Int)
  }

  /// Minor units or units, as the tiers measure.
  public let from: Int64
  public let off: Off

  public init(from: Int64, off: Off) {
    self.from = from
    self.off = off
  }
}

public enum TierMeasure: String, Equatable, Hashable, Sendable, Codable, CaseIterable {
  /// What the scope's lines come to.
  case value
  /// How many units of the scope there are.
  case quantity
}

/// What a threshold is measured on (RETAIL 6).
public enum ThresholdBasis: String, Equatable, Hashable, Sendable, Codable, CaseIterable {
  /// Prices as listed, before any discount.
  case list
  /// What is left after the rules before.
  case running
}

/// How often a benefit may be had on one bill.
public enum Repetition: Equatable, Hashable, Sendable, Codable {
  case once
  /// As often as it fits.
  case always
  case atMost(Int)

  func times(_ fitting: Int64) -> Int64 {
    switch self {
    case .once: min(fitting, 1)
    case .always: fitting
    case .atMost(let most): min(fitting, Int64(most))
    }
  }
}

/// Buy some units, get others for less. A unit counts once.
public struct BuyGet: Equatable, Hashable, Sendable, Codable {
  /// Units of a scope.
  public struct Part: Equatable, Hashable, Sendable, Codable {
    public let scope: Scope
    public let quantity: Int
    public let pick: UnitPick

    public init(scope: Scope, quantity: Int, pick: UnitPick) {
      self.scope = scope
      self.quantity = quantity
      self.pick = pick
    }
  }

  public let buy: Part
  public let get: Part
  /// Off each unit that is got; 10000: free.
  public let basisPoints: Int
  public let repeats: Repetition

  public init(buy: Part, get: Part, basisPoints: Int, repeats: Repetition) {
    self.buy = buy
    self.get = get
    self.basisPoints = basisPoints
    self.repeats = repeats
  }
}

/// Units of the rule's scope that cost less.
public struct FreeUnits: Equatable, Hashable, Sendable, Codable {
  /// Of so many units …
  public let groupSize: Int?
  /// … so many cost less; without a group, so many of all.
  public let count: Int
  /// Off each of them; 10000: free.
  public let basisPoints: Int
  public let pick: UnitPick
  /// A group is of one item.
  public let isPerItem: Bool
  public let repeats: Repetition

  public init(
    groupSize: Int?, count: Int, basisPoints: Int = 10_000, pick: UnitPick = .cheapest,
    isPerItem: Bool = false, repeats: Repetition = .always
  ) {
    self.groupSize = groupSize
    self.count = count
    self.basisPoints = basisPoints
    self.pick = pick
    self.isPerItem = isPerItem
    self.repeats = repeats
  }
}

/// Units that cost `price` together.
public struct Bundle: Equatable, Hashable, Sendable, Codable {
  /// What one bundle is made of; a part of the whole scope makes a mix.
  public let parts: [BuyGet.Part]
  public let price: Money
  public let repeats: Repetition

  public init(parts: [BuyGet.Part], price: Money, repeats: Repetition) {
    self.parts = parts
    self.price = price
    self.repeats = repeats
  }
}
