import Ledger
import Retail
import Storage

/// What became of the papers of a sale, and of the coupons on them.
struct SalePapers: Encodable {
  struct Paper: Encodable {
    let job: UInt32
    let kind: String
    let copy: Int
    let state: String
    /// Whether the paper is known to be out.
    let isOut: Bool
    let meaning: String
  }

  struct Coupon: Encodable {
    enum Standing: String, Encodable { case free, held, spent, expired, unknown }

    let id: String
    let title: String
    let isOut: Bool
    let standing: Standing
    /// In the clear only when staff have to hand it over, else masked; nil when there is none.
    let code: String?
  }

  let papers: [Paper]
  let coupons: [Coupon]

  init(of receipt: Receipt, in store: Store, now: Instant) async throws {
    let jobs = try await store.printJobs(of: receipt.sale)
    papers = jobs.map { Paper($0, among: jobs) }
    var coupons: [Coupon] = []
    for (ordinal, coupon) in receipt.coupons.enumerated() {
      // The papers of coupons are numbered as the receipt names them.
      let isOut = jobs.contains {
        $0.kind == .coupon && $0.ordinal == ordinal && $0.state == .printed
      }
      coupons.append(
        try await Coupon(coupon, of: receipt, isOut: isOut, in: store, now: now))
    }
    self.coupons = coupons
  }

  var text: [String] { papers.map(\.text) + coupons.map(\.text) }
}

extension SalePapers.Paper {
  init(_ job: PrintJobRecord, among jobs: [PrintJobRecord]) {
    self.job = job.number
    kind = job.kind.rawValue
    copy = job.copyNumber
    state = job.state.rawValue
    isOut = job.state == .printed
    let copy = jobs.first { $0.copyOf == job.number }
    meaning =
      switch job.state {
      case .queued: "not on paper yet"
      case .sent: "not known to be on paper, or only in part"
      case .abandoned:
        "not known to be on paper, or only in part; "
          + (copy.map { "print job \($0.number) repeats it" }
            ?? (job.givenUpBecause == .expired
              ? "it waited too long and is not printed any more" : "nothing repeats it"))
      case .printed:
        job.confirmation == .sent ? "all of it was sent; its printer cannot confirm more" : ""
      }
  }

  fileprivate var text: String {
    "\(kind), print job \(job)" + (copy > 0 ? ", copy \(copy)" : "") + ": \(state)"
      + (meaning.isEmpty ? "" : ", \(meaning)")
  }
}

extension SalePapers.Coupon {
  fileprivate init(
    _ coupon: IssuedCoupon, of receipt: Receipt, isOut: Bool, in store: Store, now: Instant
  ) async throws {
    let record = try await store.coupon(id: coupon.id)
    let standing = try await Self.standing(record, in: store, now: now)
    id = coupon.id
    title = coupon.title.text(in: receipt.language)
    self.isOut = isOut
    self.standing = standing
    let isOwed = !isOut && standing == .free
    code = isOwed ? try await store.revealCode(id: coupon.id)?.text : record?.mask
  }

  private static func standing(
    _ record: CouponRecord?, in store: Store, now: Instant
  ) async throws -> Standing {
    guard let record, let balance = try await SQLiteLedger(store).balance(of: record.account)
    else { return .unknown }
    if balance.posted == 0 { return .spent }
    guard balance.available(under: .debitsWithinCredits) ?? 0 > 0 else { return .held }
    return now < record.validUntil ? .free : .expired
  }

  fileprivate var text: String {
    let head = "coupon \(id), \(title): "
    let code = code ?? "no code"
    if isOut { return head + "its paper is out, \(code)" }
    let rest =
      switch standing {
      case .free: "give the customer this code: \(code)"
      case .held: "a sale is using it now, \(code)"
      case .spent: "it was used already, \(code)"
      case .expired: "it has expired, \(code)"
      case .unknown: "the book has no such coupon; run `kioskctl ledger verify`"
      }
    return head + "its paper is not known to be out; \(rest)"
  }
}
