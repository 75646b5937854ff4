internal import CPCSC

/// pcsc-lite's library, one context of it.
struct LibPCSC: CardAccess {
  /// Wakes a wait when a reader comes or goes (pcsc-lite's SCardGetStatusChange).
  private static let plugAndPlay = "\\\\?PnP?\\Notification"
  /// Bytes of the list of readers; pcscd has at most 16, of 128 bytes each.
  private static let readerListByteCount = 4_096

  private let context: SCARDCONTEXT

  /// Connects with pcscd.
  init() throws(PCSCFault) {
    var context = SCARDCONTEXT()
    try Self.check(SCardEstablishContext(DWORD(SCARD_SCOPE_SYSTEM), nil, nil, &context))
    self.context = context
  }

  func close() { SCardReleaseContext(context) }

  static func check(_ code: LONG) throws(PCSCFault) {
    guard code == 0 else { throw PCSCFault(returned: Int(code)) }
  }

  func readers() throws(PCSCFault) -> [String] {
    var bytes = [CChar](repeating: 0, count: Self.readerListByteCount)
    var count = DWORD(bytes.count)
    do throws(PCSCFault) {
      try Self.check(SCardListReaders(context, nil, &bytes, &count))
    } catch {
      guard error == .noReadersAvailable else { throw error }
      return []
    }
    return bytes.prefix(min(Int(count), bytes.count)).split(separator: 0).map { name in
      String(decoding: name.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  func wait(_ states: inout [ReaderState], milliseconds: Int) throws(PCSCFault) {
    let names = states.map(\.name) + [Self.plugAndPlay]
    var records = [SCARD_READERSTATE](repeating: SCARD_READERSTATE(), count: names.count)
    for (index, state) in states.enumerated() {
      records[index].dwCurrentState = DWORD(state.event)
    }
    let code = Self.withCStrings(names) { pointers in
      for index in names.indices { records[index].szReader = pointers[index] }
      return SCardGetStatusChange(
        context, DWORD(milliseconds), &records, DWORD(records.count))
    }
    let fault = PCSCFault(returned: Int(code))
    guard code == 0 || fault == .timeout || fault == .unknownReader else { throw fault }
    for index in states.indices {
      // Bit 1 says that the rest changed, and is no part of the state.
      states[index].event = UInt32(truncatingIfNeeded: records[index].dwEventState) & ~2
      if fault == .unknownReader { states[index].event |= 0x0004 }
    }
  }

  /// The strings stay where they are until `body` returns.
  private static func withCStrings(
    _ strings: [String], _ body: ([UnsafePointer<CChar>]) -> LONG
  ) -> LONG {
    var bytes: [CChar] = []
    var offsets: [Int] = []
    for string in strings {
      offsets.append(bytes.count)
      bytes += string.utf8CString
    }
    return bytes.withUnsafeBufferPointer { buffer in
      // Not empty: each string has its terminator, and there is at least one.
      guard let base = buffer.baseAddress else { return 0 }
      return body(offsets.map { base + $0 })
    }
  }

  func cancelWait() { SCardCancel(context) }

  func connect(_ reader: String) throws(PCSCFault) -> any CardConnection {
    var card = SCARDHANDLE()
    var agreed = DWORD()
    try Self.check(
      SCardConnect(
        context, reader, DWORD(SCARD_SHARE_SHARED), DWORD(SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1),
        &card, &agreed))
    var bytes = [UInt8](repeating: 0, count: Int(MAX_ATR_SIZE))
    var count = DWORD(bytes.count)
    let code = SCardStatus(card, nil, nil, nil, nil, &bytes, &count)
    do throws(PCSCFault) {
      try Self.check(code)
    } catch {
      SCardDisconnect(card, DWORD(SCARD_LEAVE_CARD))
      throw error
    }
    return Connection(
      card: card, protocolFlag: agreed, answerToReset: Array(bytes.prefix(Int(count))))
  }

  private struct Connection: CardConnection {
    let card: SCARDHANDLE
    let protocolFlag: DWORD
    let answerToReset: [UInt8]

    var protocolNumber: UInt8 { protocolFlag == DWORD(SCARD_PROTOCOL_T1) ? 1 : 0 }

    func transmit(_ command: [UInt8]) throws(PCSCFault) -> [UInt8] {
      var header = SCARD_IO_REQUEST(
        dwProtocol: UInt(protocolFlag), cbPciLength: UInt(MemoryLayout<SCARD_IO_REQUEST>.size))
      var response = [UInt8](repeating: 0, count: PCSCReader.maximumResponseByteCount)
      var count = DWORD(response.count)
      try LibPCSC.check(
        SCardTransmit(card, &header, command, DWORD(command.count), nil, &response, &count))
      return Array(response.prefix(Int(count)))
    }

    func disconnect() { SCardDisconnect(card, DWORD(SCARD_LEAVE_CARD)) }
  }
}
