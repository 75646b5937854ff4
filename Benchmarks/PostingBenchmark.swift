import CheckoutMachine
import Daemon
import Ledger
import Retail
import Storage

/// The two transactions of a sale, its hold and its posting, in turns with commits through SQLite's
/// C interface: of one row, and of as many pages as a posting writes.
struct PostingBenchmark {
  /// Commits of a kind in one turn.
  static let turn = 20
  static let targetShare = 0.6
  static let warmUpSales = 100
  static let warmUpCommits = 1_200
  /// Sales by which the pages of a posting are counted.
  static let spareSales = 5

  let saleCount: Int

  /// Milliseconds of each turn, all in the same order.
  private struct Figures {
    var bare: [Double] = []
    var wide: [Double] = []
    var hold: [Double] = []
    var posting: [Double] = []
    var postingCPU: [Double] = []
  }

  /// What the transactions of a sale write.
  private struct Shape {
    var text: String
    var pages: Int
  }

  func run(in workplace: Workplace) async throws {
    let directory = try workplace.make("posting")
    let shop = try BenchShop()
    let timeline = Timeline()
    let store = try Store.open(
      directory: directory, mode: .writer,
      crashPoint: { if $0.hasPrefix("before") { timeline.end("rows") } })
    try await shop.fill(store)
    let turns = saleCount / Self.turn
    var sales = try await prepare(
      Self.warmUpSales + Self.spareSales + turns * Self.turn, shop, store)
    func next(_ count: Int) -> [BenchSale] {
      defer { sales.removeFirst(count) }
      return Array(sales.prefix(count))
    }
    _ = try await sell(next(Self.warmUpSales), shop, store, timeline)
    let shape = try await shape(of: next(Self.spareSales), shop, store, timeline)
    let bare = try BareTable(path: directory + "/bare.sqlite")
    let wide = try BareTable(path: directory + "/wide.sqlite", tables: max(2, shape.pages))
    _ = try bare.timeCommits(Self.warmUpCommits)
    _ = try wide.timeCommits(Self.warmUpCommits / 10)
    timeline.reset()
    let load = Machine.load
    var figures = Figures()
    for _ in 0..<turns {
      let half = Self.turn / 2
      let firstBare = try bare.timeCommits(half)
      let (hold, posting, cpu) = try await sell(next(Self.turn), shop, store, timeline)
      figures.bare.append(firstBare + (try bare.timeCommits(Self.turn - half)))
      figures.wide.append(try wide.timeCommits(Self.turn))
      figures.hold.append(hold)
      figures.posting.append(posting)
      figures.postingCPU.append(cpu)
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
    // Three products that come to more than the coupon's threshold.
    let items = shop.items[2...4]
    return coupons.enumerated().map { number, coupon in
      BenchSale(counter: UInt64(number + 1), in: shop, items: items, coupon: coupon)
    }
  }

  /// Holds all, then posts all; the milliseconds of each, and of processor time.
  private func sell(
    _ given: [BenchSale], _ shop: BenchShop, _ store: Store, _ timeline: Timeline
  ) async throws -> (hold: Double, posting: Double, cpu: Double) {
    var sales = given
    let holdStart = Moment.now
    for index in sales.indices { try await hold(&sales[index], store) }
    let holdEnd = Moment.now
    let codes = sales.map { _ in
      BearerCode(random: shop.clock.randomBytes(BearerCode.randomByteCount)).map { [$0] } ?? []
    }
    let start = Moment.now
    for (sale, codes) in zip(sales, codes) { try await post(sale, codes, store, timeline) }
    let end = Moment.now
    return (
      holdEnd.wallMilliseconds(since: holdStart), end.wallMilliseconds(since: start),
      end.cpuMilliseconds(since: start)
    )
  }

  private func hold(_ sale: inout BenchSale, _ store: Store) async throws {
    guard let batch = sale.hold else { throw BenchmarkFault("nothing to hold: \(sale.state.name)") }
    let (outcomes, _) = try await store.commit(batch: batch) { [sale] outcomes in
      try sale.decision(after: .held(outcomes))
    }
    sale.take(.held(outcomes))
  }

  private func post(
    _ sale: BenchSale, _ codes: [BearerCode], _ store: Store, _ timeline: Timeline
  ) async throws {
    guard let posting = sale.posting else {
      throw BenchmarkFault("nothing to post: \(sale.state.name)")
    }
    timeline.begin()
    let (outcomes, _) = try await store.commit(batch: posting.batch) { outcomes in
      timeline.end("ledger")
      let decision = try sale.decision(after: .posted(outcomes), selling: posting, codes: codes)
      timeline.end("deciding")
      return decision
    }
    timeline.finish("commit")
    guard outcomes.allSatisfy({ $0 == .ok }) else {
      throw BenchmarkFault("a posting was refused: \(outcomes)")
    }
  }
}

extension PostingBenchmark {
  /// Sells some sales and looks at what that wrote.
  private func shape(
    of sales: [BenchSale], _ shop: BenchShop, _ store: Store, _ timeline: Timeline
  ) async throws -> Shape {
    let database = store.directory + "/" + Store.fileName
    var shape = Shape(text: "", pages: 0)
    var pages: [Double] = []
    for var sale in sales {
      guard let batch = sale.hold else { throw BenchmarkFault("nothing to hold") }
      try await hold(&sale, store)
      guard let posting = sale.posting else { throw BenchmarkFault("nothing to post") }
      let code = BearerCode(random: shop.clock.randomBytes(BearerCode.randomByteCount))
      let before = try WriteAheadLog.frameCount(ofDatabase: database)
      try await post(sale, code.map { [$0] } ?? [], store, timeline)
      let written = try WriteAheadLog.frameCount(ofDatabase: database) - before
      // Less than nothing when the log has begun anew.
      if written > 0 { pages.append(Double(written)) }
      shape.text = try text(batch, posting, sale)
    }
    shape.pages = Int(Distribution(pages).median)
    return shape
  }

