import Codecs
import Devices
import Foundation
import Synchronization

@testable import PCSC

/// pcscd as a test wants it: readers and cards change by the test's word.
final class ScriptedAccess: CardAccess {
  struct Card: Sendable {
    var answerToReset: [UInt8] = ISO7816.AnswerToReset(storageCard: .mifareUltralight).bytes
    var uid: [UInt8]
    /// Connecting or talking fails like that.
    var connectFault: PCSCFault?
    var transmitFault: PCSCFault?
  }

  private struct Script {
    var readers: [String: (card: Card?, changes: UInt32)] = [:]
    var fault: PCSCFault?
    var isCancelled = false
    var commands: [[UInt8]] = []
    var closes = 0
    var version = 0
  }

  private let script = Mutex(Script())

  var commands: [[UInt8]] { script.withLock { $0.commands } }
  var closes: Int { script.withLock { $0.closes } }

  func plug(_ reader: String) { change { $0.readers[reader] = (nil, 0) } }
  func unplug(_ reader: String) { change { $0.readers[reader] = nil } }
  func fail(_ fault: PCSCFault?) { change { $0.fault = fault } }

  func lay(_ card: Card?, on reader: String) {
    change { script in
      guard let before = script.readers[reader] else { return }
      script.readers[reader] = (card, before.changes + 1)
    }
  }

  private func change(_ body: (inout Script) -> Void) {
    script.withLock { script in
      body(&script)
      script.version += 1
    }
  }

  // MARK: CardAccess

  func readers() throws(PCSCFault) -> [String] {
    let (names, fault) = script.withLock { ($0.readers.keys.sorted(), $0.fault) }
    if let fault { throw fault }
    return names
  }

  /// As pcscd does: at once if a state is not as given, else when something changes.
  func wait(_ states: inout [ReaderState], milliseconds: Int) throws(PCSCFault) {
    let before = states
    let version = script.withLock { $0.version }
    for _ in 0..<milliseconds {
      let (isCancelled, fault, isChanged) = script.withLock {
        ($0.isCancelled, $0.fault, $0.version != version)
      }
      if isCancelled { throw .cancelled }
      if let fault { throw fault }
      for index in states.indices { states[index].event = event(states[index].name) }
      if states != before || isChanged { return }
      Thread.sleep(forTimeInterval: 0.001)
    }
  }

  private func event(_ name: String) -> UInt32 {
    script.withLock { script in
      guard let reader = script.readers[name] else { return 0x000C }
      return reader.changes << 16 | (reader.card == nil ? 0x0010 : 0x0020)
    }
  }

  func cancelWait() { script.withLock { $0.isCancelled = true } }
  func close() { script.withLock { $0.closes += 1 } }

  func connect(_ reader: String) throws(PCSCFault) -> any CardConnection {
    guard let card = script.withLock({ $0.readers[reader]?.card }) else { throw .noSmartcard }
    if let fault = card.connectFault { throw fault }
    return Connection(service: self, card: card)
  }

  private struct Connection: CardConnection {
    let service: ScriptedAccess
    let card: Card

    var answerToReset: [UInt8] { card.answerToReset }
    var protocolNumber: UInt8 { 0 }

    func transmit(_ command: [UInt8]) throws(PCSCFault) -> [UInt8] {
      service.script.withLock { $0.commands.append(command) }
      if let fault = card.transmitFault { throw fault }
      return command == ISO7816.CommandAPDU.getUID.bytes
        ? card.uid + [0x90, 0x00] : [0x6D, 0x00]
    }

    func disconnect() {}
  }
}

/// Asks for the UID, and for nothing else.
struct UIDTalk: CardConversation {
  private var talk = UIDConversation()

  mutating func start(answerToReset: [UInt8]) -> CardStep<CardReading<CardIdentity>> {
    Self.step(talk.start(answerToReset: answerToReset))
  }

  mutating func resume(response: [UInt8]?) -> CardStep<CardReading<CardIdentity>> {
    Self.step(talk.resume(response: response))
  }

  private static func step(
    _ step: CardStep<CardReading<CCID.Card>>
  ) -> CardStep<CardReading<CardIdentity>> {
    switch step {
    case .transmit(let command): .transmit(command)
    case .finished(.card(let card)):
      .finished(.card(CardIdentity(uid: card.uid, answerToReset: card.answerToReset)))
    case .finished(.torn): .finished(.torn)
    case .finished(.unreadable): .finished(.unreadable)
    }
  }
}
