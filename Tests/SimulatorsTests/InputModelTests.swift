import Codecs
import Devices
import Simulators
import Testing

struct InputModelTests {
  private static let all: [(name: String, descriptors: USBDescriptors)] = [
    ("keyboard scanner", KeyboardScannerModel().descriptors),
    ("HID POS scanner", HIDPOSScannerModel().descriptors),
    ("reader", CCIDReaderModel().descriptors), ("display", LineDisplayModel().descriptors),
  ]

  @Test func `every descriptor has the length that it says`() {
    for (name, descriptors) in Self.all {
      #expect(descriptors.device.count == 18, "\(name)")
      let bytes = descriptors.configuration
      #expect(Int(bytes[2]) | Int(bytes[3]) << 8 == bytes.count, "\(name)")
      var index = 0
      while index < bytes.count, bytes[index] > 0 { index += Int(bytes[index]) }
      #expect(index == bytes.count, "\(name)")
    }
  }

  @Test func `each device is of the class that its driver looks for`() {
    let classes = Self.all.map { _, descriptors in
      SimulatedInterface(device: SimulatedDevice("any", Fixed(descriptors: descriptors)))
        .description.interfaces.map(\.classCode)
    }
    #expect(classes == [[0x03], [0x03], [0x0B], [0x02, 0x0A]])
  }

  @Test func `the report descriptors are those of the reports that are sent`() throws {
    let keyboard = try HID.ReportDescriptor(
      decoding: #require(KeyboardScannerModel().descriptors.reports[0]))
    #expect(HID.KeyboardReportFormat(keyboard)?.byteCount == 8)
    let scanner = try HID.ReportDescriptor(
      decoding: #require(HIDPOSScannerModel().descriptors.reports[0]))
    #expect(HID.POSReportFormat(scanner) == .common)
    #expect(scanner.isBarCodeScanner)
  }

  @Test func `a scan that does not fit is lost as a whole`() {
    var model = KeyboardScannerModel()
    model.scan(String(repeating: "1", count: KeyboardScannerModel.maximumQueuedReports))
    #expect(model.read(endpoint: KeyboardScannerModel.endpoint, maximumByteCount: 8) == nil)
    model.scan("1")
    #expect(
      model.read(endpoint: KeyboardScannerModel.endpoint, maximumByteCount: 8)
        == [0, 0, 0x1E, 0, 0, 0, 0, 0])
  }

  @Test func `the reader answers with the frames of a real one`() {
    var model = CCIDReaderModel()
    func exchange(_ bytes: [UInt8]) -> [UInt8]? {
      #expect(model.write(endpoint: 0x01, bytes: bytes) == .accepted(bytes.count))
      return model.read(endpoint: 0x82, maximumByteCount: 512)
    }
    let powerOn: [UInt8] = [0x62, 0, 0, 0, 0, 0, 1, 0, 0, 0]
    let getUID: [UInt8] = [0x6F, 5, 0, 0, 0, 0, 2, 0, 0, 0, 0xFF, 0xCA, 0, 0, 0]
    #expect(exchange(powerOn) == [0x80, 0, 0, 0, 0, 0, 1, 0x42, 0xFE, 0])
    model.setCard(uid: [0x04, 1, 2, 3, 4, 5, 6])
    #expect(model.read(endpoint: 0x83, maximumByteCount: 8) == [0x50, 0x03])
    #expect(exchange(powerOn)?.suffix(3) == [0x00, 0x00, 0x68])
    #expect(
      exchange(getUID)
        == [0x80, 9, 0, 0, 0, 0, 2, 0, 0, 0, 0x04, 1, 2, 3, 4, 5, 6, 0x90, 0x00])
    model.setCard(uid: nil)
    #expect(model.read(endpoint: 0x83, maximumByteCount: 8) == [0x50, 0x02])
    #expect(exchange(getUID) == [0x80, 0, 0, 0, 0, 0, 2, 0x42, 0xFE, 0])
    // A command that no reader has.
    #expect(exchange([0x42, 0, 0, 0, 0, 0, 3, 0, 0, 0])?.prefix(9).suffix(2) == [0x42, 0x00])
    // In two pieces, and longer than the reader takes.
    #expect(model.write(endpoint: 0x01, bytes: [0x65, 0, 0, 0]) == .accepted(4))
    #expect(exchange([0, 0, 4, 0, 0, 0]) == [0x81, 0, 0, 0, 0, 0, 4, 0x02, 0, 1])
    #expect(model.write(endpoint: 0x01, bytes: [0x6F, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0]) == .stall)
  }

  @Test func `the display shows what its commands say`() {
    var model = LineDisplayModel()
    #expect(model.lines == ["", ""])
    let tea = CodePage.gb18030.encode("绿茶").bytes
    #expect(model.write(endpoint: 0x01, bytes: [0x1F, 0x24, 1, 2] + tea) == .accepted(8))
    #expect(model.lines == ["", "绿茶"])
    model.powerOn()
    #expect(model.lines == ["", ""])
    #expect(model.bytes.count == 8)
  }
}

/// Descriptors and nothing behind them.
private struct Fixed: USBDeviceModel {
  let descriptors: USBDescriptors

  mutating func powerOn() {}
  mutating func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer { .stall }
  mutating func write(endpoint: UInt8, bytes: [UInt8]) -> USBAnswer { .stall }
  mutating func read(endpoint: UInt8, maximumByteCount: Int) -> [UInt8]? { nil }
}
