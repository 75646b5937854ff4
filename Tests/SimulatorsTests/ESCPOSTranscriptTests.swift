import Codecs
import Testing

@testable import Simulators

struct ESCPOSTranscriptTests {
  @Test func `a stream is told in lines, symbols, pictures, cuts and what is unknown`() throws {
    let picture = try #require(
      ESCPOS.RasterImage(bytesPerRow: 2, rows: 3, data: [UInt8](repeating: 1, count: 6)))
    var bytes = ESCPOS.encode([.initialize, .align(.center), .text(Array("Shop".utf8))])
    bytes += [0x0A, 0x1D, 0x28, 0x7A, 2, 0, 0x30, 0x30, 0x07]
    bytes += ESCPOS.encode([
      .align(.left), .text(Array("Tea".utf8)), .absolutePosition(480),
      .text(Array("1.50".utf8)), .lineFeed,
      .barcode(system: 2, data: Array("4006381333931".utf8)),
      .symbol(.qrCode, .store(Array("QR".utf8))), .symbol(.qrCode, .print), .raster(picture),
      .pulse(connector: 0, on: 1, off: 1), .cut(.feedAndPartial(0)),
      .text(Array("no line feed".utf8)),
    ])
    let transcript = ESCPOSTranscript(of: bytes)
    #expect(
      transcript.lines == [
        "Shop", "Tea" + String(repeating: " ", count: 37) + "1.50", "no line feed",
      ])
    #expect(transcript.barcodes == [.init(system: 67, name: "EAN-13", data: "4006381333931")])
    #expect(transcript.symbols == [.init(kind: .qrCode, data: Array("QR".utf8))])
    #expect(transcript.images == [.init(width: 16, height: 3)])
    #expect(transcript.cuts == 1 && transcript.drawerPulses == 1)
    #expect(
      transcript.unknown == [
        .init(offset: 10, bytes: [0x1D, 0x28, 0x7A, 2, 0, 0x30, 0x30]),
        .init(offset: 17, bytes: [0x07]),
      ])
    #expect(try transcript.png().prefix(4) == [0x89, 0x50, 0x4E, 0x47])
  }

  @Test func `nothing, and a command that is cut off, are told`() throws {
    let nothing = ESCPOSTranscript(of: [])
    #expect(nothing.lines.isEmpty && nothing.unknown.isEmpty)
    #expect(try !nothing.png().isEmpty)
    let cutOff = ESCPOSTranscript(of: [0x41, 0x0A, 0x1D, 0x76, 0x30, 0x00, 0x48])
    #expect(cutOff.lines == ["A"])
    #expect(cutOff.unknown == [.init(offset: 2, bytes: [0x1D, 0x76, 0x30, 0x00, 0x48])])
  }

  // Epson's notes on real-time commands: obeyed when they arrive, in a picture's dots too.
  @Test func `a drawer that is kicked from within a picture is told`() {
    let kick: [UInt8] = [0x10, 0x14, 0x01, 0x00, 0x05]
    #expect(ESCPOSTranscript(of: kick).drawerPulses == 1)
    let picture: [UInt8] = [0x1D, 0x76, 0x30, 0x00, 0x01, 0x00, 0x08, 0x00] + kick + [0, 0, 0]
    let transcript = ESCPOSTranscript(of: picture + Array("A\n".utf8))
    #expect(transcript.drawerPulses == 1 && transcript.images.count == 1)
    #expect(transcript.lines == ["A"] && transcript.unknown.isEmpty)
    // GS ( D, function 1 of real-time commands off: the same bytes are dots.
    let off: [UInt8] = [0x1D, 0x28, 0x44, 0x03, 0x00, 0x14, 0x01, 0x00]
    #expect(ESCPOSTranscript(of: off + picture).drawerPulses == 0)
  }

  @Test func `of a long stream the beginning is told and the end is drawn`() throws {
    let line = Array("line\n".utf8)
    let count = ESCPOSTranscript.limit + 12
    let transcript = ESCPOSTranscript(of: (0..<count).flatMap { _ in line })
    #expect(transcript.lines.count == ESCPOSTranscript.limit && transcript.leftOut == 12)
    #expect(try transcript.png(heightLimit: 1_500).count > 1_000)
  }

  /// Commands more often than chance would have them, their parameters by chance.
  @Test(arguments: [UInt64(1), 7, 4_021])
  func `garbage never traps, in words or in the picture`(seed: UInt64) throws {
    var state = seed
    func next() -> UInt8 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 35)
    }
    let heads: [[UInt8]] = [
      [0x1B], [0x1C], [0x1D], [0x10], [0x1D, 0x28, 0x6B, 5, 0], [0x1D, 0x28, 0x4C, 12, 0, 48],
      [0x1B, 0x4C], [0x1B, 0x57], [0x0C], [0x1B, 0x2A, 33, 4, 0], [0x1D, 0x6B], [0x1D, 0x50],
      [0x1C, 0x26], [0x1B, 0x74], [0x1B, 0x54], [0x1D, 0x24], [0x1B, 0x44], [0x09], [0x0A],
      [0x1D, 0x3A], [0x1D, 0x5E], [0x1B, 0x26, 3, 65, 65], [0x1B, 0x25, 1], [0x1B, 0x4B],
      [0x1D, 0x57], [0x1D, 0x4C], [0x1B, 0x7B, 1], [0x1B, 0x56, 1], [0x1D, 0x21], [0x41, 0xE5],
      [0x1C, 0x28, 0x43, 2, 0, 48, 50], [0x1C, 0x43, 1], [0x1B, 0x40], [0x1D, 0x2A, 1, 1],
    ]
    for set in PrinterModel.Multibyte.allCases {
      var bytes: [UInt8] = []
      while bytes.count < 4_000 {
        bytes += heads[Int(next()) % heads.count]
        for _ in 0..<Int(next()) % 8 { bytes.append(next()) }
      }
      var profile = PrinterModel.Profile()
      profile.multibyte = set
      let transcript = ESCPOSTranscript(of: bytes, profile: profile)
      #expect(try transcript.png(heightLimit: 1_500).count > 100)
      #expect(transcript.lines.count <= ESCPOSTranscript.limit)
    }
  }

  @Test func `a card of everything is drawn`() throws {
    let bytes = try TestCard.bytes()
    let transcript = ESCPOSTranscript(of: bytes)
    #expect(transcript.unknown.isEmpty && transcript.refused.isEmpty)
    #expect(transcript.symbols.count == 7 && transcript.barcodes.count == 8)
    try ESCPOSCorpus.show(transcript, as: "test-card")
  }
}
