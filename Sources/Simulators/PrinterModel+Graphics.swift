import Codecs

extension PrinterModel {
  mutating func executePicture(_ command: ESCPOS.Command) {
    switch command {
    case .raster(let image):
      guard let dots = Paper.Dots(image) else { return }
      printPicture(dots, mode: image.mode)
    case .columnImage(let image): printBand(image)
    case .graphics(let function): execute(function)
    case .defineDownloadedImage(let image):
      state.downloadedImage = Paper.Dots(image)
      // One memory holds the one or the other (GS *).
      state.characters.dots = [:]
    case .printDownloadedImage(let mode):
      if let dots = state.downloadedImage { printPicture(dots, mode: mode) }
    case .defineStoredImages(let images):
      // All that were there before are gone (FS q).
      storedImages = images.prefix(Self.storedImageLimit).compactMap { Paper.Dots($0) }
    case .printStoredImage(let number, let mode):
      guard (1...max(1, storedImages.count)).contains(Int(number)), !storedImages.isEmpty
      else { return }
      printPicture(storedImages[Int(number) - 1], mode: mode)
    default: return
    }
  }

  /// m: bit 0 double width, bit 1 double height.
  private mutating func printPicture(_ dots: Paper.Dots, mode: UInt8) {
    printPicture(dots, scaleX: mode & 1 == 0 ? 1 : 2, scaleY: mode & 2 == 0 ? 1 : 2)
  }

  private mutating func printPicture(_ dots: Paper.Dots, scaleX: Int, scaleY: Int) {
    guard dots.width > 0, dots.height > 0 else { return }
    printBlock(
      .picture(dots.cropped(width: areaWidth / scaleX), scaleX: scaleX, scaleY: scaleY))
  }

  /// A band stands in the line as a character does; what is too wide is cut off.
  private mutating func printBand(_ image: ESCPOS.ColumnImage) {
    guard let dots = Paper.Dots(image) else { return }
    flushPending()
    let scaleX = image.density.isDouble ? 1 : 2
    let free = max(0, areaWidth - cursor) / scaleX
    guard free > 0, dots.width > 0 else { return }
    let content = Paper.Cell.Content.band(
      dots.cropped(width: free), scaleX: scaleX,
      scaleY: image.density.bytesPerColumn == 1 ? 3 : 1)
    let cell = Paper.Cell(content, style: Paper.Style(), x: cursor)
    put(cell)
    cursor += cell.width
  }

  private mutating func execute(_ function: ESCPOS.GraphicsFunction) {
    switch function {
    case .store(let image, let scaleX, let scaleY):
      state.graphics = Paper.Dots(image).map {
        ($0, scaleX: scaleX == 2 ? 2 : 1, scaleY: scaleY == 2 ? 2 : 1)
      }
    case .printBuffer:
      guard let graphics = state.graphics else { return }
      state.graphics = nil
      printPicture(graphics.dots, scaleX: graphics.scaleX, scaleY: graphics.scaleY)
    case .define(let memory, let key, let image): define(memory, key, image)
    case .delete(let memory, let key): setGraphics(memory) { $0[key] = nil }
    case .deleteAll(let memory): setGraphics(memory) { $0 = [:] }
    case .print(let memory, let key, let scaleX, let scaleY):
      guard let dots = graphics(memory)[key] else { return }
      printPicture(dots, scaleX: scaleX == 2 ? 2 : 1, scaleY: scaleY == 2 ? 2 : 1)
    case .listKeys(let memory): listKeys(memory)
    case .transmitCapacity: respond(number: Self.graphicsByteLimit, identifier: 0x30)
    case .transmitRemaining(let memory):
      respond(
        number: Self.graphicsByteLimit - byteCount(memory),
        identifier: memory == .nonvolatile ? 0x31 : 0x32)
    case .referenceDensity: return
    }
  }

  private func graphics(
    _ memory: ESCPOS.GraphicsMemory
  ) -> [ESCPOS.GraphicsKey: Paper.Dots] {
    memory == .nonvolatile ? storedGraphics : state.downloadedGraphics
  }

  private mutating func setGraphics(
    _ memory: ESCPOS.GraphicsMemory, _ change: (inout [ESCPOS.GraphicsKey: Paper.Dots]) -> Void
  ) {
    switch memory {
    case .nonvolatile: change(&storedGraphics)
    case .downloaded: change(&state.downloadedGraphics)
    }
  }

  private func byteCount(_ memory: ESCPOS.GraphicsMemory) -> Int {
    graphics(memory).values.reduce(0) { $0 + $1.rows.count }
  }

  /// What does not fit into the memory is ignored.
  private mutating func define(
    _ memory: ESCPOS.GraphicsMemory, _ key: ESCPOS.GraphicsKey, _ image: ESCPOS.GraphicsImage
  ) {
    guard let dots = Paper.Dots(image) else { return }
    let before = graphics(memory)[key]?.rows.count ?? 0
    guard byteCount(memory) - before + dots.rows.count <= Self.graphicsByteLimit else { return }
    setGraphics(memory) { $0[key] = dots }
  }

  /// Blocks of at most forty keys; 41h says that another follows (fn 64).
  private mutating func listKeys(_ memory: ESCPOS.GraphicsMemory) {
    let keys = graphics(memory).keys.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    let identifier: UInt8 = memory == .nonvolatile ? 0x72 : 0x73
    for start in stride(from: 0, through: max(0, keys.count - 1), by: 40) {
      let isLast = start + 40 >= keys.count
      let part = keys.dropFirst(start).prefix(40).flatMap { [$0.first, $0.second] }
      respond([0x37, identifier, isLast ? 0x40 : 0x41] + part + [0x00])
    }
  }

  private mutating func respond(number: Int, identifier: UInt8) {
    respond([0x37, identifier] + Array(String(max(0, number)).utf8) + [0x00])
  }
}
