import Simulators

/// A scanner of any kind on the counter, and what a person does with it.
struct RigScanner: Sendable {
  let name: String
  let device: any SimulatedUSBDevice
  /// Of drivers/.
  let profile: String
  /// The kernel's own driver for it.
  let kernelDriver: String
  let input: UInt8
  /// Whether it sends reports of a fixed length, so that a short one is damaged.
  let hasReports: Bool
  let scan: @Sendable (_ text: String, _ aim: String) -> Void
  /// The end of the symbol never comes.
  let tear: @Sendable (_ text: String) -> Void

  /// As the kernel and `kioskctl devices` name it.
  var product: String { device.descriptors.strings[1] }

  static var all: [RigScanner] {
    [
      keyboard("keyboard-scanner", .boot), keyboard("bitmap-scanner", .bitmap), hidPOS, serial,
    ]
  }

  /// `.bitmap` has the report protocol alone.
  private static func keyboard(
    _ name: String, _ reporting: KeyboardScannerModel.Reporting
  ) -> RigScanner {
    let device = SimulatedDevice(name, KeyboardScannerModel(reporting: reporting))
    return RigScanner(
      name: name, device: device, profile: "honeywell-keyboard", kernelDriver: "usbhid",
      input: KeyboardScannerModel.endpoint, hasReports: true,
      scan: { text, aim in device.withModel { $0.scan(text, aim: aim) } },
      tear: { text in device.withModel { $0.scanTorn(text) } })
  }

  static var hidPOS: RigScanner {
    let device = SimulatedDevice("hid-pos-scanner", HIDPOSScannerModel())
    return RigScanner(
      name: device.name, device: device, profile: "generic-hid-pos", kernelDriver: "usbhid",
      input: HIDPOSScannerModel.endpoint, hasReports: true,
      scan: { text, aim in device.withModel { $0.scan(text, aim: aim) } },
      // Only a symbol of several reports can be torn.
      tear: { text in
        device.withModel { $0.scanTorn(text + String(repeating: "0", count: 64), aim: "]Q1") }
      })
  }

  private static var serial: RigScanner {
    let device = SimulatedDevice("serial-scanner", SerialScannerModel())
    return RigScanner(
      name: device.name, device: device, profile: "honeywell-serial", kernelDriver: "cdc_acm",
      input: SerialScannerModel.bulkIn, hasReports: false,
      scan: { text, aim in device.withModel { $0.scan(text, aim: aim) } },
      tear: { text in device.withModel { $0.scanTorn(text) } })
  }
}
