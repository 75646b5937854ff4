import Devices
import GRDB
import Retail
import Storage
import Testing

@testable import Daemon

/// Papers in the journal that cannot be printed by this program.
struct UnreadablePaperTests {
  private func printed(_ kiosk: TestKiosk) async throws -> Snapshot {
    try await kiosk.screen("papers are out") {
      $0.state == "done" && $0.completed?.paper == .printed
    }
  }

  @Test func `a document that nobody can read does not stand in the way of the others`()
    async throws
  {
    let kiosk = try await TestKiosk(devices: [.scanner])
    let number = try await kiosk.store.enqueue(
      NewPrintJob(
        sale: nil, kind: .test, document: [1, 2, 3], at: kiosk.clock.time.instant))
    kiosk.plugIn(.printer)
    try await kiosk.sell()
    _ = try await printed(kiosk)
    #expect(try await kiosk.store.printJob(number)?.state == .abandoned)
    try await kiosk.stop()
  }

  @Test func `a document that the shop's key does not open stands in nobody's way`() async throws {
    let kiosk = try await TestKiosk(devices: [.scanner])
    let number = try await kiosk.store.enqueue(
      NewPrintJob(sale: nil, kind: .test, document: [1, 2, 3], at: kiosk.clock.time.instant))
    let other = try DatabaseQueue(path: kiosk.directory.path + "/" + Store.fileName)
    try await other.write { db in
      try db.execute(
        sql: "UPDATE print_jobs SET document = zeroblob(40) WHERE number = ?",
        arguments: [number])
    }
    try other.close()
    kiosk.plugIn(.printer)
    try await kiosk.sell()
    _ = try await printed(kiosk)
    #expect(try await kiosk.store.printJob(number)?.state == .abandoned)
    try await kiosk.stop()
  }
}
