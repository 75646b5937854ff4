import Devices
import Simulators

/// A device that says of itself what it likes and does nothing.
struct GarbageModel: USBDeviceModel {
  let descriptors: USBDescriptors

  init(_ descriptors: USBDescriptors) { self.descriptors = descriptors }

  mutating func powerOn() {}
  mutating func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer { .stall }
  mutating func write(endpoint: UInt8, bytes: [UInt8]) -> USBAnswer { .stall }
  mutating func read(endpoint: UInt8, maximumByteCount: Int) -> [UInt8]? { nil }
}
