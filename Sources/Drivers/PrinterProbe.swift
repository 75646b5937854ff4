import Codecs
import Devices
import Profiles

/// What a printer of which only the class is known says of itself, and which facts follow from it.
enum PrinterProbe {
  /// Of the IEEE 1284 device id: a length of two bytes, the high one first, and keys with values.
  static let deviceIDByteCount: UInt16 = 1_024

  /// MFG and MDL, or their long names (IEEE 1284, 7.6).
  static func identity(deviceID: [UInt8]) -> PrinterIdentity? {
    let values = values(of: deviceID)
    return PrinterIdentity(
      maker: values["MFG"] ?? values["MANUFACTURER"] ?? "",
      model: values["MDL"] ?? values["MODEL"] ?? "")
  }

  /// Whether the printer says that it obeys other languages and not this one: a page printer, or
  /// one for labels, or a receipt printer in its maker's own mode, which would print the commands.
  static func speaksOtherLanguage(deviceID: [UInt8]) -> Bool {
    let values = values(of: deviceID)
    let languages = (values["CMD"] ?? values["COMMAND SET"] ?? "").uppercased()
    if languages.contains("ESC/POS") || languages.contains("ESCPOS") { return false }
    let others = [
      "STAR", "PCL", "PJL", "POSTSCRIPT", "ESCPL2", "ESC/P", "ZPL", "EPL", "TSPL", "URF",
    ]
    return others.contains { languages.contains($0) }
  }

  private static func values(of deviceID: [UInt8]) -> [String: String] {
    let text = String(decoding: deviceID.dropFirst(2), as: UTF8.self)
    var values: [String: String] = [:]
    for field in text.split(separator: ";") {
      let parts = field.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let key = parts[0].drop { $0 == " " }.uppercased()
      values[key] = String(parts[1])
    }
    return values
  }

  /// The profile of the model; that of a variant (TM-T88V-JPN) when only its beginning is known.
  static func profile(for identity: PrinterIdentity, in models: [DeviceProfile]) -> DeviceProfile? {
    let name = identity.description
    if let exact = models.first(where: { $0.identities.contains(identity) }) { return exact }
    return models.compactMap { profile -> (length: Int, profile: DeviceProfile)? in
      profile.identities.map(\.description)
        .filter { name.hasPrefix($0 + "-") || name.hasPrefix($0 + " ") }
        .map { ($0.count, profile) }.max { $0.0 < $1.0 }
    }.max { ($0.length, $1.profile.key) < ($1.length, $0.profile.key) }?.profile
  }

  /// The answer to GS I 69, the type of its multi-byte characters; nil when it says nothing known.
  static func multibyte(_ answer: [UInt8]) -> ESCPOSSettings.Multibyte? {
    let text = String(decoding: answer, as: UTF8.self).uppercased()
    let types: [(String, ESCPOSSettings.Multibyte)] = [
      ("CHINA GB18030", .gb18030), ("CHINA GBK", .gbk), ("CHINA GB2312", .gb2312),
      // Citizen says no more than this: the least of them is then right, and the rest is drawn.
      ("CHINA", .gb2312), ("TAIWAN BIG-5", .big5), ("KANJI JAPANESE", .shiftJIS), ("KOREA", .eucKR),
    ]
    return types.first { text.hasPrefix($0.0) }?.1
  }
}
