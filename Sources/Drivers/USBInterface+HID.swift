import Codecs
import Devices

/// Requests of the HID class (HID 1.11, 7).
enum HIDRequest {
  static let timeoutMilliseconds = 1_000

  static func getReportDescriptor(interface: UInt8, byteCount: Int) -> USBControlSetup {
    USBControlSetup(
      requestType: 0x81, request: 0x06, value: 0x2200, index: UInt16(interface),
      length: UInt16(clamping: byteCount))
  }

  /// Duration 0: a report only when something changed.
  static func setIdle(interface: UInt8) -> USBControlSetup {
    USBControlSetup(requestType: 0x21, request: 0x0A, value: 0, index: UInt16(interface))
  }

  static func setBootProtocol(interface: UInt8) -> USBControlSetup {
    USBControlSetup(requestType: 0x21, request: 0x0B, value: 0, index: UInt16(interface))
  }

  static func setFeatureReport(id: UInt8, interface: UInt8) -> USBControlSetup {
    USBControlSetup(
      requestType: 0x21, request: 0x09, value: 0x0300 | UInt16(id), index: UInt16(interface))
  }
}

extension USBInterface {
  /// Reads and takes apart the report descriptor; a device whose own is broken cannot be used.
  func reportDescriptor(
    ofInterface number: UInt8
  ) async throws(DeviceError) -> HID.ReportDescriptor {
    let told = description.interfaces.first { $0.number == number }?.reportDescriptorByteCount
    let limit = HID.ReportDescriptor.maximumByteCount
    let bytes = try await control(
      HIDRequest.getReportDescriptor(interface: number, byteCount: min(told ?? limit, limit)),
      data: [],
      timeoutMilliseconds: HIDRequest.timeoutMilliseconds)
    do throws(HID.ReportDescriptor.Malformation) {
      return try HID.ReportDescriptor(decoding: bytes)
    } catch {
      throw DeviceError(.malformedResponse, device: DeviceID("usb@\(description.topology)"))
    }
  }

  /// Feeds every input report to the decoder and hands its symbols on. While a symbol is half in,
  /// silence for `gapMilliseconds` ends it.
  func deliverScans(
    from endpoint: USBEndpoint, reportByteCount: Int, through scanDecoder: some ScanDecoder,
    gapMilliseconds: Int, to deliver: (ScannerOutput) -> Void, of device: DeviceID
  ) async throws(DeviceError) {
    var decoder = scanDecoder
    // A whole number of packets, or a report with an extra byte would overflow the transfer.
    let packet = max(1, endpoint.maximumPacketSize)
    let byteCount = max(1, (reportByteCount + packet - 1) / packet) * packet
    while true {
      var results: [HID.ScanResult]
      do throws(DeviceError) {
        let report = try await readClearingHalt(
          endpoint: endpoint.address, maximumByteCount: byteCount,
          timeoutMilliseconds: decoder.isMidScan ? gapMilliseconds : nil)
        results = decoder.feed(report)
      } catch {
        guard error.kind == .timedOut else { throw error }
        results = decoder.gapElapsed()
      }
      for result in results { deliver(ScannerOutput(result, device: device)) }
    }
  }
}

extension USBInterfaceDescription {
  /// wDescriptorLength of the HID descriptor (HID 1.11, 6.2.1), where there is one.
  var reportDescriptorByteCount: Int? {
    let bytes = classDescriptors
    guard bytes.count >= 9, bytes[0] >= 9, bytes[1] == 0x21, bytes[6] == 0x22 else { return nil }
    return Int(bytes[8]) << 8 | Int(bytes[7])
  }
}

/// What turns reports into symbols: `HID.KeyboardDecoder` and `HID.POSScanDecoder`.
protocol ScanDecoder: Sendable {
  var isMidScan: Bool { get }
  mutating func feed(_ report: [UInt8]) -> [HID.ScanResult]
  mutating func gapElapsed() -> [HID.ScanResult]
}

extension HID.KeyboardDecoder: ScanDecoder {}
extension HID.POSScanDecoder: ScanDecoder {}

extension ScannerOutput {
  init(_ result: HID.ScanResult, device: DeviceID) {
    switch result {
    case .success(let scan):
      self = .scan(
        ScanData(bytes: scan.bytes, aimIdentifier: scan.aimIdentifier, device: device))
    case .failure(.torn): self = .refused(.torn)
    case .failure(.tooLong): self = .refused(.tooLong)
    case .failure(.unknownKey): self = .refused(.unknownKey)
    }
  }
}
