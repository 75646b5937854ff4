import Foundation

/// What the kernel counts of a process, from /proc.
enum ProcessFigures {
  /// Its proportional share of memory in KiB; nil when it is gone or may not be read.
  static func memoryKiB(_ process: Int32) -> Int? {
    lines("/proc/\(process)/smaps_rollup").lazy.compactMap { number($0, "Pss:") }.first
  }

  /// How often each of its threads was switched to and away, by name and number.
  static func contextSwitches(_ process: Int32) -> [String: Int] {
    var counts: [String: Int] = [:]
    for task in entries("/proc/\(process)/task") {
      let status = lines("/proc/\(process)/task/\(task)/status")
      let name = status.first { $0.hasPrefix("Name:") }?.split(separator: "\t").last ?? "?"
      counts["\(name)/\(task)"] = status.reduce(0) { sum, line in
        sum + (number(line, "voluntary_ctxt_switches:") ?? 0)
          + (number(line, "nonvoluntary_ctxt_switches:") ?? 0)
      }
    }
    return counts
  }

  private static func number(_ line: Substring, _ name: String) -> Int? {
    guard line.hasPrefix(name) else { return nil }
    return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
  }

  private static func lines(_ path: String) -> [Substring] {
    do {
      return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    } catch {
      return []
    }
  }

  private static func entries(_ path: String) -> [String] {
    do { return try FileManager.default.contentsOfDirectory(atPath: path) } catch { return [] }
  }
}
