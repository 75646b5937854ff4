import Codecs
import Devices

extension CCIDReaderModel {
  /// What kind of reader it is.
  public struct Design: Equatable, Sendable {
    public var vendorID: UInt16
    public var productID: UInt16
    /// bcdDevice; PC/SC refuses some readers before a certain one.
    public var release: UInt16
    public var product: String
    /// Exchange level, slots, protocols and message length are taken from it.
    public var descriptor: CCID.ClassDescriptor
    /// Without one, cards are found by polling only.
    public var hasInterruptEndpoint: Bool
    /// Knows `FF 00 …` of the ACR122U and has a PN532 inside.
    public var hasPN532: Bool
    /// Knows `FF C2 …`, a transparent session (PC/SC part 3).
    public var hasTransparentSession = false

    public init(
      vendorID: UInt16, productID: UInt16, release: UInt16 = 0x0100, product: String,
      descriptor: CCID.ClassDescriptor, hasInterruptEndpoint: Bool = true, hasPN532: Bool = false
    ) {
      self.vendorID = vendorID
      self.productID = productID
      self.release = release
      self.product = product
      self.descriptor = descriptor
      self.hasInterruptEndpoint = hasInterruptEndpoint
      self.hasPN532 = hasPN532
    }

    /// An ACR122U of release 2.14: short APDU level, one contactless slot.
    public static let acr122u = Design(
      vendorID: 0x072F, productID: 0x2200, release: 0x0214,
      product: "Simulated Contactless Reader",
      descriptor: CCID.ClassDescriptor(features: 0x0002_0040), hasPN532: true)

    /// A contact reader as a shop may use for cards with a chip, by exchange level; the features
    /// are those of real readers: ACR38 (TPDU), SCR3310 (short), ACR39 (extended).
    public static func contact(
      _ level: CCID.ClassDescriptor.ExchangeLevel, maximumMessageByteCount: UInt32 = 271
    ) -> Design {
      let features: UInt32 =
        switch level {
        case .character: 0x0000_0030
        case .tpdu: 0x0001_0030
        case .shortAPDU: 0x0002_04BA
        case .extendedAPDU: 0x0004_04BA
        }
      var descriptor = CCID.ClassDescriptor(
        features: features, maximumMessageByteCount: maximumMessageByteCount)
      descriptor.maximumIFSD = 254
      descriptor.maximumDataRateBitsPerSecond = 250_000
      return Design(
        vendorID: 0x072F, productID: 0x90CC, product: "Simulated Contact Reader",
        descriptor: descriptor)
    }

    /// The same reader with so many slots.
    public func slots(_ count: Int) -> Design {
      var design = self
      design.descriptor.maximumSlotIndex = UInt8(max(1, min(count, CCID.maximumSlots)) - 1)
      return design
    }

    public var withoutInterrupt: Design {
      var design = self
      design.hasInterruptEndpoint = false
      return design
    }

    func descriptors(serialNumber: String) -> USBDescriptors {
      var endpoints = [
        DescriptorBytes.endpoint(
          address: CCIDReaderModel.bulkOut, transferType: .bulk, maximumPacketSize: 512),
        DescriptorBytes.endpoint(
          address: CCIDReaderModel.bulkIn, transferType: .bulk, maximumPacketSize: 512),
      ]
      if hasInterruptEndpoint {
        endpoints.append(
          DescriptorBytes.endpoint(
            address: CCIDReaderModel.interruptIn, transferType: .interrupt, maximumPacketSize: 8,
            interval: 8))
      }
      return USBDescriptors(
        speed: .high,
        device: DescriptorBytes.device(
          vendorID: vendorID, productID: productID, release: release),
        configuration: DescriptorBytes.configuration([
          DescriptorBytes.interface(
            number: 0, classCode: .init(0x0B, 0, 0), classDescriptors: descriptor.bytes,
            endpoints: endpoints)
        ]), strings: ["Kiosk", product, serialNumber])
    }
  }

  /// What may go wrong with the next answers, each used up by one.
  public enum Fault: Equatable, Sendable {
    /// The answer is as it should be.
    case none
    /// No answer at all; the next command may get one.
    case silent
    /// An answer to the command before comes first.
    case wrongSequence
    /// Bytes that are no message.
    case garbage([UInt8])
    /// Failed with this bError.
    case failed(error: UInt8)
    /// The card is pulled away while the command runs, and the reader says nothing of it in its
    /// answer: it does not answer at all.
    case pulledSilently
    /// The card is pulled away while the command runs; the reader finds it mute.
    case pulled
  }
}
