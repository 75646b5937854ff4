import CheckoutMachine
import Daemon
import Ledger
import Retail
import Storage

/// The two transactions of a sale, its hold and its posting, in turns with one-row commits through
/// SQLite's C interface.
struct PostingBenchmark {
  /// Commits of a kind in one turn.
  static let turn = 20
  static let targetShare = 0.5
  static let warmUpSales = 100
  static let warmUpCommits: Int64 = 1_200

  let saleCount: Int

  /// Milliseconds of each turn, all in the same order.
  private struct Figures {
    var bare: [Double] = []
    var hold: [Double] = []
    var posting: [Double] = []
    var postingCPU: [Double] = []
  }

  func run(in workplace: Workplace) async throws {
    let directory = try workplace.make("posting")
    let shop = try BenchShop()
    let timeline = CommitTimeline()
    let store = try Store.open(
      directory: directory, mode: .writer,
      crashPoint: { if $0.hasPrefix("before") { timeline.end(.rows) } })
    try await shop.fill(store)
    let count = Self.warmUpSales + saleCount / Self.turn * Self.turn
    var sales = try await prepare(count + 1, shop, store)
    let shape = try await self.shape(of: sales.removeLast(), store)
    let bare = try BareTable(path: directory + "/bare.sqlite")
    for number in 0..<Self.warmUpCommits { try bare.commitRow(number) }
    let load = Machine.load
    var figures = Figures()
    while !sales.isEmpty {
      let isWarmUp = sales.count > count - Self.warmUpSales
      let part = Array(sales.prefix(Self.turn))
      sales.removeFirst(part.count)
      let measured = try await take(part, shop, store, bare, timeline)
      guard !isWarmUp else {
        timeline.reset()
        continue
      }
      figures.bare.append(measured.bare)
      figures.hold.append(measured.hold)
      figures.posting.append(measured.posting)
      figures.postingCPU.append(measured.cpu)
    }
    guard try await SQLiteLedger(store).verify().isSound else {
      throw BenchmarkFault("the ledger is damaged")
    }
    try store.close()
    report(figures, load, shape, timeline)
  }

  private func prepare(
    _ count: Int, _ shop: BenchShop, _ store: Store
  ) async throws -> [BenchSale] {
    let coupons = try await shop.issueCoupons(count, in: store)
    let items = shop.items
    return coupons.enumerated().map { number, coupon in
      // Three products that come to more than the coupon's threshold.
      BenchSale(counter: UInt64(number + 1), in: shop, items: items[2...4], coupon: coupon)
    }
  }

  /// One turn of each kind, on the same sales.
  private func take(
    _ part: [BenchSale], _ shop: BenchShop, _ store: Store, _ bare: BareTable,
    _ timeline: CommitTimeline
  ) async throws -> (bare: Double, hold: Double, posting: Double, cpu: Double) {
    var sales = part
    let firstBare = try bareTurn(bare, sales.count / 2)
    let holdStart = Moment.now
    for index in sales.indices { try await hold(&sales[index], store) }
    let holdEnd = Moment.now
    let secondBare = try bareTurn(bare, sales.count - sales.count / 2)
    let codes = sales.map { _ in
      BearerCode(random: shop.clock.randomBytes(BearerCode.randomByteCount)).map { [$0] } ?? []
    }
    let start = Moment.now
    for (sale, codes) in zip(sales, codes) { try await post(sale, codes, store, timeline) }
    let end = Moment.now
    return (
      bare: firstBare + secondBare, hold: holdEnd.wallMilliseconds(since: holdStart),
      posting: end.wallMilliseconds(since: start), cpu: end.cpuMilliseconds(since: start)
    )
  }

  private func bareTurn(_ bare: BareTable, _ count: Int) throws -> Double {
    let start = Moment.now
    for number in 0..<count { try bare.commitRow(Int64(number)) }
    return Moment.now.wallMilliseconds(since: start)
  }

