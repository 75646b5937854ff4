import ArgumentParser
import Foundation
import Ledger
import PricingCases
import Retail
import ShopConfiguration

/// Prices a cart without a database, or runs a file of neutral cases.
struct PriceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "price", abstract: "Price a cart under rules, and say why.",
    discussion: """
      With --cases, one JSON object a line is read and one is written: {"id", "result", "agrees"}, \
      the fields that the case expects as this kiosk computes them.
      """)

  @Option(help: ArgumentHelp("The shop's rules; else the installed ones.", valueName: "file"))
  var rules: String?

  @Option(help: ArgumentHelp("The cart, YAML or JSON.", valueName: "file"))
  var cart: String?

  @Option(help: ArgumentHelp("Neutral cases, one a line.", valueName: "file"))
  var cases: String?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (cart == nil) != (cases == nil) else {
      throw ValidationError("name a cart with --cart, or a file of cases with --cases")
    }
  }

  func run() async throws {
    if let cases { return try await run(cases) }
    guard let cart else { return }
    let rules = try PromotionsFile.read(rules ?? ResourcePaths.promotions)
    let input = try CartFile.read(cart, rules: rules)
    if let refusal = input.refusal { throw Complaint("\(cart): cannot be priced: \(refusal)") }
    let bill = PricedBill.price(input, under: rules)
    try Output.write(bill, asJSON: json) { PriceText(bill).lines }
  }

  private func run(_ path: String) async throws {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw Complaint("\(path): cannot be read: \(error.localizedDescription)")
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    for (number, line) in text.split(whereSeparator: \.isNewline).enumerated() {
      let answer = await CaseRunner.answer(line: String(line), number: number + 1)
      print(String(decoding: try encoder.encode(answer), as: UTF8.self))
    }
  }
}

/// A priced bill for people.
struct PriceText {
  let lines: [String]

  init(_ bill: PricedBill) {
    var table = TextTable([.left, .right])
    for line in bill.lines {
      table.append(["\(line.quantity) × \(line.sku)", "\(line.listAmount)"])
    }
    for discount in bill.discounts {
      table.append(["  \(discount.source.rule): \(discount.title.en)", "-\(discount.amount)"])
    }
    if let fee = bill.fee { table.append(["fee", "\(fee.net)"]) }
    if let tax = bill.tax {
      table.append(["tax (\(tax.rule.mode.rawValue))", "\(tax.amount)"])
    }
    table.append(["to pay", "\(bill.payable)"])
    var lines = table.lines
    lines.append("rules of version \(bill.ruleSetVersion):")
    for step in bill.decision.steps {
      let name = step.coupon.map { "\(step.rule) (\($0))" } ?? step.rule
      lines.append("  \(name): \(Self.text(step.verdict))")
    }
    let proof = bill.decision.isBestProven ? "the best there is" : "the best found"
    lines.append("\(bill.decision.couponSetsTried) sets of coupons tried; \(proof)")
    self.lines = lines
  }

  private static func text(_ verdict: DecisionRecord.Verdict) -> String {
    switch verdict {
    case .applied(let amount): "applied, \(amount)"
    case .appliedInPart(let amount, let whole): "applied in part, \(amount) of \(whole)"
    case .earned(let points): "\(points) thousandths of a point"
    case .issued: "a coupon is issued"
    case .wouldApply(let missing): "would apply with \(missing) more"
    case .unmet(let unmet): "would apply if: \(unmet)"
    case .refused(let refusal): "refused: \(refusal.rawValue)"
    }
  }
}
