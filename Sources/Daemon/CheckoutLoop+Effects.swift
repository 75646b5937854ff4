import CheckoutMachine
import Devices
import Foundation
import Ledger
import Logging
import Retail
import Storage

extension CheckoutLoop {
  /// Goes on from the last recorded state, and issues the effects of that step again.
  func recover() async throws {
    guard let last = try await store.lastJournalRecord() else {
      watchScanner()
      return
    }
    guard last.schemaVersion <= Checkout.schemaVersion else {
      throw RecoveryError.newerSchema(found: last.schemaVersion)
    }
    do {
      state = try JSONDecoder().decode(Checkout.State.self, from: Data(last.state))
    } catch {
      throw RecoveryError.unreadableState("\(error)")
    }
    nextCounter = last.saleCounter + 1
    logger.info("going on", metadata: ["state": "\(state.name)"])
    let resumed = Checkout.Event.resumed(afterSeconds: secondsPassed(since: last.at))
    unresumed = resumed
    await accept(resumed)
    watchScanner()
  }

  /// Reduces an event; when it leads anywhere, the step is on disk before anything is done. A state
  /// that was put aside takes the current one's place with that step.
  func accept(_ event: Checkout.Event, in putAside: Checkout.State? = nil) async {
    let state = putAside ?? self.state
    do {
      let context = try await context(of: event, in: state)
      let (next, effects) = Checkout.reduce(state, event, context, under: setup.policy)
      observe(state, event, context, next, effects)
      guard next != state || !effects.isEmpty else { return }
      _ = try await store.append(try record(event, next, effects, context))
      await adopt(next, effects)
    } catch {
      await storageFailed(error)
    }
  }

  private func observe(
    _ from: Checkout.State, _ event: Checkout.Event, _ context: Checkout.Context,
    _ to: Checkout.State, _ effects: [Checkout.Effect]
  ) {
    setup.observe(
      .step(
        Checkout.Transition(
          from: from, event: event, context: context, to: to, effects: effects)))
  }

  /// Submits a batch and writes the step that its answer leads to, in one transaction.
  private func settle(
    _ batch: Batch, sale: Checkout.SalePosting?, retrying effect: Checkout.Effect,
    _ answer: @escaping @Sendable ([Outcome]) -> Checkout.Event
  ) async {
    let (state, policy) = (state, setup.policy)
    let papers: Papers? = sale.map { self.papers(of: $0) }
    do {
      let context = try await context(of: answer([]), in: state)
      let (outcomes, _) = try await store.commit(batch: batch) { outcomes in
        let event = answer(outcomes)
        let (next, effects) = Checkout.reduce(state, event, context, under: policy)
        let journal = try Self.record(event, next, effects, context)
        guard let sale, let papers, outcomes.allSatisfy({ $0 == .ok }) else {
          return Decision(journal: journal)
        }
        return Decision(
          journal: journal, sale: try Self.row(of: sale), printJobs: try papers.jobs(),
          coupons: papers.coupons)
      }
      let event = answer(outcomes)
      let (next, effects) = Checkout.reduce(state, event, context, under: policy)
      observe(state, event, context, next, effects)
      if case .holding(let settlement) = state { tell(settlement.refusals(outcomes), settlement) }
      if let sale, outcomes.allSatisfy({ $0 == .ok }) {
        setup.observe(.laidOut(sale.receipt, layout.receipt(sale.receipt)))
      }
      await adopt(next, effects)
    } catch {
      postponed = [effect]
      await storageFailed(error)
    }
  }

  /// The step is on disk: show it, then act, in order.
  private func adopt(_ next: Checkout.State, _ effects: [Checkout.Effect]) async {
    state = next
    unresumed = nil
    nextCounter = max(nextCounter, (next.basket?.sale.counter ?? 0) + 1)
    notices = effects.compactMap { if case .notify(let notice) = $0 { notice } else { nil } }
    if effects.contains(.show) || !notices.isEmpty { await publish() }
    for effect in effects {
      await perform(effect)
      setup.afterEffect()
    }
    guard case .attract = state else { return }
    if isScannerMissing { await accept(.closed(.noScanner)) }
    // No sale starts without the room for its voids.
    if !store.hasReserve, !isStorageFailing { await storageFailed(StorageRefill()) }
  }

