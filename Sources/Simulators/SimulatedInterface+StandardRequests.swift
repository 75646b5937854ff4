import Devices

extension USBDescriptors {
  private enum Request {
    static let getStatus: UInt8 = 0
    static let clearFeature: UInt8 = 1
    static let setFeature: UInt8 = 3
    static let getDescriptor: UInt8 = 6
    static let getConfiguration: UInt8 = 8
    static let setConfiguration: UInt8 = 9
    static let getInterface: UInt8 = 10
    static let setInterface: UInt8 = 11
  }

  private static let englishUnitedStates: [UInt8] = [0x04, 0x03, 0x09, 0x04]

  /// The answer to a standard request (USB 2.0, 9.4, and HID 1.11, 7.1.1). Nil when the request is
  /// of a class or a vendor and so the model's. Every carrier answers these in the same way.
  public func answer(_ setup: USBControlSetup) -> USBAnswer? {
    guard setup.requestType & 0x60 == 0 else { return nil }
    switch setup.request {
    case Request.getDescriptor: return setup.isDeviceToHost ? descriptor(setup) : .stall
    case Request.getStatus: return .data([0, 0])
    case Request.getConfiguration: return .data([1])
    case Request.getInterface: return .data([0])
    case Request.clearFeature, Request.setFeature, Request.setConfiguration,
      Request.setInterface:
      return .data([])
    default: return .stall
    }
  }

  private func descriptor(_ setup: USBControlSetup) -> USBAnswer {
    let type = UInt8(setup.value >> 8)
    let index = Int(setup.value & 0xFF)
    let bytes: [UInt8]?
    switch type {
    case 0x01: bytes = device
    case 0x02: bytes = configuration
    case 0x03: bytes = index == 0 ? Self.englishUnitedStates : string(index)
    case 0x21, 0x22:
      guard let interface = UInt8(exactly: setup.index) else { return .stall }
      bytes =
        type == 0x22
        ? reports[interface] : interfaces.first { $0.number == interface }?.classDescriptors
    default: bytes = nil
    }
    guard let bytes else { return .stall }
    return .data(Array(bytes.prefix(Int(setup.length))))
  }

  private func string(_ index: Int) -> [UInt8]? {
    guard strings.indices.contains(index - 1) else { return nil }
    let units = strings[index - 1].utf16.prefix(126)
    return [UInt8(2 + 2 * units.count), 0x03]
      + units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
  }
}

extension USBControlSetup {
  /// The endpoint of a CLEAR_FEATURE(ENDPOINT_HALT) (USB 2.0, 9.4.1).
  var clearedEndpoint: UInt8? {
    requestType == 0x02 && request == 1 && value == 0 ? UInt8(index & 0xFF) : nil
  }
}
