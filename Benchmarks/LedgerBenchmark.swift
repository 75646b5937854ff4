import Foundation
import Ledger
import Storage

/// The ledger by itself: a sale's two batches beside commits through SQLite's C interface while the
/// book grows, many sales in a transaction, and the check of the whole book.
struct LedgerBenchmark {
  static let turn = 20
  static let turnsPerSize = 15
  static let salesPerTransaction = 100
  static let targetShare = 0.6
  static let targetPostingsPerSecond = 20_000.0
  static let targetVerifySeconds = 60.0

  let postingCount: Int
  /// Where the plot goes; nil: nowhere.
  let plot: String?

  /// A size of the book, and what a sale costs then.
  struct Size {
    let postings: Int
    var bare: [Double] = []
    var hold: [Double] = []
    var posting: [Double] = []
    var holdCPU: [Double] = []
    var postingCPU: [Double] = []
    var holdPages = 0
    var postingPages = 0
  }

  func run(in workplace: Workplace) async throws {
    let directory = try workplace.make("ledger")
    let store = try Store.open(directory: directory, mode: .writer)
    let ledger = SQLiteLedger(store)
    var book = try LedgerBook(at: Instant(milliseconds: 1_764_500_000_000))
    let load = Machine.load
    for batch in try book.openings() { try await submit([batch], to: ledger) }
    let bare = try BareTable(path: directory + "/bare.sqlite")
    _ = try bare.timeCommits(PostingBenchmark.warmUpCommits)
    var postings = 0
    var sizes: [Size] = []
    var filling: [Double] = []
    for goal in Self.goals(upTo: postingCount) {
      while postings + Self.salesPerTransaction * LedgerBook.postingsPerSale <= goal {
        let sales = try (0..<Self.salesPerTransaction).map { _ in try book.nextSale() }
        let start = Moment.now
        try await submit(sales.flatMap { [$0.hold, $0.posting] }, to: ledger)
        filling.append(Moment.now.wallMilliseconds(since: start))
        postings += Self.salesPerTransaction * LedgerBook.postingsPerSale
      }
      sizes.append(try await measure(postings, &book, ledger, bare, directory))
      postings += (Self.turnsPerSize + 1) * Self.turn * LedgerBook.postingsPerSale
    }
    let start = Moment.now
    let report = try await ledger.verify()
    let verified = Moment.now.wallMilliseconds(since: start) / 1_000
    guard report.isSound else { throw BenchmarkFault("the ledger: \(String(describing: report))") }
    try store.close()
    self.report(sizes, filling, report, verified, load)
    if let plot { try LedgerPlot(sizes: sizes).write(to: plot) }
  }

  private static func goals(upTo limit: Int) -> [Int] {
    [10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000].filter { $0 < limit }
      + [limit]
  }

  private func submit(_ batches: [Batch], to ledger: SQLiteLedger) async throws {
    let outcomes = try await ledger.submit(batches)
    guard outcomes.allSatisfy({ $0.allSatisfy { $0 == .ok } }) else {
      throw BenchmarkFault("a batch was refused: \(outcomes)")
    }
  }

  private func measure(
    _ postings: Int, _ book: inout LedgerBook, _ ledger: SQLiteLedger, _ bare: BareTable,
    _ directory: String
  ) async throws -> Size {
    var size = Size(postings: postings)
    // The first turn warms up, and its pages are counted.
    let database = directory + "/" + Store.fileName
    var (holdPages, postingPages): ([Double], [Double]) = ([], [])
    for number in 0...Self.turnsPerSize {
      let half = Self.turn / 2
      let first = try bare.timeCommits(half)
      var (hold, posting, holdCPU, postingCPU) = (0.0, 0.0, 0.0, 0.0)
      for _ in 0..<Self.turn {
        let sale = try book.nextSale()
        let frames = number == 0 ? try WriteAheadLog.frameCount(ofDatabase: database) : 0
        let start = Moment.now
        let held = try await ledger.submit(sale.hold)
        let middle = Moment.now
        let between = number == 0 ? try WriteAheadLog.frameCount(ofDatabase: database) : 0
        let again = Moment.now
        let posted = try await ledger.submit(sale.posting)
        let end = Moment.now
        guard (held + posted).allSatisfy({ $0 == .ok }) else {
          throw BenchmarkFault("a sale was refused: \(held) \(posted)")
        }
        hold += middle.wallMilliseconds(since: start)
        posting += end.wallMilliseconds(since: again)
        holdCPU += middle.cpuMilliseconds(since: start)
        postingCPU += end.cpuMilliseconds(since: again)
        guard number == 0 else { continue }
        let after = try WriteAheadLog.frameCount(ofDatabase: database)
        // Less than nothing when the log has begun anew.
        if between > frames { holdPages.append(Double(between - frames)) }
        if after > between { postingPages.append(Double(after - between)) }
      }
      let second = try bare.timeCommits(Self.turn - half)
      guard number > 0 else { continue }
      size.bare.append(first + second)
      size.hold.append(hold)
      size.posting.append(posting)
      size.holdCPU.append(holdCPU)
      size.postingCPU.append(postingCPU)
    }
    size.holdPages = Int(Distribution(holdPages).median)
    size.postingPages = Int(Distribution(postingPages).median)
    return size
  }
}

