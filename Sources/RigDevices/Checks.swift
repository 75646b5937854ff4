import Foundation

/// The results of a run, one line each: `ok name # milliseconds detail` or `not ok name # ...`.
struct Checks {
  private(set) var failureCount = 0
  private let clock = ContinuousClock()
  private var last = ContinuousClock().now

  /// The time since the check before is told with every result.
  mutating func check(_ name: String, _ isTrue: Bool, _ detail: String = "") {
    let now = clock.now
    let milliseconds = last.duration(to: now) / .milliseconds(1)
    last = now
    if !isTrue { failureCount += 1 }
    let time = String(format: "%.1f ms", milliseconds)
    line("\(isTrue ? "ok" : "not ok") \(name) # \(time) \(detail)")
  }

  /// What is measured and not judged.
  func measured(_ name: String, _ duration: Duration) {
    line("measured \(name) \(String(format: "%.1f", duration / .milliseconds(1))) ms")
  }

  func measured(_ name: String, _ rate: Double) {
    line("measured \(name) \(String(format: "%.2f", rate))")
  }

  func measured(_ name: String, _ count: Int) { line("measured \(name) \(count)") }

  /// What led here, for who looks for the cause of what failed.
  func note(_ text: String) { line("# \(text)") }

  /// Past any buffer: what ran before a hang is seen.
  private func line(_ text: String) {
    FileHandle.standardOutput.write(Data("\(text)\n".utf8))
  }
}
