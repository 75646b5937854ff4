import Crypto
import Foundation
import Ledger

/// A batch judged against what was read before, and what is to be written after: no SQL in between.
///
/// Accounts are numbered once, by their slot; an account that is not there has a slot without
/// facts.
struct LedgerDraft {
  /// An account that is there or is opened by the batch.
  struct Facts {
    let account: Account
    /// The key of the newest entry that named it; 0: none.
    var newest: Int64
  }

  /// A posting with the slot of its account.
  struct Move {
    let slot: Int
    let asset: Asset
    let units: Int64
  }

  /// A hold and whether it is open; `key` is nil until a new one is written.
  struct HoldState {
    let key: Int64?
    let kiosk: UInt32
    var moves: [Move]
    var isResolved: Bool
  }

  /// The answer that an id has for good.
  enum Answer {
    /// Kept before, with a digest of the content.
    case kept(Outcome, digest: [UInt8])
    /// Given within this batch.
    case given(Outcome, canonical: [UInt8])
  }

  /// An entry of the batch with the bytes that it is compared and chained by.
  struct Content {
    let entry: JournalEntry
    let canonical: [UInt8]
    let moves: [Move]

    var digest: [UInt8] { Self.digest(of: canonical) }

    static func digest(of canonical: [UInt8]) -> [UInt8] {
      Array(SHA256.hash(data: canonical))
    }
  }

  // Read before.
  private(set) var facts: [Facts?] = []
  private(set) var balances: [Balance] = []
  private var slots: [AccountID: Int] = [:]
  var holds: [EntryID: HoldState] = [:]
  var answers: [EntryID: Answer] = [:]
  // To be written after.
  private(set) var isChanged: [Bool] = []
  private(set) var opened: [Int] = []
  private(set) var accepted: [Content] = []
  private(set) var refused: [(content: Content, outcome: Outcome)] = []

  /// The slot of an account, a new one where it has none yet; true says that it is new.
  mutating func slot(of id: AccountID) -> (Int, isNew: Bool) {
    if let slot = slots[id] { return (slot, false) }
    slots[id] = facts.count
    facts.append(nil)
    balances.append(Balance(posted: 0, heldDebits: 0, heldCredits: 0))
    isChanged.append(false)
    return (facts.count - 1, true)
  }

  mutating func fill(_ slot: Int, _ account: Facts, _ balance: Balance) {
    facts[slot] = account
    balances[slot] = balance
  }

  /// Names `entry` the newest of every account that it moves. Returns what was the newest of each
  /// before, in the order in which the entry names them first.
  mutating func link(_ entry: Int64, _ content: Content) -> [Int64] {
    let moves = content.entry.action.resolvedHold.flatMap { holds[$0]?.moves } ?? content.moves
    var earlier: [Int64] = []
    for move in moves {
      guard let newest = facts[move.slot]?.newest, newest != entry else { continue }
      earlier.append(newest)
      facts[move.slot]?.newest = entry
    }
    return earlier
  }

  /// One outcome per entry, in order.
  mutating func judge(_ contents: [Content], of batch: Batch) -> [Outcome] {
    let (oldFacts, oldBalances, oldHolds) = (facts, balances, holds)
    guard open(batch.openings) else {
      (facts, opened) = (oldFacts, [])
      return contents.map { content in
        keep(answers[content.entry.id]?.outcome(for: content) ?? .malformed, for: content)
      }
    }
    let oldAnswers = answers
    var outcomes: [Outcome] = []
    for (index, content) in contents.enumerated() {
      let outcome = standing(content) ?? take(content)
      guard batch.isLinked, outcome != .ok else {
        outcomes.append(keep(outcome, for: content))
        continue
      }
      (balances, holds, answers, accepted) = (oldBalances, oldHolds, oldAnswers, [])
      outcomes = refuseLinked(contents, failing: index, as: outcome)
      (facts, opened) = (oldFacts, [])
      isChanged = [Bool](repeating: false, count: facts.count)
      break
    }
    return outcomes
  }

  /// The whole batch is refused: only the failing entry has an outcome of its own. Ids that had an
  /// answer before keep it.
  private mutating func refuseLinked(
    _ contents: [Content], failing: Int, as outcome: Outcome
  ) -> [Outcome] {
    contents.enumerated().map { index, content in
      keep(standing(content) ?? (index == failing ? outcome : .linkedFailed), for: content)
    }
  }

  /// False when one of them is there with other content or cannot be one.
  private mutating func open(_ openings: [Account]) -> Bool {
    for account in openings {
      let (slot, _) = slot(of: account.id)
      if let there = facts[slot] {
        guard there.account == account else { return false }
        continue
      }
      guard account.isWellFormed else { return false }
      facts[slot] = Facts(account: account, newest: 0)
      opened.append(slot)
    }
    return true
  }

  /// The outcome of an id that was seen before; nil for a new one.
  private func standing(_ content: Content) -> Outcome? {
    guard let answer = answers[content.entry.id] else { return nil }
    if let same = answer.outcome(for: content) { return same }
    return isMalformed(content) ? .malformed : .otherContent
  }

  private mutating func keep(_ outcome: Outcome, for content: Content) -> Outcome {
    guard answers[content.entry.id] == nil else { return outcome }
    answers[content.entry.id] = .given(outcome, canonical: content.canonical)
    if outcome == .ok {
      accepted.append(content)
    } else {
      refused.append((content, outcome))
    }
    return outcome
  }
}

