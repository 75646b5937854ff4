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
    let profiles = try ProfileSet.load(
      ResourcePaths.drivers, scanners: configuration.scanners.map(\.configured),
      printers: configuration.printers.map(\.configured),
      displayBehindPrinter: configuration.display.settingsBehindPrinter)
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
      displayBehindPrinter: configuration.display.settingsBehindPrinter.map {
        LineDisplayModel($0)
      })
  }

  private static func log(_ note: SupervisionNote, to logger: Logger) {
    switch note {
    case .retry(let device, let cause, let pause, let isLimit):
      logger.warning(
        "\(device): \(cause); tried again in \(pause)\(isLimit ? ", and so on" : "")")
    case .givenUp(let device, let cause):
      logger.error("\(device): \(cause); given up until it is plugged in again")
    case .recovered(let device): logger.notice("\(device): in use again")
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
            "paper does not show all that it should",
            metadata: ["printer": "\(printer)", "losses": "\(losses)"])
        }
      ).recorded(match, interface)
    }
  }
}

extension KioskConfiguration.Scanner {
  fileprivate var configured: ConfiguredScanner {
    ConfiguredScanner(
      usb: USBID(vendorID: vendorID, productID: productID), port: port,
      layout: layout, prefix: prefix, suffix: suffix, groupSeparator: groupSeparator)
  }
}

extension KioskConfiguration.Printer {
  fileprivate var configured: ConfiguredPrinter {
    ConfiguredPrinter(
      usb: USBID(vendorID: vendorID, productID: productID), port: port, profile: profile)
  }
}

extension KioskConfiguration.Display {
  /// Nil where the display is on the bus, or there is none.
  fileprivate var settingsBehindPrinter: LineDisplaySettings? {
    behindPrinter.map { display in
      LineDisplaySettings(
        dialect: LineDisplaySettings.Dialect(rawValue: display.dialect) ?? .dmD,
        columns: display.columns, rows: display.rows, codePage: display.codePage,
        codePageNumber: display.codePageNumber, bridge: .bulk)
    }
  }
}
