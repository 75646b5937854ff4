import CheckoutMachine
import Daemon
import Devices
import Drivers
import Foundation
import Ledger
import Profiles
import Retail
import Simulators
import Testing

@testable import Recording

/// A shift is recorded and comes to the same states and bytes again (DEVICES 1.12).
@Suite(.timeLimit(.minutes(3)))
struct ShiftTests {
  private func replayed(
    _ path: String, keyPath: String? = nil
  ) async throws -> (ReplayDifference?, ReplaySummary) {
    let layout = ReceiptLayout(shop: RecordedShift.shop, currency: .cny)
    var replay = Replay(
      profiles: try ProfileSet.load(RecordedShift.drivers), layOut: { layout.receipt($0) })
    let difference = try await replay.run(
      try RecordingReader(path: path, keyPath: keyPath))
    return (difference, replay.summary)
  }

  /// Three sales, a coupon, a torn scan, a stall, a printer without paper and one that is pulled
  /// out, a scanner that is pulled out in mid-scan.
  private func shift() async throws -> (shift: RecordedShift, coupon: BearerCode) {
    let shift = try await RecordedShift()
    let coupon = try await shift.coupon()
    try await shift.sell(coupon: coupon)
    shift.scanner.withModel { $0.scanTorn("690100") }
    try await shift.screen("the torn scan") { $0.messages.contains { $0.code == "tornScan" } }
    shift.bus.inject(.stall(endpoint: PrinterModel.outEndpoint, count: 1), topology: "1-3")
    shift.printer.withModel { $0.linesLeft = 4 }
    let mended = Task {
      try await eventually("paper out") { shift.printer.withModel { $0.paperSupply == .out } }
      shift.printer.withModel { $0.setPaper(.ok) }
    }
    try await shift.sell()
    try await mended.value
    shift.scanner.withModel { $0.scanTorn("69010") }
    shift.bus.unplug(topology: "1-1")
    shift.bus.plug(shift.scanner, at: "1-1")
    shift.bus.unplug(topology: "1-3")
    shift.bus.plug(shift.printer, at: "1-3")
    try await shift.screen("all devices again") {
      $0.devices.allSatisfy { $0.state == "enabled" }
    }
    shift.scan("134567890123456789", aim: "]Q1")
    try await shift.sell()
    try await shift.end()
    return (shift, coupon)
  }

  @Test func `a shift with faults comes to the same states and bytes again`() async throws {
    let (shift, coupon) = try await shift()

    let (difference, summary) = try await replayed(shift.path)

    #expect(difference == nil)
    #expect(summary.receipts == 3)
    #expect(summary.steps > 30)
    #expect(summary.devices >= 6)
    #expect(summary.ending == "stopped")

    // Nothing of it can be read without its key, which only its owner can read.
    let text = try String(contentsOfFile: shift.path, encoding: .utf8)
    let uid = RecordedShift.card.map { String($0, radix: 16) }.joined()
    for secret in [
      coupon.characters, coupon.text, "134567890123456789", uid, "王秀英", "13812345521",
      Data(coupon.characters.utf8).base64EncodedString(),
      Data(RecordedShift.card).base64EncodedString(),
    ] {
      #expect(!text.localizedCaseInsensitiveContains(secret), "\(secret)")
    }
    for name in [shift.path, shift.path + ".key"] {
      let facts = try FileManager.default.attributesOfItem(atPath: name)
      #expect(facts[.posixPermissions] as? Int == 0o600)
    }

    // Without the key the checkout's part is replayed.
    try FileManager.default.removeItem(atPath: shift.path + ".key")
    let (stepsDifference, steps) = try await replayed(shift.path)
    #expect(stepsDifference == nil)
    #expect(steps.steps == summary.steps)
    #expect(steps.devices == 0)
  }

