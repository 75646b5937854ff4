import Foundation

/// Measured times in milliseconds.
struct Distribution {
  private let sorted: [Double]

  init(_ milliseconds: [Double]) { sorted = milliseconds.sorted() }

  /// The nearest rank: of 100 values the 99th is p99.
  func quantile(_ share: Double) -> Double {
    guard !sorted.isEmpty else { return .nan }
    let rank = Int((share * Double(sorted.count)).rounded(.up))
    return sorted[min(max(rank, 1), sorted.count) - 1]
  }

  var median: Double { quantile(0.5) }
  var p99: Double { quantile(0.99) }
  var mean: Double { sorted.reduce(0, +) / Double(max(1, sorted.count)) }

  /// `p50 0.42  p99 1.08  max 3.50 ms`
  var summary: String {
    "p50 \(format(median))  p99 \(format(p99))  max \(format(quantile(1))) ms"
  }
}

/// Two decimals, right-aligned.
func format(_ value: Double, decimals: Int = 2) -> String {
  String(format: "%7.\(decimals)f", value)
}

/// How a target is told.
func verdict(_ isMet: Bool) -> String { isMet ? "met" : "NOT MET" }
