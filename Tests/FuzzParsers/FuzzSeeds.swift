import Codecs
import Foundation

enum FuzzSeeds {
  /// The repository: the program is run from it.
  static let root = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)

  static let chips: [ISO7816.StorageCardName] = [
    .mifareClassic1K, .mifareClassic4K, .mifareUltralight, .mifareMini, .mifareUltralightC,
    .mifareUltralightEV1, .felica,
  ]

  static let dictionaryText: String = {
    let file = FuzzSeeds.root.appendingPathComponent("config/gs1/syntax-dictionary.txt")
    return String(
      decoding: FileManager.default.contents(atPath: file.path) ?? Data(), as: UTF8.self)
  }()
}

extension FuzzParser {
  /// Where a search begins: what our own codecs write, the golden files, and the corpora of real
  /// devices where they lie beside the repository.
  public var seeds: [[UInt8]] {
    switch self {
    case .hidDescriptor: [Self.bootKeyboardDescriptor]
    case .hidKeyboard: golden("keyboard-us", ofType: "txt")
    case .hidPOS: HID.POSReportFormat.common.encode(Array("4006381333931".utf8), aim: [0x5D, 0x45])
    case .scan: Self.scans
    case .dictionary: [Array(FuzzSeeds.dictionaryText.utf8.prefix(8_000))]
    case .ccidDescriptor:
      [CCID.ClassDescriptor(features: 0x0002_0040, maximumMessageByteCount: 271).bytes]
    case .ccidMessage:
      golden("ccid-acr122u", ofType: "hex") + [
        CCID.ResponseMessage(
          slot: 0, sequence: 1, iccStatus: .active, commandStatus: .processed(error: 0),
          response: .dataBlock([0x90, 0x00])
        ).bytes
      ]
    case .atr: FuzzSeeds.chips.map { ISO7816.AnswerToReset(storageCard: $0).bytes }
    case .apdu: [ISO7816.CommandAPDU.getUID.bytes]
    case .card:
      (0...7).map { chip in
        [chip, 9, 0x04, 1, 2, 3, 4, 5, 6, 0x90, 0x00]
          + [18, 4, 1, 2, 3, 4, 5, 6, 7, 8, 0xE1, 0x10, 0x12, 0, 3, 3, 0xD0, 0x90, 0x00]
      }
    case .ndef:
      [
        NFC.Message([.text(NFC.Text(text: "kiosk", language: "en"))]).bytes,
        NFC.Message([.uri("https://example.com/"), .external("kioskd:card", payload: [1])]).bytes,
      ]
    case .printerIn:
      golden("escpos-status", ofType: "hex") + [[0x37, 0x22, 0x20, 0x21, 0x22, 0x23, 0]]
    case .escpos:
      golden("escpos-text", ofType: "hex") + golden("escpos-symbols", ofType: "hex")
        + corpus("escpos", ofType: "bin")
    case .display:
      DisplayDialect.allCases.map {
        $0.encode(
          [.initialize, .moveTo(column: 3, row: 2), .text([0x41]), .brightness(2)], columns: 20)
      }
    case .profile: files(in: FuzzSeeds.root.appendingPathComponent("drivers"), ofType: "yaml")
    }
  }

  private static let scans: [[UInt8]] =
    [
      "\u{1}0104006381333931103A\u{1D}17251231", "\u{7}https://id.gs1.org/01/04006381333931/10/3A",
      "\u{5}4006381333931", "\u{4}8112107592252263051830821", "\u{0}135112298638468293",
      "\u{0}2100001027506", "\u{1}8006038862153282010120", "\u{1}4200123\u{1D}4210561234",
    ].map { Array($0.utf8) }

  private static let bootKeyboardDescriptor: [UInt8] = [
    0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x05, 0x07, 0x19, 0xE0, 0x29, 0xE7, 0x15, 0x00, 0x25, 0x01,
    0x75, 0x01, 0x95, 0x08, 0x81, 0x02, 0x95, 0x01, 0x75, 0x08, 0x81, 0x01, 0x95, 0x06, 0x75, 0x08,
    0x15, 0x00, 0x25, 0x65, 0x05, 0x07, 0x19, 0x00, 0x29, 0x65, 0x81, 0x00, 0xC0,
  ]

  private func corpus(_ name: String, ofType type: String) -> [[UInt8]] {
    let beside = FuzzSeeds.root.appendingPathComponent("../shared/corpora").standardizedFileURL
    let folder = ProcessInfo.processInfo.environment["KIOSK_CORPORA"].map {
      URL(fileURLWithPath: $0)
    }
    return files(in: (folder ?? beside).appendingPathComponent(name), ofType: type)
  }

  private func files(in folder: URL, ofType type: String) -> [[UInt8]] {
    guard
      let names = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    else { return [] }
    return names.compactMap { entry in
      guard let file = entry as? URL, file.pathExtension == type else { return nil }
      return FileManager.default.contents(atPath: file.path).map { [UInt8]($0) }
    }
  }

  /// A golden file of the codecs: bytes in hexadecimal, comments after `#`.
  private func golden(_ name: String, ofType type: String) -> [[UInt8]] {
    let file = FuzzSeeds.root.appendingPathComponent("Tests/CodecsTests/Golden/\(name).\(type)")
    guard let data = FileManager.default.contents(atPath: file.path) else { return [] }
    let bytes = String(decoding: data, as: UTF8.self).split(separator: "\n").flatMap { line in
      line.prefix { $0 != "#" }.split(separator: " ").flatMap { word -> [UInt8] in
        var digits = word[...]
        var bytes: [UInt8] = []
        while digits.count >= 2 {
          guard let byte = UInt8(digits.prefix(2), radix: 16) else { return [] }
          bytes.append(byte)
          digits = digits.dropFirst(2)
        }
        return bytes
      }
    }
    return [bytes]
  }
}
