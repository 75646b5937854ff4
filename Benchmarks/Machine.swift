import Foundation
import GRDBSQLite

/// Where the figures were taken.
enum Machine {
  static func description(of directory: String) -> String {
    """
    machine: \(processors), Linux \(kernel), SQLite \(String(cString: sqlite3_libversion())), \
    \(fileSystem(of: directory))
    load average at the start: \(load)
    """
  }

  /// The system's load, so that a reader sees what else was running.
  static var load: String {
    text("/proc/loadavg").split(separator: " ").prefix(3).joined(separator: " ")
  }

  private static var processors: String {
    let model =
      text("/proc/cpuinfo").split(separator: "\n")
      .first { $0.hasPrefix("model name") }?.split(separator: ":").last ?? " unknown"
    return "\(ProcessInfo.processInfo.activeProcessorCount) virtual cores of\(model)"
  }

  private static var kernel: String {
    text("/proc/sys/kernel/osrelease").trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The mount with the longest path above the directory.
  private static func fileSystem(of directory: String) -> String {
    let mounts = text("/proc/self/mounts").split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      return fields.count > 2 ? (path: String(fields[1]), kind: String(fields[2])) : nil
    }
    let above = mounts.filter { mount in
      directory.hasPrefix(mount.path == "/" ? "/" : mount.path + "/")
    }
    return above.max { $0.path.count < $1.path.count }?.kind ?? "unknown file system"
  }

  private static func text(_ path: String) -> String {
    guard let bytes = FileManager.default.contents(atPath: path) else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }
}
