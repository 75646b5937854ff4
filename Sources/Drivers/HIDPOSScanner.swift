import Codecs
import Devices
import Profiles

/// A bar code scanner of usage page 8Ch, which sends whole symbols with their AIM identifier
/// (HID Point of Sale Usage Tables 1.02).
public struct HIDPOSScanner: Scanner {
  public let device: DeviceID
  private let interface: any USBInterface
  private let settings: HIDPOSScannerSettings
  private let clock: any DriverClock

  /// `interface` has the scanner's HID interface claimed.
  public init(
    interface: any USBInterface, device: DeviceID, settings: HIDPOSScannerSettings = .init(),
    clock: any DriverClock = MachineClock()
  ) {
    self.interface = interface
    self.device = device
    self.settings = settings
    self.clock = clock
  }

  public func run(
    _ deliver: @Sendable (ScannerOutput) -> Void
  ) async throws(DeviceError) {
    do throws(DeviceError) {
      guard let (scanner, endpoint, format) = try await findScanner() else {
        throw DeviceError(.unsupported, device: device)
      }
      for report in settings.featureReports {
        _ = try await interface.control(
          HIDRequest.setFeatureReport(id: report.id, interface: scanner),
          data: [report.id] + report.bytes,
          timeoutMilliseconds: HIDRequest.timeoutMilliseconds)
      }
      try await interface.deliverScans(
        from: ScanSource(endpoint: endpoint, reportByteCount: format.byteCount),
        through: HID.POSScanDecoder(
          format: format, symbologies: HID.VendorSymbologies(settings.symbologies)),
        clock: clock, to: { output, _ in deliver(output) }, of: device)
    } catch {
      throw error.named(device)
    }
  }

  /// The first interface whose reports have scanned data in them.
  private func findScanner() async throws(DeviceError) -> (
    UInt8, USBEndpoint, HID.POSReportFormat
  )? {
    for candidate in interface.description.interfaces
    where candidate.classCode == 0x03 && candidate.protocolCode == 0 {
      guard let endpoint = candidate.endpoint(.interrupt, isIn: true) else { continue }
      let descriptor = try await interface.reportDescriptor(ofInterface: candidate.number)
      if let format = HID.POSReportFormat(descriptor) {
        return (candidate.number, endpoint, format)
      }
      if descriptor.isBarCodeScanner {
        return (candidate.number, endpoint, HID.POSReportFormat(settings.report))
      }
    }
    return nil
  }
}
