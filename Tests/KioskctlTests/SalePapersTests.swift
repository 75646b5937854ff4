import Foundation
import Ledger
import Retail
import Storage
import Testing

/// What staff are told of a sale's papers and coupons.
struct SalePapersTests {
  private struct Answer: Decodable {
    struct Paper: Decodable {
      let job: UInt32
      let state: String
      let isOut: Bool
    }
    struct Coupon: Decodable {
      let id: String
      let isOut: Bool
      let standing: String
      let code: String?
    }
    let papers: [Paper]
    let coupons: [Coupon]
  }

  @Test func `each paper that may not be out is said to be so`() async throws {
    let (book, _) = try await Self.book()

    let run = try await KioskctlRun("receipt show 3-000050", data: book.directory)
    let papers = try await KioskctlRun("receipt show 3-000050 --json", data: book.directory)
      .json(Answer.self).papers

    #expect(run.status == 0)
    let lines = run.output.split(separator: "\n").filter { $0.contains(", print job ") }
    #expect(
      lines == [
        "receipt, print job 2: sent, not known to be on paper, or only in part",
        "coupon, print job 3: abandoned, not known to be on paper, or only in part; "
          + "it waited too long and is not printed any more",
        "coupon, print job 4: printed",
        "coupon, print job 5: abandoned, not known to be on paper, or only in part; "
          + "print job 7 repeats it",
        "coupon, print job 6: queued, not on paper yet",
        "coupon, print job 7, copy 1: printed, all of it was sent; its printer cannot confirm more",
      ])
    #expect(papers.map(\.isOut) == [false, false, true, false, false, true])
  }

  @Test func `the code of a coupon is shown only when the customer may not have got it`()
    async throws
  {
    let (book, codes) = try await Self.book()

    let run = try await KioskctlRun("receipt show 3-000050", data: book.directory)
    let coupons = try await KioskctlRun("receipt show 3-000050 --json", data: book.directory)
      .json(Answer.self).coupons

    #expect(coupons.map(\.standing) == ["free", "free", "free", "spent"])
    #expect(coupons.map(\.isOut) == [false, true, true, false])
    #expect(coupons.map(\.code) == [codes[0].text, codes[1].mask, codes[2].mask, codes[3].mask])
    #expect(
      run.output.contains("not known to be out; give the customer this code: \(codes[0].text)"))
    for code in codes.dropFirst() {
      #expect(!run.output.contains(code.text))
      #expect(run.output.contains(code.mask))
    }
    #expect(run.output.contains("it was used already"))
  }

  /// A sale with four coupons: one whose paper was given up, one on paper, one on paper as a copy,
  /// and one whose paper waits though it was used from the screen.
  private static func book() async throws -> (Book, [BearerCode]) {
    let book = try await Book.filled()
    let store = try book.openWriter()
    let sale = SaleID(kiosk: 3, counter: 50)
    let template = try #require(try Book.rules().template("over50-off8"))
    let coupons = (0..<4).map { IssuedCoupon(id: "3-50-\($0)", of: template, at: Book.time) }
    let codes = try (0..<4).map { number in
      try #require(
        BearerCode(random: [UInt8](repeating: number + 1, count: BearerCode.randomByteCount)))
    }
    let at = Book.time.instant
    _ = try await store.commit(batch: try batch(of: coupons, sale)) { _ in
      let receipt = Receipt(
        sale: sale, time: Book.time, language: .en, lines: [], discounts: [],
        subtotal: Money(minorUnits: 100), payable: Money(minorUnits: 100), tenders: [],
        member: nil, coupons: coupons)
      return Decision(
        journal: JournalRecord(
          at: at, saleCounter: 50, schemaVersion: 1, event: [], state: [], effects: []),
        sale: SaleRecord(
          id: sale, at: at, member: nil, total: receipt.payable,
          receipt: Array(try JSONEncoder().encode(receipt)), decision: []),
        printJobs: [NewPrintJob(sale: sale, kind: .receipt, document: [], at: at)]
          + coupons.indices.map {
            NewPrintJob(sale: sale, kind: .coupon, ordinal: $0, document: [], at: at)
          },
        coupons: zip(coupons, codes).map { coupon, code in
          NewCoupon(
            id: coupon.id, template: coupon.template, templateVersion: coupon.templateVersion,
            code: code, holder: nil, validFrom: at, validUntil: farAway, sale: sale)
        })
    }
    let first = try #require(try await store.printJobs(of: sale).first?.number)
    for number in first...(first + 3) { try await store.markSent(number, at: at) }
    try await store.abandonPrintJob(first + 1, because: .expired, at: at)
    try await store.markPrinted(first + 2, how: .printed, at: at)
    let copy = try await store.requeueAsCopy(first + 3, at: at)
    try await store.markSent(copy, at: at)
    try await store.markPrinted(copy, how: .sent, at: at)
    try store.close()
    return (book, codes)
  }

  /// A moment that no run of the tests reaches.
  private static let farAway = Instant(milliseconds: 32_503_680_000_000)

  /// Issues all of them and takes the last one back, as using it does.
  private static func batch(of coupons: [IssuedCoupon], _ sale: SaleID) throws -> Batch {
    let template = coupons[0].template
    let asset = try #require(Asset.coupons(of: template))
    let house = HouseAccount.pieces(HouseAccount.couponsIssued, of: template)
    let moves: [(coupon: IssuedCoupon, units: Int64)] =
      coupons.map { ($0, 1) } + [(coupons[3], -1)]
    let entries = try moves.enumerated().map { ordinal, move in
      JournalEntry(
        id: EntryID(sale: sale, step: 1, ordinal: UInt16(ordinal)),
        action: .post(
          try Postings([
            Posting(account: house, asset: asset, units: move.units),
            Posting(
              account: PresentedCoupon.account(move.coupon.id), asset: asset, units: -move.units),
          ])),
        context: EntryContext(
          reason: "test", actor: "system", kiosk: 3, sale: sale, at: Book.time.instant))
    }
    let openings = coupons.map { coupon in
      Account(
        id: PresentedCoupon.account(coupon.id), asset: asset, rule: .debitsWithinCredits)
    }
    return Batch(
      openings: [Account(id: house, asset: asset, rule: .free)] + openings, entries: entries,
      isLinked: true)
  }
}
