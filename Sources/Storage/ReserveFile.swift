import Foundation

/// Room kept for bad times: `DIR/reserve`, 1 MiB that is given up when the disk is full, so that
/// the voids of open holds still fit (DESIGN 4).
struct ReserveFile: Sendable {
  static let fileName = "reserve"
  static let byteCount: Int64 = 1 << 20

  let path: String

  init(directory: String) { path = directory + "/" + Self.fileName }

  /// Whether all of it is there.
  var isWhole: Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_size >= Self.byteCount
      && Int64(status.st_blocks) * 512 >= Self.byteCount
  }

  /// Whether the room could be taken; false means that the disk is (nearly) full.
  func restore() throws(StorageError) -> Bool {
    if isWhole { return true }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      if errno == ENOSPC { return false }
      throw StorageError(.accessDenied, "\(path): \(errnoText())")
    }
    defer { close(descriptor) }
    // Returns the error instead of setting errno.
    let result = posix_fallocate(descriptor, 0, off_t(Self.byteCount))
    if result == 0 { return true }
    unlink(path)
    guard result == ENOSPC else {
      throw StorageError(.ioFailed, "\(path): \(String(cString: strerror(result)))")
    }
    return false
  }

  func giveUp() { unlink(path) }
}
