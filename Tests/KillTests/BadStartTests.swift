import Foundation
import GRDB
import LoopbackHTTP
import Storage
import Testing

/// A daemon that cannot start says in one line what is wrong and what to do, and loses nothing.
struct BadStartTests {
  /// What `kioskd` says when it refuses to start on a directory.
  private func refusal(
    _ flags: [String] = ["--simulate"], in directory: String? = nil
  ) async throws -> String {
    let run = try await KioskRun(data: directory, flags)
    #expect(run.end == .exited(1))
    #expect(run.output.isEmpty)
    return try #require(run.complaint, "\(run.errors)")
  }

  /// A data directory with a book in it that nobody has open.
  private func book() async throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    let run = try await KioskRun(data: directory.path)
    #expect(try await run.stop() == .exited(0))
    return directory
  }

  @Test func `a port in use is named with the program's way out`() async throws {
    let first = try await KioskRun()
    let port = try first.client().port
    let complaint = try await refusal(["--simulate", "--port", "\(port)"])
    #expect(complaint.contains("port \(port) is in use"))
    #expect(complaint.contains("--port"))
    #expect(try await first.client().get("/healthz").status == 200)
    #expect(try await first.stop() == .exited(0))
  }

  @Test func `a data directory in use is named with who has it`() async throws {
    let first = try await KioskRun()
    let complaint = try await refusal(in: first.directory)
    #expect(complaint.contains(first.directory))
    #expect(complaint.contains("in use by process"))
    #expect(try await first.client().get("/healthz").status == 200)
    #expect(try await first.stop() == .exited(0))
  }

  @Test(arguments: [
    ("timeZone: Asia/Shanghai", "timeZoen: Asia/Shanghai", "timeZone", "missing"),
    ("guestIdle: 90", "guestIdel: 90", "guestIdel", "guestIdle"),
    ("guestIdle: 90", "guestIdle: 5", "guestIdle", "30 to 300"),
    ("language: zh", "language: de", "language", "zh"),
    ("timeZone: Asia/Shanghai", "timeZone: Asia/Atlantis", "timeZone", "time zone database"),
    ("kiosk: 3", "kiosk: three", "kiosk", "number"),
  ])
  func `a wrong configuration is refused with file, line, key and what was expected`(
    right: String, wrong: String, key: String, expected: String
  ) async throws {
    let files = try TemporaryDirectory()
    let example = try String(
      contentsOfFile: KioskRun.repository + "/config/kioskd.example.yaml", encoding: .utf8)
    let text = example.replacing(right, with: wrong)
    #expect(text != example)
    let path = try files.write("kiosk.yaml", text)

    let complaint = try await refusal(["--simulate", "--config", path])
    #expect(complaint.contains(key), "\(complaint)")
    #expect(complaint.contains(expected), "\(complaint)")
    #expect(complaint.contains(/kiosk\.yaml:[0-9]+/), "\(complaint)")
  }

  @Test func `a configuration that is not there is named`() async throws {
    let complaint = try await refusal(["--simulate", "--config", "/nonexistent/kiosk.yaml"])
    #expect(complaint.contains("/nonexistent/kiosk.yaml"))
  }

  @Test func `a database of a newer version is left as it is`() async throws {
    let directory = try await book()
    let path = directory.path + "/" + Store.fileName
    let queue = try DatabaseQueue(path: path)
    try await queue.write { db in try db.execute(sql: "PRAGMA user_version = 99") }
    let complaint = try await refusal(in: directory.path)
    #expect(complaint.contains("99"))
    #expect(complaint.contains("newer"))
    #expect(try await queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 99)
    try queue.close()
  }

  @Test func `a file that is no database is refused with its cure`() async throws {
    let directory = try TemporaryDirectory()
    _ = try directory.write(Store.fileName, String(repeating: "not a database ", count: 1_000))
    let complaint = try await refusal(in: directory.path)
    #expect(complaint.contains("backup"))
  }

  @Test func `a key file that others may read, is cut off or gone is refused with its cure`()
    async throws
  {
    let directory = try await book()
    let key = directory.path + "/shop.key"
    let bytes = try Data(contentsOf: URL(fileURLWithPath: key))
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
    #expect(try await refusal(in: directory.path).contains("chmod 600"))

    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
    try bytes.prefix(5).write(to: URL(fileURLWithPath: key))
    #expect(try await refusal(in: directory.path).contains("restore it from backup"))
    try FileManager.default.removeItem(atPath: key)
    #expect(try await refusal(in: directory.path).contains("restore it from backup"))
    // Nobody made a new one: with it the old book could never be read.
    #expect(!FileManager.default.fileExists(atPath: key))
    try Data(bytes.map { ~$0 }).write(to: URL(fileURLWithPath: key))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
    #expect(try await refusal(in: directory.path).contains("restore it from backup"))
    let other = try await book()
    try Data(contentsOf: URL(fileURLWithPath: other.path + "/shop.key"))
      .write(to: URL(fileURLWithPath: key))
    #expect(try await refusal(in: directory.path).contains("another database"))
  }

  @Test func `a directory that cannot be made is named`() async throws {
    #expect(try await refusal(in: "/proc/kiosk").contains("/proc/kiosk: cannot be created"))
  }

  @Test func `the sample shop is not put into a real book`() async throws {
    let directory = try TemporaryDirectory()
    let real = try await KioskRun(data: directory.path, ["--simulate"])
    _ = try await real.client().post(
      "/simulator/scanner", "{\"text\": \"6901000000011\", \"aim\": \"]E0\"}")
    _ = try await real.client().post("/api/v1/press", "{\"button\": \"help\"}")
    #expect(try await real.stop() == .exited(0))
    let complaint = try await refusal(["--simulate", "--sample"], in: directory.path)
    #expect(complaint.contains("real book"))
  }

  @Test(arguments: [
    ["--crash-at", "3"], ["--simulate", "--crash-at", "0"], ["--simulate", "--port", "65536"],
    ["--simulate", "--port", "-1"], ["--simulate", "--poort", "1"],
  ])
  func `a wrong command line is refused before anything is opened`(flags: [String]) async throws {
    let files = try TemporaryDirectory()
    let run = try await KioskRun(data: files.path + "/data", flags)
    #expect(run.end == .exited(64))
    #expect(run.errors.contains("--"))
    #expect(!FileManager.default.fileExists(atPath: files.path + "/data"))
  }
}
