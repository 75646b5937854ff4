import Ledger
import Retail

/// Whether this kiosk can do what rules ask for: a shop that writes down what nobody keeps would
/// believe in it.
public enum RuleSupport {
  /// Throws for the first rule that asks for what is not there; the checkout must not start with
  /// it.
  ///
  /// - Parameters:
  ///   - store: which of the shop's stores this is; empty: nobody said.
  ///   - segments: those of members.yaml, by id.
  public static func check(
    _ rules: RuleSet, store: String, segments: [String]
  ) throws(UnsupportedRule) {
    for rule in rules.rules {
      if let flaw = gap(in: rule) ?? place(of: rule, store) ?? part(of: rule, segments) {
        throw UnsupportedRule(rule: rule.id, flaw: flaw)
      }
    }
    if rules.tax?.mode == .exclusive {
      throw UnsupportedRule(rule: "tax", flaw: .notKept("mode: exclusive"))
    }
    if rules.pointsAsCash != nil {
      throw UnsupportedRule(rule: "pointsAsCash", flaw: .notKept("points"))
    }
  }

  private static func gap(in rule: Rule) -> UnsupportedRule.Flaw? {
    if rule.target == .fee || rule.target == .orderAndFee { return .notKept("kind: fee") }
    guard let coupon = rule.coupon else { return nil }
    if coupon.sequence != nil { return .notKept("series") }
    if coupon.change == .keep { return .notKept("change: keep") }
    if !coupon.isReleasedOnCancel { return .notKept("releasedOnCancel: false") }
    return nil
  }

  private static func place(of rule: Rule, _ store: String) -> UnsupportedRule.Flaw? {
    let ofStore = rule.allowances.filter { $0.owner == .store }
    guard !ofStore.isEmpty || !rule.conditions.stores.isEmpty else { return nil }
    guard !store.isEmpty else { return .storeUnknown }
    let day = CalendarDate(dayNumber: 0)
    let areNames = ofStore.allSatisfy {
      $0.account(of: rule.id, member: nil, store: store, on: day)?.isWellFormed ?? false
    }
    return areNames ? nil : .nameTooLong(store: store)
  }

  private static func part(of rule: Rule, _ segments: [String]) -> UnsupportedRule.Flaw? {
    rule.conditions.customer?.segments.first { !segments.contains($0) }.map { .noSegment($0) }
  }
}

/// A rule that asks for what this kiosk does not have.
public struct UnsupportedRule: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Flaw: Equatable, Sendable {
    /// It can be priced and not yet be kept.
    case notKept(String)
    case storeUnknown
    case nameTooLong(store: String)
    case noSegment(String)
  }

  public let rule: String
  public let flaw: Flaw

  public var description: String {
    let what =
      switch flaw {
      case .notKept(let what):
        "the checkout does not support \"\(what)\" yet; `kioskctl price` does. "
          + "Take it out of the rule"
      case .storeUnknown:
        "it asks which store this is; say it in kioskd.yaml, shop.store"
      case .nameTooLong(let store):
        "its id and the store's name \"\(store)\" are too long together for a limit of the store; "
          + "shorten one of them"
      case .noSegment(let name):
        "members.yaml has no segment \"\(name)\""
      }
    return "promotions.yaml: \(rule): \(what)"
  }
}
