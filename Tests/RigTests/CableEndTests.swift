import Devices
import Simulators
import Testing

@testable import RigDevices

struct CableEndTests {
  private let device = SimulatedDevice("loopback", LoopbackModel())

  private func submit(
    _ sequence: UInt32, _ endpoint: UInt8, _ data: [UInt8] = [], length: Int? = nil,
    setup: USBControlSetup = USBControlSetup(requestType: 0, request: 0, value: 0, index: 0)
  ) -> USBIP.Command {
    .submit(
      USBIP.Submit(
        sequence: sequence, endpoint: endpoint, length: length ?? data.count, setup: setup,
        data: data))
  }

  private func done(_ sequence: UInt32, _ status: Int32, _ count: Int) -> USBIP.Reply {
    .submitted(sequence: sequence, status: status, count: count, data: [])
  }

  @Test func `standard requests are answered from the descriptors`() {
    var end = CableEnd(device)
    let setup = USBControlSetup(
      requestType: 0x80, request: 6, value: 0x0100, index: 0, length: 18)
    let replies = end.receive(
      submit(1, 0x80, length: 18, setup: setup), nowMilliseconds: 0
    ).replies
    #expect(
      replies == [
        .submitted(sequence: 1, status: 0, count: 18, data: device.descriptors.device)
      ])
  }

  @Test func `a read waits until there is something`() {
    var end = CableEnd(device)
    #expect(end.receive(submit(1, 0x82, length: 64), nowMilliseconds: 0).replies.isEmpty)
    device.withModel { $0.answer([7]) }
    #expect(
      end.pump(nowMilliseconds: 0).replies == [
        .submitted(sequence: 1, status: 0, count: 1, data: [7])
      ])
    #expect(end.pump(nowMilliseconds: 0).replies.isEmpty)
  }

  @Test func `a write waits for room and is answered once with all of it`() {
    var end = CableEnd(device)
    device.withModel { $0.roomByteCount = 3 }
    #expect(end.receive(submit(1, 1, [1, 2, 3, 4, 5]), nowMilliseconds: 0).replies.isEmpty)
    device.withModel { $0.roomByteCount = 9 }
    #expect(end.pump(nowMilliseconds: 0).replies == [done(1, 0, 5)])
    #expect(device.withModel { $0.received } == [1, 2, 3, 4, 5])
  }

  @Test func `unlinking tells the part that was taken`() {
    var end = CableEnd(device)
    device.withModel { $0.roomByteCount = 3 }
    _ = end.receive(submit(1, 1, [1, 2, 3, 4, 5]), nowMilliseconds: 0)
    let replies = end.receive(.unlink(sequence: 2, victim: 1), nowMilliseconds: 0).replies
    #expect(replies == [done(1, -104, 3), .unlinked(sequence: 2, status: 0)])
  }

  @Test func `unlinking what nothing was taken of, and what was answered already`() {
    var end = CableEnd(device)
    _ = end.receive(submit(1, 0x82, length: 64), nowMilliseconds: 0)
    #expect(
      end.receive(.unlink(sequence: 2, victim: 1), nowMilliseconds: 0).replies == [
        .unlinked(sequence: 2, status: -104)
      ])
    #expect(
      end.receive(.unlink(sequence: 3, victim: 1), nowMilliseconds: 0).replies == [
        .unlinked(sequence: 3, status: 0)
      ])
  }

  @Test func `a halted endpoint stalls until its halt is cleared`() {
    var end = CableEnd(device)
    end.stall(1)
    #expect(end.receive(submit(1, 1, [1]), nowMilliseconds: 0).replies == [done(1, -32, 0)])
    #expect(end.receive(submit(2, 1, [1]), nowMilliseconds: 0).replies == [done(2, -32, 0)])
    let clear = USBControlSetup(requestType: 0x02, request: 1, value: 0, index: 1)
    #expect(
      end.receive(submit(3, 0, setup: clear), nowMilliseconds: 0).replies == [done(3, 0, 0)])
    #expect(end.receive(submit(4, 1, [1]), nowMilliseconds: 0).replies == [done(4, 0, 1)])
  }

  @Test func `a configuration that is set ends all halts`() {
    var end = CableEnd(device)
    end.stall(1)
    let configure = USBControlSetup(requestType: 0x00, request: 9, value: 1, index: 0)
    _ = end.receive(submit(1, 0, setup: configure), nowMilliseconds: 0)
    #expect(end.receive(submit(2, 1, [1]), nowMilliseconds: 0).replies == [done(2, 0, 1)])
  }

  @Test func `a device that is configured again was reset, and begins anew`() {
    var end = CableEnd(device)
    let configure = USBControlSetup(requestType: 0x00, request: 9, value: 1, index: 0)
    _ = end.receive(submit(1, 0, setup: configure), nowMilliseconds: 0)
    device.withModel { $0.answer([7]) }
    _ = end.receive(submit(2, 0, setup: configure), nowMilliseconds: 0)
    #expect(end.receive(submit(3, 0x82, length: 64), nowMilliseconds: 0).replies.isEmpty)
  }

  @Test func `a shortened write takes its part and halts`() {
    var end = CableEnd(device)
    end.shorten(1, to: 2)
    #expect(
      end.receive(submit(1, 1, [1, 2, 3]), nowMilliseconds: 0).replies == [done(1, -32, 2)])
    #expect(device.withModel { $0.received } == [1, 2])
  }

  @Test func `a shortened read brings its part, once`() {
    var end = CableEnd(device)
    end.shorten(0x82, to: 2)
    device.withModel { $0.answer([1, 2, 3]) }
    device.withModel { $0.answer([4, 5, 6]) }
    for (sequence, bytes) in [(UInt32(1), [UInt8(1), 2]), (2, [4, 5, 6])] {
      #expect(
        end.receive(submit(sequence, 0x82, length: 64), nowMilliseconds: 0).replies == [
          .submitted(sequence: sequence, status: 0, count: bytes.count, data: bytes)
        ])
    }
  }

  @Test func `an overflowing read fails once`() {
    var end = CableEnd(device)
    end.overflow(0x82)
    device.withModel { $0.answer([7]) }
    #expect(
      end.receive(submit(1, 0x82, length: 64), nowMilliseconds: 0).replies == [
        .submitted(sequence: 1, status: -75, count: 1, data: [7])
      ])
    device.withModel { $0.answer([8]) }
    #expect(
      end.receive(submit(2, 0x82, length: 64), nowMilliseconds: 0).replies == [
        .submitted(sequence: 2, status: 0, count: 1, data: [8])
      ])
  }

  @Test func `a held endpoint answers when it is released`() {
    var end = CableEnd(device)
    end.hold(1)
    #expect(end.receive(submit(1, 1, [1]), nowMilliseconds: 0).replies.isEmpty)
    end.release(1)
    #expect(end.pump(nowMilliseconds: 0).replies == [done(1, 0, 1)])
  }

  @Test func `a limited endpoint takes its part and is then silent`() {
    var end = CableEnd(device)
    end.limit(1, to: 3)
    #expect(end.receive(submit(1, 1, [1, 2]), nowMilliseconds: 0).replies == [done(1, 0, 2)])
    #expect(!end.isExhausted(1))
    #expect(end.receive(submit(2, 1, [3, 4]), nowMilliseconds: 0).replies.isEmpty)
    #expect(end.isExhausted(1))
    #expect(device.withModel { $0.received } == [1, 2, 3])
  }

  @Test func `reports keep a scanner's pace`() {
    let keyboard = SimulatedDevice("scanner", KeyboardScannerModel())
    var end = CableEnd(keyboard)
    keyboard.withModel { $0.scan("1") }
    #expect(end.receive(submit(1, 0x81, length: 8), nowMilliseconds: 100).replies.count == 1)
    let tooSoon = end.receive(submit(2, 0x81, length: 8), nowMilliseconds: 101)
    #expect(tooSoon.replies.isEmpty)
    #expect(tooSoon.wakeAtMilliseconds == 104)
    #expect(end.pump(nowMilliseconds: 104).replies.count == 1)
  }
}
