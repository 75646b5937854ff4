import ArgumentParser
import Daemon
import Retail
import ShopConfiguration
import Storage

/// What commands about members take.
struct MemberOptions: ParsableArguments {
  @OptionGroup var common: CommonOptions
  @OptionGroup var shop: ShopOptions

  @Option(help: ArgumentHelp("The shop's rules of prices.", valueName: "file"))
  var promotions: String?

  @Option(help: ArgumentHelp("The shop's rules of members.", valueName: "file"))
  var members: String?

  func offers() throws -> RuleSet {
    try PromotionsFile.read(promotions ?? ResourcePaths.promotions)
  }

  func rules() throws -> MemberRules {
    try MembersFile.read(members ?? ResourcePaths.members, offers: try offers())
  }

  /// The member whom a text names, and the rules.
  func find(_ text: String) async throws -> MemberRecord {
    let store = try common.openReader()
    let member = try await MemberSearch.member(text, in: store, plan: try rules().phones)
    try store.close()
    return member
  }
}

/// Has something changed: by the running daemon, or under the lock of its directory when none runs.
final class MemberDoor {
  private let options: MemberOptions
  private var own: (store: Store, office: MemberOffice)?

  init(_ options: MemberOptions) { self.options = options }

  func ask(_ request: MemberRequest) async throws -> MemberReply {
    if let own { return try await own.office.answer(request, actor: "staff/kioskctl") }
    if let reply = try RunningDaemon.member(request, directory: options.common.data) {
      return reply
    }
    return try await open().answer(request, actor: "staff/kioskctl")
  }

  /// The lock that opening takes keeps a daemon from starting meanwhile.
  private func open() throws -> MemberOffice {
    guard DataDirectory.hasDatabase(options.common.data) else {
      throw Complaint(
        "\(options.common.data): no kiosk's book is here; name its directory with --data")
    }
    let configuration = try options.shop.load()
    let (offers, rules) = (try options.offers(), try options.rules())
    let store = try Store.open(directory: options.common.data, mode: .writer)
    let office = MemberOffice(
      store: store, rules: rules, offers: offers, kiosk: configuration.kioskNumber,
      clock: try configuration.clock(), language: configuration.language)
    own = (store, office)
    return office
  }

  func close() throws { try own?.store.close() }

  /// One request and its answer.
  static func ask(
    _ request: MemberRequest, _ options: MemberOptions
  ) async throws -> MemberReply {
    let door = MemberDoor(options)
    let reply = try await door.ask(request)
    try door.close()
    return reply
  }
}

/// What a change answers with.
struct MemberAnswer: Encodable {
  var member: Int64?
  var number: String?
  var card: Int64?
  var state: CardState?
  var erased: [Int64]?

  init(_ reply: MemberReply) {
    switch reply {
    case .member(let id, let number): (member, self.number) = (id, number)
    case .card(let id, let holder, let state):
      (card, member, self.state) = (id, holder, state)
    case .erased(let ids): erased = ids
    case .imported, .swept, .ended, .units, .rotation, .done: break
    }
  }

  var text: String {
    if let card, let state { return "Card \(card) is \(state.rawValue)." }
    if let number { return "Member \(number) is as you asked." }
    if let erased { return "Erased: \(erased.map { "member \($0)" }.joined(separator: ", "))." }
    return "Done."
  }

  func write(_ options: MemberOptions) throws {
    try Output.write(self, asJSON: options.common.json) { [text] }
  }
}
