import Codecs
import Devices

/// What turns the bytes of a scanner into symbols: `HID.KeyboardDecoder`, `HID.POSScanDecoder` and
/// `Scanning.SerialDecoder`.
protocol ScanDecoder: Sendable {
  var silenceMilliseconds: Int? { get }
  mutating func feed(_ bytes: [UInt8], at now: Int64) -> [Scanning.ScanResult]
  mutating func fallSilent(at now: Int64) -> [Scanning.ScanResult]
}

extension HID.KeyboardDecoder: ScanDecoder {}
extension HID.POSScanDecoder: ScanDecoder {}
extension Scanning.SerialDecoder: ScanDecoder {}

/// Where a scanner's bytes come from.
struct ScanSource {
  let endpoint: USBEndpoint
  /// Bytes of the longest report; one packet where the bytes are a stream.
  let reportByteCount: Int
  /// Takes what a bridge adds out of a transfer.
  var payload: @Sendable ([UInt8]) -> [UInt8] = { $0 }
}

extension USBInterface {
  /// Feeds everything that comes to the decoder and hands its symbols on. While a symbol is half
  /// in, only so much silence is waited for as means something to the decoder.
  func deliverScans(
    from source: ScanSource, through scanDecoder: some ScanDecoder, clock: any DriverClock,
    to deliver: (ScannerOutput, _ milliseconds: Int64) -> Void, of device: DeviceID
  ) async throws(DeviceError) {
    var decoder = scanDecoder
    // A whole number of packets, or a report with an extra byte would overflow the transfer.
    let packet = max(1, source.endpoint.maximumPacketSize)
    let byteCount = max(1, (source.reportByteCount + packet - 1) / packet) * packet
    while true {
      var bytes: [UInt8]?
      do throws(DeviceError) {
        bytes = try await readClearingHalt(
          endpoint: source.endpoint.address, maximumByteCount: byteCount,
          timeoutMilliseconds: decoder.silenceMilliseconds)
      } catch {
        guard error.kind == .timedOut else { throw error }
      }
      let now = await clock.turn(.listening, isolation: nil).wholeMilliseconds
      let results =
        bytes.map { decoder.feed(source.payload($0), at: now) } ?? decoder.fallSilent(at: now)
      for result in results { deliver(ScannerOutput(result, device: device), now) }
    }
  }
}

extension ScannerOutput {
  init(_ result: Scanning.ScanResult, device: DeviceID) {
    switch result {
    case .success(let scan):
      self = .scan(
        ScanData(
          bytes: scan.bytes, aimIdentifier: scan.aimIdentifier, device: device,
          firstMilliseconds: scan.firstMilliseconds, lastMilliseconds: scan.lastMilliseconds,
          terminator: ScanTerminator(scan.terminator),
          anomaly: scan.otherLayouts.isEmpty ? nil : .otherLayout(scan.otherLayouts)))
    case .failure(.torn): self = .refused(.torn)
    case .failure(.glued): self = .refused(.glued)
    case .failure(.tooLong): self = .refused(.tooLong)
    case .failure(.unknownKey): self = .refused(.unknownKey)
    case .failure(.typedByHand): self = .refused(.typedByHand)
    case .failure(.otherLayout(let names)): self = .refused(.otherLayout(names))
    }
  }
}

extension ScanTerminator {
  init(_ terminator: Scanning.Terminator) {
    self =
      switch terminator {
      case .enter: .enter
      case .keypadEnter: .keypadEnter
      case .tab: .tab
      case .carriageReturn: .carriageReturn
      case .lineFeed: .lineFeed
      case .endOfText: .endOfText
      case .gap: .gap
      case .report: .report
      }
  }
}
