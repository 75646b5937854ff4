import Codecs
import Foundation
import Testing

/// One interface of a dump as libccid's `parse` writes it, and the 54 bytes behind its numbers.
private struct DescriptorDump {
  var fields: [String: String] = [:]

  /// A file may hold several interfaces; each has one class descriptor.
  static func all(in text: String) -> [DescriptorDump] {
    var dumps: [DescriptorDump] = []
    for line in text.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: ":", maxSplits: 1).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      guard parts.count == 2 else { continue }
      if parts[0] == "bcdCCID" { dumps.append(DescriptorDump()) }
      guard !dumps.isEmpty, dumps[dumps.count - 1].fields[parts[0]] == nil else { continue }
      dumps[dumps.count - 1].fields[parts[0]] = parts[1]
    }
    return dumps
  }

  private func word(_ key: String) -> Substring { fields[key]?.split(separator: " ").first ?? "" }

  /// `0x36`, or `271 bytes`; `dwProtocols: 0x0000 0x0003` has a half of it in each number.
  func number(_ key: String) throws -> UInt32 {
    if key == "dwProtocols" {
      let halves = (fields[key] ?? "").split(separator: " ").map { $0.dropFirst(2) }
      return try #require(UInt32(halves.joined(), radix: 16))
    }
    let text = word(key)
    return text.hasPrefix("0x")
      ? try #require(UInt32(text.dropFirst(2), radix: 16), "\(key)")
      : try #require(UInt32(text), "\(key)")
  }

  /// `3.580 MHz` in kHz.
  func kilohertz(_ key: String) throws -> UInt32 {
    let parts = word(key).split(separator: ".")
    try #require(parts.count == 2 && parts[1].count == 3)
    return try #require(UInt32(parts[0])) * 1_000 + #require(UInt32(parts[1]))
  }

  /// `1.10` is 0110h; `10.00` is 1000h.
  func release() throws -> UInt16 {
    let parts = word("bcdCCID").split(separator: ".")
    return try #require(UInt16(parts.joined(), radix: 16))
  }

  /// Table 5.1-1, written anew so that the test does not ask the code that it tests.
  func bytes() throws -> [UInt8] {
    func little(_ value: UInt32, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }
    var bytes: [UInt8] = [0x36, 0x21]
    bytes += little(UInt32(try release()), 2)
    bytes += little(try number("bMaxSlotIndex"), 1) + little(try number("bVoltageSupport"), 1)
    bytes += little(try number("dwProtocols"), 4)
    bytes += little(try kilohertz("dwDefaultClock"), 4)
    bytes += little(try kilohertz("dwMaximumClock"), 4)
    bytes += little(try number("bNumClockSupported"), 1)
    bytes += little(try number("dwDataRate"), 4) + little(try number("dwMaxDataRate"), 4)
    bytes += little(try number("bNumDataRatesSupported"), 1)
    for key in ["dwMaxIFSD", "dwSynchProtocols", "dwMechanical", "dwFeatures"] {
      bytes += little(try number(key), 4)
    }
    bytes += little(try number("dwMaxCCIDMessageLength"), 4)
    bytes += little(try number("bClassGetResponse"), 1) + little(try number("bClassEnvelope"), 1)
    bytes += little(try number("wLcdLayout"), 2)
    bytes += little(try number("bPINSupport"), 1) + little(try number("bMaxCCIDBusySlots"), 1)
    return bytes
  }
}

