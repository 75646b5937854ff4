/// USB human interface devices: Device Class Definition for HID 1.11, HID Usage Tables 1.5 and
/// HID Point of Sale Usage Tables 1.02.
public enum HID {
  /// A usage with its page (HID 1.11, 5.5).
  public struct Usage: Equatable, Hashable, Comparable, Sendable {
    public let page: UInt16
    public let id: UInt16

    public init(page: UInt16, id: UInt16) {
      self.page = page
      self.id = id
    }

    init(extended: UInt32) {
      self.init(page: UInt16(extended >> 16), id: UInt16(truncatingIfNeeded: extended))
    }

    var extended: UInt32 { UInt32(page) << 16 | UInt32(id) }

    public static func < (left: Usage, right: Usage) -> Bool { left.extended < right.extended }
  }
}
