import CheckoutMachine
import Devices

/// What a test page or pattern came to.
public struct TestReport: Codable, Equatable, Sendable {
  public let device: String
  /// `printed` when the device itself confirmed it, else `sent`.
  public let completion: String
  /// What must be seen there, part by part; a person compares.
  public let parts: [String]

  public init(device: String, completion: String, parts: [String]) {
    self.device = device
    self.completion = completion
    self.parts = parts
  }
}

/// Why a device was not tested.
public enum TestRefusal: Error, Equatable, Sendable, CustomStringConvertible {
  case saleOpen(String)
  case noDevice(TestedDevice)
  case busy(TestedDevice)
  case fault(DeviceError.Kind, device: DeviceID)

  public var description: String {
    switch self {
    case .saleOpen(let state):
      "a customer is there (\(state)); wait, or test all the same with --force"
    case .noDevice(let device):
      "no \(device.rawValue) is in use; `kioskctl devices` says why"
    case .busy(let device): "the \(device.rawValue) is at work; try again"
    case .fault(.needsAttention(let attention), let device):
      "\(device) needs a person: \(attention.rawValue)"
    case .fault(let kind, let device): "\(device) failed (\(kind)); `kioskctl doctor` may know why"
    }
  }
}

/// The page and the patterns that a technician compares with what came out.
public enum DeviceTest {
  /// How long each pattern of a display stands.
  static let patternSeconds = 2

  /// One part of the test page: what it is, and how it is printed.
  private static let page: [(part: String, elements: [PrintElement])] = [
    (
      "the title, centred, twice as wide and high",
      [
        .text(
          "TEST 测试",
          TextStyle(
            alignment: .center, isEmphasized: true, isDoubleWidth: true, isDoubleHeight: true)),
        .rule,
      ]
    ),
    (
      "five lines: plain, bold, white on black, twice as wide, twice as high",
      [
        .text("plain 0123456789", .plain),
        .text("bold 0123456789", TextStyle(isEmphasized: true)),
        .text("white on black", TextStyle(isReversed: true)),
        .text("wide", TextStyle(isDoubleWidth: true)),
        .text("high", TextStyle(isDoubleHeight: true)),
      ]
    ),
    (
      "left, in the middle, right; and an amount at the right edge",
      [
        .text("left", .plain), .text("middle", TextStyle(alignment: .center)),
        .text("right", TextStyle(alignment: .right)),
        .columns(left: "合计 TOTAL", right: "¥1,234.50", .plain), .rule,
      ]
    ),
    (
      "the scripts: Latin with accents, Cyrillic, Greek, Chinese (two forms), Japanese, Korean",
      [
        .text("àéîõüß ÆØÅ ŁŻ €£¥", .plain), .text("Привет Київ", .plain),
        .text("Ελληνικά", .plain), .text("鲜牛奶 散养鸡蛋 〇", .plain),
        .text("繁體中文 龜", .plain), .text("ひらがな カタカナ", .plain), .text("한국어", .plain),
        .rule,
      ]
    ),
    (
      "two bar codes that a scanner reads as 4006381333931 and KIOSK-128",
      [
        .barcode(.ean13, "4006381333931"), .feed(lines: 1), .barcode(.code128, "KIOSK-128"),
        .feed(lines: 1),
      ]
    ),
    (
      "a QR code that reads KIOSK TEST 测试",
      [.qrCode("KIOSK TEST 测试"), .feed(lines: 1)]
    ),
    ("the end, and below it the cut", [.text("end of the test", .plain), .cut]),
  ]

  /// The whole page, from `columns` over all styles to the cut.
  public static func paper(columns: Int) -> [PrintElement] {
    let ruler = String((1...max(1, columns)).map { Character("\($0 % 10)") })
    return [.text(ruler, .plain)] + page.flatMap(\.elements)
  }

  /// What must be on the page.
  public static func parts(columns: Int) -> [String] {
    ["one whole line of \(columns) digits"] + page.map(\.part)
  }

  /// Below every job's number, so that a late word of the test confirms none of them.
  static let jobNumber: UInt32 = 0

  /// Prints the page on a printer that is enabled and heard.
  public static func run(
    on printer: any POSPrinter
  ) async throws(TestRefusal) -> TestReport {
    let columns = await printer.capabilities.columns
    do throws(PrintFault) {
      let completion = try await printer.print(
        PrintJob(number: jobNumber, elements: paper(columns: columns)))
      return TestReport(
        device: printer.device.description, completion: completion.rawValue,
        parts: parts(columns: columns))
    } catch {
      throw .fault(error.cause.kind, device: error.cause.device)
    }
  }

  /// Shows the patterns one after the other; `pausing` throws when the daemon stops.
  public static func run(
    on display: any LineDisplay, pausing: (Duration) async throws -> Void
  ) async throws(TestRefusal) -> TestReport {
    let patterns = patterns(size: display.size)
    do {
      for (_, content) in patterns {
        try await display.show(content)
        try await pausing(.seconds(patternSeconds))
      }
    } catch let fault as DeviceError {
      throw .fault(fault.kind, device: fault.device)
    } catch {
      throw .busy(.display)  // Cancelled: the daemon stops, or the asker is gone.
    }
    return TestReport(
      device: display.device.description, completion: "sent", parts: patterns.map(\.part))
  }

  /// The patterns of a display, one after the other.
  public static func patterns(size: (columns: Int, rows: Int)) -> [(part: String, DisplayContent)] {
    let columns = max(1, size.columns)
    let digits = String((1...columns).map { Character("\($0 % 10)") })
    let rows = max(1, size.rows)
    return [
      (
        "every place dark: \(columns) times # in each line",
        DisplayContent(
          words: Array(repeating: String(repeating: "#", count: columns), count: rows))
      ),
      (
        "the columns counted, 1 at the left edge",
        DisplayContent(words: Array(repeating: digits, count: rows))
      ),
      (
        "words left and an amount flush right",
        DisplayContent([
          DisplayLine("测试 Test", plain: "Test", right: "1/2"),
          DisplayLine("合计", plain: "Total", right: "1,234.50"),
        ])
      ),
    ]
  }
}

extension CheckoutLoop {
  /// Prints the test page or shows the test patterns. In the middle of a sale only when forced: the
  /// customer would take it for their own.
  public func test(
    _ device: TestedDevice, force: Bool
  ) async throws(TestRefusal) -> TestReport {
    try mayDisturb(force: force)
    return switch device {
    case .printer: try await printQueue.test()
    case .display: try await display.test()
    }
  }

  /// Throws while a customer is there, unless forced.
  public func mayDisturb(force: Bool) throws(TestRefusal) {
    switch state {
    case .attract, .outOfService: break
    case .scanning, .claiming, .reviewing, .tendering, .holding, .posting, .printing, .done:
      guard force else { throw .saleOpen(state.name) }
    }
  }
}
