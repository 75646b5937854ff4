import CheckoutMachine
import Devices
import Ledger
import Retail

/// What the customer display shows in a state: two lines (SCREEN 2), which fit 20 columns. Never a
/// balance, never a name (SCREEN 32). A display without Chinese characters shows the plain words.
enum DisplayText {
  static func lines(
    _ state: Checkout.State, notices: [Checkout.Notice], currency: Currency, idle: [String] = []
  ) -> [DisplayLine] {
    switch state {
    case .attract:
      idle.isEmpty
        ? [line("欢迎光临", "WELCOME"), line("请扫描商品", "SCAN")] : idle.map { DisplayLine($0) }
    case .scanning(let basket): scanning(basket, currency)
    case .claiming: [line("请看屏幕", "SEE SCREEN"), line("是您的吗", "YOUR LIST?")]
    case .reviewing(let basket):
      if basket.bill.saved > .zero {
        [
          line("已优惠", "SAVE", currency.text(basket.bill.saved)),
          line("应付", "PAY", currency.text(basket.bill.payable)),
        ]
      } else {
        [
          line("请看屏幕", "SEE SCREEN"), line("应付", "PAY", currency.text(basket.bill.payable)),
        ]
      }
    case .tendering(let tendering):
      [line("储值付款", "WALLET"), line("应付", "PAY", currency.text(tendering.plan.total))]
    case .holding(let settlement), .posting(let settlement):
      [
        line("正在付款", "PLEASE WAIT"),
        DisplayLine("", right: currency.text(settlement.basket.bill.payable)),
      ]
    case .printing(let completed):
      [
        line("已付", "PAID", currency.text(completed.receipt.payable)),
        line("请取小票", "RECEIPT"),
      ]
    case .done(let completed): [line("谢谢", "THANK YOU"), done(completed)]
    case .outOfService:
      [line("暂停服务", "CLOSED"), DisplayLine("请到其他收银台", plain: "USE ANOTHER TILL")]
    }
  }

  private static func done(_ completed: Checkout.Completed) -> DisplayLine {
    switch completed.paper {
    case .delayed: DisplayLine("店员马上来", plain: "STAFF IS COMING")
    case .printed, .printing, .sent: DisplayLine("请带好会员卡", plain: "TAKE YOUR CARD")
    }
  }

  private static func scanning(
    _ basket: Checkout.Basket, _ currency: Currency
  ) -> [DisplayLine] {
    guard let newest = basket.bill.lines.last else {
      return [
        basket.member == nil ? line("请扫描商品", "SCAN") : line("会员", "MEMBER"),
        line("请扫描商品", "SCAN"),
      ]
    }
    let count = newest.quantity == 1 ? "" : " x\(newest.quantity)"
    return [
      DisplayLine(
        newest.name.zh + count, plain: newest.name.en + count,
        right: currency.text(basket.bill.amount(of: newest))),
      DisplayLine("TOTAL", right: currency.text(basket.bill.payable)),
    ]
  }

  private static func line(
    _ chinese: String, _ english: String, _ amount: String = ""
  ) -> DisplayLine {
    DisplayLine("\(chinese) \(english)", plain: english, right: amount)
  }

  /// Columns of a text: two for a wide character (UAX 11).
  static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + (isWide($1) ? 2 : 1) }
  }

  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xA5: true  // goes out as U+FFE5 in the multibyte sets
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
      true
    default: false
    }
  }
}
