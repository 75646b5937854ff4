import CheckoutMachine
import Daemon
import Foundation
import Logging
import Recording
import ShopConfiguration

extension Kiosk {
  /// Begins the recording of `--record`; nil without it.
  func recording(
    _ configuration: KioskConfiguration, _ policy: Checkout.Policy, _ clock: KioskClock,
    _ logger: Logger
  ) throws -> RecordingFile? {
    guard let path = options.record else { return nil }
    let header = RecordingHeader(
      kiosk: configuration.kioskNumber, shop: configuration.shopName, policy: policy,
      files: try RecordedFiles(
        configuration: configurationPath, drivers: ResourcePaths.drivers
      ).sealed())
    let file = try RecordingFile(
      path: path, header: header, key: clock.randomBytes(RecordingFile.keyByteCount),
      onEnd: { logger.error("recording ended", metadata: ["file": "\(path)", "why": "\($0)"]) })
    logger.notice("recording", metadata: ["file": "\(path)"])
    if configuration.cardReader == .pcsc, !options.simulate {
      logger.notice("cards are read through pcscd: the recording has what came of them only")
    }
    return file
  }
}

extension RecordingFile {
  func record(_ record: CheckoutLoop.LoopRecord) {
    switch record {
    case .step(let step): self.record(RecordedEvent.step(step))
    case .laidOut(let receipt, let elements):
      self.record(RecordedEvent.laidOut(receipt, elements))
    }
  }
}
