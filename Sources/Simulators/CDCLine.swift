import Devices

/// The serial line behind a CDC ACM port as its class requests set it (CDC PSTN 1.20, 6.3).
struct CDCLine: Equatable, Sendable {
  /// 9600 8N1, after power on (6.3.11).
  private static let standardCoding: [UInt8] = [0x80, 0x25, 0, 0, 0, 0, 8]

  private(set) var coding = standardCoding
  /// Whether somebody is there to read: Data Terminal Ready.
  private(set) var isTerminalReady = false

  /// The answer to a request; a stall for what is none of these.
  mutating func control(_ setup: USBControlSetup, data: [UInt8]) -> USBAnswer {
    switch (setup.requestType, setup.request) {
    case (0x21, 0x20) where data.count == Self.standardCoding.count:  // SET_LINE_CODING
      coding = data
      return .data([])
    case (0xA1, 0x21): return .data(coding)  // GET_LINE_CODING
    case (0x21, 0x22):  // SET_CONTROL_LINE_STATE
      isTerminalReady = setup.value & 1 == 1
      return .data([])
    case (0x21, 0x23): return .data([])  // SEND_BREAK
    default: return .stall
    }
  }
}
