import Devices
import Profiles
import Simulators
import Testing

@testable import Drivers

@Suite(.timeLimit(.minutes(1))) struct KeyboardCardReaderTests {
  private let id = DeviceID("cardReader@1-1")

  private func scan(_ text: String) -> ScannerOutput {
    .scan(ScanData(bytes: Array(text.utf8), aimIdentifier: nil, device: id))
  }

  private func card(_ bytes: [UInt8]) -> [CardEvent] {
    [.inserted(CardIdentity(uid: bytes, answerToReset: [])), .removed]
  }

  @Test(arguments: [
    ("0077701571", KeyboardCardReaderSettings.NumberFormat.decimal),
    ("3282149636", .decimalReversed), ("04a1A1C3", .hexadecimal),
    ("C3A1A104", .hexadecimalReversed),
  ])
  func `one card has the same bytes by whatever reader`(
    text: String, format: KeyboardCardReaderSettings.NumberFormat
  ) {
    var taps = NumberTaps(settings: KeyboardCardReaderSettings(numberFormat: format))
    #expect(taps.take(scan(text), at: 0) == card([0x04, 0xA1, 0xA1, 0xC3]))
  }

  @Test func `a number typed is never more than a number`() {
    var taps = NumberTaps(settings: KeyboardCardReaderSettings(numberFormat: .decimal))
    guard case .inserted(let card)? = taps.take(scan("0077701571"), at: 0).first else {
      Issue.record("no card")
      return
    }
    #expect(card.assurance == .uidOnly && card.token == nil && card.kind == .other)
  }

  @Test func `what does not follow the declared format is refused`() {
    var taps = NumberTaps(settings: KeyboardCardReaderSettings(numberFormat: .decimal))
    for text in ["", "123", "99999999999", "9999999999", "04A1B2C3", "4006381333931"] {
      #expect(taps.take(scan(text), at: 0) == [.refused(.unreadable), .removed], "\(text)")
    }
    #expect(taps.take(.refused(.torn), at: 0) == [.refused(.torn), .removed])
    #expect(taps.take(.refused(.unknownKey), at: 0) == [.refused(.unreadable), .removed])
  }

  @Test func `a reader that types the number again and again tells one tap`() {
    var taps = NumberTaps(settings: KeyboardCardReaderSettings(numberFormat: .hexadecimal))
    #expect(taps.take(scan("04A1A1C3"), at: 0).count == 2)
    // Every 900 ms, as long as the card lies there.
    for repetition in 1...5 {
      #expect(taps.take(scan("04A1A1C3"), at: Int64(900 * repetition)).isEmpty)
    }
    #expect(taps.take(scan("04A1A1C4"), at: 4_600).count == 2)
    #expect(taps.take(scan("04A1A1C3"), at: 4_700).count == 2)
    #expect(taps.take(scan("04A1A1C3"), at: 5_700).count == 2)
  }

  @Test func `a card is heard over the reports of a keyboard`() async throws {
    let device = SimulatedDevice("reader", KeyboardScannerModel())
    let port = SimulatedInterface(device: device)
    let reader = KeyboardCardReader(
      interface: port, device: id, settings: .init(numberFormat: .decimal))
    let collector = OutputCollector<CardEvent>()
    let fault = try await whileRunning({ () async throws(DeviceError) in
      try await reader.run { collector.deliver($0) }
    }) {
      device.withModel { $0.scan("0077701571") }
      #expect(await collector.first(2) == card([0x04, 0xA1, 0xA1, 0xC3]))
    }
    #expect(fault?.kind == .cancelled && fault?.device == id)
  }
}
