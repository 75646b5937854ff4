import Devices
import Drivers
import Foundation
import Glibc
import PCSC
import Simulators

/// Proves the card reader behind pcscd: the simulated reader on this machine's kernel, driven by
/// Debian's pcscd and libccid, read through libpcsclite.
struct PCSCTest {
  private static let member: [UInt8] = [0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0x80]
  private static let other: [UInt8] = [0x04, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66]

  private var checks = Checks()
  private let counter = CounterDevices()
  private let heard = HeardEvents()
  private let pcscd: String

  private init(pcscd: String) { self.pcscd = pcscd }

  /// The number of checks that failed; `pcscd` is its executable.
  static func run(pcscd: String) async throws -> Int {
    var test = PCSCTest(pcscd: pcscd)
    let supervisor = PCSCSupervisor(conversations: { _ in UIDReading() })
    let supervising = Task { [heard = test.heard] in await supervisor.run { heard.note($0) } }
    try await test.prove()
    supervising.cancel()
    await supervising.value
    return test.checks.failureCount
  }

  private mutating func prove() async throws {
    let isTold = await isSoon { heard.message(of: .cardReader) == PCSCMessage.noService }
    checks.check("missing-pcscd-is-told", isTold, heard.message(of: .cardReader))
    let daemon = try Self.start(pcscd)
    let isEmpty = await isSoon { heard.message(of: .cardReader) == PCSCMessage.noReader }
    checks.check("pcscd-without-reader-is-told", isEmpty, heard.message(of: .cardReader))
    try counter.perform(.plug(.reader))
    await isEnabled("pcscd-reader-is-enabled")
    await lay(Self.member, "pcscd-card-is-read")
    await lay(nil, "pcscd-card-removal-is-told")
    // keyple-java #207: plugged in again while the program runs.
    try counter.perform(.unplug(.reader))
    let isGone = await isSoon { heard.state(of: .cardReader) == .absent }
    checks.check("pcscd-unplugged-reader-is-told", isGone)
    try counter.perform(.plug(.reader))
    await isEnabled("pcscd-replugged-reader-is-enabled")
    await lay(Self.other, "pcscd-card-is-read-after-replug")
    // Off again: the next pcscd would read it, and a card that is changed meanwhile is torn.
    await lay(nil, "pcscd-card-removal-is-told-after-replug")
    // As a crash does it: it leaves its socket behind.
    kill(daemon.processIdentifier, SIGKILL)
    let isOver = await isSoon { heard.message(of: .cardReader) == PCSCMessage.noService }
    checks.check("stopped-pcscd-is-told", isOver, heard.message(of: .cardReader))
    let again = try Self.start(pcscd)
    await isEnabled("restarted-pcscd-is-used")
    await lay(Self.member, "pcscd-card-is-read-after-restart")
    kill(again.processIdentifier, SIGKILL)
    try counter.perform(.unplug(.reader))
  }

  /// In the foreground, so that it ends with this test's word.
  static func start(_ pcscd: String) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: pcscd)
    process.arguments = ["--foreground"]
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  private mutating func isEnabled(_ name: String) async {
    let isEnabled = await isSoon { heard.state(of: .cardReader) == .enabled }
    checks.check(name, isEnabled, heard.message(of: .cardReader))
  }

  private mutating func lay(_ uid: [UInt8]?, _ name: String) async {
    let known = heard.cards.count
    do {
      try counter.perform(.card(uid))
    } catch {
      checks.check(name, false, "\(error)")
      return
    }
    _ = await isSoon { heard.cards.count > known }
    let told = heard.cards.dropFirst(known).first
    let isRight: Bool =
      switch (told, uid) {
      case (.inserted(let card)?, let uid?): card.uid == uid
      case (.removed?, nil): true
      case (.inserted, _), (.refused, _), (.removed, _), (nil, _): false
      }
    checks.check(name, isRight, told.map { "\($0)" } ?? "nothing")
  }

  /// Emulated processors are slow, and pcscd asks again after seconds: far more than it takes.
  private func isSoon(_ isTrue: () -> Bool) async -> Bool {
    await RigDevices.eventually(seconds: 30) { isTrue() ? true : nil } ?? false
  }
}
