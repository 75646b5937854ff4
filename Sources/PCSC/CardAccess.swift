/// What PC/SC can do, as far as a reader of cards needs it; every call may block its thread, none
/// longer than `PCSCReader.maximumWaitMilliseconds` but the exchange with a card, which pcscd
/// bounds. Conformers: `LibPCSC`, and a scripted one in the tests.
protocol CardAccess: Sendable {
  /// The readers that pcscd knows, by name; empty when there are none.
  func readers() throws(PCSCFault) -> [String]
  /// Waits until a state is another than given, or a reader comes or goes, and brings the states up
  /// to date. Times out without a fault.
  func wait(_ states: inout [ReaderState], milliseconds: Int) throws(PCSCFault)
  /// Ends a wait from another thread.
  func cancelWait()
  /// Once, when nothing waits any more.
  func close()
  /// Powers the card, or joins others who use it.
  func connect(_ reader: String) throws(PCSCFault) -> any CardConnection
}

/// A card that is connected. Conformers as of `CardAccess`.
protocol CardConnection {
  var answerToReset: [UInt8] { get }
  /// 0 or 1, what was agreed with the card.
  var protocolNumber: UInt8 { get }
  func transmit(_ command: [UInt8]) throws(PCSCFault) -> [UInt8]
  /// Leaves the card as it is.
  func disconnect()
}

/// What PC/SC says of a reader: SCARD_READERSTATE.
struct ReaderState: Equatable, Sendable {
  let name: String
  /// The state's bits below, how often a card came or went above (dwEventState).
  var event: UInt32 = 0

  init(_ name: String) { self.name = name }

  /// The reader is gone, or cannot be asked.
  var isUnavailable: Bool { event & 0x000C != 0 }
  var isPresent: Bool { event & 0x0020 != 0 && !isUnavailable }
  /// Insertions and removals that pcscd counted.
  var changes: UInt32 { event >> 16 }
}
