import CheckoutMachine
import Devices
import Foundation
import Ledger
import Storage
import Testing

@testable import Daemon

/// Payment codes at the bill: nothing of them is kept, and none counts twice.
struct PaymentCodeTests {
  private static let code = "134567890123456789"

  private static func minutes(_ count: Int64) -> Instant {
    Instant(milliseconds: count * 60_000)
  }

  @Test func `a code is good for one look within the window, whatever came of it`() {
    var desk = PaymentDesk()
    let (one, other) = (Data([1]), Data([2]))
    #expect(desk.look(at: one, now: Self.minutes(0)) == .paymentNotOffered)
    #expect(desk.look(at: one, now: Self.minutes(1)) == .paymentCodeUsed)
    #expect(desk.look(at: other, now: Self.minutes(1)) == .paymentNotOffered)
    #expect(desk.look(at: one, now: Self.minutes(PaymentDesk.windowMinutes)) == .paymentCodeUsed)
    // By then no payment app shows it any more.
    #expect(
      desk.look(at: one, now: Self.minutes(PaymentDesk.windowMinutes + 1)) == .paymentNotOffered)
  }

  @Test func `what is remembered has a limit, and the oldest go first`() {
    var desk = PaymentDesk()
    func mark(_ index: Int) -> Data { Data([UInt8(index & 255), UInt8(index >> 8)]) }
    for index in 0...PaymentDesk.codeLimit {
      #expect(desk.look(at: mark(index), now: Self.minutes(0)) == .paymentNotOffered)
    }
    #expect(desk.look(at: mark(PaymentDesk.codeLimit), now: Self.minutes(0)) == .paymentCodeUsed)
    #expect(desk.look(at: mark(0), now: Self.minutes(0)) == .paymentNotOffered)
  }

  @Test func `only a bill with something to pay awaits a code`() async throws {
    let kiosk = try await TestKiosk()
    kiosk.scan(TestShop.milk)
    kiosk.scan(Self.code, aim: "]Q1")
    #expect(try await kiosk.screen().messages.map(\.code) == ["paymentNotExpected"])
    try await kiosk.press("pay")
    kiosk.scan(Self.code, aim: "]Q1")
    let told = try await kiosk.screen("the code is refused") {
      $0.messages.map(\.code) == ["paymentNotOffered"]
    }
    #expect(told.state == "reviewing")
    kiosk.scan(Self.code, aim: "]Q1")
    _ = try await kiosk.screen("the code is used") {
      $0.messages.map(\.code) == ["paymentCodeUsed"]
    }
    // Without an identifier it is the same code.
    kiosk.scan("284567890123456789", aim: nil)
    _ = try await kiosk.screen("another code is refused") {
      $0.messages.map(\.code) == ["paymentNotOffered"]
    }
    try await kiosk.stop()
  }

  @Test func `no row of the book and no file holds a code`() async throws {
    let kiosk = try await TestKiosk()
    kiosk.scan(TestShop.milk)
    try await kiosk.press("pay")
    for _ in 0..<2 { kiosk.scan(Self.code, aim: "]Q1") }
    _ = try await kiosk.screen("the code is used") {
      $0.messages.map(\.code) == ["paymentCodeUsed"]
    }
    try await kiosk.stop()
    let folder = URL(fileURLWithPath: kiosk.directory.path)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let bytes = try Data(contentsOf: folder.appendingPathComponent(name))
      #expect(bytes.range(of: Data(Self.code.utf8)) == nil, "\(name)")
    }
  }

  @Test func `a code's mark is another one in another shop, and tells nothing`() async throws {
    let (one, other) = (try await TestKiosk(), try await TestKiosk())
    let mark = try one.store.mark(ofPaymentCode: Self.code)
    #expect(try one.store.mark(ofPaymentCode: Self.code) == mark)
    #expect(try other.store.mark(ofPaymentCode: Self.code) != mark)
    #expect(mark.count == 32)
    try await one.stop()
    try await other.stop()
  }

  @Test func `technicians do not see a payment code either`() throws {
    let scan = DeviceEvent.scan(
      ScanData(
        bytes: Array(Self.code.utf8), aimIdentifier: "]Q1", device: DeviceID("scanner@1-1")))
    let event = try #require(
      SeenEvent(
        scan, for: .scanner, isRaw: true, scans: try TestScans.desk(),
        at: ManualClock().kioskClock.now()))
    #expect(event.data == "13" + String(repeating: "*", count: 16))
  }
}
