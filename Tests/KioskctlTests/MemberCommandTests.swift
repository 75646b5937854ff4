import Daemon
import Foundation
import Ledger
import Logging
import Retail
import ShopConfiguration
import Storage
import Testing

/// Members from the command line, beside a daemon and without one: one writer in any case.
struct MemberCommandTests {
  private struct Registered: Decodable {
    let member: Int64
    let number: String
  }

  private struct Shown: Decodable {
    struct Card: Decodable {
      let id: Int64
      let state: CardState
    }

    let id: Int64
    let number: String
    let name: String
    let phone: String?
    let tier: String
    let tags: [String]
    let cards: [Card]
  }

  private func register(_ words: String, _ book: Book) async throws -> Registered {
    let run = try await KioskctlRun("member register \(words) --json", data: book.directory)
    try #require(run.status == 0, "\(run.errors)")
    return try run.json(Registered.self)
  }

  private func show(_ member: String, _ book: Book) async throws -> Shown {
    let run = try await KioskctlRun("member show \(member) --full --json", data: book.directory)
    try #require(run.status == 0, "\(run.errors)")
    return try run.json(Shown.self)
  }

  @Test func `a member is registered, found, given a card, merged and erased`() async throws {
    let book = try await Book.filled()
    let new = try await register("--name 王晓明 --phone 138-0013-8000 --tag tea", book)
    #expect(try await show("13800138000", book).number == new.number)
    let found = try await KioskctlRun("member find 晓明 --full", data: book.directory)
    #expect(found.output.contains(new.number) && found.output.contains("王晓明"))

    let card = try await KioskctlRun(
      "member card give \(new.number) 04A1B2C3D4E5F6", data: book.directory)
    #expect(card.status == 0, "\(card.errors)")
    let id = try #require(try await show(new.number, book).cards.first?.id)
    let lost = try await KioskctlRun(
      "member card set \(id) reportLost --reason bus", data: book.directory)
    #expect(lost.output.contains("lost"))
    let again = try await KioskctlRun(
      "member card replace \(new.number) \(id) 04F1B2C3D4E5F6 --reason lost", data: book.directory)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try await show(new.number, book).cards.map(\.state) == [.replaced, .active])

