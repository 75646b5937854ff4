import Devices
import Profiles
import StrictYAML
import Testing

private func profiles(
  _ files: [String: String], scanners: [ConfiguredScanner] = []
) throws(YAMLError) -> ProfileSet {
  var values: [(key: String, value: YAMLValue)] = []
  for (key, text) in files {
    values.append((key, try YAMLFile.parse(text, file: "\(key).yaml")))
  }
  return try ProfileSet(values, scanners: scanners)
}

private func refusal(_ files: [String: String]) -> String? {
  do {
    _ = try profiles(files)
    return nil
  } catch {
    return error.description
  }
}

private func scanner(_ match: String, more: String = "") -> String {
  """
  category: scanner
  driver: keyboard-scanner
  match: \(match)
  source: a test
  verified: simulated
  \(more)
  """
}

private func printer(_ match: String, settings: String) -> String {
  """
  category: pos-printer
  driver: escpos
  match: \(match)
  escpos: \(settings)
  source: a test
  verified: simulated
  """
}

private let fullPrinter = """
  {columns: 42, dotsPerLine: 512, completion: processID, cutter: true, multibyte: none, \
  codePages: {cp437: 0}, millimetersPerSecond: 300}
  """

enum TestDevice {
  static let keyboardInterface = USBInterfaceDescription(
    number: 0, classCode: 3, subclassCode: 1, protocolCode: 1,
    endpoints: [USBEndpoint(address: 0x81, transferType: .interrupt, maximumPacketSize: 8)],
    classDescriptors: [])
  static let mediaKeysInterface = USBInterfaceDescription(
    number: 1, classCode: 3, subclassCode: 0, protocolCode: 0, endpoints: [],
    classDescriptors: [], reportDescriptor: [0x05, 0x0C, 0x09, 0x01, 0xA1, 0x01, 0xC0])
  static let posScannerInterface = USBInterfaceDescription(
    number: 0, classCode: 3, subclassCode: 0, protocolCode: 0, endpoints: [],
    classDescriptors: [], reportDescriptor: [0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0xC0])
  static let ccidInterface = USBInterfaceDescription(
    number: 0, classCode: 0x0B, subclassCode: 0, protocolCode: 0, endpoints: [],
    classDescriptors: [])
  static let printerEndpoints = [
    USBEndpoint(address: 0x01, transferType: .bulk, maximumPacketSize: 64),
    USBEndpoint(address: 0x82, transferType: .bulk, maximumPacketSize: 64),
  ]
  static let printerInterface = USBInterfaceDescription(
    number: 0, classCode: 7, subclassCode: 1, protocolCode: 2, endpoints: printerEndpoints,
    classDescriptors: [])
  static let vendorInterface = USBInterfaceDescription(
    number: 0, classCode: 0xFF, subclassCode: 0, protocolCode: 0, endpoints: printerEndpoints,
    classDescriptors: [])

  static func make(
    _ vendorID: UInt16, _ productID: UInt16, _ interfaces: USBInterfaceDescription...,
    product: String? = nil, topology: String = "1-1"
  ) -> USBDeviceDescription {
    USBDeviceDescription(
      vendorID: vendorID, productID: productID, release: 0x0100, manufacturer: nil,
      product: product, serialNumber: nil, topology: topology, address: "001/002",
      interfaces: interfaces)
  }
}

struct ProfileSetTests {
  @Test func `a narrower match wins over a wider one`() throws {
    let set = try profiles([
      "named": printer("{usb: \"04b8:0202\", product: \"TM-T88V\"}", settings: fullPrinter),
      "any": printer("{usb: \"04b8:0202\"}", settings: fullPrinter),
      "generic": printer("{class: \"07/01/02\"}", settings: fullPrinter),
    ])
    let named = TestDevice.make(0x04B8, 0x0202, TestDevice.vendorInterface, product: "TM-T88V")
    let other = TestDevice.make(0x04B8, 0x0202, TestDevice.vendorInterface, product: "TM-T70")
    let foreign = TestDevice.make(0x1234, 0x5678, TestDevice.printerInterface)

    #expect(set.match(named)?.profile.key == "named")
    #expect(set.match(other)?.profile.key == "any")
    #expect(set.match(foreign)?.profile.key == "generic")
    #expect(set.match(foreign)?.interfaces == [0])
  }

