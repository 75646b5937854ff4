import Foundation
import GRDB
import Ledger
import LedgerConformance
import Testing

@testable import Storage

struct StoreOpeningTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func open(_ mode: Store.Mode = .writer) throws(StorageError) -> Store {
    try Store.open(directory: directory.path, mode: mode)
  }

  private func fault(_ body: () throws -> Store) -> StorageError? {
    do {
      try body().close()
      return nil
    } catch {
      return error as? StorageError
    }
  }

  @Test func `commits are flushed to the disk`() throws {
    let store = try open()
    let pool = try #require(store.pool)
    try pool.writeWithoutTransaction { db in
      #expect(try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2)
      #expect(try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal")
      #expect(try Int.fetchOne(db, sql: "PRAGMA foreign_keys") == 1)
      #expect(try Int.fetchOne(db, sql: "PRAGMA busy_timeout") == 5_000)
      let loose = try String.fetchAll(
        db, sql: "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0")
      #expect(loose.allSatisfy { $0.hasPrefix("sqlite_") })
    }
    try store.close()
  }

  @Test func `only the kiosk's user may read the files`() throws {
    let store = try open()
    for name in ["kiosk.sqlite", "kiosk.sqlite-wal", "shop.key", "lock", "reserve"] {
      let attributes = try FileManager.default.attributesOfItem(
        atPath: directory.path + "/" + name)
      #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
    }
    try store.close()
  }

  @Test func `a database from a newer version is refused, naming both`() throws {
    try open().close()
    let queue = try DatabaseQueue(path: directory.database)
    try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 99") }
    try queue.close()
    for mode in [Store.Mode.writer, .reader] {
      let error = try #require(fault { try open(mode) })
      #expect(error.kind == .newerDatabase(found: 99, known: Schema.version))
      #expect(error.message.contains("version 99"))
      #expect(error.message.contains("up to \(Schema.version)"))
    }
  }

  @Test func `a database of another program is refused and left alone`() throws {
    let queue = try DatabaseQueue(path: directory.database)
    try queue.writeWithoutTransaction { try $0.execute(sql: "CREATE TABLE t (a)") }
    try queue.close()
    #expect(fault { try open() }?.kind == .foreignDatabase)
  }

  @Test func `a file that is no database is refused`() throws {
    try Data(repeating: 0x41, count: 8_192).write(to: URL(fileURLWithPath: directory.database))
    #expect(fault { try open() }?.kind == .corrupt)
  }

  @Test func `a reader needs a database`() throws {
    #expect(fault { try open(.reader) }?.kind == .noDatabase)
  }

  @Test func `a second writer is told who has the directory`() throws {
    let store = try open()
    let error = try #require(fault { try open() })
    #expect(error.kind == .inUse(pid: getpid()))
    #expect(error.message.contains("process \(getpid())"))
    #expect(DataDirectoryLock.holder(directory: directory.path) == getpid())
    try store.close()
    #expect(DataDirectoryLock.holder(directory: directory.path) == nil)
    try open().close()
  }

  @Test func `a failed opening lets go of the directory`() throws {
    try open().close()
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: directory.path + "/shop.key")
    #expect(fault { try open() }?.kind == .keyFile)
    #expect(DataDirectoryLock.holder(directory: directory.path) == nil)
  }

  @Test func `a reader looks on beside the writer, never writes and never checkpoints`()
    async throws
  {
    let writer = try open()
    let reader = try open(.reader)
    #expect(try await SQLiteLedger(writer).submit(Shop.opening()) == [.ok])
    let size = try FileManager.default.attributesOfItem(atPath: directory.database)[.size] as? Int
    #expect(try await SQLiteLedger(reader).balance(of: Shop.principal)?.posted == -10_000)
    await #expect(throws: StorageError.self) {
      try await SQLiteLedger(reader).submit(Shop.opening())
    }
    try reader.close()
    let wal = directory.database + "-wal"
    #expect(FileManager.default.fileExists(atPath: wal))
    #expect(
      try FileManager.default.attributesOfItem(atPath: directory.database)[.size] as? Int == size)
    try writer.close()
  }

  @Test func `a reader alone reads what the last writer left`() async throws {
    let writer = try open()
    #expect(try await SQLiteLedger(writer).submit(Shop.opening()) == [.ok])
    let left = try TemporaryDirectory()
    try left.takeFiles(of: directory)
    let reader = try Store.open(directory: left.path, mode: .reader)
    #expect(try await SQLiteLedger(reader).verify().entryCount == 1)
    try reader.close()
    try writer.close()
  }
}

