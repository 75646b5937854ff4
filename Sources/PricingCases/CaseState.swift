import Ledger
import Retail
import StrictYAML

/// What was so before the bill: codes in hand, earlier uses, the customer, the moment.
struct CaseState {
  var codes: [String] = []
  var tier = ""
  var tags: [String] = []
  var segments: [String] = []
  var purchases = 0
  var store = ""
  var channel = "kiosk"
  var tender: String?
  var time = ShopTime(instant: Instant(milliseconds: 0), offsetSeconds: 0)
  private var memberUses: Int64 = 0
  private var cancelledMemberUses: Int64 = 0
  private var uses: Int64 = 0
  private var cancelledUses: Int64 = 0
  private var spentBudget: Int64 = 0

  init(_ value: YAMLValue?) throws(YAMLError) {
    guard let value else { return }
    var keys = try value.mapping()
    codes = try NeutralCase.names(keys.optional("codes"))
    memberUses = try NeutralCase.integer(keys.optional("member_redemptions")) ?? 0
    cancelledMemberUses = try NeutralCase.integer(keys.optional("cancelled_redemptions")) ?? 0
    uses = try NeutralCase.integer(keys.optional("redemptions")) ?? memberUses
    uses = try NeutralCase.integer(keys.optional("total_redemptions")) ?? uses
    cancelledUses =
      try NeutralCase.integer(keys.optional("cancelled_total_redemptions")) ?? cancelledMemberUses
    spentBudget = try NeutralCase.integer(keys.optional("budget_spent")) ?? 0
    tier = try NeutralCase.text(keys.optional("member_tier")) ?? ""
    segments =
      try NeutralCase.names(keys.optional("customer_group"))
      + NeutralCase.names(keys.optional("segment"))
    tags = try NeutralCase.names(keys.optional("member_tag"))
    purchases = try NeutralCase.count(keys.optional("orders_placed")) ?? 0
    purchases = try NeutralCase.count(keys.optional("orders")) ?? purchases
    store = try NeutralCase.text(keys.optional("store")) ?? ""
    channel = try NeutralCase.text(keys.optional("channel")) ?? "kiosk"
    tender = try NeutralCase.text(keys.optional("tender"))
    if let day = NeutralCase.present(keys.optional("day")) {
      time = Self.noon(try day.integer(in: 0...1_000_000))
    }
    if let today = NeutralCase.present(keys.optional("today")) {
      guard let date = CalendarDate(try today.text()) else {
        throw today.error("expected a day as 2026-11-30")
      }
      time = Self.noon(date.dayNumber)
    }
    try keys.finish()
  }

  private static func noon(_ day: Int) -> ShopTime {
    ShopTime(
      instant: Instant(milliseconds: Int64(day) * 86_400_000 + 43_200_000), offsetSeconds: 0)
  }

  /// What earlier uses have left of the rules' limits; a cancelled use counts where a rule does not
  /// give it back.
  func available(for rules: [CaseRule]) -> [Availability] {
    rules.flatMap { rule in
      let isReleased = rule.rule.coupon?.isReleasedOnCancel ?? true
      return rule.limits.compactMap { limit -> Availability? in
        guard
          let account = limit.account(
            of: rule.rule.id, member: 1, store: store, on: time.date)
        else { return nil }
        let used: Int64 =
          switch (limit.measure, limit.owner) {
          case (.money, _): spentBudget
          case (.uses, .member): memberUses + (isReleased ? 0 : cancelledMemberUses)
          case (.uses, .rule), (.uses, .store): uses + (isReleased ? 0 : cancelledUses)
          }
        return Availability(account: account, units: limit.ceiling - used)
      }
    }
  }
}