  @Test func `what was changed in a recording is found and named`() async throws {
    let (shift, _) = try await shift()
    let lines = try Self.lines(of: shift.path)

    // A byte that the printer took.
    let write = try #require(
      lines.lastIndex {
        if case .answered(_, _, .took(let count, _)) = $0.event { count > 200 } else { false }
      })
    guard case .answered(let handle, let number, .took(let count, let sealed)) = lines[write].event
    else { return }
    var bytes = try #require(sealed.bytes)
    bytes[100] ^= 0x20
    try await expectDifference(
      in: lines, at: write,
      .answered(handle: handle, number: number, .took(count, Sealed(bytes))), beside: shift,
      containing: ["printer@1-3", "byte 100:"])

    // A byte that came from the scanner.
    let read = try #require(
      lines.lastIndex {
        guard case .answered(_, _, .data(let sealed)) = $0.event else { return false }
        return sealed.bytes.map { $0.count == 8 && $0[2] > 0x1E && $0[2] < 0x26 } ?? false
      })
    guard case .answered(let scanner, let report, .data(let keys)) = lines[read].event else {
      return
    }
    var changed = try #require(keys.bytes)
    changed[2] += 1
    let (difference, _) = try await replayed(
      try Self.write(
        lines, at: read,
        .answered(
          handle: scanner, number: report, .data(Sealed(changed))), beside: shift))
    #expect(try #require(difference).place == "scanner@1-1")
    #expect(try #require(difference).line > read)

    // A state.
    let step = try #require(
      lines.lastIndex {
        if case .step(let step) = $0.event { step.to != step.from } else { false }
      })
    guard case .step(let transition) = lines[step].event else { return }
    try await expectDifference(
      in: lines, at: step,
      .step(
        .init(
          from: transition.from, event: transition.event, context: transition.context,
          to: transition.from, effects: transition.effects)), beside: shift,
      containing: ["step", "state"])
  }

  @Test func `a line that was tampered with is named`() async throws {
    let shift = try await RecordedShift()
    try await shift.sell()
    try await shift.end()
    var text = try String(contentsOfFile: shift.path, encoding: .utf8).split(separator: "\n")
    let index = try #require(text.firstIndex { $0.contains("\"took\"") })
    let sealed = try #require(text[index].range(of: "AAAA"))
    text[index].replaceSubrange(sealed, with: "BAAA")
    try text.joined(separator: "\n").write(
      toFile: shift.path, atomically: false, encoding: .utf8)

    let error = await #expect(throws: RecordingError.self) { try await self.replayed(shift.path) }
    #expect(try #require(error).description.contains("line \(index + 1) "))
  }

  private func expectDifference(
    in lines: [RecordedLine], at index: Int, _ event: RecordedEvent, beside shift: RecordedShift,
    containing words: [String]
  ) async throws {
    let (difference, _) = try await replayed(
      try Self.write(lines, at: index, event, beside: shift))
    let text = "\(try #require(difference))"
    #expect(text.hasPrefix("line \(index + 1), "))
    for word in words { #expect(text.contains(word), "\(text)") }
  }

  private static func lines(of path: String) throws -> [RecordedLine] {
    let decoder = JSONDecoder()
    decoder.userInfo = .init(RecordingSeal(key: RecordedShift.key))
    return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
      try decoder.decode(RecordedLine.self, from: Data($0.utf8))
    }
  }

  /// The recording with one line changed, in a file of its own.
  private static func write(
    _ lines: [RecordedLine], at index: Int, _ event: RecordedEvent, beside shift: RecordedShift
  ) throws -> String {
    let encoder = JSONEncoder()
    encoder.userInfo = .init(RecordingSeal(key: RecordedShift.key))
    var lines = lines
    lines[index] = RecordedLine(at: lines[index].at, event: event)
    let path = shift.directory.path + "/changed-\(index).jsonl"
    let text = try lines.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }
    try text.joined().write(toFile: path, atomically: false, encoding: .utf8)
    try Data((Data(RecordedShift.key).base64EncodedString() + "\n").utf8).write(
      to: URL(fileURLWithPath: path + ".key"))
    return path
  }
}
