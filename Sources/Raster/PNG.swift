import CPNG

/// Pictures as PNG files (ISO/IEC 15948), by libpng.
public enum PNG {
  /// 8 bits grey: ink 255 is black.
  public static func encode(_ bitmap: Bitmap) throws(RasterError) -> [UInt8] {
    try encode(
      bitmap.ink.map { 255 - $0 }, width: bitmap.width, height: bitmap.height, channels: 1)
  }

  /// 8 bits red, green, blue and alpha.
  public static func encode(_ picture: Picture) throws(RasterError) -> [UInt8] {
    try encode(picture.rgba, width: picture.width, height: picture.height, channels: 4)
  }

  private static func encode(
    _ pixels: [UInt8], width: Int, height: Int, channels: Int
  ) throws(RasterError) -> [UInt8] {
    guard width > 0, height > 0, let wide = UInt32(exactly: width),
      let high = UInt32(exactly: height), pixels.count == width * height * channels
    else { throw .notEncoded("\(width) × \(height)") }
    // The simplified interface: setjmp, which the other one needs, cannot be called from Swift.
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    image.width = wide
    image.height = high
    // PNG_FORMAT_GRAY is 0, PNG_FORMAT_RGBA is colour and alpha.
    image.format = channels == 1 ? 0 : PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA
    defer { png_image_free(&image) }
    // No PNG is larger than its pixels by more than this: a filter byte a row, 5 bytes a stored
    // block of 16 KiB, and the chunks.
    var byteCount = png_alloc_size_t(pixels.count + height + pixels.count / 1_000 + 4_096)
    var output = [UInt8](repeating: 0, count: Int(byteCount))
    let status = png_image_write_to_memory(
      &image, &output, &byteCount, 0, pixels, png_int_32(width * channels), nil)
    guard status != 0, byteCount <= output.count else {
      throw .notEncoded(message(of: image))
    }
    return Array(output.prefix(Int(byteCount)))
  }

  /// A picture of any kind as ink on white paper; what is transparent is paper. A file that is
  /// wider or longer than `limit` is refused before it is read.
  public static func decode(_ file: [UInt8], limit: Int) throws(RasterError) -> Bitmap {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    guard png_image_begin_read_from_memory(&image, file, file.count) != 0 else {
      throw .unreadablePicture(message(of: image))
    }
    let (width, height) = (Int(image.width), Int(image.height))
    guard width <= limit, height <= limit, width * height <= Bitmap.maximumPixelCount else {
      throw .tooLarge(width: width, height: height)
    }
    image.format = 0  // PNG_FORMAT_GRAY
    var pixels = [UInt8](repeating: 0, count: width * height)
    var white = png_color(red: 255, green: 255, blue: 255)
    guard png_image_finish_read(&image, &white, &pixels, png_int_32(width), nil) != 0 else {
      throw .unreadablePicture(message(of: image))
    }
    return try Bitmap(width: width, height: height, ink: pixels.map { 255 - $0 })
  }

  private static func message(of image: png_image) -> String {
    withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

/// A picture in colour: red, green, blue and alpha, 8 bits each, rows from the top.
public struct Picture: Equatable, Sendable {
  public struct Color: Equatable, Sendable {
    public let red: UInt8
    public let green: UInt8
    public let blue: UInt8

    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
      self.red = red
      self.green = green
      self.blue = blue
    }
  }

  public let width: Int
  public let height: Int
  public private(set) var rgba: [UInt8]

  /// The bitmap in ink and paper of a colour, opaque.
  public init(_ bitmap: Bitmap, ink: Color, paper: Color) {
    width = bitmap.width
    height = bitmap.height
    // Four bytes for each amount of ink.
    let ramp = (0...255).flatMap { amount -> [UInt8] in
      func mix(_ paper: UInt8, _ ink: UInt8) -> UInt8 {
        UInt8((Int(paper) * (255 - amount) + Int(ink) * amount) / 255)
      }
      return [
        mix(paper.red, ink.red), mix(paper.green, ink.green), mix(paper.blue, ink.blue), 255,
      ]
    }
    rgba = [UInt8](unsafeUninitializedCapacity: bitmap.ink.count * 4) { pixels, count in
      for (index, amount) in bitmap.ink.enumerated() {
        for channel in 0..<4 { pixels[index * 4 + channel] = ramp[Int(amount) * 4 + channel] }
      }
      count = bitmap.ink.count * 4
    }
  }

  /// Mixes a pixel with black by `amount` of 255.
  public mutating func darken(x: Int, y: Int, by amount: UInt8) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    let start = (y * width + x) * 4
    for channel in start..<start + 3 {
      rgba[channel] = UInt8(Int(rgba[channel]) * (255 - Int(amount)) / 255)
    }
  }

  /// Makes a pixel transparent: there is no paper.
  public mutating func clear(x: Int, y: Int) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    let start = (y * width + x) * 4
    for channel in start..<start + 4 { rgba[channel] = 0 }
  }
}
