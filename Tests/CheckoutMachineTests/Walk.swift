import CheckoutMachine
import Ledger
import Retail

/// Events as a day of customers, devices and a ledger could bring them: mostly what fits the state,
/// now and then anything at all.
struct EventSource {
  var numbers: SplitMix64

  init(seed: UInt64) { numbers = SplitMix64(seed: seed) }

  mutating func next(in state: Checkout.State) -> Checkout.Event {
    if numbers.oneIn(5) { return numbers.pick(Samples.events) }
    switch state {
    case .attract: return shopping()
    case .claiming:
      return numbers.pick([.pressed(.confirm), .pressed(.cancel), .timerElapsed(.stillThere)])
    case .scanning(let basket):
      return basket.cart.isEmpty || numbers.oneIn(2) ? shopping() : .pressed(.pay)
    case .reviewing(let basket):
      if numbers.oneIn(8) { return shopping() }
      return .pressed(basket.bill.payable > .zero ? .wallet : .confirm)
    case .tendering: return .pressed(.confirm)
    case .holding(let settlement):
      return .held(answers(settlement.hold.entries.count, refusedOneIn: 3))
    case .posting(let settlement):
      return .posted(
        answers(settlement.posting?.batch.entries.count ?? 0, refusedOneIn: 20))
    case .printing(let completed): return paper(of: completed.receipt.sale)
    case .done(let completed):
      return numbers.oneIn(3) ? paper(of: completed.receipt.sale) : .timerElapsed(.done)
    case .outOfService(let closed): return .reopened(numbers.pick(closed.reasons))
    }
  }

  private mutating func shopping() -> Checkout.Event {
    switch numbers.number(in: 1...10) {
    case 1...2: .memberIdentified(numbers.pick([.wang, .wang, .wang, .li, .chen]))
    case 3: .couponPresented(numbers.pick([.over50, .drinks, .everything]))
    case 4: .couponPresented(.of(.over50, id: "c\(numbers.number(in: 1...9))"))
    case 5: .pressed(.remove(line: nil))
    case 6: .pressed(.quantity(numbers.number(in: 0...5), line: nil))
    default: .itemScanned(numbers.pick([.milk, .rice, .eggs, .water, .wine]))
    }
  }

  /// A linked batch: all ok, or one refused and the others with it; once in a while no answer that
  /// fits.
  private mutating func answers(_ count: Int, refusedOneIn refusals: Int) -> [Outcome] {
    if numbers.oneIn(40) { return Array(repeating: .ok, count: count + 1) }
    var outcomes = Array(repeating: Outcome.ok, count: count)
    if count > 0 && numbers.oneIn(refusals) {
      outcomes = Array(repeating: .linkedFailed, count: count)
      outcomes[numbers.number(in: 0...count - 1)] = numbers.pick([.overLimit, .noSuchAccount])
    }
    return outcomes
  }

  private mutating func paper(of sale: SaleID) -> Checkout.Event {
    numbers.oneIn(4)
      ? .printDelayed(sale) : .printed(sale, numbers.pick([.printed, .sent, .delayed]))
  }
}

/// A walk of many events that stops at the first step that no kiosk may take.
struct Walk {
  private(set) var journey = Journey()
  private var source: EventSource
  /// Holds that the ledger has granted and nothing has captured.
  private var open: Set<EntryID> = []
  private var captures: [EntryID: EntryID] = [:]
  private var entries: [EntryID: JournalEntry] = [:]
  private var postedSales: Set<SaleID> = []
  private var memberOfSale: [SaleID: Int64] = [:]
  private var timer: Checkout.Timer?
  private(set) var seen: Set<StateKind> = []
  private(set) var printedSales: Set<SaleID> = []

  init(seed: UInt64) { source = EventSource(seed: seed) }

  mutating func step() throws {
    let before = journey.state
    let event = source.next(in: before)
    if case .timerElapsed(let elapsed) = event, elapsed == timer { timer = nil }
    // A start begins without a timer.
    if case .resumed = event { timer = nil }
    journey.take(event)
    seen.insert(StateKind(journey.state))
    try follow(event, from: before)
    for effect in journey.effects { try follow(effect, from: before) }
    try checkAccount()
    try checkMoney()
  }

