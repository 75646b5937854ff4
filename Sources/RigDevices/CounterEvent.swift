import Devices
import Simulators

/// What happens by chance at a counter: cables, faults on them, paper and covers.
enum CounterEvent: Equatable, CustomStringConvertible {
  typealias Device = ControlCommand.Device

  /// Out when it is in, in when it is out.
  case toggle(Device)
  /// Out and in again at once, with another address.
  case powerCycle(Device)
  case stall(Device, endpoint: UInt8)
  case overflow(Device, endpoint: UInt8)
  /// The endpoint answers nothing until the device is plugged anew or the next person comes.
  case silence(Device, endpoint: UInt8)
  /// A write is broken off after so many bytes.
  case short(Device, endpoint: UInt8, byteCount: Int)
  /// So many bytes more and then nothing.
  case limit(Device, endpoint: UInt8, byteCount: Int)
  case paperOut
  case paperNearEnd
  case coverOpen

  /// Cables are what moves most.
  static func random(_ random: inout RigRandom, at counter: CounterDevices) -> CounterEvent {
    let device = Device.allCases[random.below(Device.allCases.count)]
    let endpoints = counter.device(device).descriptors.interfaces.flatMap(\.endpoints)
    let inputs = endpoints.filter(\.isIn).map(\.address)
    let input = inputs[random.below(inputs.count)]
    let output = endpoints.first { !$0.isIn }?.address
    switch random.below(20) {
    case 0..<6: return .toggle(device)
    case 6..<10: return .powerCycle(device)
    case 10..<12: return .stall(device, endpoint: output ?? input)
    case 12: return .stall(device, endpoint: input)
    case 13: return .overflow(device, endpoint: input)
    case 14: return .silence(device, endpoint: random.below(2) == 0 ? input : output ?? input)
    case 15:
      guard let output else { return .toggle(device) }
      return .short(device, endpoint: output, byteCount: random.below(64))
    case 16:
      guard let output else { return .powerCycle(device) }
      return .limit(device, endpoint: output, byteCount: random.below(600))
    case 17: return .paperOut
    case 18: return .paperNearEnd
    default: return .coverOpen
    }
  }

  var description: String {
    switch self {
    case .toggle(let device): "toggle \(device)"
    case .powerCycle(let device): "power-cycle \(device)"
    case .stall(let device, let endpoint): "stall \(device) \(String(endpoint, radix: 16))"
    case .overflow(let device, let endpoint): "overflow \(device) \(String(endpoint, radix: 16))"
    case .silence(let device, let endpoint): "silence \(device) \(String(endpoint, radix: 16))"
    case .short(let device, _, let count): "short \(device) \(count)"
    case .limit(let device, _, let count): "limit \(device) \(count)"
    case .paperOut: "paper out"
    case .paperNearEnd: "paper near its end"
    case .coverOpen: "cover open"
    }
  }

  /// A fault on a cable that is out is none.
  func perform(_ counter: CounterDevices) throws {
    switch self {
    case .toggle(let device):
      try counter.perform(try counter.cable(device).isPlugged ? .unplug(device) : .plug(device))
    case .powerCycle(let device):
      if try counter.cable(device).isPlugged { try counter.perform(.unplug(device)) }
      try counter.perform(.plug(device))
    case .stall(let device, let endpoint):
      try fault(.stall, device, endpoint, counter)
    case .overflow(let device, let endpoint): try fault(.overflow, device, endpoint, counter)
    case .silence(let device, let endpoint): try fault(.hold, device, endpoint, counter)
    case .short(let device, let endpoint, let count):
      try fault(.short(count), device, endpoint, counter)
    case .limit(let device, let endpoint, let count):
      try fault(.limit(count), device, endpoint, counter)
    case .paperOut: try counter.perform(.paper("out"))
    case .paperNearEnd: try counter.perform(.paper("nearEnd"))
    case .coverOpen: try counter.perform(.cover(isOpen: true))
    }
  }

  private func fault(
    _ fault: ControlCommand.Fault, _ device: Device, _ endpoint: UInt8,
    _ counter: CounterDevices
  ) throws {
    guard try counter.cable(device).isPlugged else { return }
    try counter.perform(.fault(fault, device, endpoint: endpoint))
  }
}
