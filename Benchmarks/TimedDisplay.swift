import Devices
import Simulators

/// The simulated customer display, which tells when bytes came.
struct TimedDisplay: USBDeviceModel {
  private var display = LineDisplayModel()
  private let onWrite: @Sendable () -> Void

  init(onWrite: @escaping @Sendable () -> Void) { self.onWrite = onWrite }

  var descriptors: USBDescriptors { display.descriptors }

  mutating func powerOn() { display.powerOn() }

  mutating func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer {
    display.control(setup, data: data)
  }

  mutating func write(endpoint: UInt8, bytes: [UInt8]) -> USBAnswer {
    let answer = display.write(endpoint: endpoint, bytes: bytes)
    onWrite()
    return answer
  }

  mutating func read(endpoint: UInt8, maximumByteCount: Int) -> [UInt8]? {
    display.read(endpoint: endpoint, maximumByteCount: maximumByteCount)
  }
}