  @Test func `two profiles for the same devices are refused`() {
    #expect(
      refusal(["a": scanner("{usb: \"0c2e:0b61\"}"), "b": scanner("{usb: \"0C2E:0B61\"}")])
        == "b.yaml:1: matches the same devices as a.yaml")
  }

  @Test func `a child takes its parent's settings and replaces those it names`() throws {
    let set = try profiles([
      "parent": printer("{usb: \"04b8:0202\"}", settings: fullPrinter),
      "child": "inherits: parent\n"
        + printer("{usb: \"04b8:0e21\"}", settings: "{columns: 48, cutter: false}"),
    ])
    let child = try #require(set.profiles.first { $0.key == "child" })
    #expect(
      child.settings
        == .escpos(
          ESCPOSSettings(
            columns: 48, dotsPerLine: 512, completion: .processID, hasCutter: false,
            multibyte: .none, codePages: ["cp437": 0], millimetersPerSecond: 300)))
  }

  @Test func `a profile inherits over one level and from what is there`() {
    let grandchild = [
      "a": scanner("{usb: \"0001:0001\"}"),
      "b": scanner("{usb: \"0001:0002\"}", more: "inherits: a"),
      "c": scanner("{usb: \"0001:0003\"}", more: "inherits: b"),
    ]
    #expect(
      refusal(grandchild)
        == "c.yaml:1: inherits from b, which inherits itself; one level is all")
    #expect(
      refusal(["a": scanner("{usb: \"0001:0001\"}", more: "inherits: z")])
        == "a.yaml:1: inherits from z, which is not there")
  }

  @Test(arguments: [
    ("{usb: \"c2e:0b61\"}", "expected an id as lsusb prints it"),
    ("{usb: \"0c2e:0b61\", product: 'a\"b'}", "expected printable ASCII"),
    ("{class: \"03/01/01\"}", "only escpos matches by class"),
    ("{class: \"07/01/02\"}", "only escpos matches by class"),
    ("{hidUsage: \"8c/02\"}", "only escpos matches by class"),
    ("{class: \"3/1/1\"}", "expected class, subclass and protocol"),
    ("{}", "expected one of the keys usb, class, hidUsage"),
    ("{usb: \"0c2e:0b61\", serial: x}", "unknown key; expected one of product, usb"),
  ])
  func `a keyboard is matched by its id only`(match: String, expected: String) {
    let refused = refusal(["a": scanner(match)])
    #expect(refused?.contains(expected) == true, "\(refused ?? "was read")")
  }

  @Test func `a category and a driver that do not belong together are refused`() {
    let text = scanner("{usb: \"0c2e:0b61\"}")
      .replacing("category: scanner", with: "category: pos-printer")
    #expect(
      refusal(["a": text])
        == "a.yaml:2: driver: expected a driver of the category pos-printer; "
        + "keyboard-scanner is one of scanner")
  }

  @Test func `settings of another driver and unknown settings are refused`() {
    #expect(
      refusal(["a": scanner("{usb: \"0c2e:0b61\"}", more: "ccid: {}")])?
        .contains("ccid: unknown key") == true)
    #expect(
      refusal(["a": scanner("{usb: \"0c2e:0b61\"}", more: "keyboard-scanner: {speed: 1}")])
        == "a.yaml:6: keyboard-scanner.speed: unknown key; "
        + "expected one of aimIdentifier, gapMilliseconds, groupSeparator, groupSeparatorKeys, "
        + "layout, maximumLength, prefix, suffix, terminators")
  }

  @Test func `a printer must say what cannot be guessed`() {
    #expect(
      refusal(["a": printer("{usb: \"04b8:0202\"}", settings: "{columns: 42}")])
        == "a.yaml:4: escpos: the key \"dotsPerLine\" is missing")
  }

  @Test func `a keyboard that is not a known scanner is never matched`() throws {
    let set = try profiles(["a": scanner("{usb: \"0c2e:0b61\"}")])
    let keyboard = TestDevice.make(
      0x046D, 0xC31C, TestDevice.keyboardInterface, TestDevice.mediaKeysInterface)

    #expect(set.match(keyboard) == nil)
    #expect(
      set.explanation(for: keyboard)
        == "is a keyboard, and no keyboard is opened unless it is known to be a scanner; if it "
        + "is one, add {usb: \"046d:c31c\", layout: us} to devices.scanners in the configuration")
  }

  @Test func `all HID interfaces of a keyboard scanner are claimed`() throws {
    let set = try profiles(["a": scanner("{usb: \"0c2e:0b61\"}")])
    let device = TestDevice.make(
      0x0C2E, 0x0B61, TestDevice.keyboardInterface, TestDevice.mediaKeysInterface)
    #expect(set.match(device)?.interfaces == [0, 1])
  }

  @Test func `a scanner that the configuration names is matched at its port only`() throws {
    let set = try profiles(
      [:],
      scanners: [
        ConfiguredScanner(usb: USBID(vendorID: 0x1A86, productID: 0x5456), port: "1-2.3")
      ])
    let there = TestDevice.make(
      0x1A86, 0x5456, TestDevice.keyboardInterface, topology: "1-2.3")
    let elsewhere = TestDevice.make(
      0x1A86, 0x5456, TestDevice.keyboardInterface, topology: "1-2.4")

    #expect(set.match(there)?.profile.driver == .keyboardScanner)
    #expect(set.match(elsewhere) == nil)
  }

  @Test func `a POS scanner is known by the usage of its report descriptor`() throws {
    let set = try profiles([
      "pos": """
      category: scanner
      driver: hid-pos-scanner
      match: {hidUsage: "8c/02"}
      source: a test
      verified: simulated
      """
    ])
    let pos = TestDevice.make(0x1234, 0x0001, TestDevice.posScannerInterface)
    let remote = TestDevice.make(0x1234, 0x0002, TestDevice.mediaKeysInterface)
    #expect(set.match(pos)?.interfaces == [0])
    #expect(set.match(remote) == nil)
  }

  @Test func `a report descriptor of any bytes is read without a trap`() throws {
    let set = try ProfileSet.load(repository + "/drivers")
    var random = SplitMix64(seed: 8)
    for _ in 0..<2_000 {
      let bytes = (0..<Int(random.next() % 24)).map { _ in UInt8(truncatingIfNeeded: random.next())
      }
      let interface = USBInterfaceDescription(
        number: 0, classCode: 3, subclassCode: 0, protocolCode: 0, endpoints: [],
        classDescriptors: [], reportDescriptor: bytes)
      let match = set.match(TestDevice.make(0xFFFF, 0xFFFF, interface))
      #expect(match == nil || match?.profile.key == "generic-hid-pos")
    }
  }

  @Test func `why a device is not used is told`() throws {
    let set = try profiles([
      "t88": printer("{usb: \"04b8:0202\", product: \"TM-T88V\"}", settings: fullPrinter),
      "scanner": scanner("{usb: \"0c2e:0b61\"}"),
    ])
    let named = TestDevice.make(0x04B8, 0x0202, TestDevice.vendorInterface, product: "TM-U220")
    let serialMode = TestDevice.make(0x0C2E, 0x0B61, TestDevice.vendorInterface)
    let stick = TestDevice.make(0x0781, 0x5567)
    #expect(
      set.explanation(for: named)
        == "has the id 04b8:0202 of t88 and calls itself \"TM-U220\" instead of \"TM-T88V\"")
    #expect(
      set.explanation(for: serialMode)
        == "has the id of scanner and no interface that its driver keyboard-scanner could use; "
        + "is another USB mode set on the device?")
    #expect(
      set.explanation(for: stick)
        == "no profile is for 0781:5567 nor for the interface classes none")
  }

  @Test func `a printer of a class may turn out to be a model that calls itself so`() throws {
    let set = try profiles([
      "generic": printer("{class: \"07/01/02\"}", settings: fullPrinter),
      "model": printer("{usb: \"1234:0001\"}", settings: fullPrinter)
        + "\nidentities: [\"EPSON TM-T20\"]",
      "unknown": printer("{named: true}", settings: fullPrinter)
        .replacing("match: {named: true}", with: "identities: [\"STAR TSP600\"]"),
    ])
    let foreign = TestDevice.make(0x9999, 0x0001, TestDevice.printerInterface)
    let match = try #require(set.match(foreign))
    #expect(match.profile.key == "generic")
    #expect(match.models.map(\.key) == ["model", "unknown"])
    let known = TestDevice.make(0x1234, 0x0001, TestDevice.printerInterface)
    #expect(set.match(known)?.models.isEmpty == true)
    #expect(
      refusal([
        "a": printer("{usb: \"1234:0001\"}", settings: fullPrinter) + "\nidentities: [\"X y\"]",
        "b": printer("{usb: \"1234:0002\"}", settings: fullPrinter) + "\nidentities: [\"x  Y\"]",
      ]) == "b.yaml:1: has the identity X Y of a.yaml")
  }

  @Test func `the shop's word tells a printer that nothing else tells`() throws {
    let files = [
      "generic": printer("{class: \"07/01/02\"}", settings: fullPrinter),
      "shop": printer("{named: true}", settings: fullPrinter),
    ]
    var values: [(key: String, value: YAMLValue)] = []
    for (key, text) in files {
      values.append((key, try YAMLFile.parse(text, file: "\(key).yaml")))
    }
    let id = USBID(vendorID: 0x0416, productID: 0x5011)
    let set = try ProfileSet(
      values, printers: [ConfiguredPrinter(usb: id, port: "1-2", profile: "shop")])
    let device = TestDevice.make(0x0416, 0x5011, TestDevice.printerInterface)
    let elsewhere = set.match(device)?.profile.key
    #expect(elsewhere == (device.topology == "1-2" ? "shop" : "generic"))
    let anywhere = try ProfileSet(
      values, printers: [ConfiguredPrinter(usb: id, profile: "shop")])
    #expect(anywhere.match(device)?.profile.key == "shop")
    #expect(anywhere.explanation(for: device) == "named in devices.printers (shop)")
    #expect(throws: YAMLError.self) {
      try ProfileSet(values, printers: [ConfiguredPrinter(usb: id, profile: "absent")])
    }
  }
}

/// Vigna's generator; the same numbers on every machine.
private struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
