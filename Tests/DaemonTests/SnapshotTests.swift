import CheckoutMachine
import Devices
import Foundation
import Ledger
import Retail
import Testing

@testable import Daemon

/// The customer's screen as it is made out of a state.
struct SnapshotTests {
  private func snapshot(
    _ state: Checkout.State, notices: [Checkout.Notice] = [], devices: DeviceBoard = DeviceBoard()
  ) -> Snapshot {
    SnapshotBuilder(shop: TestShop.name, kiosk: 3, currency: .cny)
      .snapshot(state, notices: notices, devices: devices, revision: 7)
  }

  private func board(_ statuses: [DeviceStatus]) -> DeviceBoard {
    var board = DeviceBoard()
    for status in statuses { board.take(status) }
    return board
  }

  private var allWell: DeviceBoard {
    board(DeviceKind.allCases.map { .of($0) })
  }

  @Test func `every state has its name, its language and its keys`() {
    let names = Set(Stages().all.map { snapshot($0).state })
    #expect(
      names == [
        "attract", "scanning", "claiming", "reviewing", "tendering", "holding", "posting",
        "printing", "done", "outOfService",
      ])
    for state in Stages().all + Stages(language: .en).all {
      let screen = snapshot(state)
      #expect(screen.language == state.language.rawValue)
      #expect(Set(screen.buttons.map(\.name)).count == 9)
      #expect(screen.revision == 7)
      #expect(screen.currency == "CNY")
      #expect(screen.version == 1)
    }
  }

  /// Rule 32, held against the whole JSON: whoever adds a field is caught here.
  @Test func `no screen holds a full name, a number, a phone or a code`() throws {
    let board = board([.of(.printer, .faulted, message: "It does not answer.")])
    for state in Stages().all {
      for notices in [[], [Checkout.Notice.couponRefused]] {
        let json = String(
          decoding: try JSONEncoder().encode(snapshot(state, notices: notices, devices: board)),
          as: UTF8.self)
        for secret in TestShop.secrets { #expect(!json.contains(secret)) }
        // A balance is looked at in private; what a bill takes from it is told.
        #expect(!json.contains("30000"))
      }
    }
  }

  @Test func `lines, discounts and total add up before and after the sale`() {
    for state in Stages().all {
      let screen = snapshot(state)
      guard !screen.lines.isEmpty else { continue }
      let listed = screen.lines.map { $0.unitPrice * Int64($0.quantity) }
      #expect(screen.subtotal == listed.reduce(0, +))
      #expect(screen.total == screen.subtotal - screen.discounts.map(\.amount).reduce(0, +))
      // Whose a claimed list is, is not known: neither prices nor the name of a member.
      let isClaimed = screen.state == "claiming"
      #expect(screen.lines.count < 3 || screen.total == 7_870 || isClaimed)
      #expect(screen.member?.name == (isClaimed ? nil : "王*"))
    }
    let done = Stages().all.compactMap { snapshot($0).completed }
    #expect(done.map(\.paper) == [.printing, .printed, .delayed])
    #expect(done.allSatisfy { $0.receipt == "3-000042" && $0.paid == 7_870 })
  }

  @Test func `a hint is shown only when little is missing`() throws {
    var state = Checkout.State.attract(.zh)
    func take(_ event: Checkout.Event) { state = Stages.after(event, in: state) }
    take(
      .couponPresented(
        PresentedCoupon(
          id: "c", template: TestShop.over50, validUntil: Instant(milliseconds: .max))))
    take(.itemScanned(TestShop.water))
    #expect(snapshot(state).hint == nil)
    for _ in 0..<9 { take(.itemScanned(TestShop.water)) }
    let hint = try #require(snapshot(state).hint)
    #expect(hint.missing == 500)
    #expect(hint.reachedPercent == 90)
    take(.pressed(.pay))
    #expect(snapshot(state).hint == nil)
  }

  // MARK: Devices

  // odoo PR 140271, PR 160284: printing errors were shown to customers, then to nobody.
  @Test func `a customer is told of what is missing, and staff of its cause`() {
    let state = Checkout.State.attract(.en)
    #expect(snapshot(state, devices: allWell).messages.isEmpty)
    #expect(
      snapshot(state).messages.map(\.code) == [
        "printerNotReady", "cardReaderNotReady", "scannerNotReady",
      ])

    var board = allWell
    board.take(.of(.printer, attention: [.paperNearEnd], message: "near its end"))
    let near = snapshot(state, devices: board)
    #expect(near.messages.map(\.code) == ["paperNearEnd"])
    #expect(near.devices.first { $0.kind == "printer" }?.message == "near its end")
    board.take(.of(.printer, attention: [.coverOpen, .paperNearEnd], message: "close it"))
    #expect(snapshot(state, devices: board).messages.map(\.code) == ["printerNotReady"])
    #expect(!snapshot(state, devices: board).messages[0].text.contains("close it"))
    board.take(.of(.printer, .faulted, message: "It does not answer."))
    #expect(snapshot(state, devices: board).messages.map(\.code) == ["printerNotReady"])
  }

  @Test func `out of service comes first`() throws {
    let screen = snapshot(Stages.closed(.en), notices: [.helpCalled])
    #expect(screen.messages.map(\.code).prefix(2) == ["outOfService", "helpCalled"])
    #expect(try #require(screen.messages.first).severity == .attention)
  }

  @Test func `of two devices of a kind the one further on its way stands for it`() {
    var board = board([
      .of(.printer, .attached, device: "printer@2-1"), .of(.printer, .enabled),
      .of(.printer, .faulted, device: "printer@2-2"),
    ])
    #expect(board.best(.printer)?.device == DeviceID("printer@1-3"))
    board.take(.of(.printer, .absent))
    #expect(board.best(.printer)?.device == DeviceID("printer@2-1"))
    #expect(!board.isEnabled(.printer))
  }

  @Test func `the placeholder of a kind that was never there goes with the first device`() {
    var board = board([.of(.scanner, .absent, device: "scanner", message: "No scanner.")])
    #expect(board.lines.first { $0.kind == "scanner" }?.message == "No scanner.")
    board.take(.of(.scanner, .attached))
    board.take(.of(.scanner, .absent, message: "unplugged"))
    #expect(board.statuses.count == 1)
    #expect(board.lines.first { $0.kind == "scanner" }?.message == "unplugged")
    #expect(board.lines.map(\.kind) == DeviceKind.allCases.map(\.rawValue))
  }

  @Test func `devices that come and go leave no heap of old ones`() {
    var board = DeviceBoard()
    for port in 0..<1_000 {
      board.take(.of(.scanner, .enabled, device: "scanner@1-\(port)"))
      board.take(.of(.scanner, .absent, device: "scanner@1-\(port)"))
    }
    #expect(board.statuses.count == 1)
  }
}
