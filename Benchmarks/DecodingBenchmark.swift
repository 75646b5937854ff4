import Codecs
import Foundation
import ShopConfiguration

/// How many scans are understood and how many reports of a keyboard scanner are read in a second,
/// on one core.
struct DecodingBenchmark {
  static let scanCount = 2_000
  /// Digits of EAN-13 and the Enter key, each pressed and let go.
  static let symbolCount = 500
  static let seed: UInt64 = 2026

  let roundCount: Int

  func run() throws {
    let reader = try ScanConfiguration.standard.reader()
    let scans = Self.elementStrings()
    let elements = try Self.elementCount(scans, reader)
    let reports = Self.reports()
    let load = Machine.load
    var (scanSeconds, reportSeconds): ([Double], [Double]) = ([], [])
    for _ in 0..<roundCount {
      scanSeconds.append(
        try Self.seconds {
          guard try Self.elementCount(scans, reader) == elements else {
            throw BenchmarkFault("the same scans gave other elements")
          }
        })
      reportSeconds.append(
        try Self.seconds {
          let count = Self.symbols(in: reports)
          guard count == Self.symbolCount else {
            throw BenchmarkFault("\(count) symbols of \(Self.symbolCount) were read")
          }
        })
    }
    let scanRate = Double(scans.count) / Distribution(scanSeconds).median
    let reportRate = Double(reports.count) / Distribution(reportSeconds).median
    print(
      """
      DECODING: one core, medians of \(roundCount) rounds; load \(load)
        GS1 element strings   \(format(scanRate, decimals: 0)) a second: \(scans.count) of \
      (01)(17)(10) and (01)(3103)(21), seed \(Self.seed),
                              each to a meaning with every check of the syntax dictionary; \
      \(elements) elements
        keyboard reports      \(format(reportRate, decimals: 0)) a second: \(reports.count) boot \
      reports, \(Self.symbolCount) EAN-13 with Enter
      """)
  }

  private static func seconds(_ work: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try work()
    return (ContinuousClock.now - start) / .seconds(1)
  }

  // MARK: Scans

  private static func elementStrings() -> [[UInt8]] {
    var random = SeededDigits(seed: seed)
    return (0..<scanCount).map { number in
      let body = [1 + random.digit() % 8] + (0..<12).map { _ in random.digit() }
      let gtin = "01" + (body + [GS1.checkDigit(of: body)]).map { String($0) }.joined()
      let rest =
        number.isMultiple(of: 2)
        ? "17280\(1 + random.digit() % 9)1510LOT\(random.digits(6))"
        : "3103\(random.digits(6))21\(random.digits(9))A"
      return Array((gtin + rest).utf8)
    }
  }

  private static func elementCount(_ scans: [[UInt8]], _ reader: ScanReader) throws -> Int {
    try scans.reduce(0) { count, scan in
      guard
        case .elementString(let elements) = reader.read(scan, aim: "]C1", paymentExpected: false)
      else { throw BenchmarkFault("\(String(decoding: scan, as: UTF8.self)) is no element string") }
      return count + elements.count
    }
  }

  // MARK: Keyboard

  private static func reports() -> [[UInt8]] {
    var random = SeededDigits(seed: seed)
    let released = [UInt8](repeating: 0, count: 8)
    func pressed(_ usage: UInt8) -> [UInt8] { [0, 0, usage, 0, 0, 0, 0, 0] }
    return (0..<symbolCount).flatMap { _ -> [[UInt8]] in
      let body = (0..<12).map { _ in random.digit() }
      let digits = body + [GS1.checkDigit(of: body)]
      // HID Usage Tables, 10: 1 to 9 are 1Eh to 26h, 0 is 27h, Enter 28h.
      let usages = digits.map { $0 == 0 ? 0x27 : 0x1D + $0 } + [0x28]
      return usages.flatMap { [pressed($0), released] }
    }
  }

  private static func symbols(in reports: [[UInt8]]) -> Int {
    var decoder = HID.KeyboardDecoder(settings: HID.KeyboardSettings(layout: .us))
    var count = 0
    for (index, report) in reports.enumerated() {
      for case .success in decoder.feed(report, at: Int64(index)) { count += 1 }
    }
    return count
  }
}

/// Digits that a seed gives, the same each time.
private struct SeededDigits {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func digit() -> UInt8 {
    // Knuth's MMIX generator; its upper bits are the good ones.
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt8((state >> 33) % 10)
  }

  mutating func digits(_ count: Int) -> String {
    (0..<count).map { _ in String(digit()) }.joined()
  }
}
