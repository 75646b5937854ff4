import Codecs
import Devices
import Profiles
import Simulators
import Testing

@testable import Drivers

@Suite(.timeLimit(.minutes(1))) struct USBLineDisplayTests {
  private let device = SimulatedDevice("display", LineDisplayModel())
  private let id = DeviceID("display@1-1")
  private let settings = LineDisplaySettings(
    dialect: .dmD, columns: 20, rows: 2, codePage: "gb18030", bridge: .cdcACM, baud: 19_200)

  private func display(_ port: SimulatedInterface) -> USBLineDisplay {
    USBLineDisplay(interface: port, device: id, settings: settings)
  }

  private var lines: [String] { device.withModel { $0.lines } }

  @Test func `two lines are shown, in Chinese and with an amount`() async throws {
    let display = display(SimulatedInterface(device: device))
    try await display.show(DisplayContent(words: ["绿茶 500ml", "合计        ¥12.50"]))
    #expect(lines == ["绿茶 500ml", "合计        ￥12.50"])
    try await display.show(DisplayContent(words: ["Welcome"]))
    #expect(lines == ["Welcome", ""])
    #expect(display.size == (20, 2))
  }

  @Test func `the line is set once and the display is initialised first`() async throws {
    let display = display(SimulatedInterface(device: device))
    try await display.show(DisplayContent(words: ["a"]))
    try await display.show(DisplayContent(words: ["b"]))
    #expect(device.withModel { $0.lineCoding } == [0x00, 0x4B, 0, 0, 0, 0, 8])
    let bytes = device.withModel { $0.bytes }
    #expect(
      bytes.starts(with: [
        0x1B, 0x40, 0x1F, 0x01, 0x1F, 0x43, 0x00, 0x1F, 0x58, 4, 0x1F, 0x24, 1, 1,
      ]))
    #expect(bytes.count { $0 == 0x40 } == 1)
    #expect(device.withModel { $0.screen.isCursorVisible } == false)
  }

  @Test func `a long line is cut between characters and never goes into the next`() async throws {
    let display = display(SimulatedInterface(device: device))
    try await display.show(DisplayContent(words: ["a一二三四五六七八九十", "b"]))
    #expect(lines == ["a一二三四五六七八九", "b"])
    #expect(DisplayFrame(settings).cells(DisplayLine("a一二三四五六七八九十")).count == 20)
  }

  @Test func `a character that the display has not got is a question mark`() async throws {
    let display = display(SimulatedInterface(device: device))
    try await display.show(DisplayContent(words: ["tea 🍵 x", "\u{1B}@\u{0C}c"]))
    #expect(lines[0] == "tea ? x")
    #expect(lines[1] == "@c")
  }

  @Test func `short writes are gone on with and one halt is cleared`() async throws {
    let port = SimulatedInterface(device: device)
    let display = display(port)
    port.inject(.shortWrite(endpoint: LineDisplayModel.bulkOut, byteCount: 9))
    port.inject(.stall(endpoint: LineDisplayModel.bulkOut, count: 1))
    try await display.show(DisplayContent(words: ["one", "two"]))
    #expect(lines == ["one", "two"])
    port.inject(.stall(endpoint: LineDisplayModel.bulkOut, count: 2))
    await #expect(throws: DeviceError(.stalled, device: id)) {
      try await display.show(DisplayContent(words: ["x"]))
    }
  }

  @Test func `after a fault the display is set up anew`() async throws {
    let port = SimulatedInterface(device: device)
    let display = display(port)
    try await display.show(DisplayContent(words: ["one"]))
    port.inject(.stall(endpoint: LineDisplayModel.bulkOut, count: 2))
    await #expect(throws: DeviceError(.stalled, device: id)) {
      try await display.show(DisplayContent(words: ["two"]))
    }
    try await display.show(DisplayContent(words: ["three"]))
    try await display.show(DisplayContent(words: ["four"]))
    #expect(device.withModel { $0.bytes }.count { $0 == 0x40 } == 2)
    #expect(lines == ["four", ""])
  }

  @Test func `a display that refuses the line coding still shows`() async throws {
    let port = SimulatedInterface(device: device)
    port.inject(.stall(endpoint: 0, count: 2))
    try await display(port).show(DisplayContent(words: ["one"]))
    #expect(lines == ["one", ""])
  }

  @Test func `unplugging ends both show and run with disconnected`() async throws {
    let port = SimulatedInterface(device: device)
    let display = display(port)
    port.unplug()
    await #expect(throws: DeviceError(.disconnected, device: id)) { try await display.run() }
    await #expect(throws: DeviceError(.disconnected, device: id)) {
      try await display.show(DisplayContent([]))
    }
  }

  @Test func `brightness is sent when it changes, in four steps`() async throws {
    let display = display(SimulatedInterface(device: device))
    try await display.show(DisplayContent(words: ["a"], brightnessPercent: 100))
    #expect(device.withModel { $0.screen.brightness } == 4)
    try await display.show(DisplayContent(words: ["a"], brightnessPercent: 30))
    #expect(device.withModel { $0.screen.brightness } == 2)
    let sent = device.withModel { $0.bytes }.count
    try await display.show(DisplayContent(words: ["b"], brightnessPercent: 26))
    #expect(device.withModel { $0.bytes }.dropFirst(sent).starts(with: [0x1F, 0x24]))
    #expect([0, 1, 25, 26, 75, 100].map { DisplayFrame.level(percent: $0) } == [1, 1, 1, 2, 3, 4])
  }

  // lcdproc #175, escpos-php #612, qz tray #779: the dialect is the model's, by its profile.
  @Test(arguments: DisplayDialect.allCases)
  func `every dialect shows amounts at the right edge`(dialect: DisplayDialect) async throws {
    let device = SimulatedDevice("display", LineDisplayModel(dialect: dialect))
    let settings = LineDisplaySettings(
      dialect: try #require(LineDisplaySettings.Dialect(rawValue: dialect.rawValue)), columns: 20,
      rows: 2, codePage: "gb18030", bridge: .cdcACM)
    let display = USBLineDisplay(
      interface: SimulatedInterface(device: device), device: id, settings: settings)
    for amount in ["¥6.50", "¥12.50", "¥1234.50"] {
      try await display.show(
        DisplayContent([DisplayLine("绿茶 500ml"), DisplayLine("合计 TOTAL", right: amount)]))
      let lines = device.withModel { $0.screen.rows.map { CodePage.gb18030.decode($0) } }
      #expect(lines[1].hasPrefix("合计 TOTAL "))
      #expect(lines[1].hasSuffix(" " + amount.replacing("¥", with: "￥")))
    }
  }

  @Test func `a character that the page has not got is told once`() {
    var settings = settings
    settings.codePage = "cp437"
    var frame = DisplayFrame(settings)
    let content = DisplayContent([
      DisplayLine("茶 tea", right: "¥1.00"), DisplayLine("茶", right: ""),
    ])
    _ = frame.bytes(of: content)
    #expect(frame.takeLosses() == [.substituted("茶")])
    _ = frame.bytes(of: content)
    #expect(frame.takeLosses().isEmpty)
  }

  @Test func `an amount is whole and at the edge, however long the name and whatever the page`() {
    var settings = settings
    for (page, amount, shown) in [
      ("gb18030", "¥1234.50", "￥1234.50"), ("cp437", "¥1234.50", "¥1234.50"),
      ("cp437", "€12.50", "EUR 12.50"), ("cp858", "€12.50", "€12.50"),
    ] {
      settings.codePage = page
      let name = DisplayLine(
        "非常非常非常长的商品名称", plain: "A very very long name", right: amount)
      let cells = DisplayFrame(settings).cells(name)
      #expect(cells.count == 20)
      let text = CodePage(rawValue: page)?.decode(cells) ?? ""
      #expect(text.hasSuffix(" " + shown), "\(page): \(text)")
      #expect(text.hasPrefix(page == "gb18030" ? "非常非" : "A very v"))
    }
  }

  @Test func `FTDI rates have the divisors of AN232B-05`() {
    #expect(SerialBridge.ftdiDivisor(baud: 9_600) == 0x4138)
    #expect(SerialBridge.ftdiDivisor(baud: 19_200) == 0x809C)
    #expect(SerialBridge.ftdiDivisor(baud: 115_200) == 0x001A)
    #expect(SerialBridge.ftdiDivisor(baud: 0) == 0x3FFF)
  }
}
