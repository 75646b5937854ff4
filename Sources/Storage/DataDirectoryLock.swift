import Foundation
import Synchronization

/// Makes one process the only writer of a data directory (DESIGN 3): `flock` on `DIR/lock`, which
/// holds the pid of its owner. The kernel lets go of it when the process dies.
public final class DataDirectoryLock: Sendable {
  public static let fileName = "lock"
  private static let pidLengthLimit = 20

  private let descriptor: Mutex<Int32?>

  private init(descriptor: Int32) { self.descriptor = Mutex(descriptor) }

  deinit { release() }

  /// Takes the lock or says who has it. Does not wait.
  public static func acquire(directory: String) throws(StorageError) -> DataDirectoryLock {
    let path = directory + "/" + fileName
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw StorageError(
        .accessDenied, "\(path): \(errnoText()); the directory must belong to the kiosk's user")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let holder = pid(in: descriptor)
      close(descriptor)
      let who = holder.map { "process \($0)" } ?? "another process"
      throw StorageError(
        .inUse(pid: holder),
        "\(directory): in use by \(who); stop it first, or ask the running kioskd instead")
    }
    let text = Array("\(getpid())\n".utf8)
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.count, 0) == text.count
    else {
      let reason = errnoText()
      // A full disk must not keep the daemon from starting to void: the lock counts, not the pid.
      guard errno == ENOSPC else {
        close(descriptor)
        throw StorageError(.ioFailed, "\(path): \(reason)")
      }
      return DataDirectoryLock(descriptor: descriptor)
    }
    return DataDirectoryLock(descriptor: descriptor)
  }

  /// Who holds the lock of a directory; nil when nobody does or its pid cannot be read.
  public static func holder(directory: String) -> Int32? {
    let descriptor = open(directory + "/" + fileName, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
    return pid(in: descriptor)
  }

  public func release() {
    descriptor.withLock { descriptor in
      if let open = descriptor {
        // A child between fork and exec has the descriptor too: closing ours would not unlock.
        flock(open, LOCK_UN)
        close(open)
      }
      descriptor = nil
    }
  }

  private static func pid(in descriptor: Int32) -> Int32? {
    var bytes = [UInt8](repeating: 0, count: pidLengthLimit)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    let text = String(decoding: bytes.prefix(count), as: UTF8.self)
    return Int32(text.prefix(while: \.isNumber))
  }
}

/// What the C library says of the last failure.
func errnoText() -> String { String(cString: strerror(errno)) }
