import Devices
import Simulators
import Testing

@testable import RigDevices

/// The emulated usbfs decides as the kernel's does (drivers/usb/core/devio.c).
struct UsbfsNodeTests {
  private let device = SimulatedDevice("loopback", LoopbackModel())

  private func transfer(_ address: UInt, by client: UInt = 1) -> UsbfsNode.Transfer {
    UsbfsNode.Transfer(client: client, address: address)
  }

  @Test func `an interface belongs to the program that claimed it`() {
    var node = UsbfsNode(device)
    #expect(node.claim(0, by: 1) == UsbfsNode.Refusal.none)
    #expect(node.claim(0, by: 2) == UsbfsNode.Refusal.busy)
    #expect(node.release(0, by: 2) == UsbfsNode.Refusal.invalid)
    #expect(node.release(0, by: 1) == UsbfsNode.Refusal.none)
    #expect(node.claim(0, by: 2) == UsbfsNode.Refusal.none)
  }

  @Test func `a program that ended holds nothing`() {
    var node = UsbfsNode(device)
    #expect(node.claim(0, by: 1) == UsbfsNode.Refusal.none)
    _ = node.submit(
      transfer(9), endpoint: 0x82, isControl: false, bytes: [0, 0], nowMilliseconds: 0)
    node.forget(1, nowMilliseconds: 0)
    #expect(node.claim(0, by: 2) == UsbfsNode.Refusal.none)
    device.withModel { $0.answer([1]) }
    #expect(node.reap(by: 1, nowMilliseconds: 1) == nil)
  }

  @Test func `a transfer is reaped by its program, once, with what came`() {
    var node = UsbfsNode(device)
    _ = node.submit(
      transfer(9), endpoint: 0x82, isControl: false, bytes: [0, 0], nowMilliseconds: 0)
    #expect(node.reap(by: 1, nowMilliseconds: 0) == nil)
    device.withModel { $0.answer([5]) }
    #expect(node.reap(by: 2, nowMilliseconds: 0) == nil)
    #expect(
      node.reap(by: 1, nowMilliseconds: 0)
        == UsbfsNode.Ended(transfer: transfer(9), status: 0, count: 1, data: [5]))
    #expect(node.reap(by: 1, nowMilliseconds: 0) == nil)
  }

  @Test func `a discarded write tells the part that was taken`() {
    var node = UsbfsNode(device)
    device.withModel { $0.roomByteCount = 2 }
    _ = node.submit(
      transfer(9), endpoint: 1, isControl: false, bytes: [1, 2, 3], nowMilliseconds: 0)
    #expect(node.discard(transfer(8), nowMilliseconds: 0) == UsbfsNode.Refusal.invalid)
    #expect(node.discard(transfer(9), nowMilliseconds: 0) == UsbfsNode.Refusal.none)
    #expect(
      node.reap(by: 1, nowMilliseconds: 0)
        == UsbfsNode.Ended(
          transfer: transfer(9), status: UsbfsNode.Status.unlinked, count: 2, data: []))
  }

  @Test func `unplugging ends what is in flight and refuses what comes`() {
    var node = UsbfsNode(device)
    _ = node.submit(
      transfer(9), endpoint: 0x82, isControl: false, bytes: [0], nowMilliseconds: 0)
    node.unplug()
    #expect(node.reap(by: 1, nowMilliseconds: 0)?.status == UsbfsNode.Status.gone)
    #expect(node.claim(0, by: 1) == UsbfsNode.Refusal.noDevice)
    #expect(
      node.submit(transfer(9), endpoint: 1, isControl: false, bytes: [1], nowMilliseconds: 0)
        == UsbfsNode.Refusal.noDevice)
  }

  @Test func `a control transfer carries its setup packet in front`() {
    var node = UsbfsNode(device)
    let setup: [UInt8] = [0x80, 6, 0, 1, 0, 0, 18, 0]
    _ = node.submit(
      transfer(9), endpoint: 0, isControl: true, bytes: setup + Array(repeating: 0, count: 18),
      nowMilliseconds: 0)
    #expect(node.reap(by: 1, nowMilliseconds: 0)?.data == device.descriptors.device)
    #expect(
      node.submit(transfer(9), endpoint: 0, isControl: true, bytes: [1], nowMilliseconds: 0)
        == UsbfsNode.Refusal.invalid)
  }
}
