import Codecs
import Devices
import Profiles

/// A bar code scanner that types like a keyboard ("keyboard wedge"), read by its USB reports so
/// that neither focus nor the system's layout has a part in it.
public struct KeyboardScanner: Scanner {
  public let device: DeviceID
  private let interface: any USBInterface
  private let settings: KeyboardScannerSettings

  /// `interface` has the keyboard's HID interface claimed.
  public init(
    interface: any USBInterface, device: DeviceID, settings: KeyboardScannerSettings = .init()
  ) {
    self.interface = interface
    self.device = device
    self.settings = settings
  }

  public func run(
    _ deliver: @Sendable (ScannerOutput) -> Void
  ) async throws(DeviceError) {
    do throws(DeviceError) {
      guard let keyboard, let endpoint = keyboard.endpoint(.interrupt, isIn: true) else {
        throw DeviceError(.unsupported, device: device)
      }
      let format = try await prepare(keyboard)
      let decoder = HID.KeyboardDecoder(
        settings: HID.KeyboardSettings(layout: settings.layout.keys), format: format)
      try await interface.deliverScans(
        from: endpoint, reportByteCount: format.byteCount, through: decoder,
        gapMilliseconds: settings.gapMilliseconds, to: deliver, of: device)
    } catch {
      throw error.named(device)
    }
  }

  private var keyboard: USBInterfaceDescription? {
    let candidates = interface.description.interfaces.filter { $0.classCode == 0x03 }
    return candidates.first { $0.subclassCode == 1 && $0.protocolCode == 1 } ?? candidates.first
  }

  /// Asks for the boot protocol, whose report is fixed; a device without it tells its own format.
  private func prepare(
    _ keyboard: USBInterfaceDescription
  ) async throws(DeviceError) -> HID.KeyboardReportFormat {
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
    guard let format = HID.KeyboardReportFormat(descriptor) else {
      throw DeviceError(.unsupported, device: device)
    }
    return format
  }
}

extension ScannerLayout {
  var keys: HID.KeyboardLayout {
    switch self {
    case .us: .us
    }
  }
}
