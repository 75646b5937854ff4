import CLibUSB
import Devices
import Glibc
import Testing

@testable import LibUSB

struct LibUSBBusTests {
  @Test func `a device that is not there cannot be opened`() async throws {
    let bus = try LibUSBBus()
    await #expect(throws: DeviceError.self) {
      _ = try await bus.open(RosterTests.device("1-1", "255/255"), claiming: [0])
    }
    do {
      _ = try await bus.open(RosterTests.device("1-1", "../001"), claiming: [0])
      Issue.record("an address that is none was opened")
    } catch {
      #expect(error.kind == .disconnected)
      #expect(error.device == DeviceID("usb@1-1"))
    }
  }

  @Test func `waiting for events ends with the bus`() async throws {
    var bus: LibUSBBus? = try LibUSBBus()
    let events = try #require(bus).events()
    bus = nil
    // Devices of the machine that runs this may come first.
    var count = 0
    for await _ in events { count += 1 }
    #expect(count <= Sysfs.maximumDeviceCount)
  }

  @Test func `waiting for events ends with the task`() async throws {
    let bus = try LibUSBBus()
    let waiting = Task {
      var count = 0
      for await _ in bus.events() { count += 1 }
      return count
    }
    waiting.cancel()
    #expect(await waiting.value <= Sysfs.maximumDeviceCount)
  }

  @Test func `only what the device cannot do at all is given up until it is plugged anew`() {
    // A code of a libusb that is newer than this program.
    let codes = Array(-12...(-1)) + [LIBUSB_ERROR_OTHER.rawValue, -77]
    let final = codes.filter {
      DeviceError(libusb: $0, device: DeviceID("usb@1-1")).kind == .unsupported
    }
    #expect(
      final == [LIBUSB_ERROR_NOT_SUPPORTED.rawValue, LIBUSB_ERROR_INVALID_PARAM.rawValue].sorted())
    #expect(
      (1..<134).allSatisfy {
        DeviceError(errno: $0, device: DeviceID("usb@1-1")).kind != .unsupported
      })
  }

  @Test func `every code of libusb is classed by what can be done`() {
    let id = DeviceID("usb@1-1")
    let kinds: [(libusb_error, DeviceError.Kind)] = [
      (LIBUSB_ERROR_NO_DEVICE, .disconnected), (LIBUSB_ERROR_NOT_FOUND, .disconnected),
      (LIBUSB_ERROR_ACCESS, .accessDenied), (LIBUSB_ERROR_BUSY, .busy),
      (LIBUSB_ERROR_TIMEOUT, .timedOut), (LIBUSB_ERROR_PIPE, .stalled),
      (LIBUSB_ERROR_INTERRUPTED, .cancelled), (LIBUSB_ERROR_OVERFLOW, .malformedResponse),
      (LIBUSB_ERROR_IO, .malformedResponse), (LIBUSB_ERROR_OTHER, .malformedResponse),
      (LIBUSB_ERROR_NO_MEM, .exhausted), (LIBUSB_ERROR_NOT_SUPPORTED, .unsupported),
      (LIBUSB_ERROR_INVALID_PARAM, .unsupported),
    ]
    for (code, kind) in kinds {
      let error = DeviceError(libusb: code.rawValue, device: id)
      #expect(error == DeviceError(kind, device: id, underlyingCode: code.rawValue))
    }
    #expect(DeviceError(transfer: LIBUSB_TRANSFER_COMPLETED, device: id) == nil)
    #expect(DeviceError(transfer: LIBUSB_TRANSFER_TIMED_OUT, device: id)?.kind == .timedOut)
    #expect(DeviceError(transfer: LIBUSB_TRANSFER_STALL, device: id)?.kind == .stalled)
    #expect(DeviceError(transfer: LIBUSB_TRANSFER_NO_DEVICE, device: id)?.kind == .disconnected)
    #expect(DeviceError(errno: EACCES, device: id).kind == .accessDenied)
    #expect(DeviceError(errno: ENOENT, device: id).kind == .disconnected)
    for code in [EMFILE, ENFILE, ENOMEM] {
      #expect(DeviceError(errno: code, device: id).kind == .exhausted)
    }
    #expect(DeviceError(errno: EIO, device: id).kind == .malformedResponse)
  }
}
