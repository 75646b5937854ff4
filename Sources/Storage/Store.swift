import Foundation
import GRDB
import Synchronization

/// The kiosk's own database: one SQLite file in a data directory, with its lock, key and reserve.
///
/// `writer` is for the one process that owns the directory (DESIGN 3, one writer); `reader` looks
/// on beside it, never writes and never checkpoints.
public final class Store: Sendable {
  public enum Mode: Sendable { case writer, reader }

  public static let fileName = "kiosk.sqlite"
  public static let busyTimeoutSeconds = 5.0
  static let readerLimit = 2

  public let directory: String
  let pool: DatabasePool?
  let reader: any DatabaseReader
  private let lock: DataDirectoryLock?
  private let reserve: ReserveFile
  let keyPath: String
  private let keysOrFault: Mutex<Result<ShopKeys, StorageError>>
  private let crashPoint: @Sendable (String) -> Void
  /// For use inside `write` alone.
  let ledger = LedgerWriter()

  private init(
    directory: String, pool: DatabasePool?, reader: any DatabaseReader, lock: DataDirectoryLock?,
    reserve: ReserveFile, keyPath: String, keys: Result<ShopKeys, StorageError>,
    crashPoint: @escaping @Sendable (String) -> Void
  ) {
    self.directory = directory
    self.pool = pool
    self.reader = reader
    self.lock = lock
    self.reserve = reserve
    self.keyPath = keyPath
    keysOrFault = Mutex(keys)
    self.crashPoint = crashPoint
  }

  // Before the connection whose statements they are.
  deinit { ledger.end() }

  /// Opens the store of a data directory; a writer creates directory, database and key where they
  /// are missing, takes the lock and upgrades the schema.
  ///
  /// - Parameters:
  ///   - keyFile: where the shop's key lies; nil: `DIR/shop.key`.
  ///   - crashPoint: called right before and right after each commit with what is committed; it may
  ///     end the process (`--crash-at`).
  public static func open(
    directory: String, mode: Mode, keyFile: String? = nil,
    crashPoint: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(StorageError) -> Store {
    let keyPath = keyFile ?? directory + "/" + ShopKeys.fileName
    return switch mode {
    case .writer:
      try openWriter(directory: directory, keyPath: keyPath, crashPoint: crashPoint)
    case .reader: try openReader(directory: directory, keyPath: keyPath)
    }
  }

  /// Ends the connections and lets go of the directory. Later calls throw.
  public func close() throws(StorageError) {
    do {
      if let pool {
        pool.writeWithoutTransaction { _ in ledger.end() }
        try pool.close()
      } else {
        try reader.close()
      }
    } catch {
      throw fault(error)
    }
    lock?.release()
  }

  /// Whether the room that is kept for voids is there; without it no sale should start.
  public var hasReserve: Bool { reserve.isWhole }

  /// Takes the reserve's room again, once there is space; false when there still is none.
  public func restoreReserve() throws(StorageError) -> Bool {
    guard let pool else { throw Self.readOnly }
    do {
      // The log may be what fills the disk; without readers it shrinks to nothing.
      try pool.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
    } catch {
      let fault = fault(error)
      guard fault.kind == .diskFull || fault.kind == .busy else { throw fault }
    }
    return try reserve.restore()
  }

  func keys() throws(StorageError) -> ShopKeys {
    let keys = keysOrFault.withLock { $0 }
    return try keys.get()
  }

  /// Uses what the key file holds from now on.
  func use(_ keys: ShopKeys) { keysOrFault.withLock { $0 = .success(keys) } }

  var path: String { directory + "/" + Self.fileName }

  func fault(_ error: any Error) -> StorageError { StorageError(error, path: path) }

  /// Memory for pages, in KiB, while very much is written: room for what is written at random
  /// places, the index of a million codes.
  static let cacheKiBForManyWrites = 192 * 1_024
  /// Pages that wait in the journal then, instead of SQLite's thousand: a page that is written
  /// again and again goes to the database once.
  static let checkpointPagesForManyWrites = 20_000

  /// For a program that writes very much and then ends.
  public func expectManyWrites() async throws(StorageError) {
    guard let pool else { throw Self.readOnly }
    do {
      try await pool.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA cache_size = -\(Self.cacheKiBForManyWrites)")
        try db.execute(
          sql: "PRAGMA wal_autocheckpoint = \(Self.checkpointPagesForManyWrites)")
      }
    } catch {
      throw fault(error)
    }
  }

  private static let readOnly = StorageError(
    .readOnly, "the store was opened for reading; send the change to the running kioskd")
}

// MARK: - Opening

extension Store {
  private static func openWriter(
    directory: String, keyPath: String, crashPoint: @escaping @Sendable (String) -> Void
  ) throws(StorageError) -> Store {
    try makeDirectory(directory)
    let lock = try DataDirectoryLock.acquire(directory: directory)
    let reserve = ReserveFile(directory: directory)
    let path = directory + "/" + fileName
    try makePrivateFile(path)
    do {
      let pool = try DatabasePool(path: path, configuration: configuration(readonly: false))
      let keys = try pool.writeWithoutTransaction { db in
        // After opening: GRDB sets NORMAL when it turns WAL on, which loses the last commits of a
        // power cut.
        try db.execute(sql: "PRAGMA synchronous = FULL")
        guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else {
          throw StorageError(.other, "SQLite does not take synchronous = FULL; report it")
        }
        try Schema.migrate(db)
        var check = try LedgerTailCheck(db)
        if let fault = try check.firstFault() { throw StorageError.corrupt(fault) }
        let keys = try KeyCheck.keys(at: keyPath, db, mayCreate: true)
        try MemberUpgrade.run(db, keys)
        return keys
      }
      let store = Store(
        directory: directory, pool: pool, reader: pool, lock: lock, reserve: reserve,
        keyPath: keyPath, keys: .success(keys), crashPoint: crashPoint)
      if !store.hasReserve { _ = try store.restoreReserve() }
      return store
    } catch {
      let fault = StorageError(error, path: path)
      if fault.kind == .diskFull { reserve.giveUp() }
      throw fault
    }
  }

