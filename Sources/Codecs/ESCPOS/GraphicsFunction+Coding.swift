extension ESCPOS {
  /// GS ( L, or GS 8 L where the parameters are more than 65,535 bytes.
  static func append(_ function: GraphicsFunction, _ bytes: inout [UInt8]) {
    let start = bytes.count
    appendFunction(gs, 0x4C, count: 0, &bytes)
    let head = bytes.count
    bytes.append(48)
    appendParameters(of: function, &bytes)
    let count = bytes.count - head
    let (lower, upper) = (
      UInt16(truncatingIfNeeded: count), UInt16(truncatingIfNeeded: count >> 16)
    )
    if upper == 0 {
      (bytes[head - 2], bytes[head - 1]) = (low(lower), high(lower))
    } else {
      bytes.replaceSubrange(
        start..<head, with: [gs, 0x38, 0x4C, low(lower), high(lower), low(upper), high(upper)])
    }
  }

  private static func appendParameters(of function: GraphicsFunction, _ bytes: inout [UInt8]) {
    switch function {
    case .transmitCapacity: bytes.append(48)
    case .referenceDensity(let x, let y): bytes.append(each: [49, x, y])
    case .printBuffer: bytes.append(50)
    case .transmitRemaining(.nonvolatile): bytes.append(51)
    case .transmitRemaining(.downloaded): bytes.append(52)
    case .listKeys(let memory): bytes.append(each: [memory.rawValue, 0x4B, 0x43])  // KC
    case .deleteAll(let memory):
      bytes.append(each: [memory.rawValue + 1, 0x43, 0x4C, 0x52])  // CLR
    case .delete(let memory, let key):
      bytes.append(each: [memory.rawValue + 2, key.first, key.second])
    case .define(let memory, let key, let image):
      bytes.append(each: [
        memory.rawValue + (image.layout == .raster ? 3 : 4), image.tone, key.first, key.second,
        UInt8(truncatingIfNeeded: image.planes.count),
      ])
      appendSize(of: image, &bytes)
      for plane in image.planes {
        bytes.append(plane.color)
        bytes += plane.data
      }
    case .print(let memory, let key, let scaleX, let scaleY):
      bytes.append(each: [memory.rawValue + 5, key.first, key.second, scaleX, scaleY])
    case .store(let image, let scaleX, let scaleY):
      bytes.append(each: [
        image.layout == .raster ? 112 : 113, image.tone, scaleX, scaleY,
        image.planes.first?.color ?? 49,
      ])
      appendSize(of: image, &bytes)
      bytes += image.planes.first?.data ?? []
    }
  }

  private static func appendSize(of image: GraphicsImage, _ bytes: inout [UInt8]) {
    bytes.append(each: [low(image.width), high(image.width), low(image.height), high(image.height)])
  }
}

extension ESCPOS.GraphicsFunction {
  /// The function of `bytes`, from m on; nil when it is none.
  init?(_ bytes: ArraySlice<UInt8>) {
    let bytes = Array(bytes)
    guard bytes.count >= 2, bytes[0] == 48 else { return nil }
    let function: Self? =
      switch (bytes[1], bytes.count) {
      case (0, 2), (48, 2): .transmitCapacity
      case (1, 4), (49, 4): .referenceDensity(x: bytes[2], y: bytes[3])
      case (2, 2), (50, 2): .printBuffer
      case (3, 2), (51, 2): .transmitRemaining(.nonvolatile)
      case (4, 2), (52, 2): .transmitRemaining(.downloaded)
      case (64...69, _): Self.stored(.nonvolatile, bytes)
      case (80...85, _): Self.stored(.downloaded, bytes)
      case (112, 10...): Self.store(.raster, bytes)
      case (113, 10...): Self.store(.column, bytes)
      default: nil
      }
    guard let function else { return nil }
    self = function
  }

  private static func stored(_ memory: ESCPOS.GraphicsMemory, _ bytes: [UInt8]) -> Self? {
    switch (bytes[1] - memory.rawValue, bytes.count) {
    case (0, 4): bytes[2...] == [0x4B, 0x43] ? .listKeys(memory) : nil
    case (1, 5): bytes[2...] == [0x43, 0x4C, 0x52] ? .deleteAll(memory) : nil
    case (2, 4): .delete(memory, ESCPOS.GraphicsKey(bytes[2], bytes[3]))
    case (3, 10...): define(memory, .raster, bytes)
    case (4, 10...): define(memory, .column, bytes)
    case (5, 6):
      .print(
        memory, ESCPOS.GraphicsKey(bytes[2], bytes[3]), scaleX: bytes[4], scaleY: bytes[5])
    default: nil
    }
  }

  /// m fn a kc1 kc2 b xL xH yL yH [c d…]…
  private static func define(
    _ memory: ESCPOS.GraphicsMemory, _ layout: ESCPOS.GraphicsImage.Layout, _ bytes: [UInt8]
  ) -> Self? {
    let (width, height) = (
      ESCPOS.littleEndian(bytes[6], bytes[7]), ESCPOS.littleEndian(bytes[8], bytes[9])
    )
    let count = ESCPOS.GraphicsImage.byteCount(layout, width: width, height: height)
    let planeCount = Int(bytes[5])
    guard bytes.count == 10 + planeCount * (1 + count) else { return nil }
    let planes = (0..<planeCount).map { index in
      let start = 10 + index * (1 + count)
      return ESCPOS.GraphicsImage.Plane(
        color: bytes[start], data: Array(bytes[start + 1..<start + 1 + count]))
    }
    return ESCPOS.GraphicsImage(
      layout: layout, tone: bytes[2], width: width, height: height, planes: planes
    ).map { .define(memory, ESCPOS.GraphicsKey(bytes[3], bytes[4]), $0) }
  }

  /// m fn a bx by c xL xH yL yH d…
  private static func store(
    _ layout: ESCPOS.GraphicsImage.Layout, _ bytes: [UInt8]
  ) -> Self? {
    ESCPOS.GraphicsImage(
      layout: layout, tone: bytes[2], width: ESCPOS.littleEndian(bytes[6], bytes[7]),
      height: ESCPOS.littleEndian(bytes[8], bytes[9]),
      planes: [ESCPOS.GraphicsImage.Plane(color: bytes[5], data: Array(bytes[10...]))]
    ).map { .store($0, scaleX: bytes[3], scaleY: bytes[4]) }
  }
}
