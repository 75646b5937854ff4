import Codecs
import Testing

struct ReportDescriptorTests {
  /// HID 1.11, E.6: the keyboard of the boot protocol.
  static let keyboard = hexBytes(
    """
    05010906a101050719e029e7150025017501950881029501750881019505750105081901290591029501
    7503910195067508150025650507190029658100c0
    """)

  @Test func `the standard's keyboard is read as the boot report`() throws {
    let descriptor = try HID.ReportDescriptor(decoding: Self.keyboard)
    #expect(!descriptor.usesReportIDs)
    #expect(descriptor.inputFields.map(\.bitOffset) == [0, 8, 16])
    #expect(descriptor.inputFields.map(\.count) == [8, 1, 6])
    #expect(descriptor.inputFields.allSatisfy { $0.application == .init(page: 1, id: 6) })
    #expect(descriptor.byteCount(ofReport: 0) == 8)
    let format = try #require(HID.KeyboardReportFormat(descriptor))
    let report: [UInt8] = [0x22, 0xFF, 0x04, 0x00, 0x65, 0x00, 0x00, 0x00]
    #expect(
      format.read(report) == .keys(HID.KeyboardState(modifiers: 0x22, keys: [0x04, 0x65])))
    #expect(format.read(report) == HID.KeyboardReportFormat.boot.read(report))
    // 66h is beyond the descriptor's maximum: no key.
    #expect(
      format.read([0, 0, 0x66, 0, 0, 0, 0, 0]) == .keys(.init(modifiers: 0, keys: [])))
  }

  @Test func `a report that is too short or of another id says so`() throws {
    #expect(HID.KeyboardReportFormat.boot.read([0, 0]) == .truncated)
    #expect(HID.KeyboardReportFormat.boot.read([0, 0, 1, 1, 1, 1, 1, 1]) == .rollOverError)
  }

  @Test func `a broken descriptor is refused with the reason`() {
    func malformation(_ hex: String) -> HID.ReportDescriptor.Malformation? {
      do throws(HID.ReportDescriptor.Malformation) {
        _ = try HID.ReportDescriptor(decoding: hexBytes(hex))
        return nil
      } catch {
        return error
      }
    }
    #expect(malformation("05") == .truncated(at: 0))
    #expect(malformation("c0") == .unbalanced(at: 0))
    #expect(malformation("a101") == .unbalanced(at: 2))
    #expect(malformation(String(repeating: "a101", count: 17)) == .tooDeep(at: 32))
    #expect(malformation("77ffffffff97ffffffff8102") == .reportTooLong(id: 0))
    #expect(malformation(String(repeating: "0901", count: 257)) == .tooManyUsages)
    #expect(malformation("b4") == .unbalanced(at: 0))
    #expect(malformation("fe050001") == .truncated(at: 4))
  }

  @Test(arguments: [UInt64(2), 11, 977])
  func `random descriptors and reports never trap`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var read = 0
    for round in 0..<3_000 {
      let bytes =
        round % 2 == 0
        ? random.damaged(Self.keyboard) : random.bytes(count: random.below(64))
      do {
        let descriptor = try HID.ReportDescriptor(decoding: bytes)
        let report = random.bytes(count: random.below(70))
        _ = HID.KeyboardReportFormat(descriptor)?.read(report)
        _ = HID.POSReportFormat(descriptor)?.read(report)
        read += 1
      } catch {
        continue
      }
    }
    #expect(read > 0)
  }
}
