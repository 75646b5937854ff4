import Codecs
import Devices
import Foundation
import Synchronization

/// A reader's talks with cards, kept as they went. A recording holds neither the secrets that a
/// card was asked about nor the chance that it was asked with, so a replay repeats the talk instead
/// of holding it anew.
public enum RecordedTalk {
  /// The talks of the driver on `interface`, written down step by step; one that is not of a
  /// `RecordingBus` stays as it is.
  public static func recorded(
    _ talks: @escaping CardConversations<CardIdentity>, over interface: any USBInterface
  ) -> CardConversations<CardIdentity> {
    guard let interface = interface as? RecordingInterface else { return talks }
    let count = TalkCount()
    return { abilities in
      RecordingTalk(
        talk: talks(abilities), number: count.next(), handle: interface.handle,
        file: interface.file)
    }
  }

  /// The talks of one handle's lines, in their order.
  static func replayed(_ lines: [NumberedEvent]) -> CardConversations<CardIdentity> {
    var steps: [Int: [RecordedStep]] = [:]
    for line in lines {
      guard case .talked(_, let number, let sealed) = line.event, let bytes = sealed.bytes else {
        continue
      }
      do {
        let step = try JSONDecoder().decode(RecordedStep.self, from: Data(bytes))
        steps[number, default: []].append(step)
      } catch {
        // Of a later version: the talk ends here, and the difference is told where it shows.
      }
    }
    let (count, all) = (TalkCount(), steps)
    return { _ in ReplayedTalk(steps: all[count.next()] ?? []) }
  }
}

private final class TalkCount: Sendable {
  private let last = Mutex(0)

  func next() -> Int {
    last.withLock { last in
      last += 1
      return last
    }
  }
}

/// What a talk wanted next.
private enum RecordedStep: Equatable, Sendable, Codable {
  case transmit([UInt8])
  case card(CardIdentity)
  case torn, unreadable

  init(_ step: CardStep<CardReading<CardIdentity>>) {
    switch step {
    case .transmit(let command): self = .transmit(command)
    case .finished(.card(let card)): self = .card(card)
    case .finished(.torn): self = .torn
    case .finished(.unreadable): self = .unreadable
    }
  }

  var step: CardStep<CardReading<CardIdentity>> {
    switch self {
    case .transmit(let command): .transmit(command)
    case .card(let card): .finished(.card(card))
    case .torn: .finished(.torn)
    case .unreadable: .finished(.unreadable)
    }
  }
}

private struct RecordingTalk: CardConversation {
  var talk: any CardConversation<CardReading<CardIdentity>>
  let number: Int
  let handle: Int
  let file: RecordingFile

  mutating func start(answerToReset: [UInt8]) -> CardStep<CardReading<CardIdentity>> {
    kept(talk.start(answerToReset: answerToReset))
  }

  mutating func resume(response: [UInt8]?) -> CardStep<CardReading<CardIdentity>> {
    kept(talk.resume(response: response))
  }

  private func kept(
    _ step: CardStep<CardReading<CardIdentity>>
  ) -> CardStep<CardReading<CardIdentity>> {
    do {
      let bytes = try JSONEncoder().encode(RecordedStep(step))
      file.record(.talked(handle: handle, number: number, Sealed(bytes)))
    } catch {
      file.end("what a card was asked has no written form: \(error)")
    }
    return step
  }
}

private struct ReplayedTalk: CardConversation {
  var steps: [RecordedStep]

  mutating func start(answerToReset: [UInt8]) -> CardStep<CardReading<CardIdentity>> { next() }

  mutating func resume(response: [UInt8]?) -> CardStep<CardReading<CardIdentity>> { next() }

  private mutating func next() -> CardStep<CardReading<CardIdentity>> {
    steps.isEmpty ? .finished(.torn) : steps.removeFirst().step
  }
}
