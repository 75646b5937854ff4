import Daemon
import Devices
import Foundation
import Profiles
import ShopConfiguration
import Simulators
import Synchronization
import Testing

@testable import kioskctl

/// A technician's commands where no daemon runs: this program opens the devices itself.
@Suite(.timeLimit(.minutes(1)))
struct LocalDeviceTests {
  private static func devices(_ kind: DeviceKind, _ bus: SimulatedBus) throws -> LocalDevices {
    LocalDevices(kind, .usb(try ProfileSet.load(KioskctlRun.repository + "/drivers"), bus))
  }

  private static func watch() throws -> DeviceWatch {
    DeviceWatch(
      clock: try #require(KioskClock.system(timeZone: "Asia/Shanghai")),
      scans: ScanDesk(reader: try ScanConfiguration.standard.reader()))
  }

  @Test func `the page comes out of the printer, and the printer confirms it`() async throws {
    let bus = SimulatedBus()
    let printer = SimulatedDevice("printer", PrinterModel())
    let scanner = SimulatedDevice("scanner", KeyboardScannerModel())
    bus.plug(printer, at: "1-3")
    bus.plug(scanner, at: "1-1")
    bus.refuseOpening(topology: "1-1", with: .busy)

    let report = try await LocalTest.report(of: .printer, on: Self.devices(.printer, bus))

    #expect(report.device == "printer@1-3")
    #expect(report.completion == "printed")
    let paper = printer.withModel { $0.paperText }
    for text in ["TEST 测试", "鲜牛奶", "end of the test"] {
      #expect(paper.contains(text), "\(text)")
    }
    #expect(report.parts.count > 5)
  }

  // lcdproc #175; OCA/pos #499: nobody could tell a wrong dialect from a broken display.
  @Test func `the patterns are shown one after the other`() async throws {
    let bus = SimulatedBus()
    let display = SimulatedDevice("display", LineDisplayModel())
    bus.plug(display, at: "1-4")

    let report = try await LocalTest.report(of: .display, on: Self.devices(.display, bus))

    #expect(report.device == "display@1-4")
    #expect(display.withModel { $0.lines }.contains { $0.contains("1,234.50") })
  }

  @Test(arguments: [DeviceError.Kind.busy, .accessDenied])
  func `a device that cannot be opened is told with its cause`(
    kind: DeviceError.Kind
  ) async throws {
    let bus = SimulatedBus()
    bus.plug(SimulatedDevice("printer", PrinterModel()), at: "1-3")
    bus.refuseOpening(topology: "1-3", with: kind)

    let complaint = await #expect(throws: Complaint.self) {
      try await LocalTest.report(of: .printer, on: Self.devices(.printer, bus))
    }
    #expect(try #require(complaint).description.isEmpty == false)
  }

  @Test func `each scan is seen, as many as were asked for`() async throws {
    let bus = SimulatedBus()
    let scanner = SimulatedDevice("scanner", KeyboardScannerModel())
    bus.plug(scanner, at: "1-1")
    let seen = Mutex<[SeenEvent]>([])

    try await LocalWatch.run(
      .scanner, isRaw: false, watch: try Self.watch(), on: try Self.devices(.scanner, bus),
      until: .now + .seconds(30)
    ) { event in
      let count = seen.withLock { seen in
        seen.append(event)
        return seen.filter { $0.what == "scan" }.count
      }
      // One after the other, from when it is in use.
      if event.meaning == "enabled" || event.what == "scan" {
        scanner.withModel { $0.scan("6901000000011", aim: "]E0") }
      }
      return count < 2
    }

    let scans = seen.withLock { $0 }.filter { $0.what == "scan" }
    #expect(scans.count == 2)
    #expect(scans.first?.data == "6901000000011")
    #expect(scans.first?.aim == "]E0")
  }

  @Test func `a watch without a scanner ends at its time`() async throws {
    try await LocalWatch.run(
      .scanner, isRaw: false, watch: try Self.watch(),
      on: try Self.devices(.scanner, SimulatedBus()),
      until: .now + .milliseconds(100)
    ) { event in
      #expect(event.what == "status")
      return true
    }
  }

  @Test func `what a stranger's code holds does not command the terminal`() throws {
    let json = #"""
      {"device":"scanner@1-1","what":"scan","time":"10:00:00.000","aim":"",
       "data":"a\u001b[2Jb\u001dc"}
      """#
    let event = try JSONDecoder().decode(SeenEvent.self, from: Data(json.utf8))
    let text = SeenPrinter.text(event)
    #expect(text.contains("a<1B>[2Jb<1D>c"))
    #expect(text.contains("(no AIM id)"))
    #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control })
  }

  @Test(arguments: [
    "scanner watch --count 0", "scanner watch --seconds 0", "reader watch --seconds 99999",
    "decode", "decode ccid extra", "coupon issue x --again nothex", "replay",
  ])
  func `a wrong command line ends as every fault does`(line: String) async throws {
    let run = try await KioskctlRun(line)
    if line == "decode" {
      #expect(run.output.contains("USAGE"))
    } else {
      #expect(run.status == 1)
      #expect(run.complaint != nil)
    }
  }

  @Test func `a recording that is not there is told in one line`() async throws {
    let run = try await KioskctlRun("replay nowhere.jsonl")
    #expect(run.status == 1)
    #expect(try #require(run.complaint).contains("nowhere.jsonl"))
  }
}
