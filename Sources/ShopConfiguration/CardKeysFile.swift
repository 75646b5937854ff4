import Cards
import Foundation
import StrictYAML

/// The secrets of the shop's cards, `card-keys.yaml`: a file of its own, which nobody but the
/// daemon may read.
public enum CardKeysFile {
  static let tokenKeyLimit = 16
  private static let publicKeyHeader = CardTokenKey.subjectPublicKeyInfoHeader

  /// Reads the file at a path. One that group or others may read is refused.
  public static func read(
    _ path: String, tokenKeys: CardTokenKeys
  ) throws(YAMLError) -> CardKeys {
    let mode: Int
    do {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
    } catch {
      throw YAMLError(
        file: path, line: nil, keyPath: "",
        message: "cannot be read: \((error as NSError).localizedDescription)")
    }
    guard mode & 0o077 == 0 else {
      throw YAMLError(
        file: path, line: nil, keyPath: "",
        message: "holds secrets and may be read by others; run chmod 600 on it")
    }
    return try keys(YAMLFile.read(path), tokenKeys)
  }

  static func keys(
    _ value: YAMLValue, _ tokenKeys: CardTokenKeys
  ) throws(YAMLError) -> CardKeys {
    var top = try value.mapping()
    let tapMessage = try top.optional("tapMessage").map { value throws(YAMLError) in
      try Self.tapMessage(value)
    }
    let ntag424 = try top.optional("ntag424").map { value throws(YAMLError) in
      try Self.chipKey(value)
    }
    let desfire = try top.optional("desfire").map { value throws(YAMLError) in
      try Self.desfire(value)
    }
    let classic = try top.optional("mifareClassic").map { value throws(YAMLError) in
      try bytes(value, count: 6)
    }
    try top.finish()
    return CardKeys(
      tokenKeys: tokenKeys, tapMessage: tapMessage, ntag424: ntag424, desfire: desfire,
      classicKey: classic ?? CardKeys.publicClassicKey)
  }

  /// Lists of public keys, `cards.tokenKeys` and `cards.revokedTokenKeys` of the configuration.
  static func tokenKeys(_ value: YAMLValue?) throws(YAMLError) -> [CardTokenKey] {
    guard let value else { return [] }
    var keys: [CardTokenKey] = []
    for item in try value.items(limit: tokenKeyLimit) {
      let text = try item.text()
      guard let data = Data(base64Encoded: text), data.starts(with: publicKeyHeader),
        let key = CardTokenKey(Array(data.dropFirst(publicKeyHeader.count)))
      else {
        throw item.error(
          "expected the line between BEGIN and END of `openssl pkey -pubout` for an Ed25519 key")
      }
      guard !keys.contains(key) else { throw item.error("names the same key as an earlier item") }
      keys.append(key)
    }
    return keys
  }

  private static func chipKey(_ value: YAMLValue) throws(YAMLError) -> CardKeys.ChipKey {
    var map = try value.mapping()
    let number: UInt8 = try map.required("number").integer(in: 0...13)
    let master = try bytes(map.required("key"), count: 16)
    let suffix = try map.optional("diversification").map { value throws(YAMLError) in
      try bytes(value, count: nil)
    }
    try map.finish()
    guard
      let key = CardKeys.ChipKey(number: number, master: master, diversification: suffix)
    else { throw value.error("expected at most 21 bytes of diversification") }
    return key
  }

  private static func tapMessage(_ value: YAMLValue) throws(YAMLError) -> CardKeys.TapMessage {
    var map = try value.mapping()
    let meta = try bytes(map.required("metaReadKey"), count: 16)
    let file = try chipKey(map.required("fileReadKey"))
    func name(_ key: String) throws(YAMLError) -> String? {
      try map.optional(key).map { value throws(YAMLError) in try value.text() }
    }
    let data = try name("dataParameter") ?? "picc_data"
    let code = try name("codeParameter") ?? "cmac"
    let covered = try name("coveredParameter")
    try map.finish()
    guard
      let message = CardKeys.TapMessage(
        metaReadKey: meta, fileReadKey: file, dataParameter: data, codeParameter: code,
        coveredParameter: covered)
    else { throw value.error("expected a key of 16 bytes") }
    return message
  }

  private static func desfire(
    _ value: YAMLValue
  ) throws(YAMLError) -> CardKeys.DESFireApplication {
    var map = try value.mapping()
    let id = try bytes(map.required("application"), count: 3)
    let key = try chipKey(map.required("authenticate"))
    let file: UInt8? = try map.optional("file").map { value throws(YAMLError) in
      try value.integer(in: 0...31)
    }
    try map.finish()
    let number = id.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard
      let application = CardKeys.DESFireApplication(application: number, key: key, file: file)
    else { throw value.error("expected an application of three bytes") }
    return application
  }

  /// Hexadecimal digits in quotes.
  private static func bytes(_ value: YAMLValue, count: Int?) throws(YAMLError) -> [UInt8] {
    let digits = try value.text().map(\.hexDigitValue)
    let numbers = digits.compactMap(\.self)
    guard numbers.count == digits.count, numbers.count.isMultiple(of: 2),
      count.map({ $0 * 2 == numbers.count }) ?? true
    else {
      let wished = count.map { "\($0 * 2)" } ?? "an even number of"
      // What was found is a secret.
      throw value.error("expected \(wished) hexadecimal digits in quotes")
    }
    return stride(from: 0, to: numbers.count, by: 2).map {
      UInt8(numbers[$0] << 4 | numbers[$0 + 1])
    }
  }
}

extension KioskConfiguration.CardSettings {
  /// What the kiosk knows of cards: the issuers' keys, and those of the key file if there is one.
  public func keys() throws(YAMLError) -> CardKeys {
    guard let keyFile else { return CardKeys(tokenKeys: tokenKeys) }
    return try CardKeysFile.read(keyFile, tokenKeys: tokenKeys)
  }
}
