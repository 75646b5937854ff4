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
    commandName: "show", abstract: "Show the receipt of a sale as it was laid out for paper.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var shop: ShopOptions

  @Argument(help: "The sale's number as on the receipt, such as 3-000042.")
  var sale: String

  @Option(help: "The paper's width in columns.")
  var columns = PaperText.standardColumns

  private struct Answer: Encodable {
    struct Paper: Encodable {
      let job: UInt32
      let kind: String
      let copy: Int
      let state: String
    }

    let receipt: Receipt
    let papers: [Paper]
    let text: [String]
  }

  func validate() throws {
    guard PaperText.columnRange.contains(columns) else {
      throw ValidationError("--columns takes \(PaperText.columnRange)")
    }
    guard SaleID(sale) != nil else {
      throw ValidationError("a sale's number looks like 3-000042: kiosk, hyphen, counter")
    }
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
    let papers = try await store.printJobs(of: id).map {
      Answer.Paper(
        job: $0.number, kind: $0.kind.rawValue, copy: $0.copyNumber, state: $0.state.rawValue)
    }
    let answer = Answer(
      receipt: receipt, papers: papers,
      text: PaperText(columns: columns).lines(layout.receipt(receipt)))
    try Output.write(answer, asJSON: common.json) {
      answer.text
        + papers.map { paper in
          "\(paper.kind), print job \(paper.job)"
            + (paper.copy > 0 ? ", copy \(paper.copy)" : "") + ": \(paper.state)"
        }
    }
  }
}
