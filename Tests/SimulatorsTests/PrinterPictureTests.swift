import Codecs
import Testing

@testable import Simulators

struct PrinterPictureTests {
  private func image(_ data: [UInt8], width: UInt16 = 8, height: UInt16) throws
    -> ESCPOS.GraphicsImage
  {
    try #require(ESCPOS.GraphicsImage(width: width, height: height, planes: [.init(data: data)]))
  }

  private func rows(_ block: Paper.Block?) -> [UInt8]? {
    guard case .picture(let dots, _, _)? = block else { return nil }
    return dots.rows
  }

  @Test func `bands stand in the line, three dots high for one of theirs`() throws {
    let eight = try #require(
      ESCPOS.ColumnImage(density: .single8, columns: 2, data: [0x80, 0x01]))
    let full = try #require(
      ESCPOS.ColumnImage(density: .double24, columns: 1, data: [0x80, 0x00, 0x01]))
    var model = PrinterModel.running()
    model.send("a")
    model.send([.columnImage(eight), .columnImage(full), .lineFeed])
    let cells = model.lines[0].cells
    #expect(cells.map(\.x) == [0, 12, 16])
    #expect(cells.map(\.width) == [12, 4, 1] && cells.map(\.height) == [24, 24, 24])
    guard case .band(let dots, let scaleX, let scaleY) = cells[1].content else {
      Issue.record("no band")
      return
    }
    #expect(dots.rows == [0x80, 0, 0, 0, 0, 0, 0, 0x40] && scaleX == 2 && scaleY == 3)
  }

  @Test func `pictures of all commands have the same dots`() throws {
    // An L of eight dots, as rows and as columns.
    let asRows: [UInt8] = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0xFF]
    let asColumns: [UInt8] = [0xFF, 1, 1, 1, 1, 1, 1, 1]
    let key = ESCPOS.GraphicsKey(0x47, 0x31)
    let raster = try #require(
      ESCPOS.RasterImage(bytesPerRow: 1, rows: 8, data: asRows))
    let stored = try #require(
      ESCPOS.StoredImage(widthUnits: 1, heightBytes: 1, data: asColumns))
    let columns = try #require(
      ESCPOS.GraphicsImage(
        layout: .column, width: 8, height: 8, planes: [.init(data: asColumns)]))
    var model = PrinterModel.running()
    model.send([.raster(raster), .defineDownloadedImage(stored), .printDownloadedImage(mode: 0)])
    model.send([.defineStoredImages([stored]), .printStoredImage(number: 1, mode: 0)])
    model.send([.graphics(.store(columns, scaleX: 1, scaleY: 1)), .graphics(.printBuffer)])
    for memory in ESCPOS.GraphicsMemory.allCases {
      model.send([
        .graphics(.define(memory, key, try image(asRows, height: 8))),
        .graphics(.print(memory, key, scaleX: 1, scaleY: 1)),
      ])
    }
    #expect(model.blocks.count == 6)
    for block in model.blocks { #expect(rows(block) == asRows) }
    // The buffer is empty after it was printed.
    model.send([.graphics(.printBuffer)])
    #expect(model.blocks.count == 6)
  }

  @Test func `what is in the non-volatile memory survives power, a download does not`() throws {
    let key = ESCPOS.GraphicsKey(0x41, 0x42)
    let dots = try image([0xAA], height: 1)
    var model = PrinterModel.running()
    model.send([
      .graphics(.define(.nonvolatile, key, dots)), .graphics(.define(.downloaded, key, dots)),
    ])
    model.powerOn()
    model.send([
      .graphics(.print(.nonvolatile, key, scaleX: 2, scaleY: 2)),
      .graphics(.print(.downloaded, key, scaleX: 1, scaleY: 1)),
    ])
    #expect(model.blocks.count == 1)
    model.send([.graphics(.listKeys(.nonvolatile)), .graphics(.deleteAll(.nonvolatile))])
    model.send([.graphics(.listKeys(.nonvolatile)), .graphics(.transmitRemaining(.nonvolatile))])
    #expect(
      model.answers() == [
        .block([0x37, 0x72, 0x40, 0x41, 0x42]), .block([0x37, 0x72, 0x40]),
        .block([0x37, 0x31] + Array("393216".utf8)),
      ])
  }

  @Test func `many keys are listed in blocks of forty`() throws {
    var model = PrinterModel.running()
    let dots = try image([0xAA], height: 1)
    for n in UInt8(0)..<90 {
      model.send([.graphics(.define(.downloaded, .init(0x41, 0x20 + n), dots))])
    }
    model.send([.graphics(.listKeys(.downloaded))])
    let answers = model.answers()
    #expect(answers.count == 3)
    let statuses = answers.map { answer -> UInt8? in
      guard case .block(let bytes) = answer else { return nil }
      return bytes[2]
    }
    #expect(statuses == [0x41, 0x41, 0x40])
  }

  @Test func `a memory that is full takes no more`() throws {
    var model = PrinterModel.running { $0.bufferByteCount = 1 << 20 }
    let large = try image([UInt8](repeating: 1, count: 200_000), width: 800, height: 2_000)
    for n in UInt8(0)..<3 {
      model.send([.graphics(.define(.nonvolatile, .init(0x41, 0x41 + n), large))])
    }
    model.send([.graphics(.listKeys(.nonvolatile))])
    #expect(model.answers() == [.block([0x37, 0x72, 0x40, 0x41, 0x41])])
  }

  @Test func `a picture is cut off at the edge of the paper`() throws {
    let wide = try #require(
      ESCPOS.RasterImage(
        mode: 1, bytesPerRow: 72, rows: 1, data: [UInt8](repeating: 0xFF, count: 72)))
    var model = PrinterModel.running()
    model.send([.raster(wide)])
    guard case .picture(let dots, let scaleX, _)? = model.blocks.first else {
      Issue.record("no picture")
      return
    }
    #expect(dots.width == 288 && scaleX == 2)
  }

  /// A long paper of pictures does not keep them all.
  @Test func `old pictures are torn off before they fill the memory`() throws {
    let rows = [UInt8](repeating: 0x55, count: 1 << 20)
    let dots = try #require(Paper.Dots(width: 512, height: 1 << 14, rows: rows))
    var paper = Paper(widthDots: 576)
    for _ in 0..<80 { paper.append(.block(.picture(dots, scaleX: 1, scaleY: 1), .init())) }
    let bytes = paper.items.reduce(0) { $0 + $1.pictureByteCount }
    #expect(bytes <= Paper.pictureByteLimit && bytes > Paper.pictureByteLimit / 2)
    #expect(paper.itemCount == 80)
  }

  // MARK: Page mode

  @Test func `a page is printed in one go and stands where its areas are`() {
    var model = PrinterModel.running()
    model.send([.pageMode, .pageArea(.init(x: 0, y: 0, width: 288, height: 100))])
    model.send("left\n")
    model.send([.pageArea(.init(x: 288, y: 0, width: 288, height: 200))])
    model.send([.pageDirection(.topToBottom)])
    model.send("down")
    #expect(model.paper.items.isEmpty)
    model.send([.formFeed])
    model.send("after\n")
    #expect(model.paperText == "left\ndown\nafter\n")
    guard case .page(let page) = model.paper.items[0] else {
      Issue.record("no page")
      return
    }
    #expect(page.height == 200 && page.parts.map(\.x) == [0, 288])
    #expect(page.parts[1].lineWidth == 200 && page.parts[1].direction == .topToBottom)
  }

  @Test func `positions of a page are from the corner of its area`() {
    var model = PrinterModel.running()
    model.send([.pageMode, .absolutePosition(100), .pageVerticalPosition(300), .text([0x41])])
    model.send([.pageRelativeVerticalPosition(-50), .text([0x42]), .lineFeed, .text([0x43])])
    // Outside of the area nothing happens.
    model.send([.pageVerticalPosition(5_000), .absolutePosition(5_000), .text([0x44])])
    model.send([.printPage, .cancelPage, .printPage, .standardMode])
    guard case .page(let page)? = model.paper.items.first else {
      Issue.record("no page")
      return
    }
    #expect(page.parts[0].places.map(\.x) == [100, 112, 0, 12])
    #expect(page.parts[0].places.map(\.bottom) == [303, 253, 283, 283])
    #expect(model.paper.items.count == 1)
  }

  @Test func `a page that is left without printing is lost`() {
    var model = PrinterModel.running()
    model.send([.pageMode, .text([0x41]), .standardMode])
    model.send("kept\n")
    #expect(model.paperText == "kept\n")
  }
}
