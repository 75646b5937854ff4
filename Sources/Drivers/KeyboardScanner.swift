import Codecs
import Devices
import Profiles

/// A bar code scanner that types like a keyboard ("keyboard wedge"), read by its USB reports so
/// that neither focus nor the system's layout has a part in it.
public struct KeyboardScanner: Scanner {
  public let device: DeviceID
  private let interface: any USBInterface
  private let settings: KeyboardScannerSettings
  private let layouts: [ScannerLayout]
  private let clock: any DriverClock

  /// `interface` has the scanner's HID interfaces claimed; `layouts` are all that there are.
  public init(
    interface: any USBInterface, device: DeviceID, settings: KeyboardScannerSettings = .init(),
    layouts: [ScannerLayout] = [], clock: any DriverClock = MachineClock()
  ) {
    self.interface = interface
    self.device = device
    self.settings = settings
    self.layouts = layouts
    self.clock = clock
  }

  public func run(
    _ deliver: @Sendable (ScannerOutput) -> Void
  ) async throws(DeviceError) {
    try await run { output, _ in deliver(output) }
  }

  /// The same with the time of each symbol, in milliseconds of the driver's clock.
  func run(
    _ deliver: (ScannerOutput, _ milliseconds: Int64) -> Void
  ) async throws(DeviceError) {
    do throws(DeviceError) {
      guard let settings = HID.KeyboardSettings(settings, layouts: layouts),
        let (endpoint, format) = try await findKeyboard()
      else { throw DeviceError(.unsupported, device: device) }
      try await interface.deliverScans(
        from: ScanSource(endpoint: endpoint, reportByteCount: format.byteCount),
        through: HID.KeyboardDecoder(settings: settings, format: format), clock: clock,
        to: deliver, of: device)
    } catch {
      throw error.named(device)
    }
  }

  /// A keyboard of the boot protocol before any other; the first one, if there are more.
  private func findKeyboard() async throws(DeviceError) -> (
    USBEndpoint, HID.KeyboardReportFormat
  )? {
    let candidates = interface.description.interfaces.filter { $0.classCode == 0x03 }
    let boot = candidates.filter { $0.subclassCode == 1 && $0.protocolCode == 1 }
    for keyboard in boot.isEmpty ? candidates : boot {
      guard let endpoint = keyboard.endpoint(.interrupt, isIn: true),
        let format = try await prepare(keyboard)
      else { continue }
      return (endpoint, format)
    }
    return nil
  }

  /// Asks for the boot protocol, whose report is fixed; a device without it tells its own format.
  private func prepare(
    _ keyboard: USBInterfaceDescription
  ) async throws(DeviceError) -> HID.KeyboardReportFormat? {
    _ = try await interface.requestIfSupported(
      HIDRequest.setIdle(interface: keyboard.number),
      timeoutMilliseconds: HIDRequest.timeoutMilliseconds)
    if keyboard.subclassCode == 1,
      try await interface.requestIfSupported(
        HIDRequest.setBootProtocol(interface: keyboard.number),
        timeoutMilliseconds: HIDRequest.timeoutMilliseconds)
    {
      return .boot
    }
    let descriptor = try await interface.reportDescriptor(ofInterface: keyboard.number)
    return HID.KeyboardReportFormat(descriptor)
  }
}
