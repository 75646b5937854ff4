import Ledger
import Retail
import StrictYAML

/// Runs neutral cases through the product's own engine.
public enum CaseRunner {
  /// The answer to one line of a file of cases.
  public static func answer(line: String, number: Int) async -> CaseAnswer {
    do throws(YAMLError) {
      let neutral = try NeutralCase(line: line, number: number)
      return await answer(neutral)
    } catch {
      return CaseAnswer(
        id: "line \(number)", result: [:], agrees: false, refused: error.description)
    }
  }

  public static func answer(_ neutral: NeutralCase) async -> CaseAnswer {
    do throws(YAMLError) {
      let result = try await result(neutral)
      return CaseAnswer(
        id: neutral.id, result: result, agrees: result == neutral.expected, refused: nil)
    } catch {
      return CaseAnswer(id: neutral.id, result: [:], agrees: false, refused: error.description)
    }
  }

  private static func result(
    _ neutral: NeutralCase
  ) async throws(YAMLError) -> [String: JSONValue] {
    switch neutral.kind {
    case .promo, .coupon, .tender, .split: return try priced(neutral)
    case .points:
      return neutral.ops.isEmpty ? try priced(neutral) : try CasePoints(neutral).result()
    case .alloc: return try allocated(neutral)
    case .wallet: return try CaseWallet(neutral).result()
    case .refund: return try refunded(neutral)
    case .ledger:
      return neutral.ops.isEmpty ? try spent(neutral) : try await CaseLedger(neutral).result()
    }
  }

  private static func priced(_ neutral: NeutralCase) throws(YAMLError) -> [String: JSONValue] {
    let pricing = try CasePricing(neutral)
    let withTax = neutral.expected.keys.contains("total_with_tax")
    var result: [String: JSONValue] = [:]
    for (name, expected) in neutral.expected {
      result[name] = pricing.field(name, like: expected, withTax: withTax)
    }
    return result
  }

  private static func allocated(_ neutral: NeutralCase) throws(YAMLError) -> [String: JSONValue] {
    guard let value = neutral.rules.first else { return [:] }
    var keys = try value.mapping()
    _ = keys.optional("type")
    let amount = try keys.required("amount").integer(in: NeutralCase.amounts)
    let ownWeights = try NeutralCase.integers(keys.optional("weights"))
    let ownRoom = try NeutralCase.integers(keys.optional("room"))
    let policy = try NeutralCase.present(keys.optional("policy")).map {
      value throws(YAMLError) in try CaseRule.policy(value)
    }
    try keys.finish()
    let weights = ownWeights ?? neutral.weights ?? []
    let parts =
      if let room = ownRoom ?? neutral.room {
        Allocation.split(amount, weights: weights, room: room, by: policy ?? .largestRemainder)
      } else {
        Allocation.split(amount, weights: weights, by: policy ?? .largestRemainder)
      }
    return ["parts": .list(parts)]
  }

  /// `spend_order`: accounts one after the other.
  private static func spent(_ neutral: NeutralCase) throws(YAMLError) -> [String: JSONValue] {
    guard let value = neutral.rules.first, let state = neutral.state else { return [:] }
    let accounts = try accounts(value)
    var keys = try state.mapping()
    var balances: [Int64] = []
    for account in accounts {
      balances.append(try NeutralCase.integer(keys.optional(account)) ?? 0)
    }
    let wanted = try keys.required("amount")
    try keys.finish()
    let all = balances.reduce(0, +)
    let amount: Int64
    if case .text("all") = wanted.shape {
      amount = all
    } else {
      amount = try wanted.integer(in: NeutralCase.amounts)
    }
    // What is not there is not spent in part.
    let isEnough = amount <= all
    let taken = Spending.inOrder(isEnough ? amount : 0, from: balances).taken
    return limited(
      ["taken": .list(taken), "accepted": .bool(isEnough)], to: neutral.expected)
  }

  /// `refund_order`: back to where it came from, in the shop's order.
  private static func refunded(_ neutral: NeutralCase) throws(YAMLError) -> [String: JSONValue] {
    guard let value = neutral.rules.first, let state = neutral.state else { return [:] }
    let accounts = try accounts(value)
    var keys = try state.mapping()
    var paid = try keys.required("paid").mapping()
    let amount = try keys.required("refund").integer(in: NeutralCase.amounts)
    try keys.finish()
    var rooms: [Int64] = []
    for account in accounts {
      rooms.append(try NeutralCase.integer(paid.optional(account)) ?? 0)
    }
    try paid.finish()
    let (taken, left) = Spending.inOrder(amount, from: rooms)
    let parts = zip(accounts, taken).map { ($0, JSONValue.integer($1)) }
    return limited(
      [
        "refunded": .object(Dictionary(parts) { first, _ in first }), "accepted": .bool(left == 0),
      ], to: neutral.expected)
  }

  private static func accounts(_ value: YAMLValue) throws(YAMLError) -> [String] {
    var keys = try value.mapping()
    _ = keys.optional("type")
    let accounts = try NeutralCase.names(keys.required("accounts"))
    try keys.finish()
    return accounts
  }

  /// Only what the case asks for.
  static func limited(
    _ result: [String: JSONValue], to expected: [String: JSONValue]
  ) -> [String: JSONValue] {
    result.filter { expected.keys.contains($0.key) }
  }
}
