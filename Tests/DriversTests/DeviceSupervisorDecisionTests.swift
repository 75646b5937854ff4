import Devices
import Profiles
import Testing

@testable import Drivers

struct DeviceLifecycleTests {
  @Test func `a device goes from the plug over the claim to use`() {
    var lifecycle = DeviceLifecycle()
    #expect(lifecycle.reported.state == .attached)
    #expect(lifecycle.handle(.started) == .open)
    #expect(lifecycle.handle(.claimed) == .enable)
    #expect(lifecycle.reported.state == .claimed)
    #expect(lifecycle.handle(.enabled) == .run)
    #expect(lifecycle.reported.state == .enabled)
  }

  @Test func `a fault is told with its cause, waited out and tried again`() {
    var lifecycle = DeviceLifecycle()
    _ = lifecycle.handle(.started)
    let action = lifecycle.handle(.failed(.accessDenied, uptime: .zero))
    #expect(action == .pause(.milliseconds(500), resetting: false))
    #expect(lifecycle.reported == (.faulted, .accessDenied))
    #expect(lifecycle.handle(.pauseElapsed) == .open)
    #expect(lifecycle.reported.state == .attached)
  }

  @Test func `a machine that is short of something tries a device again, without a reset`() {
    var lifecycle = DeviceLifecycle()
    _ = lifecycle.handle(.started)
    let action = lifecycle.handle(.failed(.exhausted, uptime: .zero))
    #expect(action == .pause(BackOff.first, resetting: false))
    #expect(lifecycle.handle(.pauseElapsed) == .open)
  }

  @Test(arguments: [DeviceError.Kind.malformedResponse, .stalled])
  func `a device that broke its protocol or stalls is reset`(kind: DeviceError.Kind) {
    var lifecycle = DeviceLifecycle()
    for event in [DeviceLifecycle.Event.started, .claimed, .enabled] {
      _ = lifecycle.handle(event)
    }
    let action = lifecycle.handle(.failed(kind, uptime: .seconds(1)))
    #expect(action == .pause(.milliseconds(500), resetting: true))
  }

  @Test func `a device that its driver cannot use is left until it is plugged anew`() {
    var lifecycle = DeviceLifecycle()
    _ = lifecycle.handle(.started)
    #expect(lifecycle.handle(.failed(.unsupported, uptime: .zero)) == .rest)
    #expect(lifecycle.handle(.pauseElapsed) == .none)
    #expect(lifecycle.reported == (.faulted, .unsupported))
    #expect(lifecycle.handle(.cancelled) == .end)
  }

  @Test func `every event in every state is answered, and the end is the end`() {
    let events: [DeviceLifecycle.Event] = [
      .started, .claimed, .enabled, .failed(.busy, uptime: .zero),
      .failed(.unsupported, uptime: .zero), .failed(.cancelled, uptime: .zero), .pauseElapsed,
      .cancelled,
    ]
    var seen: Set<String> = []
    // All sequences of five events reach every state with every event.
    for sequence in 0..<(8 * 8 * 8 * 8 * 8) {
      var lifecycle = DeviceLifecycle()
      var rest = sequence
      for _ in 0..<5 {
        let before = lifecycle.state
        let action = lifecycle.handle(events[rest % 8])
        seen.insert("\(before) \(rest % 8)")
        if before == .ended {
          #expect(lifecycle.state == .ended && action == .none)
        }
        rest /= 8
      }
    }
    // attached, claimed, enabled, faulted by either, givenUp, ended
    #expect(seen.count == 7 * 8)
  }

  @Test func `pauses grow up to a limit and start again after a long run`() {
    var backOff = BackOff()
    let pauses = (0..<9).map { _ in backOff.delay(uptime: .seconds(1)) }
    #expect(
      pauses
        == [.milliseconds(500)] + [1, 2, 4, 8, 16, 30, 30, 30].map { Duration.seconds($0) })
    #expect(backOff.delay(uptime: .seconds(60)) == .milliseconds(500))
    #expect(backOff.delay(uptime: .zero) == .seconds(1))
  }
}

struct DeviceRosterTests {
  private func match(_ settings: DriverSettings) -> ProfileMatch {
    ProfileMatch(
      profile: DeviceProfile(
        key: "test", match: .model(USBID(vendorID: 1, productID: 1), product: nil),
        settings: settings, source: "a test", verified: .simulated),
      interfaces: [0])
  }

  private var anyReader: ProfileMatch {
    ProfileMatch(
      profile: DeviceProfile(
        key: "any", match: .interfaceClass(.chipCard), settings: .ccid(CCIDSettings()),
        source: "a test", verified: .simulated),
      interfaces: [0])
  }