extension LedgerBenchmark.Size {
  /// Milliseconds of one commit, over all turns.
  static func each(_ turns: [Double]) -> Double {
    turns.reduce(0, +) / Double(turns.count * LedgerBenchmark.turn)
  }

  static func share(_ bare: [Double], _ turns: [Double]) -> Double { each(bare) / each(turns) }
}

extension LedgerBenchmark {
  private func report(
    _ sizes: [Size], _ filling: [Double], _ report: LedgerReport, _ verified: Double,
    _ load: String
  ) {
    print(
      """
      LEDGER: hold and posting of a sale of \(LedgerBook.postingsPerSale) postings with the chain, \
      one commit each, beside
        one-row commits through SQLite's C interface
        how: \(Self.turnsPerSize) turns of \(Self.turn) at each size: bare commits, sales, bare \
      commits; \(LedgerBook.memberCount) members; load \(load)
        postings      bare  hold    posting  ms each; of the one-row rate; processor ms; pages
      """)
    for size in sizes {
      func part(_ turns: [Double], _ cpu: [Double], _ pages: Int) -> String {
        "\(format(Size.each(turns), decimals: 3)) \(format(Size.share(size.bare, turns))) "
          + "\(format(Size.each(cpu), decimals: 3)) \(pages)"
      }
      let count = String(size.postings)
      print(
        "  \(String(repeating: " ", count: max(0, 10 - count.count)))\(count)"
          + "\(format(Size.each(size.bare), decimals: 3))  |"
          + "\(part(size.hold, size.holdCPU, size.holdPages))  |"
          + "\(part(size.posting, size.postingCPU, size.postingPages))")
    }
    let all = sizes.reduce(into: Size(postings: 0)) { sum, size in
      sum.bare += size.bare
      sum.hold += size.hold
      sum.posting += size.posting
    }
    let (hold, posting) = (Size.share(all.bare, all.hold), Size.share(all.bare, all.posting))
    let perTransaction = Double(Self.salesPerTransaction * LedgerBook.postingsPerSale)
    let rate = perTransaction / (Distribution(filling).mean / 1_000)
    let (low, high) = (sizes[0].postingCPU, sizes[sizes.count - 1].postingCPU)
    print(
      """
        target: hold ≥ \(Self.targetShare) of the one-row rate: \(format(hold)) \
      \(verdict(hold >= Self.targetShare)); posting: \(format(posting)) \
      \(verdict(posting >= Self.targetShare))
        flat: a posting's processor time at the largest size is \
      \(format(Size.each(high) / Size.each(low))) of that at the smallest
        \(Self.salesPerTransaction) sales a transaction: \(format(rate, decimals: 0)) postings a \
      second \(verdict(rate >= Self.targetPostingsPerSecond)) (transactions: \
      \(Distribution(filling).summary))
        verify: \(report.postingCount) postings, \(report.entryCount) entries, \
      \(report.accountCount) accounts in \(format(verified)) s \
      \(verdict(verified < Self.targetVerifySeconds)); most memory of the process \
      \(ProcessMemory.peakMegabytes) MB
      """)
  }
}

/// What this process has had in memory at most.
enum ProcessMemory {
  static var peakMegabytes: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_maxrss) / 1_024
  }
}
