import Foundation
import Storage

/// A data directory that goes with the test.
final class TemporaryDirectory: Sendable {
  let path: String

  /// `inMemory` where the machine has a file system that is.
  init(inMemory: Bool = false) throws {
    let memory = URL(fileURLWithPath: "/dev/shm")
    let isThere = FileManager.default.isWritableFile(atPath: memory.path)
    path =
      (inMemory && isThere ? memory : FileManager.default.temporaryDirectory)
      .appendingPathComponent("kiosk-storage-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: path) } catch {
      print("left behind: \(path)")
    }
  }

  var database: String { path + "/" + Store.fileName }

  /// What a power cut would leave of another directory: its files as they are now.
  func takeFiles(of other: TemporaryDirectory) throws {
    for name in [Store.fileName, Store.fileName + "-wal", "shop.key"] {
      let source = other.path + "/" + name
      guard FileManager.default.fileExists(atPath: source) else { continue }
      try FileManager.default.copyItem(atPath: source, toPath: path + "/" + name)
    }
  }
}
