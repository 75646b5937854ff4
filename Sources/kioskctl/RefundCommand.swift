import ArgumentParser
import Daemon
import Ledger
import Retail

struct RefundCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refund", abstract: "Give back a purchase, whole or by lines and quantities.",
    discussion: """
      The exact inverse of what the sale posted: every lot, tender, discount and point gets its \
      share back, and any sequence of refunds sums to the sale. What is not named by --line is \
      kept; without --line all that is left goes back.
      """)

  @OptionGroup var options: WalletOptions
  @OptionGroup var act: ActOptions

  @Option(help: ArgumentHelp("The receipt's number, such as 3-000015.", valueName: "number"))
  var receipt: String

  @Option(
    help: ArgumentHelp(
      "A line of the receipt, counted from 1 at its top; may be repeated, with a --quantity each.",
      valueName: "number"))
  var line: [Int] = []

  @Option(
    help: ArgumentHelp(
      "How many of the line before; as many as there are --line, or none for one of each.",
      valueName: "count"))
  var quantity: [Int] = []

  private struct Answer: Encodable {
    let id: MoneyActID
    let refund: PurchaseRefund.Facts
    let repeated: Bool
  }

  func validate() throws {
    guard SaleID(receipt) != nil else { throw ValidationError(SaleNumber.hint) }
    guard quantity.isEmpty || quantity.count == line.count else {
      throw ValidationError("give each --line its --quantity, or none")
    }
  }

  func run() async throws {
    guard let sale = SaleID(receipt) else { throw Complaint(SaleNumber.hint) }
    let currency = try options.currency()
    let wanted = line.enumerated().map { place, line in
      PurchaseRefund.Request.Wanted(
        line: line, quantity: quantity.isEmpty ? 1 : quantity[place])
    }
    let (id, reply) = try await WalletDoor.ask(
      .refund(PurchaseRefund.Request(sale: sale, lines: wanted)), act, options)
    guard case .refunded(let facts, let isRepeated) = reply else { throw WalletDoor.stranger }
    try Output.write(
      Answer(id: id, refund: facts, repeated: isRepeated), asJSON: options.common.json
    ) {
      [
        "Refund \(id) of \(sale): \(currency.text(facts.amount - facts.rounding))"
          + (isRepeated ? " (done before)." : ".")
      ] + facts.uses.map { "\(currency.text($0.amount)) to \($0.to)" }
        + (facts.earnedMilliPoints > 0
          ? [
            "\(Amounts.text(facts.takenMilliPoints, of: .points)) points taken back, "
              + "\(Amounts.text(facts.owedMilliPoints, of: .points)) owed"
          ] : [])
        + facts.restoredCoupons.map { "coupon \($0) can be used again" }
        + facts.takenCoupons.map { "coupon \($0) is gone" }
    }
  }
}
