import ArgumentParser
import Daemon
import Retail
import ShopConfiguration
import Storage

struct CouponCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coupon", abstract: "Give coupons by hand, look at them, and take them back.",
    subcommands: [
      CouponIssueCommand.self, CouponGenerateCommand.self, CouponShow.self, CouponVoid.self,
      CouponReissue.self,
    ]
  )
}

struct CouponIssueCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "issue", abstract: "Issue one coupon and show its code, this once.",
    discussion: """
      The running daemon issues it; when none runs on the data directory, this program does.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var shop: ShopOptions

  @Argument(help: "The coupon's id in promotions.yaml.")
  var template: String

  @Option(help: "Bind it to a member, by number, phone or id.")
  var member: String?

  @Option(
    help: ArgumentHelp(
      "Ask again for the coupon whose answer was lost, by the number that was told then.",
      valueName: "number"))
  var again: String?

  @Option(help: ArgumentHelp("The shop's rules.", valueName: "file"))
  var promotions: String?

  func validate() throws {
    guard let again else { return }
    guard let serial = UInt64(again, radix: 16), serial < CouponIssue.serialLimit else {
      throw ValidationError("--again takes the number that a lost answer was told with")
    }
  }

  func run() async throws {
    let code = try await issue()
    try Output.write(code, asJSON: common.json) {
      [
        "\(code.code)  \(code.title)",
        "coupon \(code.id) of \(code.template), good from \(code.validFrom) to \(code.validUntil)",
      ]
    }
  }

  private func issue() async throws -> IssuedCode {
    let member = try await memberID()
    let serial =
      again.flatMap { UInt64($0, radix: 16) } ?? UInt64.random(in: 0..<CouponIssue.serialLimit)
    do {
      if let code = try RunningDaemon.issue(
        template, member: member, serial: serial, directory: common.data)
      {
        return code
      }
    } catch let lost as ControlError {
      // It may be issued already: whoever asks again must not get a second one.
      throw Complaint("\(lost); ask again with --again \(String(serial, radix: 16))")
    }
    return try await issueWithoutDaemon(member, serial)
  }

  private func memberID() async throws -> Int64? {
    guard let member else { return nil }
    let store = try common.openReader()
    let offers = try PromotionsFile.read(promotions ?? ResourcePaths.promotions)
    let rules = try MembersFile.read(ResourcePaths.members, offers: offers)
    let id = try await MemberSearch.member(member, in: store, plan: rules.phones).id
    try store.close()
    return id
  }

  /// The lock that opening takes keeps a daemon from starting meanwhile.
  private func issueWithoutDaemon(_ member: Int64?, _ serial: UInt64) async throws -> IssuedCode {
    guard DataDirectory.hasDatabase(common.data) else {
      throw Complaint("\(common.data): no kiosk's book is here; name its directory with --data")
    }
    let configuration = try shop.load()
    let rules = try PromotionsFile.read(promotions ?? ResourcePaths.promotions)
    let store = try Store.open(directory: common.data, mode: .writer)
    let code = try await CouponIssue.issue(
      template: template, member: member, serial: serial, in: store, rules: rules,
      kiosk: configuration.kioskNumber, clock: try configuration.clock(),
      language: configuration.language)
    try store.close()
    return code
  }
}
