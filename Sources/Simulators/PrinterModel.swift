import Codecs
import Devices

/// A receipt printer of USB class 07/01/02 that obeys ESC/POS: it buffers bytes, prints
/// them on its paper, and tells its status as the real ones do.
public struct PrinterModel: USBDeviceModel {
  public enum PaperSupply: String, Sendable, Codable, CaseIterable { case ok, nearEnd, out }

  /// What differs between models.
  public struct Profile: Equatable, Sendable {
    public var supportsProcessID = true
    public var supportsBufferClear = true
    public var supportsAutomaticStatus = true
    /// Dots of the print area.
    public var widthDots = ESCPOS.dotsPerLine80
    /// The buffer takes no more than this.
    public var bufferByteCount = 4_096
    /// From the print head to the knife, in dots: 10 mm.
    public var cutterDistanceDots = 80
    /// The characters of two bytes.
    public var multibyte = Multibyte.gb18030
    /// Numbers of ESC t that are others than on the TM series, by the C library's name.
    public var codeTables: [UInt8: String] = [:]

    public init() {}
  }

  public static let outEndpoint: UInt8 = 0x01
  public static let inEndpoint: UInt8 = 0x82
  /// Answers that wait for the host; the oldest is lost beyond it.
  static let responseLimit = 64
  /// All bytes since the start are kept for whoever looks at them; the oldest go beyond it.
  static let receivedByteLimit = 1 << 23
  static let unknownCommandLimit = 64
  /// Cells of one line; what is beyond is not printed.
  static let lineCellLimit = 2_000
  /// 1,016 mm, the most that one command feeds (TM-T88III specification, ESC d).
  static let maximumFeedDots = 8_128
  static let maximumReverseFeedDots = 48
  /// Page mode: 117 mm where ESC W says nothing, 300 mm at most.
  static let pageHeightDots: UInt16 = 936
  static let maximumPageHeightDots = 2_400
  static let storedImageLimit = 255
  /// 384 KiB, in each of the two memories of pictures.
  static let graphicsByteLimit = 393_216
  static let definedKanjiLimit = 188
  static let wideCharacterLimit = 8_192

  public let profile: Profile
  public let descriptors: USBDescriptors

  // MARK: What a person sees and does

  public internal(set) var paper: Paper
  /// All that came over the bulk pipe since the start, whatever became of it.
  public private(set) var receivedBytes: [UInt8] = []
  /// Commands that this printer does not know, for tests of drivers.
  public internal(set) var unknownCommands: [[UInt8]] = []
  public internal(set) var drawerPulseCount = 0
  public internal(set) var buzzerCount = 0
  public private(set) var isDrawerOpen = false
  public private(set) var paperSupply = PaperSupply.ok
  public private(set) var isCoverOpen = false
  public internal(set) var hasCutterError = false
  /// The next cut jams.
  public var jamsAtNextCut = false
  /// So many lines until the roll is empty; nil for a roll that lasts.
  public var linesLeft: Int?
  /// The customer display on its own connector; it has its power from the printer.
  public var display: LineDisplayModel?
  /// Prints what arrives at once; else only what `advance` allows.
  public var printsAtOnce = true

  // MARK: What no power cut takes away

  /// Pictures of FS q, and of GS ( L by their keys.
  var storedImages: [Paper.Dots] = []
  var storedGraphics: [ESCPOS.GraphicsKey: Paper.Dots] = [:]

  // MARK: What power keeps alive

  var buffer: ArraySlice<UInt8> = []
  var macro = PrinterMacro()
  /// The host shut it down (DLE DC4, fn 2).
  var isShutDown = false
  /// Known from before, so that nothing is computed twice.
  var codeTables: [UInt8: ESCPOS.CodeTable?] = [:]
  var wideCharacters: [UInt32: Character] = [:]
  var lastFit: LastFit?
  var tokenizer = ESCPOS.Tokenizer()
  var peripheral = PeripheralChoice()
  var scanner = ESCPOS.RealTimeScanner()
  var state = PrintState()
  private var responses: [[UInt8]] = []
  private var reported = ESCPOS.AutomaticStatus()
  private var wasOffline = false

