import Codecs
import Devices
import Profiles

/// A bar code scanner that is a serial port: CDC ACM of its own, or behind a bridge. It is read
/// through libusb as every other one; no tty has a part in it.
public struct SerialScanner: Scanner {
  public let device: DeviceID
  private let interface: any USBInterface
  private let settings: SerialScannerSettings
  private let clock: any DriverClock

  /// `interface` has the scanner's serial interfaces claimed.
  public init(
    interface: any USBInterface, device: DeviceID, settings: SerialScannerSettings = .init(),
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
      let interfaces = interface.description.interfaces
      guard
        let endpoint = interfaces.lazy.compactMap({ $0.endpoint(.bulk, isIn: true) }).first
      else { throw DeviceError(.unsupported, device: device) }
      let control = interfaces.first { $0.classCode == 0x02 } ?? interfaces.first
      for request in SerialBridge.requests(
        settings.bridge, interface: control?.number ?? 0, baud: settings.baud)
      {
        // A scanner with USB of its own has no line to set and may refuse.
        _ = try await interface.requestIfSupported(
          request.setup, data: request.data,
          timeoutMilliseconds: SerialBridge.timeoutMilliseconds)
      }
      try await interface.deliverScans(
        from: source(endpoint), through: Scanning.SerialDecoder(settings), clock: clock,
        to: { output, _ in deliver(output) }, of: device)
    } catch {
      throw error.named(device)
    }
  }

  private func source(_ endpoint: USBEndpoint) -> ScanSource {
    let packet = max(1, endpoint.maximumPacketSize)
    let bridge = settings.bridge
    return ScanSource(endpoint: endpoint, reportByteCount: packet) {
      SerialBridge.payload(bridge, of: $0, packetByteCount: packet)
    }
  }
}