    let merged = try await KioskctlRun(
      "member merge \(new.number) 80001001 --reason twice", data: book.directory)
    #expect(merged.status == 0, "\(merged.errors)")
    #expect(try await show(new.number, book).id == 17)
    let kept = try await KioskctlRun(
      "member erase 17 --ground memberAsked --yes", data: book.directory)
    #expect(try #require(kept.complaint).contains("--forfeit"))
    let erased = try await KioskctlRun(
      "member erase 17 --ground memberAsked --yes --forfeit", data: book.directory)
    #expect(erased.status == 0, "\(erased.errors)")
    let gone = try await KioskctlRun("member show \(new.number)", data: book.directory)
    #expect(gone.status == 1)
    let sound = try await KioskctlRun("ledger verify", data: book.directory)
    #expect(sound.status == 0, "\(sound.errors)")
  }

  @Test func `beside a daemon the daemon writes`() async throws {
    let book = try await Book.filled()
    let store = try book.openWriter()
    let offers = try Book.rules()
    let office = MemberOffice(
      store: store, rules: MemberRules(tierNames: offers.tiers.map(\.id)), offers: offers,
      kiosk: 9, clock: try #require(KioskClock.system(timeZone: "Asia/Shanghai")), language: .en)
    let daemon = try ControlServer(directory: book.directory, logger: Logger(label: "test")) {
      request in
      guard case .member(let request) = request else { return .refused("not asked for here") }
      do {
        return .member(try await office.answer(request, actor: "staff/daemon"))
      } catch {
        return .refused("\(error)")
      }
    }
    daemon.start()
    defer { daemon.stop() }

    let new = try await register("--name 李明 --phone 13800138000", book)
    let twice = try await KioskctlRun(
      "member register --name 李明 --phone 13800138000", data: book.directory)
    #expect(try #require(twice.complaint).contains(new.number))
    let rotated = try await KioskctlRun("keys rotate --json", data: book.directory)
    #expect(rotated.output.contains("2"), "\(rotated.errors)")
    let swept = try await KioskctlRun("tiers sweep", data: book.directory)
    #expect(swept.status == 0, "\(swept.errors)")
    let log = try await store.memberLog(new.member)
    #expect(log.map(\.actor) == ["staff/daemon"])
    #expect(try await store.member(phone: "13800138000")?.id == new.member)
    try store.close()
  }

  @Test func `an export has all of one member and is noted`() async throws {
    let book = try await Book.filled()
    let file = book.directory + "/export.json"
    let run = try await KioskctlRun("member export 80001001 --out \(file)", data: book.directory)
    #expect(run.status == 0, "\(run.errors)")
    let attributes = try FileManager.default.attributesOfItem(atPath: file)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    for part in ["王小明", "13812345521", "1990-05-12", "\"principal\"", "3-000042", "exported"] {
      #expect(text.contains(part), "\(part)")
    }
    let again = try await KioskctlRun(
      "member export 80001001 --out \(file)", data: book.directory)
    #expect(again.status == 1)
  }

  // MARK: Files

  private func file(_ text: String, _ book: Book) throws -> String {
    let path = book.directory + "/members.csv"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test func `a dry run names each bad line, and a bad file registers nobody`() async throws {
    let book = try await Book.filled()
    let path = try file(
      """
      name,phone,birthday,tags,number
      王一,13800138001,1990-05-12,tea;rice,
      ,13800138002,,,
      王三,123,,,
      王四,13800138001,,,
      王五,13812345521,,,
      "王六,x",13800138006,,,
      王七,13800138007,1990-02-30,,
      王八,13800138008,,TEA,
      王九,13800138009,,
      王十,13800138010,,,80 01
      王小明,13812345521,,,80001001
      """, book)
    let run = try await KioskctlRun("member import \(path) --dry-run", data: book.directory)
    #expect(run.status == 1)
    let lines = run.output.split(separator: "\n").compactMap { line -> Int? in
      guard line.hasPrefix("line ") else { return nil }
      return Int(line.dropFirst(5).prefix { $0.isNumber })
    }
    #expect(lines == [3, 4, 5, 6, 8, 9, 10, 11])
    #expect(run.output.contains("11 members in the file: 2 new, 1 there already, 8 bad"))
    // Nothing personal in what is said of a line.
    #expect(!run.output.contains("13800138002"))
    let real = try await KioskctlRun("member import \(path)", data: book.directory)
    #expect(real.status == 1)
    let nobody = try await KioskctlRun("member show 13800138001", data: book.directory)
    #expect(nobody.status == 1)
  }

  @Test func `what is exported is imported into another book`() async throws {
    let book = try await Book.filled()
    let rows = (0..<45).map { "王\($0),138001380\($0 + 10),05-12,tea;m\($0),friend\r\n" }
    let path = try file("name,phone,birthday,tags,source\r\n" + rows.joined(), book)
    for expected in ["45 new, 0 there already, 0 bad; 45 registered", "0 new, 45 there already"] {
      let run = try await KioskctlRun("member import \(path)", data: book.directory)
      #expect(run.output.contains(expected), "\(run.output)\(run.errors)")
    }
    let out = book.directory + "/all.csv"
    _ = try await KioskctlRun("member export --all --out \(out)", data: book.directory)
    let other = try Book()
    try other.openWriter().close()
    let run = try await KioskctlRun("member import \(out)", data: other.directory)
    #expect(run.output.contains("46 registered"), "\(run.output)\(run.errors)")
    let back = other.directory + "/all.csv"
    _ = try await KioskctlRun("member export --all --out \(back)", data: other.directory)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: back))
        == Data(contentsOf: URL(fileURLWithPath: out)))
  }

  @Test func `files that are none are refused`() async throws {
    let book = try await Book.filled()
    for (text, part) in [
      ("", "is empty"), ("phone\n1\n", "expected name"), ("name,name\n", "each once"),
      ("name,luck\n", "luck"), ("name\n\"a\n", "line 2"),
    ] {
      let path = try file(text, book)
      let run = try await KioskctlRun("member import \(path)", data: book.directory)
      #expect(run.status == 1)
      #expect(try #require(run.complaint).contains(part), "\(run.errors)")
    }
  }

  @Test func `a segment lists its members`() async throws {
    let book = try await Book.filled()
    let rules = book.directory + "/members.yaml"
    let text = try String(
      contentsOfFile: KioskctlRun.repository + "/config/members.yaml", encoding: .utf8)
    try text.replacingOccurrences(
      of: "{ birthdayWithinDays: 7 }", with: "{ all: [{ tier: [gold] }, { points: 60 }] }"
    ).write(toFile: rules, atomically: true, encoding: .utf8)
    let run = try await KioskctlRun(
      "member segment birthday-week --members \(rules)", data: book.directory)
    #expect(run.output == "1 member\n17\n", "\(run.errors)")
    let none = try await KioskctlRun("member segment nothing", data: book.directory)
    #expect(none.status == 1)
  }

  @Test func `a code is shown, and renewed`() async throws {
    let book = try await Book.filled()
    let run = try await KioskctlRun("member code 80001001", data: book.directory)
    #expect(run.output.hasPrefix("M80001001") && run.output.count == 20, "\(run.errors)")
    let renewed = try await KioskctlRun(
      "member code 80001001 --renew lost", data: book.directory)
    #expect(renewed.status == 0, "\(renewed.errors)")
  }
}
