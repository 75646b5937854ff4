import GRDB

/// What the store could not do, classed by what can be done about it.
public struct StorageError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Kind: Equatable, Sendable {
    /// No sale may start; the reserve file was given up so that voids still fit.
    case diskFull
    /// The disk or its file system reports faults.
    case ioFailed
    /// The file is damaged, or a stored value cannot be one that this program wrote.
    case corrupt
    /// Another process kept the file locked for longer than the time limit.
    case busy
    case accessDenied
    /// The data directory belongs to a running process.
    case inUse(pid: Int32?)
    /// Written by a newer version of this program; the numbers are schema versions.
    case newerDatabase(found: Int, known: Int)
    /// Opened for reading, but it was written by an older version that has to be upgraded first.
    case olderDatabase(found: Int, known: Int)
    /// Opened for reading, but there is none.
    case noDatabase
    /// The file is a database of another program.
    case foreignDatabase
    /// The key file is missing, too open to others, of a wrong size, or of another database.
    case keyFile
    /// A store opened for reading was asked to write.
    case readOnly
    /// A step that the stored state does not allow; nothing was changed.
    case refused
    /// The caller's own decision threw; nothing was changed.
    case rolledBack
    /// The schema refused what the program wanted to write: a bug, nothing was changed.
    case schemaRefused
    case other
  }

  public let kind: Kind
  /// One line for the operator: what is wrong and what to do.
  public let message: String
  /// SQLite's primary and extended result code, or nil when it was not SQLite.
  public let primaryCode: Int32?
  public let extendedCode: Int32?

  public init(
    _ kind: Kind, _ message: String, primaryCode: Int32? = nil, extendedCode: Int32? = nil
  ) {
    self.kind = kind
    self.message = message
    self.primaryCode = primaryCode
    self.extendedCode = extendedCode
  }

  public var description: String {
    guard let extendedCode else { return message }
    return "\(message) (SQLite \(extendedCode))"
  }
}

extension StorageError {
  static func corrupt(_ what: String) -> StorageError {
    StorageError(
      .corrupt, "the database holds \(what): run `kioskctl ledger verify`, restore the backup")
  }

  /// The only mapping of SQLite's codes; `path` is the database file.
  init(_ error: any Error, path: String) {
    switch error {
    case let known as StorageError: self = known
    case let error as DatabaseError: self.init(sqlite: error, path: path)
    default: self.init(.rolledBack, "nothing was written, the step failed: \(error)")
    }
  }

  private init(sqlite error: DatabaseError, path: String) {
    let (kind, advice) = Self.meaning(of: error)
    let detail = (error.message ?? "").split(whereSeparator: \.isNewline).joined(separator: " ")
    self.init(
      kind, "\(path): \(advice) [\(detail)]",
      primaryCode: error.resultCode.rawValue, extendedCode: error.extendedResultCode.rawValue)
  }

  private static func meaning(of error: DatabaseError) -> (Kind, String) {
    // Growing the -shm file fails with this code when there is no room.
    if error.extendedResultCode == .SQLITE_IOERR_SHMSIZE {
      return (.diskFull, "the disk is full; free space on its file system, then start again")
    }
    return switch error.resultCode {
    case .SQLITE_FULL:
      (.diskFull, "the disk is full; free space on its file system, then start again")
    case .SQLITE_IOERR:
      (.ioFailed, "the disk reports faults; look at `dmesg`, replace the disk if it is worn")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      (.corrupt, "not a sound database; stop kioskd and restore the last backup")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      (.busy, "another process keeps the database locked; end it (`fuser` names it)")
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
      (.accessDenied, "cannot be opened; it and its directory must belong to the kiosk's user")
    case .SQLITE_CONSTRAINT:
      (.schemaRefused, "the schema refused a row, which is a bug of this program; report it")
    default:
      (.other, "SQLite failed; report it with this line")
    }
  }
}
