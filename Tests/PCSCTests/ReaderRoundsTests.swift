import Codecs
import Devices
import Testing

@testable import PCSC

struct ReaderRoundsTests {
  private let uid: [UInt8] = [4, 1, 2, 3, 4, 5, 6]

  private func state(_ name: String, isPresent: Bool, changes: UInt32 = 1) -> ReaderState {
    var state = ReaderState(name)
    state.event = changes << 16 | (isPresent ? 0x20 : 0x10)
    return state
  }

  private func identity(_ uid: [UInt8]) -> CardIdentity {
    CardIdentity(uid: uid, answerToReset: [])
  }

  @Test func `a card is read once as long as pcscd counts no change`() {
    var rounds = ReaderRounds()
    #expect(rounds.update(readers: ["A"]).isEmpty)
    let there = state("A", isPresent: true)
    #expect(rounds.look(at: 0, there) == .read(reader: "A", index: 0))
    #expect(rounds.read(.success(identity(uid)), index: 0) == [.inserted(identity(uid))])
    #expect(rounds.look(at: 0, there) == .events([]))
    #expect(!rounds.isUnsettled)
    // Away and back between two waits: read again, and the same card is one tap.
    #expect(
      rounds.look(at: 0, state("A", isPresent: true, changes: 3)) == .read(reader: "A", index: 0))
    #expect(rounds.read(.success(identity(uid)), index: 0).isEmpty)
    #expect(
      rounds.look(at: 0, state("A", isPresent: true, changes: 5)) == .read(reader: "A", index: 0))
    #expect(
      rounds.read(.success(identity([9, 9, 9, 9])), index: 0)
        == [.removed, .inserted(identity([9, 9, 9, 9]))])
  }

  @Test func `a card that is away for two looks is removed`() {
    var rounds = ReaderRounds()
    _ = rounds.update(readers: ["A"])
    _ = rounds.look(at: 0, state("A", isPresent: true))
    _ = rounds.read(.success(identity(uid)), index: 0)
    #expect(rounds.look(at: 0, state("A", isPresent: false, changes: 2)) == .events([]))
    #expect(rounds.isUnsettled)
    #expect(rounds.look(at: 0, state("A", isPresent: false, changes: 2)) == .events([.removed]))
  }

  @Test func `a reader that cannot be asked has no card`() {
    var unknown = ReaderState("A")
    unknown.event = 0x002C
    #expect(unknown.isUnavailable && !unknown.isPresent)
    #expect(state("A", isPresent: true, changes: 7).changes == 7)
  }

  @Test func `more readers than the limit are not looked at`() {
    var rounds = ReaderRounds()
    _ = rounds.update(readers: (0..<20).map { "Reader \($0)" })
    #expect(rounds.states.count == ReaderRounds.readerLimit)
    _ = rounds.update(readers: ["Reader 3", "Reader 19"])
    #expect(rounds.states.map(\.name) == ["Reader 3", "Reader 19"])
  }

  @Test func `codes of the library are classed by what can be done`() {
    let device = DeviceID("cardReader@pcsc")
    let kinds: [(PCSCFault, DeviceError.Kind)] = [
      (.noService, .disconnected), (.serviceStopped, .disconnected), (.noAccess, .accessDenied),
      (.sharingViolation, .busy), (.cancelled, .cancelled), (.timeout, .timedOut),
      (.noMemory, .exhausted), (PCSCFault(0x8010_0001), .malformedResponse),
    ]
    for (fault, kind) in kinds { #expect(fault.error(device).kind == kind) }
    #expect(PCSCFault(returned: -2_146_435_043) == .noService)
    #expect(PCSCFault(returned: 0x8010_001D) == .noService)
  }
}
