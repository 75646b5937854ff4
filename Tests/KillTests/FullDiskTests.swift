import Foundation
import LoopbackHTTP
import Testing

/// A file system of 8 MiB that fills up under the daemon.
@Suite(.enabled(if: PrivateMounts.areAllowed))
struct FullDiskTests {
  private static let byteCount = 8 << 20

  /// Its data directory as this process reaches it.
  private func place(_ run: KioskRun) -> String { "/proc/\(run.pid)/root\(run.directory)" }

  private func start(_ mount: TemporaryDirectory) async throws -> KioskRun {
    try await KioskRun(
      data: mount.path,
      prefix: PrivateMounts.command("mount -t tmpfs -o size=\(Self.byteCount) tmpfs \(mount.path)"))
  }

  /// Takes all the room that there still is.
  private func fill(_ path: String) throws {
    if !FileManager.default.fileExists(atPath: path) {
      try Data().write(to: URL(fileURLWithPath: path))
    }
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.seekToEnd()
    for size in [1 << 16, 1 << 12] {
      do {
        while true { try file.write(contentsOf: Data(count: size)) }
      } catch {
        continue  // full for pieces of this size
      }
    }
    try file.close()
  }

  /// The book as it is in there: SQLite would follow the way in to this process's own root.
  private func book(of run: KioskRun) throws -> (TemporaryDirectory, Book) {
    let copy = try TemporaryDirectory()
    for name in ["kiosk.sqlite", "kiosk.sqlite-wal", "shop.key"] {
      try FileManager.default.copyItem(
        atPath: place(run) + "/" + name, toPath: copy.path + "/" + name)
    }
    return (copy, try Book(copy.path))
  }

  @Test func `it closes with a message, opens by itself when there is room, and lost nothing`()
    async throws
  {
    let mount = try TemporaryDirectory()
    let run = try await start(mount)
    let customer = try await Customer(at: run)
    let filler = place(run) + "/filler"
    // What the daemon gives up, its reserve and its log, is taken as well.
    try await eventually("closed, without room for the reserve") {
      try fill(filler)
      try await customer.press("language")
      return run.errors.contains("the disk is nearly full")
    }
    let closed = try await customer.snapshot()
    #expect(closed["state"] == "outOfService")
    #expect(closed["messages"].array.first?["code"] == "outOfService")
    #expect(run.errors.contains("the disk is full; free space"))
    #expect(try await customer.client.get("/healthz").status == 200)

    try FileManager.default.removeItem(atPath: filler)
    _ = try await customer.snapshot("open by itself") { $0["state"] == "attract" }
    try await customer.buy()
    let (copy, book) = try book(of: run)
    try await book.expectSound("after a full disk")
    #expect(try await book.sales.count == 1)
    try book.close()
    withExtendedLifetime(copy) {}
    #expect(FileManager.default.fileExists(atPath: place(run) + "/reserve"))
    #expect(try await run.stop() == .exited(0))
  }
}
