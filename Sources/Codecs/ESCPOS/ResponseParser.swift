extension ESCPOS {
  /// What a printer sends.
  public enum Response: Equatable, Sendable {
    case automaticStatus(AutomaticStatus)
    /// The answer to DLE EOT; which n it answers, only the order of the requests tells.
    case realTimeStatus(UInt8)
    /// The answer to GS r, or to GS I with n 1 to 3.
    case bufferedStatus(UInt8)
    /// The data before this id are printed (GS ( H, fn 48).
    case printed(ProcessID)
    /// Why the printer is offline, 40h to 7Fh each (GS ( H, fn 49).
    case offlineCauses([UInt8])
    /// The buffers are empty (DLE DC4, fn 8).
    case buffersCleared
    /// GS I with n 65 and above.
    case information([UInt8])
    /// XON 11h or XOFF 13h of a serial line's flow control.
    case flowControl(isReady: Bool)
    /// The automatic status of a Star printer that is not in its ESC/POS mode, from its two header
    /// bytes on.
    case starStatus([UInt8])
    /// The printer is about to lose its power (DLE DC4, fn 2).
    case powerOff
    /// Any other block, its header first, without the NUL.
    case block([UInt8])
    /// A byte that begins nothing, or what was begun and broken off.
    case noise([UInt8])
  }

  /// Sorts the bytes of the IN pipe, where answers of all kinds are mixed, by their fixed bits
  /// ("Differentiating status data"). Total: any bytes in any chunks, no trap.
  ///
  /// The answer to GS I with n 1 to 3 that is 21h, 23h … 2Fh may be the beginning of a Star's
  /// status and is told with the byte after it; no answer to GS r is such a byte.
  public struct ResponseParser: Sendable {
    /// A block has at most 80 bytes of data between header, identifier and status, and its NUL.
    static let maximumBlockByteCount = 84
    private static let blockHeaders: [UInt8] = [0x35, 0x37, 0x3B, 0x3D, 0x5F]

    private var pending: [UInt8] = []

    public init() {}

    public mutating func feed(_ bytes: some Sequence<UInt8>) -> [Response] {
      var responses: [Response] = []
      for byte in bytes { feed(byte, into: &responses) }
      return responses
    }

    private mutating func feed(_ byte: UInt8, into responses: inout [Response]) {
      guard let first = pending.first else { return begin(byte, &responses) }
      if Self.blockHeaders.contains(first) {
        takeOfBlock(byte, &responses)
      } else if first & 0xF1 == 0x21 {
        takeOfStar(byte, &responses)
      } else {
        takeOfAutomatic(byte, &responses)
      }
    }

    private mutating func takeOfBlock(_ byte: UInt8, _ responses: inout [Response]) {
      pending.append(byte)
      if byte == nul {
        responses.append(Self.block(Array(pending.dropLast())))
        pending = []
      } else if pending.count >= Self.maximumBlockByteCount {
        giveUp(&responses)
      }
    }

    /// An automatic status: three bytes follow, all with their own fixed bits.
    private mutating func takeOfAutomatic(_ byte: UInt8, _ responses: inout [Response]) {
      guard byte & 0x90 == 0 else {
        giveUp(&responses)
        return begin(byte, &responses)
      }
      pending.append(byte)
      if let status = AutomaticStatus(bytes: pending) {
        responses.append(.automaticStatus(status))
        pending = []
      }
    }

    /// The second byte tells a version, which is not 0; in those after it bits 0, 4 and 7 are 0.
    private mutating func takeOfStar(_ byte: UInt8, _ responses: inout [Response]) {
      let isFitting = pending.count == 1 ? byte & 0x11 == 0 && byte & 0x6E != 0 : byte & 0x91 == 0
      guard isFitting else {
        // It was the answer to GS I, and what came after it begins anew.
        let rest = pending.dropFirst() + [byte]
        responses.append(.bufferedStatus(pending[0]))
        pending = []
        for byte in rest { feed(byte, into: &responses) }
        return
      }
      pending.append(byte)
      if pending.count == Self.starByteCount(pending) {
        responses.append(.starStatus(pending))
        pending = []
      }
    }

    /// Bits 1 to 3 and 5 of the first byte count the bytes, at least eight here; bit 7 of the
    /// second adds two.
    private static func starByteCount(_ bytes: [UInt8]) -> Int {
      let count = Int(bytes[0] >> 2 & 0x08 | bytes[0] >> 1 & 0x07)
      return count + Int(bytes[1] >> 6 & 0x02)
    }

    private mutating func begin(_ byte: UInt8, _ responses: inout [Response]) {
      if byte & 0x93 == 0x10 || byte & 0xF1 == 0x21 || Self.blockHeaders.contains(byte) {
        pending = [byte]
      } else if byte & 0x93 == 0x12 {
        responses.append(.realTimeStatus(byte))
      } else if byte == 0x11 || byte == 0x13 {
        responses.append(.flowControl(isReady: byte == 0x11))
      } else if byte & 0x90 == 0 {
        responses.append(.bufferedStatus(byte))
      } else {
        responses.append(.noise([byte]))
      }
    }

    private mutating func giveUp(_ responses: inout [Response]) {
      responses.append(.noise(pending))
      pending = []
    }

    private static func block(_ bytes: [UInt8]) -> Response {
      let rest = Array(bytes.dropFirst(2))
      switch (bytes.first, bytes.dropFirst().first) {
      case (0x37, 0x22): return ProcessID(bytes: rest).map { .printed($0) } ?? .block(bytes)
      case (0x37, 0x23): return .offlineCauses(rest)
      case (0x37, 0x25): return rest.isEmpty ? .buffersCleared : .block(bytes)
      case (0x3B, 0x30): return rest.isEmpty ? .powerOff : .block(bytes)
      case (0x5F, _): return .information(Array(bytes.dropFirst()))
      default: return .block(bytes)
      }
    }
  }
}
