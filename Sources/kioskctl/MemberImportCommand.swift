import ArgumentParser
import Codecs
import Daemon
import Foundation
import Retail
import ShopConfiguration
import Storage

struct MemberImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Register the members of a CSV file.",
    discussion: """
      The first row names the columns: name, and any of number, phone, birthday, tier, tags, \
      source, referrer, consents; several tags or consents of one member are parted by a \
      semicolon. Every line is looked at first, and a file with a bad line registers nobody. \
      Members who are there already stay as they are.
      """)

  @OptionGroup var options: MemberOptions
  @Argument(help: ArgumentHelp("The CSV file, in UTF-8.", valueName: "file"))
  var file: String
  @Flag(help: "Only look at every line and name the bad ones.")
  var dryRun = false

  private struct Answer: Encodable {
    let lines: Int
    let new: Int
    let unchanged: Int
    let registered: Int
    let bad: [MemberTableFile.BadLine]
  }

  func run() async throws {
    let configuration = try options.shop.load()
    let clock = try configuration.clock()
    let rows = try MemberTableFile.rows(of: file)
    let store = try options.common.openReader()
    var check = MemberTableFile.Check(
      rules: try options.rules(), today: clock.now().date, store: store)
    var lines: [ImportedMember] = []
    for row in rows {
      if let input = try await check.new(row) {
        lines.append(
          ImportedMember(input: input, number: MemberOffice.drawnNumber(clock)))
      }
    }
    try store.close()
    let isGood = check.bad.isEmpty
    let registered = isGood && !dryRun ? try await register(lines) : 0
    let answer = Answer(
      lines: rows.count, new: lines.count, unchanged: check.unchanged, registered: registered,
      bad: check.bad)
    try Output.write(answer, asJSON: options.common.json) {
      check.bad.map(\.text) + [
        "\(answer.lines) members in the file: \(answer.new) new, \(answer.unchanged) there "
          + "already, \(answer.bad.count) bad; \(answer.registered) registered."
      ]
    }
    guard isGood else {
      throw Complaint("\(check.bad.count) lines are bad, and nobody was registered; correct them")
    }
  }

  private func register(_ lines: [ImportedMember]) async throws -> Int {
    let door = MemberDoor(options)
    var count = 0
    for start in stride(from: 0, to: lines.count, by: MemberOffice.importLimit) {
      let part = Array(lines[start..<min(start + MemberOffice.importLimit, lines.count)])
      guard case .imported(let new) = try await door.ask(.importMembers(part)) else {
        throw Complaint("kioskd answered something else; use the kioskctl of its version")
      }
      count += new
    }
    try door.close()
    return count
  }
}

/// The members as a CSV file.
enum MemberTableFile {
  static let byteLimit = 1 << 30
  /// In the order in which they are written; they are read in any.
  static let columns = [
    "number", "name", "phone", "birthday", "tier", "tags", "source", "referrer", "consents",
  ]
  private static let separator: Character = ";"
  private static let partLimit = 500

  struct BadLine: Encodable, Equatable {
    let line: Int
    let problem: String

    var text: String { "line \(line): \(problem)" }
  }

  /// A row by its columns; an empty field is none.
  struct Row {
    let line: Int
    let fields: [String: String]
    /// Of a row that has more or fewer fields than the first.
    let fieldCount: Int
    let columnCount: Int
  }