  private func perform(_ effect: Checkout.Effect) async {
    switch effect {
    case .show, .notify: break  // `publish` has shown state and notices together.
    case .hold(let batch):
      await settle(batch, sale: nil, retrying: effect) { .held($0) }
    case .post(let posting):
      await settle(posting.batch, sale: posting, retrying: effect) { .posted($0) }
    case .print(let sale): await printQueue.bring(sale)
    case .arm(let kind, let seconds): arm(kind, seconds: seconds)
    case .disarm: disarm()
    case .callStaff: logger.notice("staff called", metadata: ["state": "\(state.name)"])
    }
  }

  // MARK: Storage faults

  /// Nothing was written and nothing is lost: the state stands as it was. A kiosk that cannot write
  /// sells nothing; what is being posted is tried again until it is written.
  func storageFailed(_ error: any Error) async {
    logger.error("storage: \(error)")
    if !isStorageFailing {
      isStorageFailing = true
      later(Self.storageRetryPause, .storageRetry)
    }
    if postponed.isEmpty {
      // In memory only, for it cannot be written; a sale that is being paid or printed stays.
      let context = context()
      let (next, effects) = Checkout.reduce(
        state, .closed(.storageFull), context, under: setup.policy)
      observe(state, .closed(.storageFull), context, next, effects)
      if next != state {
        disarm()
        if state.basket != nil { interrupted = (state, since: setup.clock.now().instant) }
        state = next
        notices = []
      }
    }
    await publish()
  }

  func retryStorage() async {
    isStorageFailing = false
    let effects = postponed
    postponed = []
    for effect in effects { await perform(effect) }
    guard effects.isEmpty else { return }
    if let unresumed, !isClosed { return await accept(unresumed) }
    do throws(StorageError) {
      // Open again only with the room for voids: else the next fault would find none.
      guard try store.restoreReserve() else { return await storageFailed(StorageRefill()) }
    } catch {
      return await storageFailed(error)
    }
    if let pause = interrupted {
      // The same basket, once writing is seen to work again; after a while whoever stands there
      // need not be the member any more, as after a power cut.
      await accept(
        .resumed(afterSeconds: secondsPassed(since: pause.since)), in: pause.state)
      if !isStorageFailing { interrupted = nil }
    } else {
      await accept(.reopened(.storageFull))
    }
    if !isStorageFailing { await catchUp() }
  }

  private var isClosed: Bool { if case .outOfService = state { true } else { false } }

  /// What was told while nothing could be written is asked for again.
  private func catchUp() async {
    if case .printing(let completed) = state {
      await printQueue.bring(completed.receipt.sale)
      arm(.paper, seconds: setup.policy.timers.paper)
    }
    if devices.isEnabled(.scanner) {
      await accept(.reopened(.noScanner))
    } else if isScannerMissing {
      await accept(.closed(.noScanner))
    }
  }

  private func secondsPassed(since earlier: Instant) -> Int {
    Int(max(0, setup.clock.now().instant.milliseconds - earlier.milliseconds) / 1_000)
  }

  // MARK: Records

  func context() -> Checkout.Context {
    Checkout.Context(
      time: setup.clock.now(), nextSale: SaleID(kiosk: setup.kiosk, counter: nextCounter))
  }

  /// With what is left of the limits that the event may be priced with. Between this look and the
  /// hold somebody else may be first; then the ledger says so.
  private func context(
    of event: Checkout.Event, in state: Checkout.State
  ) async throws(StorageError) -> Checkout.Context {
    let now = context()
    let limits = Checkout.limitAccounts(state, event, at: now.time, under: setup.policy)
    guard !limits.isEmpty else { return now }
    return Checkout.Context(
      time: now.time, nextSale: now.nextSale,
      available: try await SQLiteLedger(store).available(limits))
  }