  private static func openReader(
    directory: String, keyPath: String
  ) throws(StorageError) -> Store {
    let path = directory + "/" + fileName
    guard FileManager.default.fileExists(atPath: path) else {
      throw StorageError(.noDatabase, "\(path): no such database; start kioskd here first")
    }
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration(readonly: true))
      let keys = try queue.read { db -> Result<ShopKeys, StorageError> in
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard found == Schema.version else {
          throw StorageError(
            .olderDatabase(found: found, known: Schema.version),
            "the database has schema version \(found), this program needs \(Schema.version): "
              + "start this version's kioskd once")
        }
        // The ledger can be verified without the key; what is sealed stays closed.
        return Result { () throws(StorageError) in
          try KeyCheck.keys(at: keyPath, db, mayCreate: false)
        }
      }
      return Store(
        directory: directory, pool: nil, reader: queue, lock: nil,
        reserve: ReserveFile(directory: directory), keyPath: keyPath, keys: keys,
        crashPoint: { _ in })
    } catch {
      throw StorageError(error, path: path)
    }
  }

  private static func configuration(readonly: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = readonly
    configuration.foreignKeysEnabled = true
    configuration.busyMode = .timeout(busyTimeoutSeconds)
    configuration.maximumReaderCount = readerLimit
    configuration.prepareDatabase { db in try Schema.check(db) }
    return configuration
  }

  private static func makeDirectory(_ directory: String) throws(StorageError) {
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    } catch {
      throw StorageError(
        .accessDenied, "\(directory): cannot be created; make it for the kiosk's user")
    }
  }

  /// SQLite gives its side files the permissions of the database file.
  private static func makePrivateFile(_ path: String) throws(StorageError) {
    let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw StorageError(
        .accessDenied, "\(path): \(errnoText()); it must belong to the kiosk's user")
    }
    Foundation.close(descriptor)
  }
}

// MARK: - Transactions

extension Store {
  /// One transaction, durable when this returns. Not undone by cancelling the caller's task: the
  /// ledger's answer must not depend on who still waits for it.
  func write<Value: Sendable>(
    _ what: String, _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(StorageError) -> Value {
    guard let pool else { throw Self.readOnly }
    let result: Result<Value, StorageError> = await withCheckedContinuation { continuation in
      pool.asyncWriteWithoutTransaction { [self] db in
        continuation.resume(returning: commit(what, in: db, body))
      }
    }
    return try result.get()
  }

  private func commit<Value>(
    _ what: String, in db: Database, _ body: (Database) throws -> Value
  ) -> Result<Value, StorageError> {
    do {
      var value: Value?
      try db.inTransaction(.immediate) {
        value = try body(db)
        crashPoint("before commit: \(what)")
        return .commit
      }
      crashPoint("after commit: \(what)")
      guard let value else { throw StorageError(.other, "\(what): no value; report it") }
      return .success(value)
    } catch {
      ledger.forget()
      let fault = fault(error)
      if fault.kind == .diskFull { reserve.giveUp() }
      return .failure(fault)
    }
  }

  /// Reads beside whoever else reads this store, on a connection that is closed afterwards.
  func onOwnConnection<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(StorageError) -> Value {
    let path = directory + "/" + Self.fileName
    do {
      let queue = try DatabaseQueue(path: path, configuration: Self.configuration(readonly: true))
      return try await queue.read(body)
    } catch {
      throw StorageError(error, path: path)
    }
  }

  /// Reads one consistent state, that of the last commit.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(StorageError) -> Value {
    let result: Result<Value, StorageError> = await withCheckedContinuation { continuation in
      reader.asyncRead { [self] access in
        do {
          continuation.resume(returning: .success(try body(access.get())))
        } catch {
          continuation.resume(returning: .failure(fault(error)))
        }
      }
    }
    return try result.get()
  }
}

/// Ties a key file to its database: the keyed hash of a constant is kept in the settings.
private enum KeyCheck {
  static let setting = "storage.keyCheck"

  static func keys(
    at path: String, _ db: Database, mayCreate: Bool
  ) throws(StorageError) -> ShopKeys {
    do {
      let stored = try String.fetchOne(
        db, sql: "SELECT value FROM settings WHERE name = ?", arguments: [setting])
      var material = try KeyFile.load(path: path, mayCreate: mayCreate && stored == nil)
      let value = ShopKeys(material).index("kioskd".utf8, kind: "key check").base64EncodedString()
      if let stored {
        guard stored == value else {
          throw StorageError(
            .keyFile, "\(path): the key of another database; restore the right one from backup")
        }
      } else if mayCreate {
        try db.execute(
          sql: "INSERT INTO settings (name, value) VALUES (?, ?)", arguments: [setting, value])
      }
      if mayCreate, material.personal.isEmpty {
        // A file of before version 2: what the base sealed of members comes under keys of their
        // own.
        material.rotate()
        try KeyFile.write(material, path: path)
      }
      let keys = ShopKeys(material)
      for end in ["min", "max"] {
        let generation = try Int64.fetchOne(
          db, sql: "SELECT \(end)(generation) FROM member_keys")
        if let generation { _ = try keys.personal(generation) }
      }
      return keys
    } catch {
      throw StorageError(error, path: path)
    }
  }
}