  /// What the ledger's answers opened and closed.
  private mutating func follow(_ event: Checkout.Event, from before: Checkout.State) throws {
    if case .held(let outcomes) = event, case .holding(let settlement) = before {
      let isGranted =
        outcomes.count == settlement.hold.entries.count && outcomes.allSatisfy { $0 == .ok }
      if isGranted { open.formUnion(settlement.hold.entries.map(\.id)) }
      try demand(isGranted == (StateKind(journey.state) == .posting), "held \(isGranted)")
    }
    if case .posted(let outcomes) = event, case .posting(let settlement) = before,
      let batch = settlement.posting?.batch
    {
      open = []
      if outcomes.count == batch.entries.count && outcomes.allSatisfy({ $0 == .ok }) {
        try demand(postedSales.insert(settlement.basket.sale).inserted, "posted twice")
      } else {
        try demand(
          journey.state.reasons.contains(.postingRefused(settlement.basket.sale)),
          "a refused posting is a case for staff")
      }
    }
  }

  private mutating func follow(_ effect: Checkout.Effect, from before: Checkout.State) throws {
    switch effect {
    case .hold(let batch):
      try demand(StateKind(journey.state) == .holding, "held outside holding")
      try record(batch)
    case .post(let posting):
      try demand(StateKind(journey.state) == .posting, "posted outside posting")
      try record(posting.batch)
      let captured = posting.batch.entries.compactMap { entry -> EntryID? in
        guard case .capture(let hold) = entry.action else { return nil }
        return hold
      }
      try demand(Set(captured) == open, "a posting captures what is held, all and once")
      try demand(captured.count == open.count, "a hold is captured once")
    case .print(let sale):
      try demand(postedSales.contains(sale), "printed before it was posted")
      printedSales.insert(sale)
    case .arm(let kind, let seconds):
      try demand(seconds > 0, "a timer without a time")
      timer = kind
    case .disarm: timer = nil
    case .show, .notify, .callStaff: break
    }
  }

  /// The same id always means the same entry.
  private mutating func record(_ batch: Batch) throws {
    try demand(batch.isLinked && batch.entries.count <= Batch.entryLimit, "not one batch")
    for entry in batch.entries {
      try demand(entries[entry.id] ?? entry == entry, "an id was used twice: \(entry.id)")
      entries[entry.id] = entry
      guard case .capture(let hold) = entry.action else { continue }
      try demand(captures[hold] ?? entry.id == entry.id, "a hold was captured twice")
      captures[hold] = entry.id
    }
  }

  /// An open account has a timer that closes it, and stays one member's.
  private mutating func checkAccount() throws {
    switch journey.state {
    case .scanning, .reviewing, .tendering:
      try demand(timer == .idle || timer == .stillThere, "an open basket without a timer")
    case .claiming: try demand(timer == .stillThere, "a question without an end")
    case .attract(let language):
      try demand(
        timer == (language == journey.policy.language ? nil : .idle), "timer on the first screen")
    case .printing: try demand(timer == .paper, "waits for paper for ever")
    case .done: try demand(timer == .done, "the last screen stays for ever")
    case .holding, .posting, .outOfService: try demand(timer == nil, "a timer to nothing")
    }
    if let basket = journey.basket, let member = basket.member {
      try demand(
        memberOfSale[basket.sale] ?? member.id == member.id, "another member's account")
      memberOfSale[basket.sale] = member.id
    }
  }

  private func checkMoney() throws {
    if !open.isEmpty {
      try demand(StateKind(journey.state) == .posting, "money is held and nobody works on it")
    }
    guard let basket = journey.basket else { return }
    try demand(basket.bill.payable >= .zero, "owes less than nothing")
    try demand(
      basket.bill.lines.map(\.net).sum() == basket.bill.payable, "lines and bill differ")
    try demand(basket.coupons.count <= Checkout.Basket.couponLimit, "too many coupons")
    guard let plan = journey.state.plan else { return }
    try demand(plan.total == basket.bill.payable && plan.remaining == .zero, "not paid in full")
    if let member = basket.member,
      let limit = journey.policy.rules.wallet.limit(of: member.assurance)
    {
      try demand(plan.total <= limit, "over the limit")
    }
  }

  private func demand(_ holds: Bool, _ what: String) throws {
    if !holds { throw Violation(description: "\(what), in \(journey.state.name)") }
  }
}

/// What a walk found wrong.
struct Violation: Error, CustomStringConvertible {
  let description: String
}

extension Checkout.State {
  var plan: WalletPlan? {
    switch self {
    case .tendering(let tendering): tendering.plan
    case .holding(let settlement), .posting(let settlement): settlement.plan
    case .attract, .scanning, .claiming, .reviewing, .printing, .done, .outOfService: nil
    }
  }

  var reasons: [Checkout.OutOfService.Reason] {
    if case .outOfService(let closed) = self { closed.reasons } else { [] }
  }
}