struct KeyFileTests {
  private let directory: TemporaryDirectory
  private var keyPath: String { directory.path + "/shop.key" }

  init() throws {
    directory = try TemporaryDirectory()
    try Store.open(directory: directory.path, mode: .writer).close()
  }

  private func kind() -> StorageError.Kind? {
    do throws(StorageError) {
      try Store.open(directory: directory.path, mode: .writer).close()
      return nil
    } catch {
      return error.kind
    }
  }

  @Test func `the keys are made once`() throws {
    let key = try Data(contentsOf: URL(fileURLWithPath: keyPath))
    let lines = String(decoding: key, as: UTF8.self).split(separator: "\n")
    #expect(lines.map { $0.prefix { $0 != " " } } == ["kioskd", "base", "personal"])
    #expect(kind() == nil)
    #expect(try Data(contentsOf: URL(fileURLWithPath: keyPath)) == key)
  }

  @Test func `a key that others may read is refused`() throws {
    for mode in [0o644, 0o640, 0o604] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: keyPath)
      #expect(kind() == .keyFile)
    }
  }

  @Test func `a key file that was cut off or changed is refused`() throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: keyPath))
    for end in 0..<whole.count where end != 32 {
      #expect(KeyFile.material(of: Array(whole.prefix(end))) == nil, "\(end)")
    }
    let text = String(decoding: whole, as: UTF8.self)
    for (part, other) in [
      ("kioskd", "k1oskd"), ("base ", "base  "), (" 1 ", " 0 "), ("\n", "\n\n"),
    ] {
      let changed = text.replacingOccurrences(of: part, with: other)
      #expect(KeyFile.material(of: Array(changed.utf8)) == nil)
    }
  }

  @Test func `a key of a wrong size is refused`() throws {
    for count in [0, 31, 33, 4_096] {
      try FileManager.default.removeItem(atPath: keyPath)
      let isMade = FileManager.default.createFile(
        atPath: keyPath, contents: Data(repeating: 1, count: count),
        attributes: [.posixPermissions: 0o600])
      #expect(isMade)
      #expect(kind() == .keyFile)
    }
  }

  @Test func `a missing key is not made anew for a database that has one`() throws {
    try FileManager.default.removeItem(atPath: keyPath)
    #expect(kind() == .keyFile)
    #expect(!FileManager.default.fileExists(atPath: keyPath))
  }

  @Test func `the key of another shop is refused`() throws {
    let other = try TemporaryDirectory()
    try Store.open(directory: other.path, mode: .writer).close()
    try FileManager.default.removeItem(atPath: keyPath)
    try FileManager.default.copyItem(atPath: other.path + "/shop.key", toPath: keyPath)
    #expect(kind() == .keyFile)
  }

  @Test func `the key may lie elsewhere`() async throws {
    let other = try TemporaryDirectory()
    let elsewhere = other.path + "/some.key"
    let store = try Store.open(
      directory: other.path + "/data", mode: .writer, keyFile: elsewhere)
    #expect(FileManager.default.fileExists(atPath: elsewhere))
    #expect(!FileManager.default.fileExists(atPath: other.path + "/data/shop.key"))
    try store.close()
  }

  @Test func `the ledger can be verified without the key`() async throws {
    try FileManager.default.removeItem(atPath: keyPath)
    let store = try Store.open(directory: directory.path, mode: .reader)
    #expect(try await SQLiteLedger(store).verify().isSound)
    await #expect(throws: StorageError.self) { try await store.member(1) }
    try store.close()
  }
}
