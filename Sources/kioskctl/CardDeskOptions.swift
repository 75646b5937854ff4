import ArgumentParser
import Cards
import Codecs
import Daemon
import Devices
import Foundation
import Retail
import ShopConfiguration
import Synchronization

/// What the commands take that need a card on the reader.
struct CardDeskOptions: ParsableArguments {
  static let standardSeconds = 60

  @OptionGroup var common: CommonOptions
  @OptionGroup var drivers: DriverOptions
  @OptionGroup var shop: ShopOptions

  @Flag(help: "Also while a customer is there.")
  var force = false

  @Option(help: "How long a card is waited for.")
  var seconds = CardDeskOptions.standardSeconds

  func validate() throws {
    guard (1...ControlSocket.cardSeconds).contains(seconds) else {
      throw ValidationError("--seconds takes 1 to \(ControlSocket.cardSeconds)")
    }
  }

  /// By the running daemon's reader, or with one of this program's own. `message` makes the bytes
  /// for a chip; `key` counts beside the configuration's.
  func run(
    _ work: CardDesk.Work, _ configuration: KioskConfiguration, knowing key: CardTokenKey? = nil,
    _ message: @escaping @Sendable ([UInt8]) throws -> [UInt8]
  ) async throws -> CardReport {
    let deadline = ContinuousClock.now + .seconds(seconds)
    let talk = DeskTalk(message: message)
    if !common.json {
      // For people; what comes of it is on standard output.
      DeskTalk.tell("Lay the card on the reader; if it lies there, take it away first.")
    }
    let hasDaemon = try RunningDaemon.card(
      work, force: force, directory: common.data, until: deadline, { try talk.take($0) })
    if !hasDaemon {
      try await local(work, configuration, key, until: deadline, talk)
    }
    guard let report = talk.report else {
      throw Complaint("no card was read within \(seconds) seconds")
    }
    return report
  }

  private func local(
    _ work: CardDesk.Work, _ configuration: KioskConfiguration, _ key: CardTokenKey?,
    until deadline: ContinuousClock.Instant, _ talk: DeskTalk
  ) async throws {
    let clock = try configuration.clock()
    let desk = CardDesk(
      today: { clock.now().date }, makeWriter: { CardWriter($0, interview: $1) })
    let devices = try LocalDevices(
      .cardReader, configuration, profiles: try drivers.load(configuration),
      cards: desk.conversations(try configuration.cardInterviews(knowing: key)))
    try await LocalCards.run(work, at: desk, on: devices, until: deadline) { try talk.take($0) }
  }
}

/// What is said to each word of a card desk, and what came of it.
final class DeskTalk: Sendable {
  private let message: @Sendable ([UInt8]) throws -> [UInt8]
  private let result = Mutex<CardReport?>(nil)

  init(message: @escaping @Sendable ([UInt8]) throws -> [UInt8]) { self.message = message }

  var report: CardReport? { result.withLock { $0 } }

  func take(_ word: CardDesk.Word) throws -> CardAnswer {
    switch word {
    case .wantsMessage(let uid): return .message(try message(uid))
    case .read(let report):
      result.withLock { $0 = report }
      return .stop
    case .notRead(let fault):
      Self.tell(Self.words(fault))
      return .goOn
    case .notWritten(let fault): throw Complaint(Self.words(fault))
    }
  }

  static func tell(_ words: String) {
    FileHandle.standardError.write(Data((words + "\n").utf8))
  }

  private static func words(_ fault: CardReadFault) -> String {
    switch fault {
    case .torn: "taken away too soon: lay it again, and leave it there"
    case .unreadable: "not a card that this reader reads: lay another one"
    case .severalCards: "more than one card lies there: lay only one"
    }
  }

  private static func words(_ fault: CardWriteFault) -> String {
    switch fault {
    case .randomUID: "this chip's UID is another one at every tap: no token can be signed for it"
    case .notWritable:
      "only NTAG and Ultralight are written here; for others `--uid` prints the bytes"
    case .notFormatted: "the card is not formatted for NDEF"
    case .locked: "the card can only be read"
    case .occupied: "the card holds something already; --replace writes over it"
    case .tooSmall: "the card's memory is too small; an NTAG 213 is large enough"
    case .refused: "the card or its reader refused to write: it may be locked"
    }
  }
}

/// A card desk with a reader of this program's own.
enum LocalCards {
  static func run(
    _ work: CardDesk.Work, at desk: CardDesk, on devices: LocalDevices,
    until deadline: ContinuousClock.Instant,
    _ answer: @escaping @Sendable (CardDesk.Word) throws -> CardAnswer
  ) async throws {
    guard let words = desk.begin(work) else { return }
    let reader = ReaderWord()
    let isDone = try await devices.use(until: deadline) { events -> Bool in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for await event in events {
            if case .status(let status) = event { try reader.take(status) }
            _ = desk.holds(event)
          }
        }
        group.addTask {
          try await Task.sleep(for: .seconds(LocalDevices.openingSeconds))
          try reader.mustBeThere()
          try await Task.sleep(until: deadline, clock: .continuous)
        }
        group.addTask {
          for await word in words {
            switch try answer(word) {
            case .goOn: continue
            case .message(let bytes):
              if case .wantsMessage(let uid) = word { desk.provide(bytes, for: uid) }
            case .stop: return
            }
          }
        }
        try await group.next()
        group.cancelAll()
      }
      return true
    }
    if isDone == nil { try reader.mustBeThere() }
  }

  /// What the reader says of itself.
  private final class ReaderWord: Sendable {
    private let state = Mutex((wasEnabled: false, message: ""))

    func take(_ status: DeviceStatus) throws {
      state.withLock { state in
        if status.state == .enabled { state.wasEnabled = true }
        if !status.message.isEmpty { state.message = status.message }
      }
      // One that has a fault is tried again and again; its word is enough here.
      if status.state == .faulted { throw Complaint(status.message) }
    }

    func mustBeThere() throws {
      let (wasEnabled, message) = state.withLock { $0 }
      guard wasEnabled else {
        throw Complaint(
          message.isEmpty ? "no card reader is in use; `kioskctl devices` says why" : message)
      }
    }
  }
}
