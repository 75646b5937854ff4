import Cards
import Codecs
import Daemon
import Devices
import Drivers
import Foundation
import LibUSB
import Logging
import Profiles
import Recording
import ShopConfiguration
import SimulatorUI
import Simulators

extension Kiosk {
  /// Without the card readers where they are pcscd's.
  func supervisor(
    _ configuration: KioskConfiguration, on bus: any USBBus, hasReaders: Bool,
    _ cards: @escaping CardConversations<CardIdentity>, _ logger: Logger
  ) throws -> DeviceSupervisor {
    let profiles = try configuration.profiles(in: ResourcePaths.drivers)
    let bus: any USBBus =
      hasReaders ? bus : FilteredBus(bus) { profiles.match($0)?.profile.kind != .cardReader }
    return DeviceSupervisor(
      bus: bus, profiles: profiles, makePort: makePort(cards, logger),
      onNote: { Self.log($0, to: logger) })
  }

  /// The devices of `--simulate`; nil without it.
  func simulatedDevices(_ configuration: KioskConfiguration) -> SimulatedDevices? {
    guard options.simulate else { return nil }
    return SimulatedDevices(
      displayBehindPrinter: configuration.display.behindPrinter.map { LineDisplayModel($0) })
  }

  private static func log(_ note: SupervisionNote, to logger: Logger) {
    switch note {
    case .retry(let device, let cause, let pause, let isLimit):
      logger.warning(
        "\(device): \(cause); tried again in \(pause)\(isLimit ? ", and so on" : "")")
    case .givenUp(let device, let cause):
      logger.error("\(device): \(cause); given up until it is plugged in again")
    case .recovered(let device): logger.notice("\(device): in use again")
    case .lost(let device):
      let name = device?.description ?? "a card reader"
      logger.error("\(name): reads more than the kiosk takes; what is beyond it is lost")
    }
  }

  func bus(
    _ simulated: SimulatedDevices?, _ recording: RecordingFile?, _ logger: Logger
  ) throws -> any USBBus {
    let bus: any USBBus =
      if let simulated {
        simulated.bus
      } else {
        try LibUSBBus(onFault: {
          logger.error("\($0.device): \($0.kind), code \($0.underlyingCode ?? 0)")
        })
      }
    return recording.map { RecordingBus(bus, to: $0) } ?? bus
  }

  /// What a device is driven by: what its cards are asked, and who hears of lost print.
  private func makePort(
    _ cards: @escaping CardConversations<CardIdentity>, _ logger: Logger
  ) -> DeviceSupervisor.MakePort {
    { match, interface, device in
      DriverFactory.port(
        match, interface, device, clock: RecordingClock.over(interface),
        cards: RecordedTalk.recorded(cards, over: interface),
        onLoss: { printer, losses in
          logger.warning(
            "paper or display does not show all that it should",
            metadata: ["device": "\(printer)", "losses": "\(losses)"])
        }
      ).recorded(match, interface)
    }
  }
}
