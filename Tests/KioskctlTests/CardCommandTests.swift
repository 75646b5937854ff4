import Cards
import Codecs
import Daemon
import Devices
import Drivers
import Foundation
import Logging
import Profiles
import Retail
import ShopConfiguration
import Simulators
import Synchronization
import Testing

@testable import kioskctl

/// Issuing and checking cards, with the simulated reader: by a reader of this program's own, and by
/// the daemon's through its socket.
@Suite(.timeLimit(.minutes(1)))
struct CardCommandTests {
  private static let uid: [UInt8] = [0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0xF6]
  private static let today = CalendarDate(year: 2026, month: 11, day: 30)

  /// A reader on a bus, and what cards are asked.
  private struct Counter {
    let reader = SimulatedDevice("card reader", CCIDReaderModel())
    let bus = SimulatedBus()
    let key = CardSigningKey()
    let desk = CardDesk(
      today: { CardCommandTests.today }, makeWriter: { CardWriter($0, interview: $1) })

    init() { bus.plug(reader, at: "1-2") }

    func profiles() throws -> ProfileSet {
      try ProfileSet.load(KioskctlRun.repository + "/drivers")
    }

    func cards(knowing keys: CardTokenKeys? = nil) -> CardConversations<CardIdentity> {
      let keys = CardKeys(tokenKeys: keys ?? CardTokenKeys([key.publicKey]))
      return desk.conversations { abilities in
        CardInterview(keys: keys, abilities: abilities) { [UInt8](repeating: 5, count: $0) }
      }
    }

    func lay(_ card: (any SimulatedCard)?) { reader.withModel { $0.setCard(card) } }

    func issuer(number: String = "6001") -> CardIssuer {
      CardIssuer(
        key: key, number: number, issuedOnDay: CardCommandTests.today.dayNumber,
        expiresOnDay: CardCommandTests.today.dayNumber + 30)
    }
  }

  private static func tag() -> CardType2Model { CardType2Model(chip: .ntag213, uid: uid) }

  private static func local(
    _ work: CardDesk.Work, at counter: Counter, knowing keys: CardTokenKeys? = nil,
    _ take: @escaping @Sendable (CardDesk.Word) throws -> CardAnswer
  ) async throws {
    try await LocalCards.run(
      work, at: counter.desk,
      on: LocalDevices(
        .cardReader, .usb(try counter.profiles(), counter.bus),
        cards: counter.cards(knowing: keys)),
      until: .now + .seconds(30), take)
  }

  /// Issues, and gives the tag as it lies there then.
  private static func issue(
    at counter: Counter, replacing: Bool = false
  ) async throws -> (CardReport, CardType2Model) {
    let issuer = counter.issuer()
    let talk = DeskTalk { try issuer.issued(uid: $0).message }
    try await local(.write(replacing: replacing), at: counter) { try talk.take($0) }
    let card = counter.reader.withModel { $0.card as? CardType2Model }
    return (try #require(talk.report), try #require(card))
  }

  @Test func `a card is issued and verified with a reader of this program's own`() async throws {
    let counter = Counter()
    counter.lay(Self.tag())
    let (written, tag) = try await Self.issue(at: counter)
    #expect(written.level == 1 && written.isUsable && written.uid == "04A1B2C3D4E5F6")
    #expect(written.token?.number == "6001" && written.token?.expiresOn == "2026-12-30")

    counter.lay(nil)
    counter.lay(tag)
    let talk = DeskTalk { _ in [] }
    try await Self.local(.read, at: counter) { try talk.take($0) }
    #expect(talk.report?.token?.number == "6001")
    #expect(talk.report?.why.contains { $0.contains("number 6001") } == true)
  }

  @Test func `a card that holds something is not written over unasked`() async throws {
    let counter = Counter()
    counter.lay(Self.tag())
    _ = try await Self.issue(at: counter)
    let tag = counter.reader.withModel { $0.card }
    counter.lay(nil)
    counter.lay(tag)
    await #expect(throws: Complaint.self) { _ = try await Self.issue(at: counter) }
    counter.lay(nil)
    counter.lay(tag)
    #expect(try await Self.issue(at: counter, replacing: true).0.level == 1)
  }

  @Test func `a copied card is told as such, with its reason`() async throws {
    let counter = Counter()
    counter.lay(Self.tag())
    let (_, tag) = try await Self.issue(at: counter)
    // The same bytes on another chip.
    var copy = CardType2Model(chip: .ntag213, uid: [0x04, 9, 9, 9, 9, 9, 9])
    copy.write(Array(tag.memory[16...]), fromPage: 4)
    counter.lay(nil)
    counter.lay(copy)
    let talk = DeskTalk { _ in [] }
    try await Self.local(.read, at: counter) { try talk.take($0) }
    let report = try #require(talk.report)
    #expect(!report.isUsable && report.level == 0)
    #expect(report.why.contains { $0.contains("another chip") })
  }

  @Test func `no reader is told with its cure, not waited for`() async throws {
    let counter = Counter()
    counter.bus.refuseOpening(topology: "1-2", with: .accessDenied)
    await #expect(throws: Complaint.self) {
      try await Self.local(.read, at: counter) { _ in .goOn }
    }
  }

