import Ledger
import Retail
import Storage

/// Issues a coupon by hand: for the daemon when `kioskctl` asks it, and for `kioskctl` itself when
/// no daemon runs.
public enum CouponIssue {
  /// Entries outside of any sale carry the counter 0, which no sale has, and 48 random bits. Two
  /// that meet are told by the ledger; then others are drawn, so often at most.
  static let attemptLimit = 3

  /// Opens the coupon's account, posts its one piece and writes its facts, in one transaction.
  /// When it throws, nothing was issued.
  ///
  /// - Parameters:
  ///   - template: its id in promotions.yaml.
  ///   - member: whom it is bound to; nil: whoever bears it.
  ///   - serial: 48 bits of chance that the asker drew. Asked again under the same serial, the
  ///     same coupon is the answer, with its code; without one, each call issues another.
  ///   - actor: who issues it, `staff/17`.
  public static func issue(
    template: String, member: Int64?, serial: UInt64? = nil, in store: Store, rules: RuleSet,
    kiosk: UInt32, clock: KioskClock, language: Language, actor: String = "staff/kioskctl"
  ) async throws(CouponIssueFailure) -> IssuedCode {
    guard let template = rules.template(template) else {
      throw .unknownTemplate(template, known: rules.templates.map(\.id))
    }
    if let member, try await Self.member(member, in: store) == nil {
      throw .unknownMember(member)
    }
    if let serial, serial >= serialLimit { throw .malformed("serial \(serial)") }
    for _ in 0..<attemptLimit {
      let number = serial ?? drawn(clock)
      if serial != nil,
        let issued = try await earlier(
          couponID(kiosk: kiosk, serial: number), of: template, member: member, in: store,
          time: clock.now(), language: language)
      {
        return issued
      }
      let draft = try CouponDraft(
        template, member: member, serial: number, kiosk: kiosk, clock: clock, actor: actor)
      let outcomes = try await post(draft, in: store)
      if outcomes == [.ok] { return draft.issued(language) }
      guard outcomes == [.otherContent] else { throw .refused(outcomes.first ?? .malformed) }
    }
    throw .refused(.otherContent)
  }

  /// A serial has 48 bits.
  public static let serialLimit: UInt64 = 1 << 48

  /// A serial for `issue`.
  public static func drawn(_ clock: KioskClock) -> UInt64 {
    clock.randomBytes(6).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
  }

  fileprivate static func couponID(kiosk: UInt32, serial: UInt64) -> String {
    let digits = String(serial, radix: 16)
    return "\(kiosk)-h" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
  }

  /// The coupon that was issued under this serial, when its answer was lost.
  private static func earlier(
    _ id: String, of template: Rule, member: Int64?, in store: Store, time: ShopTime,
    language: Language
  ) async throws(CouponIssueFailure) -> IssuedCode? {
    let (record, code): (CouponRecord?, BearerCode?)
    do {
      record = try await store.coupon(id: id)
      code = record == nil ? nil : try await store.revealCode(id: id)
    } catch {
      throw .store(error)
    }
    guard let record else { return nil }
    guard let code, record.template == template.id, record.holder == member else {
      throw .refused(.otherContent)
    }
    let offset = time.offsetSeconds
    return IssuedCode(
      id: id, template: template.id, title: template.title.text(in: language), code: code.text,
      validFrom: "\(ShopTime(instant: record.validFrom, offsetSeconds: offset).date)",
      validUntil: "\(ShopTime(instant: record.lastMoment, offsetSeconds: offset).date)")
  }

  private static func member(
    _ id: Int64, in store: Store
  ) async throws(CouponIssueFailure) -> MemberRecord? {
    do {
      return try await store.member(id)
    } catch {
      throw .store(error)
    }
  }

  private static func post(
    _ draft: CouponDraft, in store: Store
  ) async throws(CouponIssueFailure) -> [Outcome] {
    do {
      return try await store.issue([draft.facts], posting: draft.batch)
    } catch {
      throw .store(error)
    }
  }
}

/// Why no coupon was issued.
public enum CouponIssueFailure: Error, Equatable, Sendable, CustomStringConvertible {
  case unknownTemplate(String, known: [String])
  case unknownMember(Int64)
  /// The template cannot be posted: its name makes no asset.
  case malformed(String)
  case refused(Outcome)
  case store(StorageError)

  public var description: String {
    switch self {
    case .unknownTemplate(let template, let known):
      "no coupon template is called \(template); promotions.yaml has "
        + (known.isEmpty ? "none" : known.joined(separator: ", "))
    case .unknownMember(let id):
      "there is no member \(id); look the number up with `kioskctl member show`"
    case .malformed(let template):
      "the coupon template \(template) cannot be posted; give it a shorter name of small letters"
    case .refused(let outcome):
      "the ledger refused the coupon (\(outcome.rawValue)) and nothing was issued; try again"
    case .store(let error): error.description
    }
  }
}

/// A coupon with all that is written for it.
struct CouponDraft {
  let coupon: IssuedCoupon
  let code: BearerCode
  let facts: NewCoupon
  let batch: Batch

  init(
    _ template: Rule, member: Int64?, serial: UInt64, kiosk: UInt32, clock: KioskClock,
    actor: String
  ) throws(CouponIssueFailure) {
    let time = clock.now()
    let coupon = IssuedCoupon(
      id: CouponIssue.couponID(kiosk: kiosk, serial: serial), of: template, at: time)
    guard let account = coupon.account,
      let code = BearerCode(random: clock.randomBytes(BearerCode.randomByteCount))
    else { throw .malformed(template.id) }
    let house = HouseAccount.pieces(HouseAccount.couponsIssued, of: template.id)
    let postings: Postings
    do {
      postings = try Postings([
        Posting(account: house, asset: account.asset, units: coupon.pieces),
        Posting(account: account.id, asset: account.asset, units: -coupon.pieces),
      ])
    } catch {
      throw .malformed(template.id)
    }
    let entry = JournalEntry(
      id: EntryID(
        sale: SaleID(kiosk: kiosk, counter: 0), step: UInt32(truncatingIfNeeded: serial >> 16),
        ordinal: UInt16(truncatingIfNeeded: serial)),
      action: .post(postings),
      context: EntryContext(
        reason: "coupon issued by hand", actor: actor, kiosk: kiosk, sale: nil, at: time.instant))
    self.coupon = coupon
    self.code = code
    batch = Batch(
      openings: [Account(id: house, asset: account.asset, rule: .free), account],
      entries: [entry], isLinked: true)
    facts = NewCoupon(
      id: coupon.id, template: template.id, templateVersion: template.version, code: code,
      holder: member, validFrom: coupon.beginsAt, validUntil: coupon.endsAt, sale: nil)
  }

  /// All of them or none; there are at least one, and of one kind.
  static func batch(_ drafts: [CouponDraft]) -> Batch {
    Batch(
      openings: drafts.prefix(1).flatMap(\.batch.openings)
        + drafts.dropFirst().flatMap { $0.batch.openings.suffix(1) },
      entries: drafts.flatMap(\.batch.entries), isLinked: true)
  }

  func issued(_ language: Language) -> IssuedCode {
    IssuedCode(coupon, code, language)
  }
}

extension CouponRecord {
  /// It is valid up to this millisecond, and no longer.
  fileprivate var lastMoment: Instant { Instant(milliseconds: validUntil.milliseconds - 1) }
}
