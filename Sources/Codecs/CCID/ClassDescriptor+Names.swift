/// What the fields of the class descriptor say, in words (CCID Rev 1.1, 5.1).
extension CCID.ClassDescriptor {
  /// bVoltageSupport
  public var voltageNames: [String] {
    Self.names(UInt32(voltageSupport), [(0, "5.0 V"), (1, "3.0 V"), (2, "1.8 V")])
  }

  /// dwProtocols
  public var protocolNames: [String] {
    Self.names(protocols, [(0, "T=0"), (1, "T=1")])
  }

  /// dwSynchProtocols
  public var synchronousProtocolNames: [String] {
    Self.names(synchronousProtocols, [(0, "2-wire"), (1, "3-wire"), (2, "I2C")])
  }

  /// dwMechanical
  public var mechanicalNames: [String] {
    Self.names(
      mechanical,
      [
        (0, "card accept mechanism"), (1, "card ejection mechanism"),
        (2, "card capture mechanism"), (3, "card lock/unlock mechanism"),
      ])
  }

  /// dwFeatures without its exchange level.
  public var featureNames: [String] {
    Self.names(
      features,
      [
        (1, "automatic parameter configuration based on ATR data"),
        (2, "automatic activation of ICC on inserting"),
        (3, "automatic ICC voltage selection"),
        (4, "automatic ICC clock frequency change"),
        (5, "automatic baud rate change"),
        (6, "automatic parameters negotiation made by the CCID"),
        (7, "automatic PPS made by the CCID"),
        (8, "CCID can set ICC in clock stop mode"),
        (9, "NAD value other than 00 accepted"),
        (10, "automatic IFSD exchange as first exchange (T=1)"),
        // Universal Serial Bus Device Class ICCD, Rev 1.0, 5.1: only requests of that class.
        (11, "ICCD requests only"),
        (20, "USB wake up signaling supported on card insertion and removal"),
      ])
  }

  /// bPINSupport
  public var pinSupportNames: [String] {
    Self.names(UInt32(pinSupport), [(0, "verification"), (1, "modification")])
  }

  /// wLcdLayout: lines and characters of a line; nil without a display.
  public var displaySize: (lines: Int, characters: Int)? {
    lcdLayout == 0 ? nil : (Int(lcdLayout >> 8), Int(lcdLayout & 0xFF))
  }

  private static func names(_ value: UInt32, _ bits: [(bit: UInt32, name: String)]) -> [String] {
    bits.filter { value >> $0.bit & 1 != 0 }.map(\.name)
  }

  // MARK: What the host has to do

  /// Bit 3: the reader tries the voltages itself.
  public var choosesVoltage: Bool { features & 0x08 != 0 }
  /// Bits 6 and 7: the reader agrees the parameters with the card itself.
  public var negotiatesParameters: Bool { features & 0xC0 != 0 }
  /// Bits 1, 6 and 7: the reader needs not be told the parameters.
  public var configuresParameters: Bool { features & 0xC2 != 0 }
  /// Bit 10: the reader tells the card its block size (T=1).
  public var announcesBlockSize: Bool { features & 0x400 != 0 }
  /// The slots there are, at most 16 (bMaxSlotIndex).
  public var slotCount: Int { min(Int(maximumSlotIndex) + 1, CCID.maximumSlots) }
}
