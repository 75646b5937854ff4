import ArgumentParser
import Codecs
import Foundation
import Simulators

struct DecodeESCPOSCommand: ParsableCommand {
  /// Far more than a day's paper.
  static let byteLimit = 64 << 20

  static let configuration = CommandConfiguration(
    commandName: "escpos",
    abstract: "What a receipt printer would put on paper for the bytes on standard input.")

  @Option(help: ArgumentHelp("Draw the paper into this file.", valueName: "file"))
  var png: String?

  func run() throws {
    let transcript = ESCPOSTranscript(of: try Self.input())
    if let png {
      let picture = Data(try transcript.png())
      do {
        try picture.write(to: URL(fileURLWithPath: png))
      } catch {
        throw Complaint("\(png) cannot be written; is its folder there and yours?")
      }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try FileHandle.standardOutput.write(
      contentsOf: try encoder.encode(PaperContent(transcript)) + [0x0A])
  }

  private static func input() throws -> [UInt8] {
    var bytes: [UInt8] = []
    while case let chunk = try StandardInput.chunk(), !chunk.isEmpty {
      bytes += chunk
      guard bytes.count <= byteLimit else {
        throw Complaint("more than \(byteLimit >> 20) MiB on standard input")
      }
    }
    return bytes
  }
}

/// What is on the paper, from the top.
struct PaperContent: Encodable {
  struct Barcode: Encodable {
    /// m of GS k, form B.
    let system: UInt8
    let name: String
    let data: String
  }

  struct Symbol: Encodable {
    let name: String
    /// As UTF-8; what is none stands as replacement characters.
    let data: String
  }

  struct Image: Encodable {
    let width: Int
    let height: Int
  }

  /// `[offset, hex]`.
  struct Unknown: Encodable {
    let offset: Int
    let bytes: [UInt8]

    func encode(to encoder: any Encoder) throws {
      var container = encoder.unkeyedContainer()
      try container.encode(offset)
      try container.encode(HexBytes(bytes))
    }
  }

  let lines: [String]
  let barcodes: [Barcode]
  let symbols: [Symbol]
  let images: [Image]
  let cuts: Int
  let drawerPulses: Int
  /// Symbols that no printer would print, and why.
  let refused: [String]
  let unknown: [Unknown]
  /// Parts that are not told, because there are too many of their kind.
  let leftOut: Int

  init(_ transcript: ESCPOSTranscript) {
    lines = transcript.lines
    barcodes = transcript.barcodes.map {
      Barcode(system: $0.system, name: $0.name, data: $0.data)
    }
    symbols = transcript.symbols.map {
      Symbol(name: $0.name, data: String(decoding: $0.data, as: UTF8.self))
    }
    images = transcript.images.map { Image(width: $0.width, height: $0.height) }
    cuts = transcript.cuts
    drawerPulses = transcript.drawerPulses
    refused = transcript.refused
    unknown = transcript.unknown.map { Unknown(offset: $0.offset, bytes: $0.bytes) }
    leftOut = transcript.leftOut
  }
}
