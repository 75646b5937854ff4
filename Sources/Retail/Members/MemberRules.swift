import Ledger

/// What a shop decides about its members (config/members.yaml).
public struct MemberRules: Equatable, Sendable, Codable {
  public let phones: PhonePlan
  public let codes: MemberCode.Window
  /// The names of all tiers, the base first; their titles and point rates are those of the rules of
  /// prices.
  public let tierNames: [String]
  /// Nil: tiers are given by staff only.
  public let tiers: TierRules?
  public let segments: [Segment]
  /// Nil: no law of prepaid cards is kept to.
  public let prepaid: PrepaidLaw?
  /// Minutes after midnight at which the shop's days begin: what ends with a day ends then.
  public let dayStart: Int
  public let points: PointsRules
  public let countCards: [CountCardOffer]

  public init(
    phones: PhonePlan = .standard, codes: MemberCode.Window = .standard, tierNames: [String],
    tiers: TierRules? = nil, segments: [Segment] = [], prepaid: PrepaidLaw? = nil,
    dayStart: Int = 0, points: PointsRules = .standard, countCards: [CountCardOffer] = []
  ) {
    self.phones = phones
    self.codes = codes
    self.tierNames = tierNames
    self.tiers = tiers
    self.segments = segments
    self.prepaid = prepaid
    self.dayStart = dayStart
    self.points = points
    self.countCards = countCards
  }
}

extension PrepaidLaw {
  /// Single-purpose commercial prepaid cards in mainland China, amounts in fen: 商务部令2012年第9号
  /// 单用途商业预付卡管理办法（试行） and 国办发〔2011〕25号. Places may be stricter.
  public static let mainlandChina = PrepaidLaw(
    source: "商务部令2012年第9号, 国办发〔2011〕25号", bearerBalance: Money(minorUnits: 100_000),
    namedBalance: Money(minorUnits: 500_000), realNameFrom: Money(minorUnits: 1_000_000),
    organisationTransferFrom: Money(minorUnits: 500_000),
    personTransferFrom: Money(minorUnits: 5_000_000), bearerTermMonths: 36, depositShare: 2_000,
    reportWithinDays: 20)
}
