import Ledger
import Retail
import StrictYAML

/// A wallet over several steps.
struct CaseWallet {
  private let neutral: NeutralCase
  private let rules: WalletRules
  private let capOfGrant: Int?
  private var principal: Int64 = 0
  private var bonus: Int64 = 0
  private var granted: Int64 = 0
  private var balances: [Int64] = []
  private var due: [Int64] = []

  private enum Order: String, CaseIterable {
    case bonusFirst = "bonus_first"
    case principalFirst = "principal_first"
    case proportional
  }

  init(_ neutral: NeutralCase) throws(YAMLError) {
    self.neutral = neutral
    var order = WalletRules.Order.bonusFirst
    var cap: Int?
    var capOfGrant: Int?
    for value in neutral.rules {
      var keys = try value.mapping()
      _ = keys.optional("type")
      if let name = NeutralCase.present(keys.optional("order")) {
        switch try name.choice(of: Order.self) {
        case .bonusFirst: order = .bonusFirst
        case .principalFirst: order = .principalFirst
        case .proportional: order = .proportional
        }
      }
      cap = try NeutralCase.count(keys.optional("cap_of_bill_bp"))
      capOfGrant = try NeutralCase.count(keys.optional("cap_of_grant_bp"))
      try keys.finish()
    }
    self.capOfGrant = capOfGrant
    rules = WalletRules(
      order: order, capOfBillBasisPoints: cap, limitWithoutSecondFactor: Money(minorUnits: .max))
  }

  func result() throws(YAMLError) -> [String: JSONValue] {
    var run = self
    for op in neutral.ops { try run.perform(op) }
    return CaseRunner.limited(
      ["balance": .list(run.balances), "due": .list(run.due)], to: neutral.expected)
  }

  private mutating func perform(_ op: YAMLValue) throws(YAMLError) {
    var keys = try op.mapping()
    let kind = try keys.required("op")
    switch try kind.text() {
    case "topup":
      principal += try keys.required("amount").integer(in: NeutralCase.amounts)
      let given = try NeutralCase.integer(keys.optional("bonus")) ?? 0
      bonus += given
      granted += given
    case "pay":
      pay(try keys.required("bill").integer(in: NeutralCase.amounts))
    case "refund": principal += try keys.required("amount").integer(in: NeutralCase.amounts)
    default: throw kind.error("is no step of a wallet here")
    }
    try keys.finish()
    balances.append(principal + bonus)
  }

  private mutating func pay(_ bill: Int64) {
    let epoch = Instant(milliseconds: 0)
    let lot = BonusLot(
      account: MemberFacts.bonus(1, lot: "1"), remaining: Money(minorUnits: bonus),
      granted: Money(minorUnits: granted), capOfGrantBasisPoints: capOfGrant, availableAt: epoch,
      expiresAt: nil)
    let plan = WalletPlan.split(
      Money(minorUnits: bill),
      wallet: Wallet(principal: Money(minorUnits: principal), bonusLots: [lot]),
      assurance: .authenticated, rules: rules, now: epoch)
    principal -= plan.principal.minorUnits
    bonus -= plan.bonusTotal.minorUnits
    due.append(plan.remaining.minorUnits)
  }
}
