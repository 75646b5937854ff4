import Codecs
import Devices
import Ledger
import Retail

/// One thing that a scanner or a reader told, as a technician sees it.
public struct SeenEvent: Codable, Equatable, Sendable {
  /// The device and where it is plugged in, `scanner@1-1`.
  public let device: String
  /// `scan`, `refused`, `card`, `unreadable`, `removed` or `status`.
  public let what: String
  /// The shop's time, `14:03:07.250`.
  public let time: String
  /// Since the event before it of the same watch; nil for the first.
  public var millisecondsSinceLast: Int64?
  /// The AIM identifier, `]E0`; empty when the scanner sent none. Only with `scan`.
  public var aim: String?
  /// A scan's data, or a card's number; masked unless it was asked for raw.
  public var data: String?
  public var byteCount: Int?
  /// What the kiosk takes it for.
  public var meaning: String?
  /// From the first to the last byte, where the driver tells.
  public var milliseconds: Int64?
  /// What is doubtful about it, or why it was refused; nil when all is well.
  public var anomaly: String?

  init(device: DeviceID, what: String, time: ShopTime) {
    self.device = device.description
    self.what = what
    self.time = Self.clock(time)
  }

  private static func clock(_ time: ShopTime) -> String {
    func padded(_ number: Int64, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let local = time.instant.milliseconds + Int64(time.offsetSeconds) * 1_000
    let day = ((local % 86_400_000) + 86_400_000) % 86_400_000
    return "\(padded(day / 3_600_000, 2)):\(padded(day / 60_000 % 60, 2))"
      + ":\(padded(day / 1_000 % 60, 2)).\(padded(day % 1_000, 3))"
  }
}

extension SeenEvent {
  /// Nil for what the watcher of this kind of device does not want.
  init?(
    _ event: DeviceEvent, for watched: WatchedDevice, isRaw: Bool, scans: ScanDesk,
    at time: ShopTime
  ) {
    switch (watched, event) {
    case (.scanner, .scan(let scan)):
      self.init(device: scan.device, what: "scan", time: time)
      describe(scan, isRaw: isRaw, scans)
    case (.scanner, .scanRefused(let device, let fault)):
      self.init(device: device, what: "refused", time: time)
      anomaly = "\(fault)"
    case (.reader, .card(.inserted(let card))):
      self.init(device: DeviceID("cardReader"), what: "card", time: time)
      describe(card, isRaw: isRaw)
    case (.reader, .card(.refused(let fault))):
      self.init(device: DeviceID("cardReader"), what: fault.rawValue, time: time)
      anomaly =
        switch fault {
        case .torn: "taken away too soon, or silent while it was read"
        case .unreadable: "not a card that this reader reads"
        case .severalCards: "more than one card, and nobody can say which is meant"
        }
    case (.reader, .card(.removed)):
      self.init(device: DeviceID("cardReader"), what: "removed", time: time)
    case (.scanner, .status(let status)) where status.kind == .scanner,
      (.reader, .status(let status)) where status.kind == .cardReader:
      self.init(device: status.device, what: "status", time: time)
      meaning = status.state.rawValue
      anomaly = status.message.isEmpty ? nil : status.message
    default: return nil
    }
  }

  private mutating func describe(_ scan: ScanData, isRaw: Bool, _ scans: ScanDesk) {
    let read = scans.reader.read(scan.bytes, aim: scan.aimIdentifier, paymentExpected: false)
    let report = ScanReport(read, paymentExpected: false)
    meaning = report.gtin14.map { "\(report.meaning) \($0)" } ?? report.meaning
    anomaly = report.reason
    aim = scan.aimIdentifier ?? ""
    byteCount = scan.bytes.count
    let text = String(decoding: scan.bytes, as: UTF8.self)
    data =
      Self.isPayment(read)
      ? text.prefix(2) + String(repeating: "*", count: max(0, text.count - 2))
      : Self.isSecret(read) && !isRaw ? Self.masked(text) : text
  }

  private mutating func describe(_ card: CardIdentity, isRaw: Bool) {
    let number = card.uid.map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
    data = isRaw ? number : Self.masked(number)
    byteCount = card.uid.count
    meaning = "\(card.kind), assurance \(card.assurance)"
    var doubts = card.faults.map { "\($0)" }
    if card.hasRandomUID { doubts.insert("its number is another one at every tap", at: 0) }
    anomaly = doubts.isEmpty ? nil : doubts.joined(separator: ", ")
  }

  /// The last four characters, and as many stars as there are others.
  static func masked(_ text: String) -> String {
    let shown = text.count > 8 ? 4 : 0
    return String(repeating: "*", count: text.count - shown) + text.suffix(shown)
  }

  /// Money to whoever has it, for a minute: not even technicians see it.
  private static func isPayment(_ meaning: ScanMeaning) -> Bool {
    switch meaning {
    case .payment, .refused(.paymentNotExpected): true
    case .product, .inStore, .elementString, .digitalLink, .own, .text, .refused: false
    }
  }

  /// Whether who knows the data could use it.
  private static func isSecret(_ meaning: ScanMeaning) -> Bool {
    switch meaning {
    case .payment, .own, .refused(.paymentNotExpected): true
    case .text(let bytes, _): BearerCode(String(decoding: bytes, as: UTF8.self)) != nil
    case .product, .inStore, .elementString, .digitalLink, .refused: false
    }
  }
}
