import Codecs
import Devices
import Profiles
import Simulators
import Testing

@testable import Drivers

@Suite(.timeLimit(.minutes(1))) struct SerialLineDisplayTests {
  private let device = SimulatedDevice("display", LineDisplayModel())
  private let id = DeviceID("display@1-1")
  private let settings = LineDisplaySettings(
    columns: 20, rows: 2, codePage: "gb18030", bridge: .cdcACM, baud: 19_200)

  private func display(_ port: SimulatedInterface) -> SerialLineDisplay {
    SerialLineDisplay(interface: port, device: id, settings: settings)
  }

  private var lines: [String] { device.withModel { $0.lines } }

  @Test func `two lines are shown, in Chinese and with an amount`() async throws {
    let display = display(SimulatedInterface(device: device))
    try await display.show(["绿茶 500ml", "合计        ¥12.50"])
    #expect(lines == ["绿茶 500ml", "合计        ￥12.50"])
    try await display.show(["Welcome"])
    #expect(lines == ["Welcome", ""])
    #expect(display.size == (20, 2))
  }

  @Test func `the line is set once and the display is initialised first`() async throws {
    let display = display(SimulatedInterface(device: device))
    try await display.show(["a"])
    try await display.show(["b"])
    #expect(device.withModel { $0.lineCoding } == [0x00, 0x4B, 0, 0, 0, 0, 8])
    let bytes = device.withModel { $0.bytes }
    #expect(bytes.starts(with: [0x1B, 0x40, 0x1F, 0x01, 0x1F, 0x43, 0x00, 0x1F, 0x24, 1, 1]))
    #expect(bytes.count { $0 == 0x40 } == 1)
    #expect(device.withModel { $0.screen.isCursorVisible } == false)
  }

  @Test func `a long line is cut between characters and never goes into the next`() async throws {
    let display = display(SimulatedInterface(device: device))
    try await display.show(["a一二三四五六七八九十", "b"])
    #expect(lines == ["a一二三四五六七八九", "b"])
    #expect(display.cells("a一二三四五六七八九十").count == 20)
  }

  @Test func `a character that the display has not got is a question mark`() async throws {
    let display = display(SimulatedInterface(device: device))
    try await display.show(["tea 🍵 x", "\u{1B}@\u{0C}c"])
    #expect(lines[0] == "tea ? x")
    #expect(lines[1] == "@c")
  }

  @Test func `short writes are gone on with and one halt is cleared`() async throws {
    let port = SimulatedInterface(device: device)
    let display = display(port)
    port.inject(.shortWrite(endpoint: LineDisplayModel.bulkOut, byteCount: 9))
    port.inject(.stall(endpoint: LineDisplayModel.bulkOut, count: 1))
    try await display.show(["one", "two"])
    #expect(lines == ["one", "two"])
    port.inject(.stall(endpoint: LineDisplayModel.bulkOut, count: 2))
    await #expect(throws: DeviceError(.stalled, device: id)) { try await display.show(["x"]) }
  }

  @Test func `after a fault the display is set up anew`() async throws {
    let port = SimulatedInterface(device: device)
    let display = display(port)
    try await display.show(["one"])
    port.inject(.stall(endpoint: LineDisplayModel.bulkOut, count: 2))
    await #expect(throws: DeviceError(.stalled, device: id)) { try await display.show(["two"]) }
    try await display.show(["three"])
    try await display.show(["four"])
    #expect(device.withModel { $0.bytes }.count { $0 == 0x40 } == 2)
    #expect(lines == ["four", ""])
  }

  @Test func `a display that refuses the line coding still shows`() async throws {
    let port = SimulatedInterface(device: device)
    port.inject(.stall(endpoint: 0, count: 2))
    try await display(port).show(["one"])
    #expect(lines == ["one", ""])
  }

  @Test func `unplugging ends both show and run with disconnected`() async throws {
    let port = SimulatedInterface(device: device)
    let display = display(port)
    port.unplug()
    await #expect(throws: DeviceError(.disconnected, device: id)) { try await display.run() }
    await #expect(throws: DeviceError(.disconnected, device: id)) { try await display.show([]) }
  }

  @Test func `FTDI rates have the divisors of AN232B-05`() {
    #expect(SerialBridge.ftdiDivisor(baud: 9_600) == 0x4138)
    #expect(SerialBridge.ftdiDivisor(baud: 19_200) == 0x809C)
    #expect(SerialBridge.ftdiDivisor(baud: 115_200) == 0x001A)
    #expect(SerialBridge.ftdiDivisor(baud: 0) == 0x3FFF)
  }
}
