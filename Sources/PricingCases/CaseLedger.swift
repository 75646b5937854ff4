import Foundation
import Ledger
import Storage
import StrictYAML

/// Transfers with holds over several steps, in a book of their own whose folder is then removed.
struct CaseLedger {
  private let neutral: NeutralCase

  init(_ neutral: NeutralCase) { self.neutral = neutral }

  func result() async throws(YAMLError) -> [String: JSONValue] {
    let directory = NSTemporaryDirectory() + "kiosk-case-\(UUID().uuidString)"
    do {
      let store = try Store.open(directory: directory, mode: .writer)
      var book = CaseBook(SQLiteLedger(store))
      for op in neutral.ops { try await book.perform(op) }
      let result = try await book.result(neutral.expected)
      try store.close()
      try FileManager.default.removeItem(atPath: directory)
      return result
    } catch let error as YAMLError {
      throw error
    } catch {
      throw YAMLError(file: neutral.id, line: nil, keyPath: "ops", message: "\(error)")
    }
  }
}

/// Accounts of a case as accounts of the ledger.
private struct CaseBook {
  private struct Hold {
    let name: String
    let entry: EntryID
    let amount: Int64
    let debit: String
    let credit: String
    /// Seconds; nil: it never ends by itself.
    let endsAt: Int64?
    var outcome = "open"
  }

  private static let asset = Asset.points
  private let ledger: SQLiteLedger
  private var now: Int64 = 0
  private var step: UInt32 = 0
  private var holds: [Hold] = []
  private var accounts: Set<String> = []
  /// What is held on the debit side, second by second while the clock of the case runs.
  private var pendingAfter: [String: JSONValue] = [:]
  private var disagreements: [JSONValue] = []

  init(_ ledger: SQLiteLedger) { self.ledger = ledger }

  mutating func perform(_ op: YAMLValue) async throws {
    var keys = try op.mapping()
    let kind = try keys.required("op")
    let expected = try NeutralCase.text(keys.optional("expect")) ?? "ok"
    var outcome = "ok"
    switch try kind.text() {
    case "transfer": outcome = try await transfer(&keys)
    case "tick": try await tick(to: now + keys.required("s").integer(in: 0...1_000_000))
    case "post":
      let name = try keys.required("pending").text()
      outcome = try await post(name, try NeutralCase.integer(keys.optional("amount")))
    case "void": outcome = try await void(try keys.required("pending").text())
    default: throw kind.error("is no step of a ledger here")
    }
    _ = keys.optional("id")
    try keys.finish()
    if outcome != expected { disagreements.append(.string(outcome)) }
  }

  private mutating func transfer(_ keys: inout YAMLMapping) async throws -> String {
    let name = try keys.required("id").text()
    let debit = try keys.required("debit").text()
    let credit = try keys.required("credit").text()
    let amount = try keys.required("amount").integer(in: NeutralCase.amounts)
    let isPending = try NeutralCase.boolean(keys.optional("pending")) ?? false
    let timeout = try NeutralCase.integer(keys.optional("timeout_s"))
    accounts.formUnion([debit, credit])
    let postings = try Postings([
      Posting(account: id(debit), asset: Self.asset, units: amount),
      Posting(account: id(credit), asset: Self.asset, units: -amount),
    ])
    let (entry, outcome) = try await submit(isPending ? .hold(postings) : .post(postings))
    if isPending, outcome == .ok {
      let endsAt = timeout.map { now + $0 }
      holds.append(
        Hold(
          name: name, entry: entry, amount: amount, debit: debit, credit: credit, endsAt: endsAt))
    }
    return outcome.rawValue
  }

  /// The ledger ends no hold by a clock: the one who made it does, second by second.
  private mutating func tick(to end: Int64) async throws {
    if now == 0 { pendingAfter["0"] = .integer(try await pending()) }
    while now < end {
      now += 1
      for index in holds.indices
      where holds[index].outcome == "open" && (holds[index].endsAt.map { $0 <= now } ?? false) {
        _ = try await submit(.expire(holds[index].entry))
        holds[index].outcome = "expired"
      }
      pendingAfter["\(now)"] = .integer(try await pending())
    }
  }