  private func hold(_ sale: inout BenchSale, _ store: Store) async throws {
    guard let batch = sale.hold else { throw BenchmarkFault("nothing to hold: \(sale.state.name)") }
    let (outcomes, _) = try await store.commit(batch: batch) { [sale] outcomes in
      try sale.decision(after: .held(outcomes))
    }
    sale.take(.held(outcomes))
  }

  private func post(
    _ sale: BenchSale, _ codes: [BearerCode], _ store: Store, _ timeline: CommitTimeline
  ) async throws {
    guard let posting = sale.posting else {
      throw BenchmarkFault("nothing to post: \(sale.state.name)")
    }
    timeline.begin()
    let (outcomes, _) = try await store.commit(batch: posting.batch) { outcomes in
      timeline.end(.ledger)
      let decision = try sale.decision(after: .posted(outcomes), selling: posting, codes: codes)
      timeline.end(.deciding)
      return decision
    }
    timeline.end(.commit)
    guard outcomes.allSatisfy({ $0 == .ok }) else {
      throw BenchmarkFault("a posting was refused: \(outcomes)")
    }
  }
}

extension PostingBenchmark {
  /// What the transactions of one sale hold; the sale is used up by it.
  private func shape(of given: BenchSale, _ store: Store) async throws -> String {
    var sale = given
    guard let batch = sale.hold else { throw BenchmarkFault("nothing to hold: \(sale.state.name)") }
    try await hold(&sale, store)
    guard let posting = sale.posting else { throw BenchmarkFault("nothing to post") }
    let captured = Self.postings(of: batch)
    let decision = try sale.decision(
      after: .posted(posting.batch.entries.map { _ in .ok }), selling: posting, codes: [])
    let journal = decision.journal
    return "hold: \(batch.entries.count) entries, \(captured) postings. Posting: "
      + "\(posting.batch.entries.count) entries, of which \(batch.entries.count) captures, "
      + "\(captured + Self.postings(of: posting.batch)) postings with the captured ones; sale "
      + "(\((decision.sale?.receipt.count ?? 0) + (decision.sale?.decision.count ?? 0)) bytes), "
      + "journal step (\(journal.event.count + journal.state.count + journal.effects.count) "
      + "bytes), a coupon, 2 print jobs"
  }

  private static func postings(of batch: Batch) -> Int {
    batch.entries.reduce(0) { count, entry in
      switch entry.action {
      case .post(let postings), .hold(let postings): count + postings.list.count
      case .capture, .void, .expire: count
      }
    }
  }

  private func report(
    _ figures: Figures, _ load: String, _ shape: String, _ timeline: CommitTimeline
  ) {
    let bare = rate(figures.bare)
    func line(_ turns: [Double]) -> String {
      let shares = Distribution(zip(figures.bare, turns).map { $0 / $1 })
      return "\(format(rate(turns), decimals: 0)) a second, \(format(rate(turns) / bare)) of the "
        + "bare rate (turns: p10 \(format(shares.quantile(0.1))), p90 "
        + "\(format(shares.quantile(0.9))))"
    }
    let sales = Double(figures.posting.count * Self.turn)
    func each(_ turns: [Double]) -> String { format(turns.reduce(0, +) / sales) }
    let share = rate(figures.posting) / bare
    print(
      """
      POSTING: the transactions of a sale beside one-row commits through SQLite's C interface
        how: \(figures.posting.count * Self.turn) sales in turns of \(Self.turn): half the bare \
      commits, the holds, the other half,
             the postings; after \(Self.warmUpSales) sales and \(Self.warmUpCommits) commits to warm \
      up; load \(load)
             \(shape)
        bare one-row commit  \(format(bare, decimals: 0)) a second, \(each(figures.bare)) ms each
        hold                 \(line(figures.hold)), \(each(figures.hold)) ms each
        posting              \(line(figures.posting)), \(each(figures.posting)) ms each
                             of which \(timeline.summary(commits: Int(sales))); processor time \
      \(each(figures.postingCPU))
        target: posting ≥ half the bare rate: \(format(share)) \(verdict(share >= Self.targetShare))
      """)
  }

  private func rate(_ turns: [Double]) -> Double {
    Double(turns.count * Self.turn) / (turns.reduce(0, +) / 1_000)
  }
}
