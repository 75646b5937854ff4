import Devices
import Testing

/// Expected numbers: the constants of JavaPOS 1.14 (JposConst, POSPrinterConst, SmartCardRWConst)
/// and of OPOS (Opos.h, OposPtr.h, OposScrw.h), which agree.
struct UnifiedPOSCodesTests {
  private typealias Codes = UnifiedPOSCodes

  @Test func `the numbers are those of the standard`() {
    #expect(Codes.State.allCases.map(\.rawValue) == Array(1...4))
    #expect(Codes.Power.allCases.map(\.rawValue) == Array(2_000...2_004))
    #expect(Codes.ErrorCode.allCases.map(\.rawValue) == Array(101...115))
    #expect(Codes.ErrorCode.noHardware.rawValue == 107)
    #expect(Codes.ErrorCode.timeout.rawValue == 112)
    #expect(Codes.PrinterError.allCases.map(\.rawValue) == Array(201...207))
    #expect(Codes.PrinterError.receiptEmpty.rawValue == 203)
    #expect(Codes.CardError.allCases.map(\.rawValue) == Array(201...204))
    #expect(Codes.PrinterUpdate.allCases.map(\.rawValue) == [11, 12, 24, 25, 26])
    #expect(Codes.CardUpdate.allCases.map(\.rawValue) == [1, 2])
  }

  @Test func `what was never plugged in is closed and off`() {
    let codes = Codes(.printer, .absent)
    #expect((codes.state, codes.power, codes.error) == (.closed, .offOrOffline, .noHardware))
    #expect(codes.statusUpdates.isEmpty)
  }

  @Test func `a printer in use is idle and tells cover and paper`() {
    let ready = Codes(.printer, .enabled)
    #expect((ready.state, ready.power, ready.error) == (.idle, .online, nil))
    #expect(ready.statusUpdates == [12, 26])
    let nearEnd = Codes(.printer, .enabled, attention: [.paperNearEnd])
    #expect((nearEnd.state, nearEnd.error) == (.idle, nil))
    #expect(nearEnd.statusUpdates == [12, 25])
  }

  @Test func `what works at this moment is busy, unless it has an error`() {
    #expect(Codes(.printer, .enabled).whileBusy.state == .busy)
    #expect(Codes(.printer, .enabled, attention: [.paperOut]).whileBusy.state == .error)
    #expect(Codes(.printer, .absent).whileBusy.state == .closed)
  }

  @Test(arguments: [
    ([Attention.coverOpen, .paperNearEnd], 114, 201, [11, 25]),
    ([.paperOut], 114, 203, [12, 24]), ([.offline], 108, nil, [12, 26]),
    ([.cutterError], 111, nil, [12, 26]), ([.unrecoverableError, .coverOpen], 111, nil, [11, 26]),
  ])
  func `a printer that needs a person is in error`(
    attention: [Attention], error: Int, extended: Int?, updates: [Int]
  ) {
    let codes = Codes(.printer, .enabled, attention: attention)
    #expect(codes.state == .error)
    #expect(codes.error?.rawValue == error)
    #expect(codes.extendedError == extended)
    #expect(codes.statusUpdates == updates)
    #expect(codes.power == (attention.contains(.offline) ? .offline : .online))
  }

  @Test(arguments: [
    (DeviceError.Kind.disconnected, 107), (.busy, 102), (.accessDenied, 104), (.timedOut, 112),
    (.stalled, 111), (.malformedResponse, 111), (.exhausted, 111), (.unsupported, 106),
    (.cancelled, 101), (.needsAttention(.paperOut), 114), (.needsAttention(.paperNearEnd), 111),
  ])
  func `a fault has the number of its cause`(cause: DeviceError.Kind, error: Int) {
    let codes = Codes(.cardReader, .faulted, cause: cause)
    #expect(codes.state == .error)
    #expect(codes.error?.rawValue == error)
    #expect(codes.power == (cause == .disconnected ? .offOrOffline : .online))
  }

  @Test func `a reader tells whether a card is there`() {
    #expect(Codes(.cardReader, .enabled).statusUpdates.isEmpty)
    #expect(Codes(.cardReader, .enabled, card: .cardPresent).statusUpdates == [2])
    #expect(Codes(.cardReader, .enabled, card: .noCard).statusUpdates == [1])
    let unreadable = Codes(
      .cardReader, .enabled, attention: [.cardUnreadable], card: .cardPresent)
    #expect((unreadable.error, unreadable.extendedError) == (.extended, 201))
    let torn = Codes(.cardReader, .enabled, card: .noCard, cardError: .torn)
    #expect((torn.state, torn.extendedError) == (.error, 203))
  }
}
