import Retail

/// What rules may ask for that this checkout does not hand to pricing or take at the hold yet: a
/// shop that writes it down would believe in a limit that nobody keeps.
public enum RuleSupport {
  /// Throws for the first rule that asks for such a thing; the checkout must not start with it.
  public static func check(_ rules: RuleSet) throws(UnsupportedRule) {
    for rule in rules.rules {
      if let what = gap(in: rule) { throw UnsupportedRule(rule: rule.id, what: what) }
    }
    if rules.tax?.mode == .exclusive { throw UnsupportedRule(rule: "tax", what: "mode: exclusive") }
    if rules.pointsAsCash != nil { throw UnsupportedRule(rule: "pointsAsCash", what: "points") }
  }

  private static func gap(in rule: Rule) -> String? {
    if !rule.allowances.isEmpty { return "limits and budget" }
    if rule.target == .fee || rule.target == .orderAndFee { return "kind: fee" }
    let conditions = rule.conditions
    if !conditions.stores.isEmpty { return "when.stores" }
    if !conditions.tenders.isEmpty { return "when.tenders" }
    if let customer = conditions.customer {
      if !customer.tags.isEmpty { return "when.tags" }
      if !customer.segments.isEmpty { return "when.segments" }
      if customer.birthday != nil { return "when.birthday" }
      if customer.purchase != nil { return "when.purchase" }
    }
    if let coupon = rule.coupon {
      if coupon.sequence != nil { return "series" }
      if coupon.change == .keep { return "change: keep" }
      if coupon.refund == .forfeit { return "refund: forfeit" }
      if !coupon.isReleasedOnCancel { return "releasedOnCancel: false" }
    }
    return nil
  }
}

/// A rule that can be priced and not yet be kept.
public struct UnsupportedRule: Error, Equatable, Sendable, CustomStringConvertible {
  public let rule: String
  public let what: String

  public var description: String {
    "promotions.yaml: \(rule): the checkout does not support \"\(what)\" yet; "
      + "`kioskctl price` does. Take it out of the rule"
  }
}
