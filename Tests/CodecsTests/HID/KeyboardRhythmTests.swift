import Codecs
import Testing

/// When the keys come: torn scans, and people.
struct KeyboardRhythmTests {
  private static let released = [UInt8](repeating: 0, count: 8)

  /// Feeds digits, each down and up, with so many milliseconds from one to the next.
  private func type(
    _ digits: String, every milliseconds: Int64, from start: Int64 = 0, enter: Bool = true,
    into decoder: inout HID.KeyboardDecoder
  ) -> [Scanning.ScanResult] {
    var now = start
    var results: [Scanning.ScanResult] = []
    var usages = digits.utf8.map { $0 == 0x30 ? UInt8(0x27) : $0 - 0x31 + 0x1E }
    if enter { usages.append(0x28) }
    for usage in usages {
      results += decoder.feed([0, 0, usage, 0, 0, 0, 0, 0], at: now)
      results += decoder.feed(Self.released, at: now + 1)
      now += milliseconds
    }
    return results
  }

  /// The bytes of the scans, nil for one that was refused.
  private func bytes(_ results: [Scanning.ScanResult]) -> [[UInt8]?] {
    results.map { result in
      guard case .success(let scan) = result else { return nil }
      return scan.bytes
    }
  }

  @Test func `a scan tells when its first and its last key came`() {
    var decoder = HID.KeyboardDecoder(settings: .init())
    let results = type("42", every: 8, from: 1_000, into: &decoder)
    #expect(
      results == [
        .success(
          Scanning.Scan(
            bytes: Array("42".utf8), aimIdentifier: nil, firstMilliseconds: 1_000,
            lastMilliseconds: 1_016, terminator: .enter))
      ])
  }

  @Test func `keys in the rhythm of a hand are no scan`() {
    var decoder = HID.KeyboardDecoder(settings: .init())
    #expect(type("96385074", every: 80, into: &decoder) == [.failure(.typedByHand)])
    // Slower than the gap: a single key is told from a scan that was torn.
    #expect(type("4", every: 0, from: 5_000, enter: false, into: &decoder).isEmpty)
    #expect(decoder.fallSilent(at: 5_100) == [.failure(.typedByHand)])
  }

  @Test func `a slow scanner and a late machine are not taken for a hand`() {
    var decoder = HID.KeyboardDecoder(settings: .init())
    for pace in [Int64(1), 8, 20, 40] {
      let results = type("96385074", every: pace, into: &decoder)
      #expect(bytes(results) == [Array("96385074".utf8)], "\(pace) ms")
    }
    // Half of the keys waited for the machine; the others came at once.
    var results: [Scanning.ScanResult] = []
    for round in 0..<4 {
      results += type("12", every: 1, from: Int64(round) * 500, enter: false, into: &decoder)
    }
    results += type("", every: 0, from: 1_502, into: &decoder)
    #expect(bytes(results) == [Array("12121212".utf8)])
  }

  @Test func `a scan whose end does not come is torn and its rest is no scan`() {
    var decoder = HID.KeyboardDecoder(settings: .init())
    #expect(type("400638", every: 8, enter: false, into: &decoder).isEmpty)
    #expect(decoder.silenceMilliseconds == 100)
    #expect(decoder.fallSilent(at: 141) == [.failure(.torn)])
    #expect(type("1333931", every: 8, from: 200, into: &decoder) == [.failure(.torn)])
    #expect(decoder.silenceMilliseconds == nil)
    let next = type("96385074", every: 8, from: 300, into: &decoder)
    #expect(bytes(next) == [Array("96385074".utf8)])
  }

  @Test func `a key whose release was lost does not swallow the next scan's first digit`() {
    var decoder = HID.KeyboardDecoder(settings: .init())
    _ = decoder.feed([0, 0, 0x1E, 0, 0, 0, 0, 0], at: 0)
    _ = decoder.feed([0, 0, 0x1F, 0, 0, 0, 0, 0], at: 8)
    #expect(decoder.fallSilent(at: 108) == [.failure(.torn)])
    #expect(decoder.fallSilent(at: 408).isEmpty)
    let next = type("22", every: 8, from: 500, into: &decoder)
    #expect(bytes(next) == [Array("22".utf8)])
  }

  @Test func `a key that hangs and is sent for ever types once and tears its scan once`() {
    var decoder = HID.KeyboardDecoder(settings: .init())
    var results = type("12", every: 8, enter: false, into: &decoder)
    for now in stride(from: Int64(20), to: 3_000, by: 8) {
      results += decoder.feed([0, 0, 0x20, 0, 0, 0, 0, 0], at: now)
    }
    #expect(results == [.failure(.torn)])
  }

  @Test func `Caps Lock that was lost is forgotten with the silence`() {
    var decoder = HID.KeyboardDecoder(settings: .init())
    #expect(decoder.feed([0, 0, 0x39, 0, 0, 0, 0, 0], at: 0).isEmpty)
    #expect(decoder.feed(Self.released, at: 1).isEmpty)
    #expect(decoder.silenceMilliseconds == 100)
    #expect(decoder.fallSilent(at: 101).isEmpty)
    #expect(decoder.silenceMilliseconds == nil)
    _ = decoder.feed([0, 0, 0x04, 0, 0, 0, 0, 0], at: 200)
    let results = decoder.feed([0, 0, 0x28, 0, 0, 0, 0, 0], at: 201)
    #expect(bytes(results) == [[0x61]])
  }
}
