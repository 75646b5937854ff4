import Codecs
import Devices

/// A bar code scanner of usage page 8Ch that sends whole symbols in reports of 64 bytes.
public struct HIDPOSScannerModel: USBDeviceModel {
  public static let endpoint: UInt8 = 0x81
  /// What the scanner keeps while nobody reads; a symbol that does not fit is lost as a whole.
  public static let maximumQueuedReports = 256

  /// Report 2: length, AIM identifier, 56 bytes of data, the maker's symbology, a reserved byte and
  /// the bit that more follows, at the places of `HID.POSReportFormat.common`.
  static let reportDescriptor: [UInt8] = [
    0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01,  // Bar Code Scanner, application
    0x09, 0x12, 0xA1, 0x02, 0x85, 0x02,  // Scanned Data Report, logical
    0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08,
    0x95, 0x01, 0x05, 0x01, 0x09, 0x3B, 0x81, 0x02,  // byte count
    0x95, 0x03, 0x05, 0x8C, 0x09, 0xFB, 0x09, 0xFC, 0x09, 0xFD, 0x81, 0x02,
    0x95, 0x38, 0x09, 0xFE, 0x81, 0x02,  // Decoded Data
    0x95, 0x02, 0x06, 0x66, 0xFF, 0x09, 0x04, 0x09, 0x00, 0x81, 0x02,  // the maker's own
    0x05, 0x8C, 0x25, 0x01, 0x75, 0x01, 0x95, 0x01, 0x09, 0xFF, 0x81, 0x02,
    0x95, 0x07, 0x81, 0x03,  // Decode Data Continued and padding
    0xC0, 0xC0,
  ]

  public let descriptors: USBDescriptors
  private var reports: [[UInt8]] = []
  /// The feature reports it was sent, id first.
  public private(set) var featureReports: [[UInt8]] = []

  public init(serialNumber: String = "SC02") {
    descriptors = USBDescriptors(
      speed: .full, device: DescriptorBytes.device(vendorID: 0x0C2E, productID: 0x0B62),
      configuration: DescriptorBytes.configuration([
        DescriptorBytes.interface(
          number: 0, classCode: .init(0x03, 0, 0),
          classDescriptors: DescriptorBytes.hid(
            reportDescriptorByteCount: Self.reportDescriptor.count),
          endpoints: [
            DescriptorBytes.endpoint(
              address: Self.endpoint, transferType: .interrupt, maximumPacketSize: 64,
              interval: 1)
          ])
      ]), strings: ["Kiosk", "Simulated HID POS Scanner", serialNumber],
      reports: [0: Self.reportDescriptor])
  }

  public mutating func powerOn() { reports = [] }

  /// Reads a symbol; without an AIM identifier its three bytes are zero.
  public mutating func scan(_ text: String, aim: String? = nil, vendorSymbology: UInt8 = 0) {
    send(
      HID.POSReportFormat.common.encode(
        Array(text.utf8), aim: Array((aim ?? "").utf8), vendorSymbology: vendorSymbology))
  }

  /// Sends only the first reports of a symbol that takes more.
  public mutating func scanTorn(_ text: String, aim: String? = nil, reportCount: Int = 1) {
    let symbol = HID.POSReportFormat.common.encode(
      Array(text.utf8), aim: Array((aim ?? "").utf8))
    send(Array(symbol.prefix(reportCount)))
  }

  private mutating func send(_ symbol: [[UInt8]]) {
    guard reports.count + symbol.count <= Self.maximumQueuedReports else { return }
    reports += symbol
  }

  public mutating func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer {
    switch (setup.requestType, setup.request) {
    case (0x21, 0x09):  // SET_REPORT
      if setup.value >> 8 == 0x03 { featureReports.append(data) }
      return .data([])
    case (0x21, 0x0A): return .data([])  // SET_IDLE
    default: return .stall
    }
  }

  public mutating func write(endpoint: UInt8, bytes: [UInt8]) -> USBAnswer { .stall }

  public mutating func read(endpoint: UInt8, maximumByteCount: Int) -> [UInt8]? {
    guard endpoint == Self.endpoint, !reports.isEmpty else { return nil }
    return Array(reports.removeFirst().prefix(maximumByteCount))
  }
}
