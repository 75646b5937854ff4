import Codecs
import Devices
import Profiles
import Raster
import Testing

@testable import Drivers

struct PictureStripsTests {
  private func settings(
    _ pictures: ESCPOSSettings.Pictures, rows: Int = 240, bytes: Int = 18_432
  ) -> ESCPOSSettings {
    var settings = PrinterBench.settings
    settings.pictures = pictures
    settings.maximumRasterRows = rows
    settings.maximumRasterBytes = bytes
    return settings
  }

  private func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      // Many of the bytes that real-time commands are made of.
      return [0x10, 0x04, 0x05, 0x14, 0x01, 0x00, 0xFF, 0x1B][Int(state >> 33) % 8]
    }
  }

  // python-escpos #628, #325, #251; escpos-php #8, #58; zj-58 #5; flutter #22
  @Test func `a large picture goes out in strips that the model can take, none lost`() {
    let data = [UInt8](repeating: 0x55, count: 8 * 1_000)
    for (rows, bytes) in [(240, 18_432), (255, 65_000), (1_000, 2_048), (24, 18_432)] {
      let commands = PictureStrips(settings(.raster, rows: rows, bytes: bytes))
        .commands(bytesPerRow: 8, data: data)
      var joined: [UInt8] = []
      for command in commands {
        guard case .raster(let image) = command else {
          Issue.record("\(command)")
          return
        }
        #expect(image.rows <= rows && image.data.count <= bytes)
        joined += image.data
      }
      #expect(joined == data)
    }
  }

  // Epson, "Notes of Real-time Commands": they are obeyed even inside a picture.
  @Test(arguments: ESCPOSSettings.Pictures.allCases, [UInt64(1), 2, 3])
  func `no picture holds a command that is obeyed at once, its sizes neither`(
    pictures: ESCPOSSettings.Pictures, seed: UInt64
  ) {
    for bytesPerRow in [1, 2, 16, 72, 130] {
      for rows in [1, 23, 24, 100, 515, 1_300] where bytesPerRow * rows <= 7_200 {
        let commands = PictureStrips(settings(pictures, rows: 4_095, bytes: 65_000)).commands(
          bytesPerRow: bytesPerRow, data: noise(bytesPerRow * rows, seed: seed))
        let isLive = ESCPOS.RealTimeScanner.isIntroducerPresent(in: ESCPOS.encode(commands))
        #expect(!isLive, "\(pictures) \(bytesPerRow) × \(rows)")
      }
    }
  }

  @Test func `a model with GS ( L stores a strip and prints it`() {
    let commands = PictureStrips(settings(.graphics)).commands(
      bytesPerRow: 2, data: [0xFF, 0x00, 0x00, 0xFF])
    #expect(
      ESCPOS.encode(commands) == [
        0x1D, 0x28, 0x4C, 14, 0, 48, 112, 48, 1, 1, 49, 16, 0, 2, 0, 0xFF, 0x00, 0x00, 0xFF,
        0x1D, 0x28, 0x4C, 2, 0, 48, 50,
      ])
  }

  @Test func `a model without rasters gets bands of 24 dots, with no space between them`() {
    // The first column of 30 rows black.
    let commands = PictureStrips(settings(.column)).commands(
      bytesPerRow: 1, data: [UInt8](repeating: 0x80, count: 30))
    let blank = [UInt8](repeating: 0, count: 21)
    let bands = [
      ESCPOS.ColumnImage(density: .double24, columns: 8, data: [0xFF, 0xFF, 0xFF] + blank),
      ESCPOS.ColumnImage(density: .double24, columns: 8, data: [0xFC, 0x00, 0x00] + blank),
    ].compactMap { $0 }
    #expect(bands.count == 2)
    #expect(
      commands == [
        .lineSpacing(16), .columnImage(bands[0]), .lineFeed, .columnImage(bands[1]), .lineFeed,
        .defaultLineSpacing,
      ])
  }

  @Test func `a wide picture is made as wide as the paper, and stands in the middle`() throws {
    let picture = try #require(
      PrintPicture(
        width: 1_000, height: 100, ink: [UInt8](repeating: 255, count: 100_000)))
    let layout = ESCPOSPrinterLayout(
      [.picture(picture)], settings: PrinterBench.settings, font: nil)
    let images = layout.commands.compactMap { command -> ESCPOS.RasterImage? in
      if case .raster(let image) = command { image } else { nil }
    }
    #expect(images.map(\.bytesPerRow) == [72] && images.map(\.rows) == [58])
    #expect(images.first?.data.allSatisfy { $0 == 0xFF } == true)
    #expect(layout.commands.contains(.align(.center)) && layout.losses.isEmpty)
  }

  @Test func `a printer without pictures leaves one out and says so`() throws {
    let picture = try #require(PrintPicture(width: 1, height: 1, ink: [255]))
    let layout = ESCPOSPrinterLayout(
      [.picture(picture)], settings: settings(.none), font: nil)
    #expect(layout.losses == [.pictureLeftOut])
  }
}