extension LedgerDraft.Answer {
  /// The outcome when the content is the same; nil when it is another.
  fileprivate func outcome(for content: LedgerDraft.Content) -> Outcome? {
    switch self {
    case .kept(let outcome, let digest): digest == content.digest ? outcome : nil
    case .given(let outcome, let canonical): canonical == content.canonical ? outcome : nil
    }
  }
}

// MARK: - One entry

extension LedgerDraft {
  /// Judges a new entry and, when it is right, changes balances and holds.
  private mutating func take(_ content: Content) -> Outcome {
    guard !isMalformed(content) else { return .malformed }
    let entry = content.entry
    switch entry.action {
    case .post:
      return apply(content.moves) { .posting($0) }
    case .hold:
      let outcome = apply(content.moves) { .holding($0) }
      guard outcome == .ok else { return outcome }
      holds[entry.id] = HoldState(
        key: nil, kiosk: entry.context.kiosk, moves: content.moves, isResolved: false)
      return .ok
    case .capture(let hold): return resolve(hold) { .capturing($0) }
    case .void(let hold): return resolve(hold) { .releasing($0) }
    case .expire(let hold):
      // Only the kiosk that made a hold may say that it was abandoned (DESIGN 3).
      guard holds[hold]?.kiosk == entry.context.kiosk else { return .noSuchHold }
      return resolve(hold) { .releasing($0) }
    }
  }

  private func isMalformed(_ content: Content) -> Bool {
    guard content.entry.context.isWellFormed else { return true }
    var owner: String?
    for move in content.moves {
      guard let account = facts[move.slot]?.account else { continue }
      guard account.asset == move.asset else { return true }
      guard account.rule != .free else { continue }
      guard owner == nil || owner == account.id.owner else { return true }
      owner = account.id.owner
    }
    return false
  }

  private mutating func resolve(
    _ id: EntryID, _ change: (BalanceChange.Sums) -> BalanceChange
  ) -> Outcome {
    guard let hold = holds[id] else { return .noSuchHold }
    guard !hold.isResolved else { return .holdResolved }
    let outcome = apply(hold.moves, change)
    if outcome == .ok { holds[id]?.isResolved = true }
    return outcome
  }

  /// All of the balances or none; an account may be named by several postings.
  private mutating func apply(
    _ moves: [Move], _ change: (BalanceChange.Sums) -> BalanceChange
  ) -> Outcome {
    guard moves.allSatisfy({ facts[$0.slot] != nil }) else { return .noSuchAccount }
    var sums: [(slot: Int, of: BalanceChange.Sums)] = []
    for move in moves {
      // A search along at most 100 postings is quicker than a dictionary.
      let index = sums.firstIndex { $0.slot == move.slot } ?? sums.count
      if index == sums.count { sums.append((move.slot, BalanceChange.Sums())) }
      if move.units > 0 {
        sums[index].of.debits += move.units
      } else {
        sums[index].of.credits -= move.units
      }
    }
    var changed: [(slot: Int, balance: Balance)] = []
    for sum in sums {
      let balance = change(sum.of).applied(to: balances[sum.slot])
      guard facts[sum.slot]?.account.allows(balance) == true else { return .overLimit }
      changed.append((sum.slot, balance))
    }
    for (slot, balance) in changed {
      balances[slot] = balance
      isChanged[slot] = true
    }
    return .ok
  }
}

/// What an entry does to one balance.
enum BalanceChange {
  struct Sums {
    var debits: Int64 = 0
    var credits: Int64 = 0
  }

  case posting(Sums)
  case holding(Sums)
  case capturing(Sums)
  case releasing(Sums)

  /// Cannot overflow: stored balances are within 4·10^18, an entry moves at most 10^17.
  func applied(to balance: Balance) -> Balance {
    switch self {
    case .posting(let sums):
      Balance(
        posted: balance.posted + sums.debits - sums.credits, heldDebits: balance.heldDebits,
        heldCredits: balance.heldCredits)
    case .holding(let sums):
      Balance(
        posted: balance.posted, heldDebits: balance.heldDebits + sums.debits,
        heldCredits: balance.heldCredits + sums.credits)
    case .capturing(let sums):
      Balance(
        posted: balance.posted + sums.debits - sums.credits,
        heldDebits: balance.heldDebits - sums.debits,
        heldCredits: balance.heldCredits - sums.credits)
    case .releasing(let sums):
      Balance(
        posted: balance.posted, heldDebits: balance.heldDebits - sums.debits,
        heldCredits: balance.heldCredits - sums.credits)
    }
  }
}

extension Account {
  /// Far above any real balance; keeps every sum of balances inside 64 bits.
  static let unitsLimit: Int64 = 4_000_000_000_000_000_000

  /// The rule, the grant and the numbers' own limit, with every open hold counted against it. A
  /// balance that passes can take the capture or void of each of its holds.
  func allows(_ balance: Balance) -> Bool {
    let most = grant?.limitUnits ?? Self.unitsLimit
    let (debitSide, creditSide) =
      switch rule {
      case .free: (Self.unitsLimit, Self.unitsLimit)
      case .debitsWithinCredits: (0, most)
      case .creditsWithinDebits: (most, 0)
      }
    return (-Self.unitsLimit...Self.unitsLimit).contains(balance.posted)
      && (0...Self.unitsLimit).contains(balance.heldDebits)
      && (0...Self.unitsLimit).contains(balance.heldCredits)
      && balance.posted + balance.heldDebits <= debitSide
      && balance.heldCredits - balance.posted <= creditSide
  }
}
