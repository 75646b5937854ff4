import Codecs
import Devices
import Profiles
import Synchronization

/// A customer display on the printer's own connector: what it is to show goes through the printer,
/// between two papers.
///
/// `show` is called by one task at a time; its mailbox keeps the order.
public final class PassThroughLineDisplay: LineDisplay {
  public let device: DeviceID
  public let size: (columns: Int, rows: Int)
  private let printer: ESCPOSPrinter
  private let frame: Mutex<DisplayFrame>
  private let reportLosses: @Sendable ([PrintLoss]) -> Void

  /// `onLoss` is told what it cannot show.
  public init(
    printer: ESCPOSPrinter, device: DeviceID, settings: LineDisplaySettings,
    onLoss: @escaping @Sendable ([PrintLoss]) -> Void = { _ in }
  ) {
    reportLosses = onLoss
    self.printer = printer
    self.device = device
    let frame = DisplayFrame(settings)
    size = (frame.columns, frame.rows)
    self.frame = Mutex(frame)
  }

  public func show(_ content: DisplayContent) async throws(DeviceError) {
    do throws(DeviceError) {
      try await printer.pass(frame.withLock { $0.bytes(of: content) })
      let losses = frame.withLock { $0.takeLosses() }
      if !losses.isEmpty { reportLosses(losses) }
    } catch {
      // It may hold half a command: the next text begins with the set-up again.
      frame.withLock { $0.forget() }
      throw error.named(device)
    }
  }

  /// The printer's, for where nobody else listens to it: the display itself says nothing.
  public func run() async throws(DeviceError) {
    do throws(DeviceError) {
      try await printer.run { _ in }
    } catch {
      throw error.named(device)
    }
  }
}

extension ESCPOSPrinter {
  /// Sends bytes to the display behind the printer (ESC = 2), whole, never within a paper, and
  /// comes back (ESC = 1). Waits for a job that is printed. A printer that stands still passes
  /// nothing on: what it needs is thrown.
  ///
  /// The display's own commands are none of the printer's: DLE in them is followed by a place and a
  /// text (Logic Controls), which make no real-time command.
  func pass(_ bytes: [UInt8]) async throws(DeviceError) {
    guard !isPassing else { throw error(.busy) }
    isPassing = true
    // A task of its own, because the transfers of a cancelled one are cancelled with it.
    let work = Task { () -> Result<Void, DeviceError> in
      do throws(DeviceError) {
        return .success(try await self.carryOut(bytes))
      } catch {
        return .failure(error)
      }
    }
    let result = await work.value
    try result.get()
  }

  private func carryOut(_ bytes: [UInt8]) async throws(DeviceError) {
    await claim(.passing)
    defer {
      isPassing = false
      release()
    }
    try await waitForStatus(.passing)
    try checkReady()
    try await prepareBuffer(.passing)
    portAttention = nil
    watch = PrintWatch(limits, at: now)
    buffer.passageBegan()
    do throws(DeviceError) {
      try await write(
        ESCPOS.encode(.selectPeripheral(2)) + bytes + ESCPOS.encode(.selectPeripheral(1)),
        .passing)
      buffer.passageEnded()
    } catch {
      await comeBack(error.kind)
      throw error
    }
  }

  /// Best effort after a passage that stopped: what fails here is done before the next job.
  private func comeBack(_ cause: DeviceError.Kind) async {
    guard cause != .disconnected, fault == nil else { return }
    do throws(DeviceError) {
      _ = try await send(PrinterBuffer.wayBack, .passing, within: limits.answerMilliseconds)
    } catch {
      return
    }
  }
}
