import Codecs
import Devices
import Profiles
import Synchronization

/// A customer display with DM-D commands behind a USB serial line.
///
/// `show` is called by one task at a time; its mailbox keeps the order.
public final class SerialLineDisplay: LineDisplay {
  public static let writeTimeoutMilliseconds = 1_000

  public let device: DeviceID
  public let size: (columns: Int, rows: Int)
  private let interface: any USBInterface
  private let settings: LineDisplaySettings
  private let codePage: CodePage
  private let isEnabled = Mutex(false)

  /// `interface` has the display's serial interfaces claimed. A code page that is not known shows
  /// ASCII only.
  public init(interface: any USBInterface, device: DeviceID, settings: LineDisplaySettings) {
    self.interface = interface
    self.device = device
    self.settings = settings
    // US $ takes one byte each.
    size = (min(max(settings.columns, 1), 255), min(max(settings.rows, 1), 255))
    codePage = CodePage(rawValue: settings.codePage) ?? .ascii
  }

  public func show(_ lines: [String]) async throws(DeviceError) {
    do throws(DeviceError) {
      guard let out = dataEndpoint(isIn: false) else {
        throw DeviceError(.unsupported, device: device)
      }
      var commands: [DMD.Command] = []
      if !isEnabled.withLock({ $0 }) {
        try await setLine()
        commands += [.initialize, .mode(.overwrite), .cursor(isVisible: false)]
      }
      for row in 0..<size.rows {
        commands.append(.moveTo(column: 1, row: UInt8(row + 1)))
        commands.append(.text(cells(lines.indices.contains(row) ? lines[row] : "")))
      }
      try await interface.writeAllClearingHalt(
        endpoint: out.address, bytes: DMD.encode(commands),
        timeoutMilliseconds: Self.writeTimeoutMilliseconds)
      isEnabled.withLock { $0 = true }
    } catch {
      // It may hold half a command: the next text begins with the set-up again.
      isEnabled.withLock { $0 = false }
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
      switch settings.bridge {
      case .cdcACM: SerialBridge.cdcACM(interface: controlInterface, baud: settings.baud)
      case .ftdi: SerialBridge.ftdi(baud: settings.baud)
      }
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

  /// Exactly one line of bytes: cut at the right edge between characters, filled with blanks. A
  /// character that the display has not got is shown as a question mark, not left out.
  func cells(_ line: String) -> [UInt8] {
    var encoded = codePage.encode(line)
    if !encoded.missing.isEmpty {
      encoded = codePage.encode(
        String(line.map { encoded.missing.contains($0) ? "?" : $0 }))
    }
    let bytes = encoded.bytes
    var end = 0
    while end < bytes.count {
      let width = codePage.isMultibyte && bytes[end] >= 0x80 ? 2 : 1
      guard end + width <= min(bytes.count, size.columns) else { break }
      end += width
    }
    return Array(bytes[..<end]) + Array(repeating: 0x20, count: size.columns - end)
  }
}
