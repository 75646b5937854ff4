import Ledger
import Retail
import Storage

extension CouponIssue {
  /// Batches of one transaction.
  static let bulkBatches = 10
  /// Coupons of one transaction: so many times what a batch of the ledger takes.
  public static let bulkSize = bulkBatches * Batch.entryLimit
  /// Coupons that are generated at once, at most.
  public static let bulkLimit = 1_000_000

  /// Issues many bearer coupons of a kind. Each is as one that is issued alone: an account with its
  /// pieces, a row with the keyed hash of its code, and the code itself sealed.
  ///
  /// `write` gets the codes of each transaction after it is durable. When it or the store throws,
  /// what was written is issued and what was not is not, but for the codes of one transaction,
  /// which nobody has seen.
  ///
  /// - Returns: how many were issued.
  public static func generate(
    template: String, count: Int, in store: Store, rules: RuleSet, kiosk: UInt32,
    clock: KioskClock, language: Language, actor: String = "staff/kioskctl",
    write: ([IssuedCode]) throws -> Void
  ) async throws -> Int {
    guard let template = rules.template(template) else {
      throw CouponIssueFailure.unknownTemplate(template, known: rules.templates.map(\.id))
    }
    guard (1...bulkLimit).contains(count) else {
      throw CouponIssueFailure.malformed("count \(count), from 1 to \(bulkLimit)")
    }
    try await store.expectManyWrites()
    let kind = Bulk(template, kiosk, clock, actor)
    // One after the other from a place of chance, so that what is written lies together: the
    // serial is no secret, the code is.
    let first = drawn(clock)
    var issued = 0
    var drafts = try kind.drafts(min(bulkSize, count), from: first)
    while issued < count {
      let done = issued + drafts.count
      let most = min(bulkSize, count - done)
      // Codes are drawn while those before are on their way to the disk.
      async let following = kind.drafts(most, from: first &+ UInt64(done))
      let accepted = try await kind.accepted(drafts, by: store)
      try write(accepted.map { $0.issued(language) })
      issued = done
      drafts = try await following
    }
    return issued
  }

  /// The coupons of one run.
  private struct Bulk: Sendable {
    let template: Rule
    let kiosk: UInt32
    let clock: KioskClock
    let actor: String

    init(_ template: Rule, _ kiosk: UInt32, _ clock: KioskClock, _ actor: String) {
      self.template = template
      self.kiosk = kiosk
      self.clock = clock
      self.actor = actor
    }

    func drafts(_ count: Int, from serial: UInt64) throws(CouponIssueFailure) -> [CouponDraft] {
      var drafts: [CouponDraft] = []
      for number in 0..<UInt64(count) {
        drafts.append(
          try CouponDraft(
            template, member: nil, serial: (serial &+ number) % serialLimit, kiosk: kiosk,
            clock: clock, actor: actor))
      }
      return drafts
    }

    /// One transaction of coupons, and which they are.
    func accepted(_ drafts: [CouponDraft], by store: Store) async throws -> [CouponDraft] {
      var parts = stride(from: 0, to: drafts.count, by: Batch.entryLimit).map {
        Array(drafts[$0..<min($0 + Batch.entryLimit, drafts.count)])
      }
      var accepted: [CouponDraft] = []
      for _ in 0..<attemptLimit {
        let outcomes = try await store.issue(
          parts.map { CouponPart(coupons: $0.map(\.facts), batch: CouponDraft.batch($0)) })
        var refused: [[CouponDraft]] = []
        for (part, outcomes) in zip(parts, outcomes) {
          if outcomes.allSatisfy({ $0 == .ok }) {
            accepted += part
          } else if outcomes.contains(.otherContent) {
            // Serials that meet earlier ones: another place is drawn.
            refused.append(try self.drafts(part.count, from: drawn(clock)))
          } else {
            throw CouponIssueFailure.refused(outcomes.first { $0 != .linkedFailed } ?? .malformed)
          }
        }
        if refused.isEmpty { return accepted }
        parts = refused
      }
      throw CouponIssueFailure.refused(.otherContent)
    }
  }
}
