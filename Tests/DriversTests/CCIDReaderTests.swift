import Codecs
import Devices
import Drivers
import Profiles
import Simulators
import Testing

@Suite(.timeLimit(.minutes(1))) struct CCIDReaderTests {
  private let device = SimulatedDevice("reader", CCIDReaderModel())
  private let id = DeviceID("reader@1-1")
  private let uid: [UInt8] = [0x04, 0xD3, 0xC2, 0xA2, 0x99, 0x3C, 0x80]

  private func inserted(_ uid: [UInt8]) -> CardEvent {
    let name: ISO7816.StorageCardName = uid.count == 4 ? .mifareClassic1K : .mifareUltralight
    return .inserted(
      CardIdentity(
        uid: uid, answerToReset: ISO7816.AnswerToReset(storageCard: name).bytes))
  }

  private func events(
    settings: CCIDSettings = .init(), prepare: (SimulatedInterface) -> Void = { _ in },
    _ body: (OutputCollector<CardEvent>) async throws -> Void
  ) async throws -> DeviceError? {
    let port = SimulatedInterface(device: device)
    prepare(port)
    let reader = CCIDReader(interface: port, device: id, settings: settings)
    let collector = OutputCollector<CardEvent>()
    return try await whileRunning({ () async throws(DeviceError) in
      try await reader.run { collector.deliver($0) }
    }) { try await body(collector) }
  }

  @Test func `cards come and go, random ones are told as well`() async throws {
    let fault = try await events { collector in
      device.withModel { $0.setCard(uid: uid) }
      #expect(await collector.first(1) == [inserted(uid)])
      device.withModel { $0.setCard(uid: nil) }
      #expect(await collector.first(2).last == .removed)
      device.withModel { $0.setCard(uid: [0x08, 1, 2, 3]) }
      #expect(await collector.first(3).last == inserted([0x08, 1, 2, 3]))
    }
    #expect(fault?.kind == .cancelled)
  }

  @Test func `a card that lies there at the start is read`() async throws {
    device.withModel { $0.setCard(uid: uid) }
    _ = try await events { #expect(await $0.first(1) == [inserted(uid)]) }
  }

  @Test func `a reader that notifies nothing is polled`() async throws {
    _ = try await events(
      settings: CCIDSettings(pollMilliseconds: 20),
      prepare: { $0.inject(.silent(endpoint: CCIDReaderModel.interruptIn, true)) }
    ) { collector in
      device.withModel { $0.setCard(uid: uid) }
      #expect(await collector.first(1) == [inserted(uid)])
      device.withModel { $0.setCard(uid: nil) }
      #expect(await collector.first(2).last == .removed)
    }
  }

  @Test func `a mute card is refused, and the next one is read`() async throws {
    _ = try await events { collector in
      device.withModel {
        $0.setCard(UIDCard(uid: uid), isMute: true)
      }
      #expect(await collector.first(1) == [.refused(.torn)])
      device.withModel { $0.setCard(uid: nil) }
      #expect(await collector.first(2).last == .removed)
      device.withModel { $0.setCard(uid: uid) }
      #expect(await collector.first(3).last == inserted(uid))
    }
  }

  @Test func `a slow card gets its time`() async throws {
    _ = try await events { collector in
      device.withModel { model in
        model.setCard(UIDCard(uid: uid), timeExtensions: 3)
      }
      #expect(await collector.first(1) == [inserted(uid)])
    }
  }

  @Test func `a halt of each pipe is cleared once`() async throws {
    _ = try await events(prepare: { port in
      port.inject(.stall(endpoint: CCIDReaderModel.bulkOut, count: 1))
      port.inject(.stall(endpoint: CCIDReaderModel.bulkIn, count: 1))
      port.inject(.stall(endpoint: CCIDReaderModel.interruptIn, count: 1))
      port.inject(.shortWrite(endpoint: CCIDReaderModel.bulkOut, byteCount: 4))
    }) { collector in
      device.withModel { $0.setCard(uid: uid) }
      #expect(await collector.first(1) == [inserted(uid)])
    }
    let port = SimulatedInterface(device: device)
    port.inject(.stall(endpoint: CCIDReaderModel.bulkOut, count: 2))
    await #expect(throws: DeviceError(.stalled, device: id)) {
      try await CCIDReader(interface: port, device: id).run { _ in }
    }
  }

  @Test func `unplugging ends it with disconnected`() async throws {
    let port = SimulatedInterface(device: device)
    let reader = CCIDReader(interface: port, device: id)
    device.withModel { $0.setCard(uid: uid) }
    await #expect(throws: DeviceError(.disconnected, device: id)) {
      try await reader.run { _ in port.unplug() }
    }
  }

  @Test func `a device without a reader is not supported`() async throws {
    let port = SimulatedInterface(device: SimulatedDevice("display", LineDisplayModel()))
    await #expect(throws: DeviceError(.unsupported, device: id)) {
      try await CCIDReader(interface: port, device: id).run { _ in }
    }
  }
}