  // MARK: Beside a daemon

  private final class HeardCards: Sendable {
    let cards = Mutex<[CardEvent]>([])
  }

  /// The daemon's half: its devices, its desk, its socket, and what the checkout hears of cards.
  private final class Daemon: Sendable {
    let supervisor: DeviceSupervisor
    let server: ControlServer
    private let events = HeardCards()
    var heard: [CardEvent] { events.cards.withLock { $0 } }
    private let tasks: [Task<Void, Never>]

    init(_ counter: Counter, directory: String) throws {
      let cards = counter.cards()
      supervisor = DeviceSupervisor(
        bus: counter.bus, profiles: try counter.profiles(),
        makePort: { DriverFactory.port($0, $1, $2, cards: cards) })
      server = try ControlServer(
        directory: directory,
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
        desk: counter.desk, handle: { _ in .cardAwaited })
      let (supervisor, desk, heard) = (supervisor, counter.desk, events)
      tasks = [
        Task { await supervisor.run() },
        Task {
          for await event in supervisor.events where !desk.holds(event) {
            if case .card(let card) = event { heard.cards.withLock { $0.append(card) } }
          }
        },
      ]
      server.start()
    }

    func stop() async {
      server.stop()
      await supervisor.stop()
      for task in tasks { await task.value }
    }
  }

  @Test func `a card is issued by the daemon's reader, and the checkout hears nothing of it`()
    async throws
  {
    let directory = FileManager.default.temporaryDirectory.path + "/card-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    defer {
      do { try FileManager.default.removeItem(atPath: directory) } catch { Issue.record(error) }
    }
    let counter = Counter()
    let daemon = try Daemon(counter, directory: directory)
    let issuer = counter.issuer()
    let talk = DeskTalk { try issuer.issued(uid: $0).message }
    let isAsked = try await Self.blocking {
      try RunningDaemon.card(
        .write(replacing: false), force: false, directory: directory, until: .now + .seconds(30),
        onAwaited: { counter.lay(Self.tag()) }, { try talk.take($0) })
    }
    #expect(isAsked && talk.report?.level == 1 && talk.report?.token?.number == "6001")

    // Taken away and laid again it is a customer's.
    let tag = counter.reader.withModel { $0.card }
    counter.lay(nil)
    await Self.until { counter.desk.isFree }
    #expect(daemon.heard == [])
    counter.lay(tag)
    await Self.until { !daemon.heard.isEmpty }
    guard case .inserted(let card) = daemon.heard.first else {
      Issue.record("no tap: \(daemon.heard)")
      return
    }
    #expect(card.token?.number == "6001")
    await daemon.stop()
  }

  private static func blocking<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      Thread { continuation.resume(with: Result(catching: body)) }.start()
    }
  }

  /// Waits with the suite's limit and no other time.
  private static func until(_ isTrue: @Sendable () -> Bool) async {
    while !isTrue(), !Task.isCancelled { await Task.yield() }
  }

  // MARK: Keys

  @Test func `a key is made for its owner only, and never over another`() throws {
    let path = FileManager.default.temporaryDirectory.path + "/issuer-\(UUID().uuidString).pem"
    defer {
      do { try FileManager.default.removeItem(atPath: path) } catch { Issue.record(error) }
    }
    let key = CardSigningKey()
    try SigningKeyFile.create(key, path: path)
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    #expect(try SigningKeyFile.read(path: path).publicKey == key.publicKey)
    #expect(throws: Complaint.self) { try SigningKeyFile.create(key, path: path) }
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    #expect(throws: Complaint.self) { try SigningKeyFile.read(path: path) }
    // The line is what the configuration takes.
    let configuration = try KioskConfiguration(
      path: KioskctlRun.repository + "/config/kioskd.example.yaml")
    #expect(configuration.cards.tokenKeys.isEmpty)
    #expect(Data(base64Encoded: key.publicKey.line)?.suffix(32) == Data(key.publicKey.bytes))
  }

  @Test func `a file that is no key is told without what it holds`() throws {
    let path = FileManager.default.temporaryDirectory.path + "/no-key-\(UUID().uuidString)"
    try Data("secret".utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    defer {
      do { try FileManager.default.removeItem(atPath: path) } catch { Issue.record(error) }
    }
    let complaint = #expect(throws: Complaint.self) { try SigningKeyFile.read(path: path) }
    #expect(complaint?.description.contains("secret") == false)
  }

  @Test func `a date has to be one`() throws {
    #expect(
      try CardIssueCommand.day("2027-02-28")
        == CalendarDate(year: 2027, month: 2, day: 28).dayNumber)
    for text in ["2027-02-29", "27-01-01", "2027-1-1", "tomorrow", ""] {
      #expect(throws: Complaint.self, "\(text)") { try CardIssueCommand.day(text) }
    }
  }
}
