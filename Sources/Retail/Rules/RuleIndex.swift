import Ledger

/// Finds the rules that can matter to a bill among the many of a shop: those that need no coupon,
/// and of the others only what is presented.
struct RuleIndex: Sendable {
  /// Rules that need no coupon, in the order of the set.
  let automatic: [Int]
  /// Those of them that have limits or budgets.
  let limited: [Int]
  private let templates: [String: Int]

  init(_ rules: [Rule]) {
    var automatic: [Int] = []
    var templates: [String: Int] = [:]
    for (index, rule) in rules.enumerated() {
      guard rule.isCoupon else {
        automatic.append(index)
        continue
      }
      // The first of a name, as a search would find it.
      if templates[rule.id] == nil { templates[rule.id] = index }
    }
    self.automatic = automatic
    limited = automatic.filter { !rules[$0].allowances.isEmpty }
    self.templates = templates
  }

  func template(_ id: String) -> Int? { templates[id] }
}