  public init(profile: Profile = Profile(), serialNumber: String = "SIM0000001") {
    self.profile = profile
    paper = Paper(widthDots: profile.widthDots)
    // 04b8:0e28 is Seiko Epson's TM-T20III.
    descriptors = USBDescriptors(
      speed: .full, device: DescriptorBytes.device(vendorID: 0x04B8, productID: 0x0E28),
      configuration: DescriptorBytes.configuration([
        DescriptorBytes.interface(
          number: 0, classCode: .init(7, 1, 2),
          endpoints: [
            DescriptorBytes.endpoint(
              address: Self.outEndpoint, transferType: .bulk, maximumPacketSize: 64),
            DescriptorBytes.endpoint(
              address: Self.inEndpoint, transferType: .bulk, maximumPacketSize: 64),
          ])
      ]), strings: ["EPSON", "Simulated Receipt Printer", serialNumber])
  }

  public var paperText: String { paper.text }
  /// In words, for who looks for the cause of what failed.
  public var condition: String {
    "printer: paper \(paperSupply.rawValue), cover \(isCoverOpen ? "open" : "closed"), "
      + "\(buffer.count) bytes buffered, \(responses.count) answers unsent, "
      + "\(canPrint ? "prints" : "does not print"), \(unknownCommands.count) unknown commands"
  }

  public mutating func setPaper(_ supply: PaperSupply) {
    paperSupply = supply
    if supply != .out { linesLeft = nil }
    statusChanged()
    run()
  }

  public mutating func setCover(isOpen: Bool) {
    isCoverOpen = isOpen
    // Opening the cover frees the knife.
    if isOpen { hasCutterError = false }
    statusChanged()
    run()
  }

  public mutating func setDrawer(isOpen: Bool) {
    isDrawerOpen = isOpen
    statusChanged()
  }

  /// Prints so many lines of what is buffered, where `printsAtOnce` is off.
  public mutating func advance(lines: Int) { run(lines: lines) }

  // MARK: USBDeviceModel

  /// Buffer, settings and unsent answers are gone; paper, cover and what is printed stay.
  public mutating func powerOn() {
    clearBuffers()
    scanner = ESCPOS.RealTimeScanner()
    state = PrintState()
    macro = PrinterMacro()
    peripheral = PeripheralChoice()
    display?.powerOn()
    isShutDown = false
    responses = []
    reported = status
    wasOffline = status.isOffline
  }

  /// Printer class requests (USB Printer Class 1.1, 4.2).
  public mutating func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer {
    switch (setup.requestType, setup.request) {
    case (0xA1, 0): return .data(Self.deviceID)
    case (0xA1, 1):
      let isPaperEmpty = paperSupply == .out
      let hasError = isCoverOpen || hasCutterError || isPaperEmpty
      return .data([(isPaperEmpty ? 0x20 : 0) | 0x10 | (hasError ? 0 : 0x08)])
    // The recipient was "other" in version 1.0 and is "interface" since.
    case (0x21, 2), (0x23, 2):
      clearBuffers()
      return .data([])
    default: return .stall
    }
  }

  public mutating func write(endpoint: UInt8, bytes: [UInt8]) -> USBAnswer {
    guard endpoint == Self.outEndpoint else { return .stall }
    let free = max(0, profile.bufferByteCount - buffer.count)
    // Real-time commands are obeyed even when nothing else can be taken.
    let count = free == 0 && Self.areRealTime(bytes) ? bytes.count : min(free, bytes.count)
    if count == 0 && !bytes.isEmpty { return .notReady }
    for byte in bytes.prefix(count) { receive(byte) }
    run()
    return .accepted(count)
  }

