/// What a person or a fault does to the devices of the counter, as one line of text.
enum ControlCommand: Equatable {
  enum Device: String, CaseIterable { case scanner, reader, printer, display }
  enum Fault: Equatable {
    case hold, release, stall
    /// The next read is sent more than it asked for.
    case overflow
    /// The next write is broken off with STALL after so many bytes.
    case short(Int)
    /// So many bytes more are taken, then nothing until the cable is plugged again.
    case limit(Int)
  }

  case plug(Device)
  case unplug(Device)
  case scan(String)
  /// nil takes the card away.
  case card([UInt8]?)
  case paper(String)
  case cover(isOpen: Bool)
  case fault(Fault, Device, endpoint: UInt8)
  case paperText
  case displayLines

  static let usage = """
    plug DEVICE | unplug DEVICE               scanner, reader, printer, display
    scan TEXT                                 the scanner reads a symbol
    card in UID | card out                    UID in hex
    paper ok|nearEnd|out | cover open|closed  at the printer
    hold|release|stall DEVICE ENDPOINT        endpoint in hex, 01 or 82
    overflow DEVICE ENDPOINT                  of an IN endpoint
    short|limit DEVICE ENDPOINT BYTES         take only so much
    paper text | display lines                what a person reads there
    """

  /// nil for what is none of these.
  init?(_ line: String) {
    let words = line.split(separator: " ").map(String.init)
    switch (words.first, words.count) {
    case ("scan", 2...): self = .scan(String(line.drop { $0 != " " }.dropFirst()))
    case ("paper", 2) where words[1] == "text": self = .paperText
    case ("paper", 2): self = .paper(words[1])
    case ("display", 2) where words[1] == "lines": self = .displayLines
    case ("cover", 2) where words[1] == "open" || words[1] == "closed":
      self = .cover(isOpen: words[1] == "open")
    case ("card", 2) where words[1] == "out": self = .card(nil)
    case ("card", 3) where words[1] == "in":
      guard let uid = Self.bytes(hex: words[2]) else { return nil }
      self = .card(uid)
    case ("plug", 2), ("unplug", 2):
      guard let device = Device(rawValue: words[1]) else { return nil }
      self = words[0] == "plug" ? .plug(device) : .unplug(device)
    case (_, 3...4):
      guard let device = Device(rawValue: words[1]), let endpoint = UInt8(words[2], radix: 16),
        let fault = Self.fault(words[0], words.count == 4 ? Int(words[3]) : nil)
      else { return nil }
      self = .fault(fault, device, endpoint: endpoint)
    default: return nil
    }
  }

  private static func fault(_ word: String, _ byteCount: Int?) -> Fault? {
    switch (word, byteCount) {
    case ("hold", nil): .hold
    case ("release", nil): .release
    case ("stall", nil): .stall
    case ("overflow", nil): .overflow
    case ("short", let count?) where count >= 0: .short(count)
    case ("limit", let count?) where count >= 0: .limit(count)
    default: nil
    }
  }

  private static func bytes(hex: String) -> [UInt8]? {
    let digits = Array(hex)
    guard digits.count % 2 == 0, !digits.isEmpty else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let byte = UInt8(String(digits[index...(index + 1)]), radix: 16) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }
}