  static func rows(of path: String) throws -> [Row] {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw Complaint("\(path): cannot be opened")
    }
    guard let data = try file.read(upToCount: byteLimit), data.count < byteLimit else {
      throw Complaint("\(path): is empty, or larger than \(byteLimit >> 20) MiB")
    }
    let rows: [CSV.Row]
    do throws(CSV.Fault) {
      rows = try CSV.rows(of: Array(data))
    } catch {
      throw Complaint("\(path): \(error)")
    }
    guard let head = rows.first else { throw Complaint("\(path): has no row of columns") }
    let unknown = head.fields.first { !columns.contains($0) }
    guard unknown == nil, Set(head.fields).count == head.fields.count,
      head.fields.contains("name")
    else {
      throw Complaint(
        "\(path): line 1: expected name and any of \(columns.joined(separator: ", ")), each once"
          + (unknown.map { ", found \"\($0.prefix(40))\"" } ?? ""))
    }
    return rows.dropFirst().map { row in
      let pairs = zip(head.fields, row.fields).filter { !$0.1.isEmpty }
      return Row(
        line: row.line, fields: Dictionary(pairs) { first, _ in first },
        fieldCount: row.fields.count, columnCount: head.fields.count)
    }
  }

  /// Looks at one row after the other, by itself, beside the others and beside the book.
  struct Check {
    let rules: MemberRules
    let today: CalendarDate
    let store: Store
    private(set) var bad: [BadLine] = []
    private(set) var unchanged = 0
    private var numbers: [String: Int] = [:]
    private var phones: [String: Int] = [:]

    init(rules: MemberRules, today: CalendarDate, store: Store) {
      self.rules = rules
      self.today = today
      self.store = store
    }

    /// Nil for a row that is bad, or whose member is there already.
    mutating func new(_ row: Row) async throws -> MemberInput? {
      do throws(MemberRefusal) {
        let input = try Self.input(row)
        let draft = try MemberDraft(
          input, plan: rules.phones, tiers: rules.tierNames, today: today)
        if let earlier = earlier(draft) {
          note(row, "the number or phone is that of line \(earlier)")
          return nil
        }
        let isNew = try await isNew(draft, row)
        // Only of lines that are good: a bad one makes no other bad.
        if let number = draft.number { numbers[number.text] = row.line }
        if let phone = draft.phone { phones[phone.text] = row.line }
        return isNew ? input : nil
      } catch {
        note(row, error.staffText)
        return nil
      }
    }

    private mutating func note(_ row: Row, _ problem: String) {
      bad.append(BadLine(line: row.line, problem: problem))
    }

    /// The line of the file that has the same number or phone.
    private func earlier(_ draft: MemberDraft) -> Int? {
      draft.number.flatMap { numbers[$0.text] } ?? draft.phone.flatMap { phones[$0.text] }
    }

    private mutating func isNew(
      _ draft: MemberDraft, _ row: Row
    ) async throws(MemberRefusal) -> Bool {
      let byNumber: MemberRecord?
      let byPhone: MemberRecord?
      let isReferrerKnown: Bool
      do {
        byNumber = try await find(number: draft.number?.text)
        byPhone =
          if let phone = draft.phone { try await store.member(phone: phone.text) } else { nil }
        isReferrerKnown =
          if let referrer = draft.referrer {
            try await store.member(number: referrer.text) != nil
          } else {
            true
          }
      } catch {
        note(row, "\(error)")
        return false
      }
      guard let there = byNumber ?? byPhone else {
        guard isReferrerKnown else { throw .unknownReferrer }
        return true
      }
      guard there.name == draft.name.text, draft.number == nil || byNumber != nil,
        draft.phone.map({ $0.text == there.phone }) ?? true
      else {
        throw byNumber == nil ? .phoneTaken(by: there.number) : .numberTaken
      }
      unchanged += 1
      return false
    }

    private func find(number: String?) async throws(StorageError) -> MemberRecord? {
      guard let number else { return nil }
      return try await store.member(number: number)
    }

    private static func input(_ row: Row) throws(MemberRefusal) -> MemberInput {
      guard row.fieldCount == row.columnCount else { throw .fieldCount(row.columnCount) }
      func list(_ name: String) -> [String] {
        row.fields[name]?.split(separator: separator).map {
          $0.trimmingCharacters(in: .whitespaces)
        }
          ?? []
      }
      var consents: [Consent.Purpose] = []
      for word in list("consents") {
        guard let purpose = Consent.Purpose(rawValue: word) else {
          throw .unknownConsent(String(word.prefix(MemberText.keyLimit)))
        }
        consents.append(purpose)
      }
      return MemberInput(
        name: row.fields["name"] ?? "", phone: row.fields["phone"],
        birthday: row.fields["birthday"], tier: row.fields["tier"], tags: list("tags"),
        source: row.fields["source"], referrer: row.fields["referrer"], consents: consents,
        number: row.fields["number"])
    }
  }

  /// All members; those that were merged away or erased are left out.
  static func export(_ store: Store) async throws -> Data {
    var data = Data(CSV.line(columns).utf8)
    var after: Int64 = 0
    while true {
      let ids = try await store.memberIDs(after: after, limit: partLimit)
      for id in ids {
        guard let file = try await store.memberFile(id) else { continue }
        let record = file.record
        let words = { (list: [String]) in list.joined(separator: String(separator)) }
        data += Data(
          CSV.line([
            record.number, record.name, record.phone ?? "", record.birthday ?? "", record.tier,
            words(file.tags), file.source ?? "", file.referrer ?? "",
            words(file.givenConsents.map(\.rawValue).sorted()),
          ]).utf8)
      }
      guard let last = ids.last else { return data }
      after = last
    }
  }
}
