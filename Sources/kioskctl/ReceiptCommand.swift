import ArgumentParser
import Daemon
import Devices
import Foundation
import Ledger
import Retail
import ShopConfiguration
import Storage

struct ReceiptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "receipt", abstract: "Look receipts up.", subcommands: [ReceiptShow.self])
}

struct ReceiptShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show the receipt of a sale as it was laid out for paper.",
    discussion: """
      Says which papers are not known to be out, and shows the code of a coupon that the customer \
      may not have got.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var shop: ShopOptions

  @Argument(help: "The sale's number as on the receipt, such as 3-000042.")
  var sale: String

  @Option(help: "The paper's width in columns.")
  var columns = PaperText.standardColumns

  private struct Answer: Encodable {
    let receipt: Receipt
    let papers: [SalePapers.Paper]
    let coupons: [SalePapers.Coupon]
    let text: [String]
  }

  func validate() throws {
    guard PaperText.columnRange.contains(columns) else {
      throw ValidationError("--columns takes \(PaperText.columnRange)")
    }
    guard SaleID(sale) != nil else { throw ValidationError(SaleNumber.hint) }
  }

  func run() async throws {
    let store = try common.openReader()
    guard let id = SaleID(sale), let record = try await store.sale(id) else {
      throw Complaint("\(common.data): there is no sale \(sale); is it of another kiosk?")
    }
    let receipt = try JSONDecoder().decode(Receipt.self, from: Data(record.receipt))
    let configuration = try shop.load()
    let layout = ReceiptLayout(
      shop: configuration.shopName, currency: configuration.currency)
    let papers = try await SalePapers(
      of: receipt, in: store, now: try configuration.clock().now().instant)
    let answer = Answer(
      receipt: receipt, papers: papers.papers, coupons: papers.coupons,
      text: PaperText(columns: columns).lines(layout.receipt(receipt)))
    try Output.write(answer, asJSON: common.json) { answer.text + papers.text }
  }
}
