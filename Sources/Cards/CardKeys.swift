/// The secrets of a shop's cards, as far as a kiosk needs them to read and to prove.
public struct CardKeys: Equatable, Sendable {
  /// An AES-128 key in chips, the same in all or one of its own in each.
  public struct ChipKey: Equatable, Sendable {
    /// Which of the application's keys it is.
    public let number: UInt8
    let master: [UInt8]
    /// What follows the UID in the input of AN10922, the application and system identifiers; nil
    /// if all chips hold `master` itself.
    let diversification: [UInt8]?

    /// nil if the key has not 16 bytes, its number is above 13, or the diversification is so long
    /// that no UID of 10 bytes fits before it.
    public init?(number: UInt8, master: [UInt8], diversification: [UInt8]?) {
      guard master.count == AESCipher.blockByteCount, number <= 13,
        (diversification?.count ?? 0) <= KeyDiversification.maximumInputByteCount - 10
      else { return nil }
      self.number = number
      self.master = master
      self.diversification = diversification
    }

    /// The key in the chip with this UID; nil if it is another for every chip and this UID is
    /// another for every tap.
    func key(uid: [UInt8], isRandom: Bool) -> [UInt8]? {
      guard let diversification else { return master }
      guard !isRandom else { return nil }
      return KeyDiversification.aes128Key(master: master, input: uid + diversification)
    }
  }

  /// How the tap-unique message stands in the URI of an NTAG 424 DNA.
  public struct TapMessage: Equatable, Sendable {
    /// Decrypts UID and counter (SDMMetaReadKey): one key for all chips, for nothing is known
    /// before.
    let metaReadKey: [UInt8]
    /// Its session key makes the code (SDMFileReadKey).
    let fileReadKey: ChipKey
    public let dataParameter: String
    public let codeParameter: String
    /// The parameter whose value the code begins to cover; nil if it covers nothing but UID and
    /// counter.
    public let coveredParameter: String?

    /// nil if the key has not 16 bytes.
    public init?(
      metaReadKey: [UInt8], fileReadKey: ChipKey, dataParameter: String = "picc_data",
      codeParameter: String = "cmac", coveredParameter: String? = nil
    ) {
      guard metaReadKey.count == AESCipher.blockByteCount else { return nil }
      self.metaReadKey = metaReadKey
      self.fileReadKey = fileReadKey
      self.dataParameter = dataParameter
      self.codeParameter = codeParameter
      self.coveredParameter = coveredParameter
    }
  }

  /// The application of a DESFire card.
  public struct DESFireApplication: Equatable, Sendable {
    public let application: UInt32
    let key: ChipKey
    /// A standard file whose first two bytes count those of an NDEF message behind them; nil if
    /// nothing is read.
    public let file: UInt8?

    /// nil for an application above FFFFFFh and a file above 31.
    public init?(application: UInt32, key: ChipKey, file: UInt8?) {
      guard application <= 0xFF_FFFF, (file ?? 0) <= 31 else { return nil }
      self.application = application
      self.key = key
      self.file = file
    }
  }

  public let tokenKeys: CardTokenKeys
  let tapMessage: TapMessage?
  let ntag424: ChipKey?
  let desfire: DESFireApplication?
  /// Key A of the sectors that hold NDEF on a MIFARE Classic card; the one that everybody knows
  /// unless the shop has its own.
  let classicKey: [UInt8]

  /// NFC Forum's public key for NDEF sectors (NXP AN1305, 3.2).
  public static let publicClassicKey: [UInt8] = [0xD3, 0xF7, 0xD3, 0xF7, 0xD3, 0xF7]
  /// The public key of the application directory (NXP AN10787, 3.4).
  static let publicDirectoryKey: [UInt8] = [0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5]

  /// `classicKey` has six bytes.
  public init(
    tokenKeys: CardTokenKeys = CardTokenKeys([]), tapMessage: TapMessage? = nil,
    ntag424: ChipKey? = nil, desfire: DESFireApplication? = nil,
    classicKey: [UInt8] = publicClassicKey
  ) {
    precondition(classicKey.count == 6)
    self.tokenKeys = tokenKeys
    self.tapMessage = tapMessage
    self.ntag424 = ntag424
    self.desfire = desfire
    self.classicKey = classicKey
  }
}

/// No log and no crash report holds a key.
extension CardKeys: CustomStringConvertible, CustomReflectable {
  public var description: String { "CardKeys" }
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension CardKeys.ChipKey: CustomStringConvertible, CustomReflectable {
  public var description: String { "ChipKey \(number)" }
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension CardKeys.TapMessage: CustomStringConvertible, CustomReflectable {
  public var description: String { "TapMessage" }
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
