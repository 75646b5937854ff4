import Ledger
import Retail
import Storage

extension CouponIssue {
  /// Coupons of one transaction: as many as a batch of the ledger takes.
  public static let bulkSize = Batch.entryLimit
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
    var issued = 0
    while issued < count {
      let codes = try await some(
        min(bulkSize, count - issued), of: template, store, kiosk, clock, language, actor)
      try write(codes)
      issued += codes.count
    }
    return issued
  }

  /// One transaction of coupons. Serials that meet earlier ones are told by the ledger; then others
  /// are drawn.
  private static func some(
    _ count: Int, of template: Rule, _ store: Store, _ kiosk: UInt32, _ clock: KioskClock,
    _ language: Language, _ actor: String
  ) async throws -> [IssuedCode] {
    for _ in 0..<attemptLimit {
      var drafts: [CouponDraft] = []
      for _ in 0..<count {
        drafts.append(
          try CouponDraft(
            template, member: nil, serial: drawn(clock), kiosk: kiosk, clock: clock, actor: actor))
      }
      let outcomes = try await store.issue(drafts.map(\.facts), posting: CouponDraft.batch(drafts))
      if outcomes.allSatisfy({ $0 == .ok }) { return drafts.map { $0.issued(language) } }
      guard outcomes.contains(.otherContent) else {
        throw CouponIssueFailure.refused(outcomes.first { $0 != .linkedFailed } ?? .malformed)
      }
    }
    throw CouponIssueFailure.refused(.otherContent)
  }
}
