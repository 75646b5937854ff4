import CheckoutMachine
import Ledger
import Retail

/// What the customer display shows in a state: two lines of twenty columns (SCREEN 2). Never a
/// balance, never a name (SCREEN 32).
enum DisplayText {
  static let columns = 20

  static func lines(
    _ state: Checkout.State, notices: [Checkout.Notice], currency: Currency
  ) -> [String] {
    switch state {
    case .attract: ["欢迎光临 WELCOME", "请扫描商品 SCAN"]
    case .scanning(let basket): scanning(basket, currency)
    case .reviewing(let basket):
      if basket.bill.saved > .zero {
        [
          amount("已优惠 SAVE", basket.bill.saved, currency),
          amount("应付 PAY", basket.bill.payable, currency),
        ]
      } else {
        ["请看屏幕 SEE SCREEN", amount("应付 PAY", basket.bill.payable, currency)]
      }
    case .tendering(let tendering):
      ["储值付款 WALLET", amount("应付 PAY", tendering.plan.total, currency)]
    case .holding(let settlement), .posting(let settlement):
      ["正在付款 PLEASE WAIT", amount("", settlement.basket.bill.payable, currency)]
    case .printing(let completed):
      [amount("已付 PAID", completed.receipt.payable, currency), "请取小票 RECEIPT"]
    case .done(let completed): ["谢谢 THANK YOU", done(completed)]
    case .outOfService: ["暂停服务 CLOSED", "请到其他收银台"]
    }
  }

  private static func done(_ completed: Checkout.Completed) -> String {
    switch completed.paper {
    case .delayed: "店员马上来"
    case .printed, .printing, .sent: "请带好会员卡"
    }
  }

  private static func scanning(_ basket: Checkout.Basket, _ currency: Currency) -> [String] {
    guard let newest = basket.bill.lines.last else {
      return [basket.member == nil ? "请扫描商品 SCAN" : "会员 MEMBER", "请扫描商品 SCAN"]
    }
    let count = newest.quantity == 1 ? "" : " x\(newest.quantity)"
    let price = currency.text(basket.bill.amount(of: newest))
    return [
      fit(newest.name.zh + count, price), amount("TOTAL", basket.bill.payable, currency),
    ]
  }

  private static func amount(_ label: String, _ money: Money, _ currency: Currency) -> String {
    fit(label, currency.text(money))
  }

  /// Left and right on one line, the right side flush right and whole.
  static func fit(_ left: String, _ right: String) -> String {
    let room = columns - width(right)
    var text = ""
    var used = 0
    for character in left {
      let next = width(String(character))
      // One blank stays between the two sides.
      if used + next > room - 1 { break }
      text.append(character)
      used += next
    }
    return text + String(repeating: " ", count: max(0, room - used)) + right
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
