import Ledger
import Retail

extension Checkout {
  /// What is to be done, in order; a value that a test can compare. Every effect can be repeated
  /// after a power cut with the same result.
  public enum Effect: Equatable, Sendable, Codable {
    /// The screen and the customer display show the state.
    case show
    /// Tells the customer something beside the state; replaces what was told before.
    case notify(Notice)
    /// Answered by `held`.
    case hold(Batch)
    /// Answered by `posted`.
    case post(SalePosting)
    /// Sees that the sale's print jobs, which `post` stored, get printed; answered by `printed` or
    /// `printDelayed`.
    case print(SaleID)
    case arm(Timer, seconds: Int)
    case disarm
    /// Staff are called to this kiosk.
    case callStaff
  }

  /// What a customer is told; `NoticeText` has the words.
  public enum Notice: Equatable, Sendable, Codable {
    case scanRefused(ScanRefusal)
    case cartFull
    case quantityLimit
    case cardRefused(CardRefusal)
    case anotherMember
    case whoseBasket
    case couponRefused
    case couponAlreadyThere
    case couponLimit
    case couponNotYet(title: LocalizedText, missing: Money)
    case couponNotUsable(title: LocalizedText)
    case cartEmpty
    case memberNeeded
    case balanceTooSmall(missing: Money)
    case secondFactorNeeded(limit: Money)
    case planRefused
    /// The last of a rule's limit or budget went to somebody else.
    case offerUsedUp(title: LocalizedText)
    case helpCalled
    case stillThere(seconds: Int)
    case receiptDelayed
    case finishFirst
    case resumedAfterPowerCut
    case completedAfterPowerCut
  }

  /// Waiting times of the kiosk in seconds (SCREEN rule 17).
  public struct Timers: Equatable, Sendable, Codable {
    public let guestIdle: Int
    public let memberIdle: Int
    public let warning: Int
    public let paper: Int
    public let done: Int

    public init(guestIdle: Int, memberIdle: Int, warning: Int, paper: Int, done: Int) {
      self.guestIdle = guestIdle
      self.memberIdle = memberIdle
      self.warning = warning
      self.paper = paper
      self.done = done
    }

    public static let standard = Timers(
      guestIdle: 90, memberIdle: 45, warning: 30, paper: 60, done: 30)
  }

  /// The shop's choices that decisions depend on.
  public struct Policy: Equatable, Sendable, Codable {
    public let rules: RuleSet
    public let timers: Timers
    public let currency: Currency
    public let language: Language
    /// Which of the shop's stores this is; empty: it has but one.
    public let store: String

    public init(
      rules: RuleSet, timers: Timers, currency: Currency, language: Language, store: String = ""
    ) {
      self.rules = rules
      self.timers = timers
      self.currency = currency
      self.language = language
      self.store = store
    }

    /// A recording of before stores had names has none.
    public init(from decoder: any Decoder) throws {
      let keys = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        rules: try keys.decode(RuleSet.self, forKey: .rules),
        timers: try keys.decode(Timers.self, forKey: .timers),
        currency: try keys.decode(Currency.self, forKey: .currency),
        language: try keys.decode(Language.self, forKey: .language),
        store: try keys.decodeIfPresent(String.self, forKey: .store) ?? "")
    }
  }
}
