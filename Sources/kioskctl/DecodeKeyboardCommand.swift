import ArgumentParser
import Codecs
import Drivers
import Profiles
import ShopConfiguration

struct DecodeKeyboardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keyboard",
    abstract: "What a keyboard scanner typed: {\"layout\", \"suffix\": enter, tab or none, "
      + "\"reports\": [hex]}, answered by {\"text\"}.")

  @OptionGroup var drivers: DriverOptions

  func run() throws {
    let typed = TypedScans(try ProfileSet.load(drivers.path).layouts)
    try JSONLines.run(KeyboardRequest.self, typed.text)
  }
}

struct KeyboardRequest: Decodable {
  let layout: String
  let suffix: String
  let reports: [[UInt8]]

  private enum Key: String, CodingKey { case layout, suffix, reports }

  /// The place of a report in its list.
  private struct Place: CodingKey {
    let intValue: Int?
    var stringValue: String { intValue.map { "\($0)" } ?? "" }

    init(intValue: Int) { self.intValue = intValue }
    init?(stringValue: String) { return nil }
  }

  /// By hand: a scan is dozens of reports, and a container for each takes most of the time.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    layout = try container.decode(String.self, forKey: .layout)
    suffix = try container.decode(String.self, forKey: .suffix)
    var list = try container.nestedUnkeyedContainer(forKey: .reports)
    var reports: [[UInt8]] = []
    while !list.isAtEnd {
      let place = Place(intValue: list.currentIndex)
      guard let report = HexBytes.bytes(try list.decode(String.self)) else {
        throw DecodingError.dataCorrupted(
          .init(codingPath: list.codingPath + [place], debugDescription: HexBytes.expectation))
      }
      reports.append(report)
    }
    self.reports = reports
  }
}

struct KeyboardText: Encodable {
  let text: String
}

/// Reads recorded scans in the layouts that there are.
struct TypedScans {
  private let layouts: [String: HID.KeyboardLayout]

  init(_ files: [ScannerLayout]) {
    layouts = Dictionary(
      files.map { ($0.name, HID.KeyboardLayout($0)) }, uniquingKeysWith: { first, _ in first })
  }

  func text(_ request: KeyboardRequest) throws -> KeyboardText {
    guard let layout = layouts[request.layout] else {
      throw Complaint(
        "no layout is called \(request.layout); take one of "
          + layouts.keys.sorted().joined(separator: ", "))
    }
    guard let suffix = HID.RecordedSuffix(rawValue: request.suffix) else {
      throw Complaint("the suffix is enter, tab or none")
    }
    do throws(Scanning.Fault) {
      return KeyboardText(
        text: try HID.text(
          of: request.reports, layout: layout, suffix: suffix))
    } catch {
      throw Complaint("\(error)")
    }
  }
}
