import ArgumentParser
import Daemon
import Foundation
import ShopConfiguration
import Storage

struct CouponGenerateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Issue many coupons of a kind, with their codes in a file.",
    discussion: """
      No daemon may run on the data directory meanwhile. The file is new, readable by its owner \
      only, and has one line a coupon: its code and its id. What is in it is issued; when the \
      command is interrupted, ask for the rest.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var shop: ShopOptions

  @Argument(help: "The coupon's id in promotions.yaml.")
  var template: String

  @Option(help: "How many, up to 1000000.")
  var count: Int

  @Option(help: ArgumentHelp("Where the codes go; the file must not be there.", valueName: "file"))
  var output: String

  @Option(help: ArgumentHelp("The shop's rules.", valueName: "file"))
  var promotions: String?

  func validate() throws {
    guard (1...CouponIssue.bulkLimit).contains(count) else {
      throw ValidationError("--count takes 1 to \(CouponIssue.bulkLimit)")
    }
  }

  func run() async throws {
    guard DataDirectory.hasDatabase(common.data) else {
      throw Complaint("\(common.data): no kiosk's book is here; name its directory with --data")
    }
    let configuration = try shop.load()
    let rules = try PromotionsFile.read(promotions ?? ResourcePaths.promotions)
    let store = try Store.open(directory: common.data, mode: .writer)
    let file = try codeFile()
    let issued = try await CouponIssue.generate(
      template: template, count: count, in: store, rules: rules,
      kiosk: configuration.kioskNumber, clock: try configuration.clock(),
      language: configuration.language
    ) { codes in
      let lines = codes.map { "\($0.code) \($0.id)\n" }.joined()
      try file.write(contentsOf: Data(lines.utf8))
    }
    try file.synchronize()
    try file.close()
    try store.close()
    try Output.write(["issued": issued], asJSON: common.json) {
      ["\(issued) coupons of \(template) issued; their codes are in \(output)"]
    }
  }

  private func codeFile() throws -> FileHandle {
    guard !FileManager.default.fileExists(atPath: output) else {
      throw Complaint("\(output): is there already; name a new file for the codes")
    }
    guard
      FileManager.default.createFile(
        atPath: output, contents: nil, attributes: [.posixPermissions: 0o600]),
      let file = FileHandle(forWritingAtPath: output)
    else { throw Complaint("\(output): cannot be written; choose another place") }
    return file
  }
}
