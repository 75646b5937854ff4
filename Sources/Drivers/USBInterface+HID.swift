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
}

extension USBInterfaceDescription {
  /// wDescriptorLength of the HID descriptor (HID 1.11, 6.2.1), where there is one.
  var reportDescriptorByteCount: Int? {
    let bytes = classDescriptors
    guard bytes.count >= 9, bytes[0] >= 9, bytes[1] == 0x21, bytes[6] == 0x22 else { return nil }
    return Int(bytes[8]) << 8 | Int(bytes[7])
  }
}
