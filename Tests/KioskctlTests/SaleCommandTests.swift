import Daemon
import Foundation
import Logging
import Storage
import Testing

/// Releasing a sale whose posting was refused: the daemon's work alone.
struct SaleCommandTests {
  @Test func `the daemon releases a sale, or says why not`() async throws {
    let book = try await Book.filled()
    let store = try book.openWriter()
    let daemon = try ControlServer(directory: book.directory, logger: Logger(label: "test")) {
      request in
      request == .releaseSale("3-000043") ? .released(2) : .refused("that is no such sale")
    }
    daemon.start()
    defer { daemon.stop() }
    struct Answer: Decodable {
      let sale: String
      let released: Int
    }

    let run = try await KioskctlRun("sale release 3-000043", data: book.directory)
    let json = try await KioskctlRun("sale release 3-000043 --json", data: book.directory)
      .json(Answer.self)
    let refused = try await KioskctlRun("sale release 3-000042", data: book.directory)

    #expect(run.status == 0)
    #expect(run.output.hasPrefix("Sale 3-000043: 2 holds were given back.\n"))
    #expect(json.sale == "3-000043")
    #expect(json.released == 2)
    #expect(refused.status == 1)
    #expect(refused.complaint == "that is no such sale")
    try store.close()
  }

  @Test func `without a daemon one line says that it must run`() async throws {
    let book = try await Book.filled()

    let run = try await KioskctlRun("sale release 3-000043", data: book.directory)

    #expect(run.status == 1)
    #expect(run.output.isEmpty)
    #expect(try #require(run.complaint).contains("systemctl start kioskd"))
  }

  @Test func `a daemon of another version is told from a refusal`() async throws {
    let book = try await Book.filled()
    let store = try book.openWriter()
    let daemon = try ControlServer(directory: book.directory, logger: Logger(label: "test")) { _ in
      .devices([])
    }
    daemon.start()
    defer { daemon.stop() }

    let run = try await KioskctlRun("sale release 3-000043", data: book.directory)

    #expect(run.status == 1)
    #expect(try #require(run.complaint).contains("of its version"))
    try store.close()
  }
}
