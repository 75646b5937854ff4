import Codecs
import Raster

/// What a printer would put on paper for a stream of bytes, as text and as a picture
/// (`kioskctl decode escpos`). Total: any bytes, no trap.
public struct ESCPOSTranscript: Sendable {
  /// Texts, barcodes, symbols, pictures and unknown commands that are told, of each kind the first
  /// ones; the picture shows the end of the paper.
  public static let limit = 100_000
  /// Of an unknown command that is longer only the first bytes are told.
  public static let unknownByteLimit = 64
  /// 3 m of paper.
  public static let pictureHeightLimit = 24_000

  public struct Barcode: Equatable, Sendable {
    /// m of GS k, form B.
    public let system: UInt8
    /// The field's name of the symbology.
    public let name: String
    /// As a scanner reads it.
    public let data: String
  }

  public struct Symbol: Equatable, Sendable {
    public let kind: ESCPOS.SymbolKind
    /// The field's name of the symbology.
    public var name: String { kind.name }
    public let data: [UInt8]
  }

  /// Dots before any scaling.
  public struct Image: Equatable, Sendable {
    public let width: Int
    public let height: Int
  }

  /// A control character or a command that the table has not, and where it began.
  public struct Unknown: Equatable, Sendable {
    public let offset: Int
    public let bytes: [UInt8]
  }

  /// Texts as printed, from the top: without what only the alignment puts before them.
  public private(set) var lines: [String] = []
  public private(set) var barcodes: [Barcode] = []
  public private(set) var symbols: [Symbol] = []
  /// Symbols that the printer would not print, and why. One that is only too wide for the paper is
  /// among `barcodes` or `symbols`, too.
  public private(set) var refused: [String] = []
  /// Pictures in the order in which they were printed, bands of ESC * among them.
  public private(set) var images: [Image] = []
  public private(set) var cuts = 0
  public private(set) var drawerPulses = 0
  public private(set) var unknown: [Unknown] = []
  /// What is beyond the limit, of all kinds.
  public private(set) var leftOut = 0

  private var model: PrinterModel
  private var realTime = ESCPOS.RealTimeScanner()

  /// Prints `bytes` on the simulated printer, with paper that does not end.
  public init(of bytes: [UInt8], profile: PrinterModel.Profile = .init()) {
    model = PrinterModel(profile: profile)
    model.powerOn()
    var tokenizer = ESCPOS.Tokenizer()
    // In portions, so that tokens of a long stream are not all kept at once.
    for start in stride(from: 0, to: bytes.count, by: 4_096) {
      let portion = bytes[start..<min(start + 4_096, bytes.count)]
      // A real-time command is obeyed when its last byte comes, in the middle of a picture too.
      guard !realTime.isIdle || portion.contains(ESCPOS.RealTimeScanner.introducer) else {
        take(tokenizer.feed(portion))
        continue
      }
      for byte in portion {
        take(tokenizer.feed(CollectionOfOne(byte)))
        if let command = realTime.feed(byte), case .realTimePulse = command { model.obey(command) }
      }
    }
    take(tokenizer.finish())
    // What stands in the line when the bytes end is not printed; a reader wants to see it.
    model.printLineIfAny()
    takePaper()
    drawerPulses = model.drawerPulseCount
  }

  /// The paper as a PNG, of more than `heightLimit` dots the end. Throws where no font is
  /// installed.
  public func png(
    heightLimit: Int = Self.pictureHeightLimit
  ) throws(RasterError) -> [UInt8] {
    try model.paperPNG(heightLimit: heightLimit)
  }

  // MARK: Parts

  private var taken = 0

  private mutating func take(_ tokens: [ESCPOS.Token]) {
    for token in tokens {
      switch token {
      case .unknown(let bytes, let offset):
        // NUL is nothing, and what is for the display is not for the paper.
        guard bytes != [0x00], model.isSelected else { continue }
        add(
          Unknown(offset: offset, bytes: Array(bytes.prefix(Self.unknownByteLimit))), to: \.unknown)
      case .command:
        model.execute(token)
        if model.paper.itemCount - taken >= Paper.itemLimit / 2 { takePaper() }
      }
    }
  }

  /// What came onto the paper since the last time.
  private mutating func takePaper() {
    let new = model.paper.itemCount - taken
    for item in model.paper.items.suffix(new) { take(item) }
    taken = model.paper.itemCount
  }

  private mutating func take(_ item: Paper.Item) {
    switch item {
    case .line(let line):
      add(line.text)
      for cell in line.cells {
        if case .band(let dots, _, _) = cell.content { add(dots) }
      }
    case .block(let block, _): take(block)
    case .page(let page):
      for line in page.textLines { add(line) }
      for part in page.parts {
        for case .block(let block) in part.places.map(\.content) { take(block) }
      }
    case .refused(let reason, let block):
      add(reason, to: \.refused)
      if let block { take(block) }
    case .cut: cuts += 1
    case .feed: return
    }
  }

  private mutating func take(_ block: Paper.Block) {
    switch block {
    case .barcode(let barcode):
      add(
        Barcode(
          system: barcode.symbology.rawValue, name: barcode.symbology.name, data: barcode.text),
        to: \.barcodes)
    case .symbol(let symbol): add(Symbol(kind: symbol.kind, data: symbol.data), to: \.symbols)
    case .picture(let dots, _, _): add(dots)
    }
  }

  private mutating func add(_ line: String) {
    if !line.isEmpty { add(line, to: \.lines) }
  }

  private mutating func add(_ dots: Paper.Dots) {
    add(Image(width: dots.width, height: dots.height), to: \.images)
  }

  private mutating func add<Part>(_ part: Part, to parts: WritableKeyPath<Self, [Part]>) {
    if self[keyPath: parts].count < Self.limit {
      self[keyPath: parts].append(part)
    } else {
      leftOut += 1
    }
  }
}
