import Foundation

/// A directory for the databases of one run, on the disk that is measured.
struct Workplace {
  let path: String

  init(inside directory: String) throws {
    path = directory + "/kiosk-bench-\(getpid())"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// A directory of its own for one benchmark.
  func make(_ name: String) throws -> String {
    let made = path + "/" + name
    try FileManager.default.createDirectory(atPath: made, withIntermediateDirectories: false)
    return made
  }

  func remove() {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      print("left behind: \(path)")
    }
  }
}
