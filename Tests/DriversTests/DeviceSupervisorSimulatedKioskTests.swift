import Codecs
import Devices
import Foundation
import Profiles
import Simulators
import Testing

@testable import Drivers

/// The package's root, where drivers/ is.
private let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().path

/// The profiles of drivers/, the drivers and the simulated devices together, as `--simulate` runs
/// them.
@Suite(.timeLimit(.minutes(1)))
struct DeviceSupervisorSimulatedKioskTests {
  @Test(arguments: [
    ("honeywell-keyboard", KeyboardScannerModel().descriptors),
    ("generic-hid-pos", HIDPOSScannerModel().descriptors),
    ("honeywell-serial", SerialScannerModel().descriptors),
    ("honeywell-keyboard", KeyboardScannerModel(reporting: .bitmap).descriptors),
    ("acs-acr122u", CCIDReaderModel().descriptors),
    ("simulated-receipt-printer", PrinterModel().descriptors),
    ("simulated-line-display", LineDisplayModel().descriptors),
  ])
  func `each simulated device has its profile`(key: String, descriptors: USBDescriptors) throws {
    let profiles = try ProfileSet.load(repository + "/drivers")
    let device = USBDeviceDescription(descriptors, topology: "1-1", address: "001/002")
    #expect(profiles.match(device)?.profile.key == key, "\(profiles.explanation(for: device))")
  }

  @Test func `the code pages of the profiles are those the drivers know`() throws {
    for profile in try ProfileSet.load(repository + "/drivers").profiles {
      let names: [String] =
        switch profile.settings {
        case .escpos(let settings): Array(settings.codePages.keys)
        case .lineDisplay(let settings): [settings.codePage]
        case .keyboardScanner, .hidPOSScanner, .serialScanner, .ccid, .keyboardCardReader: []
        }
      for name in names {
        #expect(CodePage(rawValue: name) != nil, "\(profile.key): \(name)")
      }
    }
  }

  @Test func `all devices are taken into use, and each is heard or shows what it is told`()
    async throws
  {
    let bus = SimulatedBus()
    let scanner = SimulatedDevice("scanner", KeyboardScannerModel())
    let reader = SimulatedDevice("reader", CCIDReaderModel())
    let printer = SimulatedDevice("printer", PrinterModel())
    let display = SimulatedDevice("display", LineDisplayModel())
    bus.plug(scanner, at: "1-1")
    bus.plug(reader, at: "1-2")
    bus.plug(printer, at: "1-3")
    bus.plug(display, at: "1-4")
    let supervisor = DeviceSupervisor(
      bus: bus, profiles: try ProfileSet.load(repository + "/drivers"))
    let run = Task { await supervisor.run() }

    var enabled: Set<DeviceKind> = []
    var scan: ScanData?
    var card: CardIdentity?
    var work: [Task<Void, any Error>] = []
    for await event in supervisor.events {
      switch event {
      case .status(let status):
        guard status.state == .enabled, enabled.insert(status.kind).inserted else { break }
        if status.kind == .scanner {
          scanner.withModel { $0.scan("6901000000011", aim: "]E0") }
        }
        if status.kind == .cardReader {
          reader.withModel { $0.setCard(uid: [0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0x80]) }
        }
      case .scan(let data): scan = data
      case .scanRefused(_, let fault): Issue.record("refused: \(fault)")
      case .card(.inserted(let identity)): card = identity
      case .card(let other): Issue.record("\(other)")
      case .printerReady(let port):
        work.append(
          Task {
            let job = PrintJob(number: 1, elements: [.text("青禾超市 Qinghe", .plain), .cut])
            let completion = try await port.print(job)
            #expect(completion == .printed)
          })
      case .displayReady(let port):
        work.append(Task { try await port.show(DisplayContent(words: ["TOTAL", "¥13.90"])) })
      }
      if enabled.count == 4, scan != nil, card != nil, work.count == 2 { break }
    }
    for task in work { try await task.value }

    #expect(scan?.bytes == Array("6901000000011".utf8))
    #expect(scan?.device == DeviceID("scanner@1-1"))
    #expect(card?.uid == [0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0x80])
    #expect(printer.withModel { $0.paperText }.contains("青禾超市 Qinghe"))
    #expect(display.withModel { $0.lines }.first?.hasPrefix("TOTAL") == true)
    await supervisor.stop()
    await run.value
  }

  @Test
  func `a display behind the printer comes and goes with it, and is told again after a cover`()
    async throws
  {
    let settings = LineDisplaySettings(
      dialect: .cd5220, columns: 20, rows: 2, codePage: "cp437", bridge: .bulk)
    var model = PrinterModel()
    model.display = LineDisplayModel(settings)
    let (bus, printer) = (SimulatedBus(), SimulatedDevice("printer", model))
    bus.plug(SimulatedDevice("display", LineDisplayModel()), at: "1-4")
    bus.plug(printer, at: "1-3")
    let supervisor = DeviceSupervisor(
      bus: bus,
      profiles: try ProfileSet.load(repository + "/drivers", displayBehindPrinter: settings))
    let run = Task { await supervisor.run() }
    var (told, readyCount, states): (Bool, Int, [String: [DeviceState]]) = (false, 0, [:])
    for await event in supervisor.events {
      switch event {
      case .status(let status):
        states[status.device.description, default: []].append(status.state)
        if status.device == DeviceID("display@1-4") {
          told = status.message.contains("display.behindPrinter")
        }
        // The first whole status of a printer that stands still.
        if status.device == DeviceID("printer@1-3"), status.attention == [.coverOpen] {
          printer.withModel { $0.setCover(isOpen: false) }
        }
      case .displayReady(let display):
        readyCount += 1
        #expect(display.device == DeviceID("display@1-3"))
        if readyCount == 1 {
          try await display.show(DisplayContent(words: ["TOTAL"]))
          #expect(printer.withModel { $0.display?.lines.first } == "TOTAL")
          printer.withModel { $0.setCover(isOpen: true) }
        } else {
          bus.unplug(topology: "1-3")
        }
      case .scan, .scanRefused, .card, .printerReady: break
      }
      if told, states["display@1-3"]?.last == .absent { break }
    }
    #expect(readyCount == 2)
    #expect(states["display@1-3"]?.contains(.enabled) == true)
    #expect(states["display@1-4"] == [.attached])
    await supervisor.stop()
    await run.value
  }

  // keyple-java #207: a reader that was plugged in again was never heard again.
  @Test func `a reader that was plugged in again is heard`() async throws {
    let bus = SimulatedBus()
    let reader = SimulatedDevice("reader", CCIDReaderModel())
    bus.plug(reader, at: "1-2")
    let supervisor = DeviceSupervisor(
      bus: bus, profiles: try ProfileSet.load(repository + "/drivers"))
    let run = Task { await supervisor.run() }
    let uids: [[UInt8]] = [[4, 1, 2, 3, 4, 5, 6], [4, 1, 2, 3, 4, 5, 7]]
    var read: [[UInt8]] = []
    for await event in supervisor.events {
      switch event {
      case .status(let status) where status.kind == .cardReader:
        if status.state == .enabled {
          reader.withModel { [count = read.count] in $0.setCard(uid: uids[count]) }
        }
        if status.state == .absent, !read.isEmpty { bus.plug(reader, at: "1-2") }
      case .card(.inserted(let card)):
        read.append(card.uid)
        // Pulled out with the card on it.
        if read.count == 1 { bus.unplug(topology: "1-2") }
      default: break
      }
      if read.count == uids.count { break }
    }
    #expect(read == uids)
    await supervisor.stop()
    await run.value
  }
}