  public mutating func read(endpoint: UInt8, maximumByteCount: Int) -> [UInt8]? {
    guard endpoint == Self.inEndpoint, maximumByteCount > 0, !responses.isEmpty else { return nil }
    let packet = responses.removeFirst()
    if packet.count > maximumByteCount {
      responses.insert(Array(packet.dropFirst(maximumByteCount)), at: 0)
    }
    return Array(packet.prefix(maximumByteCount))
  }

  // MARK: Parts

  private static let deviceID: [UInt8] = {
    let text = "MFG:EPSON;CMD:ESC/POS;MDL:TM-T20III;CLS:PRINTER;DES:EPSON TM-T20III;"
    // The length counts itself and comes high byte first (IEEE 1284, 7.6).
    let count = text.utf8.count + 2
    return [UInt8(count >> 8), UInt8(count & 0xFF)] + Array(text.utf8)
  }()

  private static func areRealTime(_ bytes: [UInt8]) -> Bool {
    ESCPOS.tokens(of: bytes).allSatisfy { token in
      guard case .command(let command, _) = token else { return false }
      switch command {
      case .realTimeStatus, .realTimeExtendedStatus, .realTimeRequest, .realTimePulse,
        .realTimePowerOff, .realTimeBuzzer, .realTimeTransmit, .clearBuffers:
        return true
      default: return false
      }
    }
  }

  private mutating func receive(_ byte: UInt8) {
    receivedBytes.append(byte)
    if receivedBytes.count > Self.receivedByteLimit { receivedBytes.removeFirst(1 << 20) }
    buffer.append(byte)
    if let command = scanner.feed(byte) { obey(command) }
  }

  mutating func clearBuffers() {
    buffer = []
    tokenizer = ESCPOS.Tokenizer()
    state.clearLine()
    state.page = nil
    state.graphics = nil
  }

  var status: ESCPOS.AutomaticStatus {
    var status = ESCPOS.AutomaticStatus()
    status.isCoverOpen = isCoverOpen
    status.isPaperOut = paperSupply == .out
    status.isPaperNearEnd = paperSupply != .ok
    status.hasCutterError = hasCutterError
    status.isDrawerPinHigh = isDrawerOpen
    status.isOffline = !canPrint
    return status
  }

  var canPrint: Bool {
    // ESC c 4: the near-end sensor stops it where bit 0 or 1 says so.
    let stops = paperSupply == .out || (paperSupply == .nearEnd && state.stopSensors & 0x03 != 0)
    return !isCoverOpen && !stops && !hasCutterError && !isShutDown
  }

  /// One line of paper is used.
  mutating func useLine() {
    guard let left = linesLeft else { return }
    linesLeft = left - 1
    if left <= 1 {
      linesLeft = nil
      paperSupply = .out
      statusChanged()
    }
  }

  /// Sends the status by itself when it is not what was sent last, and somebody asked for it.
  mutating func statusChanged() {
    let isOffline = status.isOffline
    if isOffline, !wasOffline, state.offlineResponse != 0 { sendOfflineResponse() }
    wasOffline = isOffline
    guard state.automaticStatus != 0, status != reported else { return }
    sendAutomaticStatus()
  }

  mutating func sendAutomaticStatus() {
    reported = status
    respond(status.bytes)
  }

  /// Of process ids only the newest that was not sent is kept (GS ( H, fn 48).
  mutating func respond(processID id: ESCPOS.ProcessID) {
    responses.removeAll { $0.starts(with: [0x37, 0x22]) }
    respond([0x37, 0x22] + id.bytes + [0x00])
  }

  mutating func respond(offlineCauses: [UInt8]) {
    responses.removeAll { $0.starts(with: [0x37, 0x23]) }
    respond([0x37, 0x23] + offlineCauses + [0x00])
  }

  mutating func respond(_ bytes: [UInt8]) {
    responses.append(bytes)
    if responses.count > Self.responseLimit { responses.removeFirst() }
  }
}