  /// Staff read here what the customer is told in a word.
  private func tell(_ refusals: [Checkout.HoldRefusal], _ settlement: Checkout.Settlement) {
    for refusal in refusals {
      logger.notice(
        "hold refused",
        metadata: ["sale": "\(settlement.basket.sale)", "reason": "\(refusal.reason)"])
    }
  }

  private func record(
    _ event: Checkout.Event, _ next: Checkout.State, _ effects: [Checkout.Effect],
    _ context: Checkout.Context
  ) throws -> JournalRecord {
    try Self.record(event, next, effects, context)
  }

  private static func record(
    _ event: Checkout.Event, _ next: Checkout.State, _ effects: [Checkout.Effect],
    _ context: Checkout.Context
  ) throws -> JournalRecord {
    try JournalRecord(event, next, effects, context)
  }

  private static func row(of posting: Checkout.SalePosting) throws -> SaleRecord {
    try SaleRecord(posting)
  }

  /// The papers of a sale, with the codes of its coupons made now. A posting that is repeated makes
  /// new codes, and the store keeps the first: nothing was printed before.
  private func papers(of posting: Checkout.SalePosting) -> Papers {
    let codes: [(IssuedCoupon, BearerCode)] = posting.receipt.coupons.compactMap { coupon in
      BearerCode(random: setup.clock.randomBytes(BearerCode.randomByteCount))
        .map { (coupon, $0) }
    }
    return Papers(
      receipt: posting.receipt, member: posting.member, codes: codes, layout: layout,
      at: posting.receipt.time.instant)
  }
}

/// What a posted sale prints and issues.
private struct Papers: Sendable {
  let receipt: Receipt
  let member: Int64?
  let codes: [(IssuedCoupon, BearerCode)]
  let layout: ReceiptLayout
  let at: Instant

  var coupons: [NewCoupon] {
    codes.map { coupon, code in
      NewCoupon(
        id: coupon.id, template: coupon.template, templateVersion: coupon.templateVersion,
        code: code, holder: nil, validFrom: coupon.beginsAt, validUntil: coupon.endsAt,
        sale: receipt.sale)
    }
  }

  func jobs() throws -> [NewPrintJob] {
    func document(_ elements: [PrintElement]) throws -> [UInt8] {
      try CompactJSON.encode(StoredPaper(language: receipt.language, elements: elements))
    }
    let coupons = try codes.enumerated().map { ordinal, issued in
      let (coupon, code) = issued
      return NewPrintJob(
        sale: receipt.sale, kind: .coupon, ordinal: ordinal,
        document: try document(
          layout.coupon(
            coupon, code: code.characters, spelled: code.text, language: receipt.language)),
        at: at)
    }
    return [
      NewPrintJob(
        sale: receipt.sale, kind: .receipt, document: try document(layout.receipt(receipt)),
        at: at)
    ] + coupons
  }
}

/// Writing may work again, but the disk is still too full to keep the reserve.
struct StorageRefill: Error, CustomStringConvertible {
  var description: String { "the disk is nearly full; free space and the kiosk opens by itself" }
}

/// Why the journal could not be taken up.
public enum RecoveryError: Error, Equatable, Sendable, CustomStringConvertible {
  case newerSchema(found: Int)
  case unreadableState(String)

  public var description: String {
    switch self {
    case .newerSchema(let found):
      "the checkout journal is of version \(found), newer than this kioskd "
        + "(\(Checkout.schemaVersion)); install the newer kioskd again"
    case .unreadableState(let why):
      "the checkout journal's last state cannot be read (\(why)); "
        + "run `kioskctl ledger verify` and call support before you go on"
    }
  }
}
