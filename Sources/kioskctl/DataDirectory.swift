import Foundation
import Storage

/// A look at a data directory without opening what is in it.
enum DataDirectory {
  static func hasDatabase(_ directory: String) -> Bool {
    FileManager.default.fileExists(atPath: directory + "/" + Store.fileName)
  }

  /// Whether group or others may do anything with a file; nil when it cannot be looked at.
  static func isOpenToOthers(_ path: String) -> Bool? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return status.st_mode & 0o077 != 0
  }

  /// Bytes that a program of the kiosk's user may still write there.
  static func freeByteCount(_ directory: String) -> UInt64? {
    var status = statvfs()
    guard statvfs(directory, &status) == 0 else { return nil }
    return UInt64(status.f_bavail) * UInt64(status.f_frsize)
  }
}
