import Simulators

/// What plugs a simulated device in: `Cable` into the kernel of this machine, `MockCable` into an
/// emulated usbfs. A test cannot tell them apart but by what only a kernel has.
protocol Carrier: Sendable {
  var isPlugged: Bool { get }
  /// Switches the device on and connects it.
  func plug() throws
  /// Returns when the device is gone; transfers in flight end with "no such device".
  func unplug() throws
  /// Looks at the device's end; nil when it is not plugged in.
  func inspect<Value: Sendable>(_ body: (CableEnd) -> Value) -> Value?
  /// Makes a fault at the cable and looks at what waits.
  func disturb(_ body: (inout CableEnd) -> Void) throws
}

/// Why something could not be plugged in or out.
struct CarrierFault: Error, CustomStringConvertible {
  let description: String
}

/// Makes the cables of a run; `number` tells them apart and is the port in an emulated usbfs.
typealias MakeCarrier =
  @Sendable (_ device: any SimulatedUSBDevice, _ number: UInt32) -> any Carrier
