import Devices

/// The id of a model as `lsusb` prints it, `04b8:0e28`.
public struct USBID: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let vendorID: UInt16
  public let productID: UInt16

  public init(vendorID: UInt16, productID: UInt16) {
    self.vendorID = vendorID
    self.productID = productID
  }

  /// Four hexadecimal digits, a colon and four more; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.count == 4 && $0.allSatisfy(\.isHexDigit) }),
      let vendorID = UInt16(parts[0], radix: 16), let productID = UInt16(parts[1], radix: 16)
    else { return nil }
    self.init(vendorID: vendorID, productID: productID)
  }

  public var description: String { "\(Self.digits(vendorID)):\(Self.digits(productID))" }
  var vendorDigits: String { Self.digits(vendorID) }
  var productDigits: String { Self.digits(productID) }

  public static func < (left: USBID, right: USBID) -> Bool {
    (left.vendorID, left.productID) < (right.vendorID, right.productID)
  }

  private static func digits(_ number: UInt16) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}

/// bInterfaceClass, bInterfaceSubClass and bInterfaceProtocol, `07/01/02`.
public struct USBInterfaceClass: Hashable, Sendable, CustomStringConvertible {
  public let classCode: UInt8
  public let subclassCode: UInt8
  public let protocolCode: UInt8

  public static let bidirectionalPrinter = USBInterfaceClass(0x07, 0x01, 0x02)
  public static let chipCard = USBInterfaceClass(0x0B, 0x00, 0x00)

  public init(_ classCode: UInt8, _ subclassCode: UInt8, _ protocolCode: UInt8) {
    self.classCode = classCode
    self.subclassCode = subclassCode
    self.protocolCode = protocolCode
  }

  /// Three times two hexadecimal digits with slashes between them; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let codes = parts.compactMap { part in
      part.count == 2 && part.allSatisfy(\.isHexDigit) ? UInt8(part, radix: 16) : nil
    }
    guard parts.count == 3, codes.count == 3 else { return nil }
    self.init(codes[0], codes[1], codes[2])
  }

  init(_ interface: USBInterfaceDescription) {
    self.init(interface.classCode, interface.subclassCode, interface.protocolCode)
  }

  public var description: String { digits(separator: "/") }

  func digits(separator: String) -> String {
    [classCode, subclassCode, protocolCode].map {
      let digits = String($0, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined(separator: separator)
  }
}

/// Which devices a profile is for.
public enum DeviceMatch: Hashable, Sendable {
  /// One model; `product` is iProduct, for models that share an id.
  case model(USBID, product: String?)
  /// Every device with an interface of this class that no other profile names.
  case interfaceClass(USBInterfaceClass)
  /// Every device whose HID report descriptor opens with this usage, page and id (HID POS 8C/02).
  case hidUsage(page: UInt16, usage: UInt16)
  /// No id is known: a printer that a profile of its class is for, and that calls itself so.
  case identity(PrinterIdentity)
  /// Only the device that the configuration names with this profile's key.
  case named(String)

  /// Whether it is for any device of a kind and not for models.
  public var isGeneric: Bool {
    switch self {
    case .model, .identity, .named: false
    case .interfaceClass, .hidUsage: true
    }
  }

  /// A narrower match wins over a wider one.
  var specificity: Int {
    switch self {
    case .model(_, .some): 2
    case .model(_, nil): 1
    case .interfaceClass, .hidUsage, .identity, .named: 0
    }
  }
}

extension USBInterfaceDescription {
  static let hidClass: UInt8 = 0x03

  /// A keyboard: of the boot protocol (HID 1.11, 4.3), or by its first usage, 01/06.
  var isKeyboard: Bool {
    guard classCode == Self.hidClass else { return false }
    return subclassCode == 1 && protocolCode == 1 || topUsage.map { $0 == (0x01, 0x06) } == true
  }

  /// The data of a serial line: CDC data, or a bridge of a vendor's class.
  var isSerialData: Bool {
    [0x0A, 0xFF].contains(classCode)
      && endpoints.contains { $0.isIn && $0.transferType == .bulk }
  }

  /// The usage of the first collection of the report descriptor (HID 1.11, 6.2.2), or nil.
  var topUsage: (page: UInt16, usage: UInt16)? {
    var page: UInt16 = 0
    var usage: UInt16?
    var rest = reportDescriptor[...]
    while let prefix = rest.first {
      // Two bits of size, where 3 means 4; FEh opens a long item, which nothing uses.
      let size = prefix & 0x03 == 3 ? 4 : Int(prefix & 0x03)
      guard prefix != 0xFE, rest.count > size else { return nil }
      let data = rest.dropFirst().prefix(size)
      rest = rest.dropFirst(1 + size)
      let value = data.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      switch prefix & 0xFC {
      case 0x04: page = UInt16(truncatingIfNeeded: value)
      case 0x08:
        usage = UInt16(truncatingIfNeeded: value)
        // A usage of 4 bytes carries its page.
        if size == 4 { page = UInt16(truncatingIfNeeded: value >> 16) }
      case 0xA0: return usage.map { (page, $0) }
      default: break
      }
    }
    return nil
  }
}
