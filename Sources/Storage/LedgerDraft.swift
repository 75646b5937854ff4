import Crypto
import Foundation
import Ledger

/// A batch judged against what was read before, and what is to be written after: no SQL in between.
struct LedgerDraft {
  /// An account and its balance; `key` is nil until a new one is written.
  struct AccountState {
    var key: Int64?
    let account: Account
    var balance: Balance
    var isChanged = false
  }

  /// A hold and whether it is open; `key` is nil until a new one is written.
  struct HoldState {
    let key: Int64?
    let kiosk: UInt32
    var postings: [Posting]
    var isResolved: Bool
  }

  /// The answer that an id has for good.
  struct Answer {
    let outcome: Outcome
    let digest: [UInt8]
  }

  /// An entry of the batch with the bytes that it is compared and chained by.
  struct Content {
    let entry: JournalEntry
    let canonical: [UInt8]
    let digest: [UInt8]

    init(_ entry: JournalEntry) {
      self.entry = entry
      canonical = CanonicalBytes(entry).bytes
      digest = Array(SHA256.hash(data: canonical))
    }
  }

  // Read before.
  var accounts: [AccountID: AccountState] = [:]
  var holds: [EntryID: HoldState] = [:]
  var answers: [EntryID: Answer] = [:]
  // To be written after.
  private(set) var opened: [AccountID] = []
  private(set) var accepted: [Content] = []
  private(set) var refused: [(content: Content, outcome: Outcome)] = []

  /// One outcome per entry, in order.
  mutating func judge(_ contents: [Content], of batch: Batch) -> [Outcome] {
    let untouched = self
    guard open(batch.openings) else {
      self = untouched
      return contents.map { content in
        keep(answers[content.entry.id].flatMap { $0.matches(content) } ?? .malformed, for: content)
      }
    }
    let ready = self
    var outcomes: [Outcome] = []
    for (index, content) in contents.enumerated() {
      let outcome = standing(content) ?? take(content)
      guard batch.isLinked, outcome != .ok else {
        outcomes.append(keep(outcome, for: content))
        continue
      }
      self = ready
      outcomes = refuseLinked(contents, failing: index, as: outcome)
      (accounts, opened) = (untouched.accounts, [])
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
      if let there = accounts[account.id] {
        guard there.account == account else { return false }
        continue
      }
      guard account.isWellFormed else { return false }
      accounts[account.id] = AccountState(
        key: nil, account: account, balance: Balance(posted: 0, heldDebits: 0, heldCredits: 0))
      opened.append(account.id)
    }
    return true
  }

  /// The outcome of an id that was seen before; nil for a new one.
  private func standing(_ content: Content) -> Outcome? {
    guard let answer = answers[content.entry.id] else { return nil }
    if let same = answer.matches(content) { return same }
    return isMalformed(content.entry) ? .malformed : .otherContent
  }

  private mutating func keep(_ outcome: Outcome, for content: Content) -> Outcome {
    guard answers[content.entry.id] == nil else { return outcome }
    answers[content.entry.id] = Answer(outcome: outcome, digest: content.digest)
    if outcome == .ok {
      accepted.append(content)
    } else {
      refused.append((content, outcome))
    }
    return outcome
  }
}

extension LedgerDraft.Answer {
  /// The kept outcome when the content is the same; nil when it is another.
  fileprivate func matches(_ content: LedgerDraft.Content) -> Outcome? {
    digest == content.digest ? outcome : nil
  }
}

// MARK: - One entry

extension LedgerDraft {
  /// Judges a new entry and, when it is right, changes balances and holds.
  private mutating func take(_ content: Content) -> Outcome {
    let entry = content.entry
    guard !isMalformed(entry) else { return .malformed }
    switch entry.action {
    case .post(let postings):
      return move(postings) { .posting($0) }
    case .hold(let postings):
      let outcome = move(postings) { .holding($0) }
      guard outcome == .ok else { return outcome }
      holds[entry.id] = HoldState(
        key: nil, kiosk: entry.context.kiosk, postings: postings.list, isResolved: false)
      return .ok
    case .capture(let hold): return resolve(hold) { .capturing($0) }
    case .void(let hold): return resolve(hold) { .releasing($0) }
    case .expire(let hold):
      // Only the kiosk that made a hold may say that it was abandoned (DESIGN 3).
      guard holds[hold]?.kiosk == entry.context.kiosk else { return .noSuchHold }
      return resolve(hold) { .releasing($0) }
    }
  }

  private func isMalformed(_ entry: JournalEntry) -> Bool {
    guard entry.context.isWellFormed else { return true }
    switch entry.action {
    case .capture, .void, .expire: return false
    case .post(let postings), .hold(let postings):
      var owner: String?
      for posting in postings.list {
        guard let account = accounts[posting.account]?.account else { continue }
        guard account.asset == posting.asset else { return true }
        guard account.rule != .free else { continue }
        guard owner == nil || owner == account.id.owner else { return true }
        owner = account.id.owner
      }
      return false
    }
  }

  private mutating func move(
    _ postings: Postings, _ change: (BalanceChange.Sums) -> BalanceChange
  ) -> Outcome {
    guard postings.list.allSatisfy({ accounts[$0.account] != nil }) else { return .noSuchAccount }
    return apply(postings.list, change)
  }

  private mutating func resolve(
    _ id: EntryID, _ change: (BalanceChange.Sums) -> BalanceChange
  ) -> Outcome {
    guard let hold = holds[id] else { return .noSuchHold }
    guard !hold.isResolved else { return .holdResolved }
    let outcome = apply(hold.postings, change)
    if outcome == .ok { holds[id]?.isResolved = true }
    return outcome
  }

  /// All of the balances or none; an account may be named by several postings.
  private mutating func apply(
    _ postings: [Posting], _ change: (BalanceChange.Sums) -> BalanceChange
  ) -> Outcome {
    var sums: [AccountID: BalanceChange.Sums] = [:]
    for posting in postings {
      if posting.units > 0 {
        sums[posting.account, default: .init()].debits += posting.units
      } else {
        sums[posting.account, default: .init()].credits -= posting.units
      }
    }
    var changed: [(AccountID, Balance)] = []
    for (id, ofAccount) in sums {
      guard let state = accounts[id] else { return .noSuchAccount }
      let balance = change(ofAccount).applied(to: state.balance)
      guard state.account.allows(balance) else { return .overLimit }
      changed.append((id, balance))
    }
    for (id, balance) in changed {
      accounts[id]?.balance = balance
      accounts[id]?.isChanged = true
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
