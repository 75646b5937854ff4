import Foundation
import LoopbackHTTP
import Testing

/// A whole kiosk whose customer display hangs at the printer: sales, papers with a logo, and a
/// printer that is pulled out and stands still between them.
struct DisplayBehindPrinterTests {
  /// A PNG of 96 by 24 pixels, black on the left and white on the right.
  private static let logo =
    "iVBORw0KGgoAAAANSUhEUgAAAGAAAAAYCAAAAAAggqdIAAAAhElEQVR42mNgYGLl4OIVEBKVkJJVUFLV"
    + "0NI1MDa1sLZ1cHb18PYNCA6NiI5NSE7LyM4rKC6rqK5raG7r6O6bMHnazNnzFi5etnL1uo2bt+3cve/g"
    + "4WMnz5y7eOXazTv3Hj559vLNu49fvv38859h1IJRC0YtGLVg1IJRC0YtGLVgaFgAABu9d4VHuwilAAAA"
    + "AElFTkSuQmCC"

  private func configuration(_ change: (String) -> String = { $0 }) throws -> String {
    let example = KioskRun.repository + "/config/kioskd.example.yaml"
    return change(try String(contentsOfFile: example, encoding: .utf8))
  }

  private func behindPrinter(_ text: String) -> String {
    text.replacing(
      "\ndisplay:\n",
      with: """

        display:
          behindPrinter: { dialect: cd5220, columns: 20, rows: 2, codePage: cp936 }

        """)
  }

  private func lines(_ client: LoopbackClient) async throws -> [String] {
    try JSONValue(parsing: try await client.get("/simulator/display").body)["lines"].array
      .compactMap(\.string)
  }

  @Test func `it shows the sale between whole papers, also after the printer was away`()
    async throws
  {
    let files = try TemporaryDirectory()
    let config = try files.write("kioskd.yaml", try configuration(behindPrinter))
    let run = try await KioskRun(["--simulate", "--sample", "--config", config])
    let customer = try await Customer(at: run)
    let idle = try await customer.snapshot("a display") { snapshot in
      snapshot["devices"].array.contains {
        $0["kind"] == "display" && $0["state"] == "enabled"
      }
    }
    #expect(idle["state"] == "attract")
    try await eventually("the idle text") { try await lines(customer.client).first != "" }
    let first = try await lines(customer.client)

    let samples = try JSONValue(parsing: try await customer.client.get("/simulator/samples").body)
    let rice = try #require(
      samples["products"].array.first {
        $0["name"].string?.lowercased().contains("rice") == true
      }?["code"].string)
    try await customer.tap()
    try await customer.scan(rice)
    try await eventually("an amount on the display") {
      try await lines(customer.client).contains { $0.contains(".") }
    }
    try await customer.buy()

    // Pulled out and plugged in, then a cover: what belongs on the display comes back by itself.
    try await customer.setPrinter("{\"attached\": false}")
    _ = try await customer.snapshot("no display") { snapshot in
      snapshot["devices"].array.contains { $0["kind"] == "display" && $0["state"] == "absent" }
    }
    try await customer.setPrinter("{\"cover\": \"open\"}")
    try await customer.setPrinter("{\"attached\": true}")
    try await customer.setPrinter("{\"cover\": \"closed\"}")
    try await customer.press("done")
    try await eventually("the idle text again") { try await lines(customer.client) == first }

    try await customer.tap()
    try await customer.scan(rice)
    _ = try await customer.snapshot("the rice") { $0["lines"].array.count == 1 }
    for (button, state) in [
      ("pay", "reviewing"), ("wallet", "tendering"), ("confirm", "done"),
    ] {
      try await customer.press(button)
      _ = try await customer.snapshot(state) { $0["state"] == .string(state) }
    }
    _ = try await customer.snapshot("its paper") { $0["completed"]["paper"] == "printed" }
    let paper = try await customer.paper()
    #expect(paper.components(separatedBy: "--- cut ---").count >= 4)
    #expect(paper.hasSuffix("--- cut ---\n"))
    #expect(try await run.stop() == .exited(0))
  }

  @Test func `the logo is above every receipt and coupon`() async throws {
    let files = try TemporaryDirectory()
    let logo = try #require(Data(base64Encoded: Self.logo))
    try logo.write(to: URL(fileURLWithPath: files.path + "/logo.png"))
    let config = try files.write(
      "kioskd.yaml",
      try configuration { $0.replacing("  # logo: logo.png", with: "  logo: logo.png") })
    let run = try await KioskRun(["--simulate", "--sample", "--config", config])
    let customer = try await Customer(at: run)
    try await customer.buy()
    let papers = try await customer.paper().components(separatedBy: "--- cut ---\n")
    #expect(papers.count == 3 && papers.last == "")
    for paper in papers.dropLast() { #expect(paper.contains("[picture 96 x 24]")) }
    #expect(try await run.stop() == .exited(0))
  }

  @Test(arguments: [
    ("logo: no.png", "printing.logo: ", "cannot be read; is it there"),
    ("logo: kioskd.yaml", "printing.logo", "expected the path of a PNG file"),
    ("logo: text.png", "printing.logo: ", "is no PNG that can be read"),
  ])
  func `a logo that cannot be printed stops the start with its reason`(
    line: String, place: String, reason: String
  ) async throws {
    let files = try TemporaryDirectory()
    _ = try files.write("text.png", "no picture")
    let config = try files.write(
      "kioskd.yaml", try configuration { $0.replacing("  # logo: logo.png", with: "  " + line) })
    let run = try await KioskRun(["--simulate", "--sample", "--config", config])
    let complaint = try #require(run.complaint)
    #expect(complaint.contains(place) && complaint.contains(reason), "\(complaint)")
    #expect(run.end == .exited(1))
  }
}