struct ClassDescriptorCorpusTests {
  private static let corpus: String? = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let folder =
      ProcessInfo.processInfo.environment["KIOSK_CORPORA"]
      ?? root.deletingLastPathComponent().appendingPathComponent("shared/corpora").path
    return FileManager.default.isReadableFile(atPath: folder + "/ccid") ? folder + "/ccid" : nil
  }()

  private func compare(_ dump: DescriptorDump, _ file: String) throws {
    let bytes = try dump.bytes()
    #expect(bytes.count == CCID.ClassDescriptor.byteCount)
    let descriptor = try CCID.ClassDescriptor(decoding: bytes)
    #expect(descriptor.bytes == bytes, "\(file)")
    #expect(descriptor.release == (try dump.release()), "\(file)")
    let fields: [(String, UInt32)] = [
      ("bMaxSlotIndex", UInt32(descriptor.maximumSlotIndex)),
      ("bVoltageSupport", UInt32(descriptor.voltageSupport)),
      ("dwProtocols", descriptor.protocols),
      ("bNumClockSupported", UInt32(descriptor.clockFrequencyCount)),
      ("dwDataRate", descriptor.dataRateBitsPerSecond),
      ("dwMaxDataRate", descriptor.maximumDataRateBitsPerSecond),
      ("bNumDataRatesSupported", UInt32(descriptor.dataRateCount)),
      ("dwMaxIFSD", descriptor.maximumIFSD),
      ("dwSynchProtocols", descriptor.synchronousProtocols),
      ("dwMechanical", descriptor.mechanical), ("dwFeatures", descriptor.features),
      ("dwMaxCCIDMessageLength", descriptor.maximumMessageByteCount),
      ("bClassGetResponse", UInt32(descriptor.classGetResponse)),
      ("bClassEnvelope", UInt32(descriptor.classEnvelope)),
      ("wLcdLayout", UInt32(descriptor.lcdLayout)),
      ("bPINSupport", UInt32(descriptor.pinSupport)),
      ("bMaxCCIDBusySlots", UInt32(descriptor.maximumBusySlots)),
    ]
    for (key, value) in fields { #expect(value == (try dump.number(key)), "\(file) \(key)") }
    #expect(descriptor.defaultClockKilohertz == (try dump.kilohertz("dwDefaultClock")))
    #expect(descriptor.maximumClockKilohertz == (try dump.kilohertz("dwMaximumClock")))
  }

  @Test(.enabled(if: corpus != nil, "the corpora are not here"))
  func `the descriptors of all readers of the corpus are read field by field`() throws {
    let folder = try #require(Self.corpus)
    var levels: [CCID.ClassDescriptor.ExchangeLevel: Int] = [:]
    var files = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    where name.hasSuffix(".txt") {
      let data = try #require(FileManager.default.contents(atPath: folder + "/" + name))
      let dumps = DescriptorDump.all(in: String(decoding: data, as: UTF8.self))
      #expect(!dumps.isEmpty, "\(name)")
      for dump in dumps {
        try compare(dump, name)
        let level = try CCID.ClassDescriptor(decoding: dump.bytes()).exchangeLevel
        levels[level, default: 0] += 1
      }
      files += 1
    }
    #expect(files == 342)
    #expect(levels.values.reduce(0, +) == 382)
    #expect(levels[.character] == 4)
  }

  /// Values of real readers, from the dumps of the CCID project (readers/, LGPL-2.1): the facts
  /// only.
  static let readers: [(String, String, CCID.ClassDescriptor.ExchangeLevel)] = [
    (
      "ACR38, TPDU",
      """
      36 21 00 01 00 07 03000000 a00f0000 a00f0000 00 002a0000 90d00300 00 f7000000 00000000
      00000000 30000100 0f010000 00 00 0000 00 01
      """, .tpdu
    ),
    (
      "ACR1252IMP PICC, extended APDU",
      """
      36 21 00 01 00 07 02000000 a00f0000 a00f0000 00 002a0000 90d00300 00 fe000000 00000000
      00000000 ba040400 0a020000 00 00 0000 00 01
      """, .extendedAPDU
    ),
    (
      "ACR1252IMP SAM, short APDU",
      """
      36 21 10 01 00 01 03000000 5c0d0000 5c0d0000 00 e9230000 f6420300 00 fe000000 00000000
      00000000 ba040200 20010000 00 00 0000 00 01
      """, .shortAPDU
    ),
  ]

  @Test(arguments: readers)
  func `the descriptor of a real reader says its level`(
    name: String, hex: String, level: CCID.ClassDescriptor.ExchangeLevel
  ) throws {
    let descriptor = try CCID.ClassDescriptor(decoding: hexBytes(hex))
    #expect(descriptor.exchangeLevel == level)
    #expect(descriptor.bytes == hexBytes(hex))
    #expect(descriptor.slotCount == 1)
  }

  @Test func `the names of what a reader can do are those of its dump`() throws {
    let descriptor = try CCID.ClassDescriptor(decoding: hexBytes(Self.readers[1].1))
    #expect(descriptor.voltageNames == ["5.0 V", "3.0 V", "1.8 V"])
    #expect(descriptor.protocolNames == ["T=1"])
    #expect(
      descriptor.featureNames == [
        "automatic parameter configuration based on ATR data",
        "automatic ICC voltage selection", "automatic ICC clock frequency change",
        "automatic baud rate change", "automatic PPS made by the CCID",
        "automatic IFSD exchange as first exchange (T=1)",
      ])
    #expect(descriptor.pinSupportNames.isEmpty && descriptor.displaySize == nil)
    var pinPad = descriptor
    (pinPad.pinSupport, pinPad.lcdLayout) = (3, 0x0210)
    #expect(pinPad.pinSupportNames == ["verification", "modification"])
    #expect(pinPad.displaySize?.lines == 2 && pinPad.displaySize?.characters == 16)
    pinPad.maximumSlotIndex = 255
    #expect(pinPad.slotCount == CCID.maximumSlots)
  }

  @Test(arguments: CCID.ClassDescriptor.ExchangeLevel.allCases)
  func `a corrected level replaces the reader's and nothing else`(
    level: CCID.ClassDescriptor.ExchangeLevel
  ) {
    var descriptor = CCID.ClassDescriptor(features: 0x0014_06BA)
    descriptor.exchangeLevel = level
    #expect(descriptor.exchangeLevel == level)
    #expect(descriptor.features & ~0x7_0000 == 0x0010_06BA)
  }
}
