extension ISO7816 {
  /// NN of a storage card: which one it is (PC/SC part 3, supplemental document). Readers use
  /// numbers of their own from F000 on.
  public struct StorageCardName: RawRepresentable, Equatable, Hashable, Sendable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let mifareClassic1K = StorageCardName(rawValue: 0x0001)
    public static let mifareClassic4K = StorageCardName(rawValue: 0x0002)
    /// Also what readers say of NTAG 21x.
    public static let mifareUltralight = StorageCardName(rawValue: 0x0003)
    public static let mifareMini = StorageCardName(rawValue: 0x0026)
    public static let mifareUltralightC = StorageCardName(rawValue: 0x003A)
    public static let mifareUltralightEV1 = StorageCardName(rawValue: 0x003D)
    public static let felica = StorageCardName(rawValue: 0x003B)

    /// The card's name in the list, or that of ACR122U for the maker's own numbers (its API 2.04,
    /// 4.1); nil if neither has one.
    public var title: String? {
      switch rawValue {
      case 0xF004: "Topaz or Jewel"
      case 0xF011: "FeliCa 212K"
      case 0xF012: "FeliCa 424K"
      case 0xFF28: "JCOP 30"
      case 0xFF00...0xFFFF: "unknown card, SAK \(hexadecimal(UInt8(truncatingIfNeeded: rawValue)))"
      default: Int(rawValue) < Self.titles.count ? Self.titles[Int(rawValue)] : nil
      }
    }

    /// By number, from 0000 on, spelled as the table of PC/SC part 3 spells them: the XXXX of
    /// SLE55R_XXXX stands there for all chips of that series.
    private static let titles: [String?] = [
      nil, "MIFARE Classic 1K", "MIFARE Classic 4K", "MIFARE Ultralight", "SLE55R_XXXX", nil,
      "SR176", "SRI X4K", "AT88RF020", "AT88SC0204CRF", "AT88SC0808CRF", "AT88SC1616CRF",
      "AT88SC3216CRF", "AT88SC6416CRF", "SRF55V10P", "SRF55V02P", "SRF55V10S", "SRF55V02S",
      "TAG_IT", "LRI512", "ICODESLI", "TEMPSENS", "I.CODE1", "PicoPass 2K", "PicoPass 2KS",
      "PicoPass 16K", "PicoPass 16KS", "PicoPass 16K(8x2)", "PicoPass 16KS(8x2)",
      "PicoPass 32KS(16+16)", "PicoPass 32KS(16+8x2)", "PicoPass 32KS(8x2+16)",
      "PicoPass 32KS(8x2+8x2)", "LRI64", "I.CODE UID", "I.CODE EPC", "LRI12", "LRI128",
      "MIFARE Mini", "my-d move (SLE 66R01P)", "my-d NFC (SLE 66RxxP)", "my-d proximity 2",
      "my-d proximity enhanced", "my-d light (SRF 55V01P)", "PJM Stack Tag", "PJM Item Tag",
      "PJM Light", "Jewel Tag", "Topaz NFC Tag", "AT88SC0104CRF", "AT88SC0404CRF", "AT88RF01C",
      "AT88RF04C", "i-Code SL2", "MIFARE Plus SL1 2K", "MIFARE Plus SL1 4K",
      "MIFARE Plus SL2 2K", "MIFARE Plus SL2 4K", "MIFARE Ultralight C", "FeliCa",
      "Melexis Sensor Tag (MLX90129)", "MIFARE Ultralight EV1",
    ]
  }
}