  private func text(
    _ hold: Batch, _ posting: Checkout.SalePosting, _ sale: BenchSale
  ) throws -> String {
    let held = Self.postings(of: hold)
    let decision = try sale.decision(
      after: .posted(posting.batch.entries.map { _ in .ok }), selling: posting, codes: [])
    let journal = decision.journal
    let saleBytes = (decision.sale?.receipt.count ?? 0) + (decision.sale?.decision.count ?? 0)
    let journalBytes = journal.event.count + journal.state.count + journal.effects.count
    return """
      hold: \(hold.entries.count) entries, \(held) postings; posting: \
      \(posting.batch.entries.count) entries (\(hold.entries.count) captures), \
      \(held + Self.postings(of: posting.batch)) postings with the
             captured ones, a sale (\(saleBytes) bytes), a journal step (\(journalBytes)), \
      a coupon, 2 print jobs
      """
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
    _ figures: Figures, _ load: String, _ shape: Shape, _ timeline: Timeline
  ) {
    let bare = rate(figures.bare)
    let sales = figures.posting.count * Self.turn
    func line(_ turns: [Double]) -> String {
      let shares = Distribution(zip(figures.bare, turns).map { $0 / $1 })
      return "\(format(rate(turns), decimals: 0)) a second, \(each(turns)) ms each; of the one-row "
        + "rate \(format(rate(turns) / bare)) (turns: p10 \(format(shares.quantile(0.1))), p90 "
        + "\(format(shares.quantile(0.9))))"
    }
    func each(_ turns: [Double]) -> String { format(turns.reduce(0, +) / Double(sales)) }
    let share = rate(figures.posting) / bare
    let stages = timeline.stages.map { stage in
      stage.name + " " + format(stage.times.mean).drop { $0 == " " }
    }.joined(separator: ", ")
    print(
      """
      POSTING: the transactions of a sale beside commits through SQLite's C interface
        how: \(sales) sales in turns of \(Self.turn): bare commits, holds, postings, \
      bare commits, wide commits; after \(Self.warmUpSales) sales
             and \(Self.warmUpCommits) commits to warm up; load \(load)
             \(shape.text)
        bare: one row        \(format(bare, decimals: 0)) a second, \(each(figures.bare)) ms each
        wide: \(shape.pages) pages       \(line(figures.wide))
        hold                 \(line(figures.hold))
        posting, \(shape.pages) pages    \(line(figures.posting))
          of which           \(stages); processor time \
      \(each(figures.postingCPU))
        target: posting ≥ \(Self.targetShare) of the one-row rate: \(format(share)) \
      \(verdict(share >= Self.targetShare))
      """)
  }

  private func rate(_ turns: [Double]) -> Double {
    Double(turns.count * Self.turn) / (turns.reduce(0, +) / 1_000)
  }
}
