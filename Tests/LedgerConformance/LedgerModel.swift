import Ledger

/// The rules of DESIGN 3 in the plainest form: dictionaries, copied before each batch.
public actor LedgerModel: LedgerAuthority {
  public struct Hold: Sendable {
    public let entry: JournalEntry
    public let postings: [Posting]
    public var isOpen = true
  }

  public struct State: Sendable {
    public var accounts: [AccountID: Account] = [:]
    public var balances: [AccountID: Balance] = [:]
    public var holds: [EntryID: Hold] = [:]
    /// Every id that was ever answered: the content and the answer.
    public var answers: [EntryID: (entry: JournalEntry, outcome: Outcome)] = [:]
    public var entryCount = 0
  }

  public private(set) var state = State()

  public init() {}

  public func balance(of account: AccountID) -> Balance? { state.balances[account] }

  public func submit(_ batch: Batch) -> [Outcome] {
    guard batch.isWithinLimits else { return batch.entries.map { _ in .malformed } }
    if let funding = batch.fundingBatch { _ = submit(funding) }
    let before = state
    guard open(batch.openings) else {
      state = before
      return batch.entries.map { entry in
        if let answer = state.answers[entry.id], answer.entry == entry { return answer.outcome }
        return remember(entry, .malformed)
      }
    }
    let opened = state
    var outcomes: [Outcome] = []
    for entry in batch.entries {
      let outcome = known(entry) ?? remember(entry, carryOut(entry))
      outcomes.append(outcome)
      if batch.isLinked, outcome != .ok { break }
    }
    guard batch.isLinked, let failure = outcomes.last, failure != .ok else { return outcomes }
    // Nothing of the batch stays but the answers. A name known before keeps its own.
    let failing = outcomes.count - 1
    state = opened
    let answered = batch.entries.enumerated().map { index, entry in
      known(entry) ?? remember(entry, index == failing ? failure : .linkedFailed)
    }
    let answers = state.answers
    state = before
    state.answers = answers
    return answered
  }

  private func open(_ openings: [Account]) -> Bool {
    for account in openings {
      if let there = state.accounts[account.id] {
        guard there == account else { return false }
      } else {
        guard account.isWellFormed else { return false }
        state.accounts[account.id] = account
        state.balances[account.id] = Balance(posted: 0, heldDebits: 0, heldCredits: 0)
      }
    }
    return true
  }

  private func known(_ entry: JournalEntry) -> Outcome? {
    guard let answer = state.answers[entry.id] else { return nil }
    if answer.entry == entry { return answer.outcome }
    return isMalformed(entry) ? .malformed : .otherContent
  }

  private func remember(_ entry: JournalEntry, _ outcome: Outcome) -> Outcome {
    if state.answers[entry.id] == nil {
      state.answers[entry.id] = (entry, outcome)
      if outcome == .ok { state.entryCount += 1 }
    }
    return outcome
  }

  private func isMalformed(_ entry: JournalEntry) -> Bool {
    let context = entry.context
    guard context.reason.utf8.count <= 200, context.actor.utf8.count <= 200 else { return true }
    let postings = self.postings(of: entry.action)
    var owners: Set<String> = []
    for posting in postings {
      guard let account = state.accounts[posting.account] else { continue }
      guard account.asset == posting.asset else { return true }
      if account.rule != .free { owners.insert(account.id.owner) }
    }
    return owners.count > 1
  }

  private func postings(of action: JournalEntry.Action) -> [Posting] {
    switch action {
    case .post(let postings), .hold(let postings): postings.list
    case .capture, .void, .expire: []
    }
  }

  private func moved(by action: JournalEntry.Action) -> [Posting] {
    switch action {
    case .post(let postings), .hold(let postings): postings.list
    case .capture(let id), .void(let id), .expire(let id): state.holds[id]?.postings ?? []
    }
  }

  private func carryOut(_ entry: JournalEntry) -> Outcome {
    if isMalformed(entry) { return .malformed }
    let postings = self.postings(of: entry.action)
    if postings.contains(where: { state.accounts[$0.account] == nil }) { return .noSuchAccount }
    let before = state
    switch entry.action {
    case .post:
      for posting in postings { change(posting, posted: 1, held: 0) }
    case .hold:
      for posting in postings { change(posting, posted: 0, held: 1) }
      state.holds[entry.id] = Hold(entry: entry, postings: postings)
    case .capture(let id), .void(let id), .expire(let id):
      guard let hold = state.holds[id] else { return .noSuchHold }
      var isCapture = false
      if case .capture = entry.action { isCapture = true }
      if case .expire = entry.action, hold.entry.context.kiosk != entry.context.kiosk {
        return .noSuchHold
      }
      guard hold.isOpen else { return .holdResolved }
      state.holds[id]?.isOpen = false
      for posting in hold.postings { change(posting, posted: isCapture ? 1 : 0, held: -1) }
    }
    let touched = moved(by: entry.action).map(\.account)
    if touched.contains(where: { !isWithinLimits($0) }) {
      state = before
      return .overLimit
    }
    return .ok
  }

  private func change(_ posting: Posting, posted: Int64, held: Int64) {
    guard let balance = state.balances[posting.account] else { return }
    state.balances[posting.account] = Balance(
      posted: balance.posted + posted * posting.units,
      heldDebits: balance.heldDebits + held * max(posting.units, 0),
      heldCredits: balance.heldCredits + held * max(-posting.units, 0))
  }

  private func isWithinLimits(_ id: AccountID) -> Bool {
    guard let account = state.accounts[id], let balance = state.balances[id] else { return true }
    let lot = account.grant?.limitUnits ?? .max
    return switch account.rule {
    case .free: true
    case .debitsWithinCredits:
      balance.heldDebits <= -balance.posted && balance.heldCredits - balance.posted <= lot
    case .creditsWithinDebits:
      balance.heldCredits <= balance.posted && balance.posted + balance.heldDebits <= lot
    }
  }
}
