import Foundation
import Ledger
import LoopbackHTTP
import Retail
import Storage
import Testing

/// A power cut at every point of the main job: before and after each commit, and after each effect.
/// Whatever the point, the sale is made once.
struct PowerCutTests {
  /// What a whole sale leaves behind, and how many journal rows it has.
  private struct Reference {
    let balances: [AccountID: Int64]
    let before: [AccountID: Int64]
    let rowCount: Int
  }

  /// A data directory with the sample shop in it, to be copied for every run.
  private static func template() async throws -> TemporaryDirectory {
    let template = try TemporaryDirectory()
    let run = try await KioskRun(data: template.path)
    #expect(try await run.stop() == .exited(0))
    return template
  }

  private static func copy(of template: TemporaryDirectory) throws -> TemporaryDirectory {
    let copy = try TemporaryDirectory()
    for name in try FileManager.default.contentsOfDirectory(atPath: template.path) {
      try FileManager.default.copyItem(
        atPath: template.path + "/" + name, toPath: copy.path + "/" + name)
    }
    return copy
  }

  private static func reference(_ template: TemporaryDirectory) async throws -> Reference {
    let directory = try copy(of: template)
    let untouched = try Book(directory.path)
    let before = try await untouched.balances
    try untouched.close()
    let run = try await KioskRun(data: directory.path)
    try await Customer(at: run).buy()
    #expect(try await run.stop() == .exited(0))
    let book = try Book(directory.path)
    defer { do { try book.close() } catch { Issue.record(error) } }
    try await book.expectSound("the sale without a cut")
    let balances = try await book.balances
    #expect(balances != before)
    #expect(try await book.openHolds == 0)
    return Reference(
      balances: balances, before: before, rowCount: try await book.journalRowCount)
  }

  @Test func `a power cut anywhere in the main job loses nothing and does nothing twice`()
    async throws
  {
    let template = try await Self.template()
    let reference = try await Self.reference(template)
    let pointCount = try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
      // Two cores do two cuts at once; a machine with more does more.
      let workers = min(max(2, ProcessInfo.processInfo.activeProcessorCount), 8)
      var next = 1
      func start() {
        let point = next
        group.addTask { (point, try await Self.cut(at: point, template, reference)) }
        next += 1
      }
      for _ in 0..<workers { start() }
      var survived: Int?
      while let (point, wasCut) = try await group.next() {
        if !wasCut { survived = min(survived ?? point, point) }
        if survived == nil { start() }
      }
      return (survived ?? 1) - 1
    }
    print("power was cut at \(pointCount) points; the sale has \(reference.rowCount) rows")
    #expect(pointCount >= reference.rowCount)
    #expect(reference.rowCount >= 9)
  }

  /// Cuts the power at a point, again while it starts, and finishes the sale; false when the sale
  /// has fewer points.
  private static func cut(
    at point: Int, _ template: TemporaryDirectory, _ reference: Reference
  ) async throws -> Bool {
    let when: Comment = "power cut at point \(point)"
    let directory = try copy(of: template)
    guard try await diesWhileBuying(directory.path, at: point) else { return false }
    try await expectConsistent(directory.path, reference, when)
    // The second cut lands in the start, or shortly after it.
    let again = try await KioskRun(
      data: directory.path, ["--simulate", "--sample", "--crash-at", "\(point % 5 + 1)"])
    try await again.killed()
    try await expectConsistent(directory.path, reference, when)
    try await finish(directory.path, reference, when)
    return true
  }

  /// Whether the process was dead before the sale was done.
  private static func diesWhileBuying(_ directory: String, at point: Int) async throws -> Bool {
    let run = try await KioskRun(
      data: directory, ["--simulate", "--sample", "--crash-at", "\(point)"])
    do {
      try await Customer(at: run).buy()
      // The last effects come after the screen says that it is done.
      try await Task.sleep(for: .milliseconds(100))
    } catch {
      try await eventually("dead after \(error)") { !run.isRunning }
    }
    guard let end = run.end else {
      #expect(try await run.stop() == .exited(0))
      return false
    }
    #expect(end == .killed(SIGKILL))
    return true
  }

  /// Of a book between two commits.
  private static func expectConsistent(
    _ directory: String, _ reference: Reference, _ when: Comment
  ) async throws {
    let book = try Book(directory)
    defer { do { try book.close() } catch { Issue.record(error) } }
    try await book.expectSound(when)
    let state = try await book.state
    let isSold = try await !book.sales.isEmpty
    #expect(try await book.sales.count <= 1, when)
    #expect(isSold == ["printing", "done"].contains(state) || state == "attract", when)
    #expect(try await book.openHolds == 0 || state == "posting", when)
    // Charged wholly or not at all; a held amount is not posted.
    #expect(try await book.balances == (isSold ? reference.balances : reference.before), when)
    #expect(try await book.papers().count >= (isSold ? 2 : 0), when)
  }

  /// Starts for good: what was sold gets its papers, what was not is bought to its end.
  private static func finish(
    _ directory: String, _ reference: Reference, _ when: Comment
  ) async throws {
    let before = try Book(directory)
    let wasSold = try await !before.sales.isEmpty
    let printedBefore = try await before.papers().filter { $0.state == .printed }
    try before.close()

    let run = try await KioskRun(data: directory)
    let customer = try await Customer(at: run)
    let screen = try await customer.snapshot()
    let isGoingOn = ["posting", "printing", "done"].contains(screen["state"].string)
    #expect(!wasSold || isGoingOn || screen["lines"].array.isEmpty, when)
    let book = try Book(directory)
    defer { do { try book.close() } catch { Issue.record(error) } }
    if !wasSold { try await customer.buy() }
    try await eventually("\(when): papers") {
      let papers = try await book.papers()
      return !papers.isEmpty && papers.allSatisfy { [.printed, .abandoned].contains($0.state) }
    }
    try await expectPapers(book, printedBefore, on: try await customer.paper(), when)
    let last = try await customer.snapshot("\(when): the end") {
      $0["state"] == "attract" || $0["completed"]["paper"] == "printed"
    }
    #expect(last["messages"].array.allSatisfy { $0["code"] != "receiptDelayed" }, when)
    #expect(try await run.stop() == .exited(0), when)

    try await book.expectSound(when)
    #expect(try await book.sales.count == 1, when)
    #expect(try await book.openHolds == 0, when)
    #expect(try await book.balances == reference.balances, when)
  }

  /// Receipt and coupon each on paper, copies marked as such, and always the one code.
  private static func expectPapers(
    _ book: Book, _ before: [PrintJobRecord], on paper: String, _ when: Comment
  ) async throws {
    let papers = try await book.papers()
    let sale = try #require(try await book.sales.first).id
    let code = try #require(try await book.code("\(sale)-1"), when)
    for kind in [NewPrintJob.Kind.receipt, .coupon] {
      let last = try #require(papers.last { $0.kind == kind }, when)
      #expect(last.state == .printed, when)
      if before.contains(where: { $0.number == last.number }) { continue }
      #expect(paper.contains(kind == .receipt ? "\(sale)" : code.text), when)
      #expect(last.copyNumber == 0 || paper.contains("副本 \(last.copyNumber)"), when)
    }
    // Had it another code, a coupon's paper would not have this one.
    let couponPapers = paper.components(separatedBy: "优惠券").count - 1
    #expect(paper.components(separatedBy: code.text).count - 1 == couponPapers, when)
  }
}
