import Foundation

/// The cost of a sale over the size of the book, as an SVG picture.
struct LedgerPlot {
  private static let (width, height, margin) = (720.0, 360.0, 60.0)

  let sizes: [LedgerBenchmark.Size]

  func write(to path: String) throws {
    try Data(svg.utf8).write(to: URL(fileURLWithPath: path))
  }

  private var svg: String {
    typealias Size = LedgerBenchmark.Size
    let lines: [(name: String, color: String, values: [Double])] = [
      ("posting, processor time", "#1b6ca8", sizes.map { Size.each($0.postingCPU) }),
      ("hold, processor time", "#3a9d5d", sizes.map { Size.each($0.holdCPU) }),
    ]
    let top = (lines.flatMap(\.values).max() ?? 1) * 1.25
    let logs = sizes.map { log10(Double($0.postings)) }
    let (left, right) = (logs.first ?? 4, logs.last ?? 7)
    func x(_ log: Double) -> Double {
      Self.margin + (log - left) / max(0.001, right - left) * (Self.width - 2 * Self.margin)
    }
    func y(_ value: Double) -> Double {
      Self.height - Self.margin - value / top * (Self.height - 2 * Self.margin)
    }
    func number(_ value: Double, _ decimals: Int = 1) -> String {
      String(format: "%.\(decimals)f", value)
    }
    func text(_ x: Double, _ y: Double, _ anchor: String, _ text: String, _ color: String = "#333")
      -> String
    {
      "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\" fill=\"\(color)\">"
        + "\(text)</text>"
    }
    var parts = (0...4).map { step -> String in
      let value = top * Double(step) / 4
      return
        "<line x1=\"\(Self.margin)\" x2=\"\(Self.width - Self.margin)\" y1=\"\(number(y(value)))\""
        + " y2=\"\(number(y(value)))\" stroke=\"#ddd\"/>"
        + text(Self.margin - 6, y(value) + 4, "end", number(value, 3))
    }
    for (size, log) in zip(sizes, logs) {
      parts.append(text(x(log), Self.height - Self.margin + 18, "middle", "\(size.postings)"))
    }
    for (index, line) in lines.enumerated() {
      let points = zip(logs, line.values).map { "\(number(x($0))),\(number(y($1)))" }
      parts.append(
        "<polyline points=\"\(points.joined(separator: " "))\" fill=\"none\" "
          + "stroke=\"\(line.color)\" stroke-width=\"2\"/>")
      parts.append(
        text(
          Self.width - Self.margin, 24 + 16 * Double(index), "end", line.name, line.color))
    }
    parts.append(text(Self.width / 2, Self.height - 12, "middle", "postings in the book"))
    parts.append(text(Self.margin, Self.margin - 14, "start", "ms a commit"))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" \
      font-family="sans-serif" font-size="11">
      <rect width="100%" height="100%" fill="white"/>
      \(parts.joined(separator: "\n"))
      </svg>

      """
  }
}
