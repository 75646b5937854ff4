import Devices
import Profiles
import Synchronization

/// A customer display on the USB: its serial line behind a bridge, or bulk pipes of its own.
///
/// `show` is called by one task at a time; its mailbox keeps the order.
public final class USBLineDisplay: LineDisplay {
  public static let writeTimeoutMilliseconds = 1_000

  public let device: DeviceID
  public let size: (columns: Int, rows: Int)
  private let interface: any USBInterface
  private let settings: LineDisplaySettings
  private let frame: Mutex<DisplayFrame>
  private let isLineSet = Mutex(false)
  private let reportLosses: @Sendable ([PrintLoss]) -> Void

  /// `interface` has the display's interfaces claimed. `onLoss` is told what it cannot show.
  public init(
    interface: any USBInterface, device: DeviceID, settings: LineDisplaySettings,
    onLoss: @escaping @Sendable ([PrintLoss]) -> Void = { _ in }
  ) {
    reportLosses = onLoss
    self.interface = interface
    self.device = device
    self.settings = settings
    let frame = DisplayFrame(settings)
    size = (frame.columns, frame.rows)
    self.frame = Mutex(frame)
  }

  public func show(_ content: DisplayContent) async throws(DeviceError) {
    do throws(DeviceError) {
      guard let out = dataEndpoint(isIn: false) else {
        throw DeviceError(.unsupported, device: device)
      }
      if !isLineSet.withLock({ $0 }) { try await setLine() }
      isLineSet.withLock { $0 = true }
      try await interface.writeAllClearingHalt(
        endpoint: out.address, bytes: frame.withLock { $0.bytes(of: content) },
        timeoutMilliseconds: Self.writeTimeoutMilliseconds)
      let losses = frame.withLock { $0.takeLosses() }
      if !losses.isEmpty { reportLosses(losses) }
    } catch {
      // It may hold half a command: the next text begins with the set-up again.
      isLineSet.withLock { $0 = false }
      frame.withLock { $0.forget() }
      throw error.named(device)
    }
  }

  /// Reads what the display has to say, which is nothing, to learn that it is gone.
  public func run() async throws(DeviceError) {
    do throws(DeviceError) {
      guard let endpoint = dataEndpoint(isIn: true) ?? notificationEndpoint else {
        throw DeviceError(.unsupported, device: device)
      }
      while true {
        _ = try await interface.readClearingHalt(
          endpoint: endpoint.address, maximumByteCount: max(1, endpoint.maximumPacketSize),
          timeoutMilliseconds: nil)
      }
    } catch {
      throw error.named(device)
    }
  }

  private func setLine() async throws(DeviceError) {
    let requests =
      settings.bridge.serial.map {
        SerialBridge.requests($0, interface: controlInterface, baud: settings.baud)
      } ?? []
    for request in requests {
      // A display with USB of its own has no line to set and may refuse.
      _ = try await interface.requestIfSupported(
        request.setup, data: request.data,
        timeoutMilliseconds: SerialBridge.timeoutMilliseconds)
    }
  }

  private var controlInterface: UInt8 {
    interface.description.interfaces.first { $0.classCode == 0x02 }?.number ?? 0
  }

  private var notificationEndpoint: USBEndpoint? {
    interface.description.interfaces.lazy.compactMap { $0.endpoint(.interrupt, isIn: true) }.first
  }

  private func dataEndpoint(isIn: Bool) -> USBEndpoint? {
    interface.description.interfaces.lazy.compactMap { $0.endpoint(.bulk, isIn: isIn) }.first
  }
}