  private mutating func post(_ name: String, _ amount: Int64?) async throws -> String {
    guard let index = holds.firstIndex(where: { $0.name == name }) else { return "noSuchHold" }
    let hold = holds[index]
    guard let amount, amount < hold.amount else {
      let (_, outcome) = try await submit(.capture(hold.entry))
      return resolve(index, outcome, as: "posted")
    }
    // Less than was held: the hold ends and that much is posted.
    let (_, outcome) = try await submit(.void(hold.entry))
    guard outcome == .ok else { return resolve(index, outcome, as: "posted") }
    let postings = try Postings([
      Posting(account: id(hold.debit), asset: Self.asset, units: amount),
      Posting(account: id(hold.credit), asset: Self.asset, units: -amount),
    ])
    return resolve(index, try await submit(.post(postings)).1, as: "posted")
  }

  private mutating func void(_ name: String) async throws -> String {
    guard let index = holds.firstIndex(where: { $0.name == name }) else { return "noSuchHold" }
    let (_, outcome) = try await submit(.void(holds[index].entry))
    return resolve(index, outcome, as: "voided")
  }

  /// What became of a hold; one that has ended says how.
  private mutating func resolve(_ index: Int, _ outcome: Outcome, as end: String) -> String {
    switch outcome {
    case .ok:
      holds[index].outcome = end
      return "ok"
    case .holdResolved: return holds[index].outcome
    case .malformed, .otherContent, .noSuchAccount, .unbalanced, .noSuchHold, .overLimit,
      .linkedFailed:
      return outcome.rawValue
    }
  }

  private mutating func submit(_ action: JournalEntry.Action) async throws -> (EntryID, Outcome) {
    step += 1
    let entry = EntryID(sale: SaleID(kiosk: 1, counter: 1), step: step, ordinal: 0)
    let outcomes = try await ledger.submit(
      Batch(
        openings: accounts.sorted().map { Account(id: id($0), asset: Self.asset, rule: .free) },
        entries: [
          JournalEntry(
            id: entry, action: action,
            context: EntryContext(
              reason: "case", actor: "system", kiosk: 1, sale: nil,
              at: Instant(milliseconds: now * 1_000)))
        ], isLinked: false))
    return (entry, outcomes.first ?? .malformed)
  }

  private func id(_ name: String) -> AccountID { AccountID.house("case/" + name) }

  private func pending() async throws -> Int64 {
    var sum: Int64 = 0
    for name in accounts { sum += try await ledger.balance(of: id(name))?.heldDebits ?? 0 }
    return sum
  }

  /// `dp`, `cp`: held debits and credits; `dposted`, `cposted`: posted ones.
  func result(_ expected: [String: JSONValue]) async throws -> [String: JSONValue] {
    var result: [String: JSONValue] = [:]
    if case .object(let wanted) = expected["pending_after_s"] {
      result["pending_after_s"] = .object(pendingAfter.filter { wanted.keys.contains($0.key) })
    }
    if case .object(let wanted) = expected["final"] {
      var final: [String: JSONValue] = [:]
      for (name, fields) in wanted {
        guard case .object(let fields) = fields,
          let balance = try await ledger.balance(of: id(name))
        else { continue }
        let posted = balance.posted
        let found: [String: JSONValue] = [
          "dp": .integer(balance.heldDebits), "cp": .integer(balance.heldCredits),
          "dposted": .integer(max(0, posted)), "cposted": .integer(max(0, -posted)),
        ]
        final[name] = .object(CaseRunner.limited(found, to: fields))
      }
      result["final"] = .object(final)
    }
    if !disagreements.isEmpty { result["outcomes"] = .array(disagreements) }
    return result
  }
}
