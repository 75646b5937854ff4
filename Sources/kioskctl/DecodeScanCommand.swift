import ArgumentParser
import Codecs
import Daemon
import ShopConfiguration

struct DecodeScanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Scans: {\"in\": AIM identifier and data, \"paymentExpected\"}, answered by {\"ok\", "
      + "\"meaning\", \"elements\", \"gtin14\", \"reason\"}.",
    discussion: """
      By the published standards alone; with --config by the shop's choices, which may take more \
      (UPC-A of 12 digits, labels of its own).
      """)

  @Option(help: ArgumentHelp("The kiosk's configuration.", valueName: "file"))
  var config: String?

  func run() throws {
    let reader = try reader()
    try JSONLines.run(ScanRequest.self) { ScanAnswer($0, reader) }
  }

  private func reader() throws -> ScanReader {
    guard let config else { return ScanReader(dictionary: try GS1Files.dictionary()) }
    return try KioskConfiguration(path: config).scanning.reader()
  }
}

struct ScanRequest: Decodable {
  let `in`: String
  let paymentExpected: Bool?
}

struct ScanAnswer: Encodable {
  let ok: Bool
  let meaning: String
  /// `[identifier, data]`, in the order of the scan.
  let elements: [[String]]
  @Nullable var gtin14: String?
  @Nullable var reason: String?

  init(_ request: ScanRequest, _ reader: ScanReader) {
    let report = ScanReport(
      request.in, paymentExpected: request.paymentExpected ?? false, reader: reader)
    ok = report.ok
    meaning = report.meaning
    elements = report.elements
    gtin14 = report.gtin14
    reason = report.reason
  }
}