  private var scanner: ProfileMatch { match(.keyboardScanner(KeyboardScannerSettings())) }
  private var reader: ProfileMatch { match(.ccid(CCIDSettings())) }

  private func device(_ topology: String, address: String) -> USBDeviceDescription {
    USBDeviceDescription(
      vendorID: 1, productID: 1, release: 1, manufacturer: nil, product: nil, serialNumber: nil,
      topology: topology, address: address, interfaces: [])
  }

  private func supervised(_ actions: [DeviceRoster.Action]) -> [DeviceID] {
    actions.compactMap { if case .supervise(let entry) = $0 { entry.id } else { nil } }
  }

  private func reported(_ actions: [DeviceRoster.Action]) -> [DeviceStatus] {
    actions.compactMap { if case .report(let status) = $0 { status } else { nil } }
  }

  @Test func `several scanners are used at once, of the other kinds the first`() {
    var roster = DeviceRoster()
    let first = roster.attached(device("1-1", address: "001/002"), scanner)
    let second = roster.attached(device("1-2", address: "001/003"), scanner)
    #expect(supervised(first) == [DeviceID("scanner@1-1")])
    #expect(supervised(second) == [DeviceID("scanner@1-2")])

    #expect(
      supervised(roster.attached(device("1-3", address: "001/004"), reader))
        == [DeviceID("cardReader@1-3")])
    let spare = roster.attached(device("1-4", address: "001/005"), reader)
    #expect(supervised(spare) == [])
    #expect(reported(spare).map(\.state) == [.attached])
    #expect(reported(spare).first?.message.hasPrefix("Spare: cardReader@1-3 is in use") == true)
    #expect(!roster.isInUse(address: "001/005"))
  }

  @Test func `a spare takes over when the device in use is unplugged`() {
    var roster = DeviceRoster()
    _ = roster.attached(device("1-3", address: "001/004"), reader)
    _ = roster.attached(device("1-4", address: "001/005"), reader)
    let actions = roster.detached(address: "001/004")
    #expect(actions.first == .cancel(address: "001/004"))
    #expect(reported(actions).map(\.device) == [DeviceID("cardReader@1-3")])
    #expect(reported(actions).map(\.state) == [.absent])
    #expect(supervised(actions) == [DeviceID("cardReader@1-4")])
    #expect(roster.isInUse(address: "001/005"))
  }

  @Test func `a known model takes the place of a device that only its class is known of`() {
    var roster = DeviceRoster()
    _ = roster.attached(device("1-3", address: "001/004"), anyReader)
    let actions = roster.attached(device("1-4", address: "001/005"), reader)
    #expect(actions.first == .cancel(address: "001/004"))
    #expect(reported(actions).map(\.device) == [DeviceID("cardReader@1-3")])
    #expect(supervised(actions) == [DeviceID("cardReader@1-4")])
    #expect(!roster.isInUse(address: "001/004") && roster.isInUse(address: "001/005"))

    // A second known one waits, and comes before the other when the first goes.
    #expect(supervised(roster.attached(device("1-5", address: "001/006"), reader)) == [])
    #expect(supervised(roster.detached(address: "001/005")) == [DeviceID("cardReader@1-5")])
    #expect(supervised(roster.detached(address: "001/006")) == [DeviceID("cardReader@1-3")])
    #expect(supervised(roster.attached(device("1-6", address: "001/007"), anyReader)) == [])
  }

  @Test func `a device has the same name after a power cycle`() {
    var roster = DeviceRoster()
    let before = roster.attached(device("1-3", address: "001/004"), reader)
    _ = roster.detached(address: "001/004")
    let after = roster.attached(device("1-3", address: "001/009"), reader)
    #expect(supervised(before) == supervised(after))
    #expect(!roster.isInUse(address: "001/004"))
  }

  @Test func `a device that is back before its going was told is not absent`() {
    var roster = DeviceRoster()
    _ = roster.attached(device("1-3", address: "001/004"), reader)
    _ = roster.attached(device("1-3", address: "001/005"), reader)
    let actions = roster.detached(address: "001/004")
    #expect(reported(actions) == [])
    #expect(supervised(actions) == [DeviceID("cardReader@1-3")])
  }

  @Test func `what no profile is for and what is not known are passed over`() {
    var roster = DeviceRoster()
    #expect(roster.attached(device("1-1", address: "001/002"), nil) == [])
    #expect(roster.detached(address: "001/002") == [])
    #expect(roster.entries == [])
  }

  @Test func `no more devices than the limit are taken`() {
    var roster = DeviceRoster()
    for number in 0..<(DeviceRoster.deviceLimit + 5) {
      _ = roster.attached(device("1-\(number)", address: "a\(number)"), scanner)
    }
    #expect(roster.entries.count == DeviceRoster.deviceLimit)
  }
}
