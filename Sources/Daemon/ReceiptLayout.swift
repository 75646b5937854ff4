import Devices
import Ledger
import Retail

/// Puts a sale on paper: wording and order of a receipt and of a printed coupon, for any printer.
public struct ReceiptLayout: Sendable {
  public let shop: LocalizedText
  public let currency: Currency

  public init(shop: LocalizedText, currency: Currency) {
    self.shop = shop
    self.currency = currency
  }

  private static let title = TextStyle(
    alignment: .center, isEmphasized: true, isDoubleWidth: true, isDoubleHeight: true)
  private static let heading = TextStyle(alignment: .center, isEmphasized: true)
  private static let centered = TextStyle(alignment: .center)
  private static let strong = TextStyle(isEmphasized: true)
  private static let total = TextStyle(
    isEmphasized: true, isDoubleWidth: true, isDoubleHeight: true)

  public func receipt(_ receipt: Receipt) -> [PrintElement] {
    let words = Words(language: receipt.language)
    var elements: [PrintElement] = [
      .text(shop.text(in: receipt.language), Self.title),
      .text(words.receipt, Self.centered),
      .columns(left: "No. \(receipt.sale)", right: clock(receipt.time), .plain),
      .rule,
    ]
    for line in receipt.lines { elements += self.line(line, receipt, words) }
    elements.append(.rule)
    elements.append(
      .columns(left: words.subtotal, right: currency.paperText(afterLines(receipt)), .plain))
    for discount in receipt.discounts where !discount.isOnLines {
      elements.append(
        .columns(
          left: discount.title.text(in: receipt.language),
          right: currency.paperText(-discount.amount), .plain))
    }
    elements.append(
      .columns(left: words.payable, right: currency.paperText(receipt.payable), Self.total))
    for tender in receipt.tenders {
      elements.append(
        .columns(
          left: words.tender(tender.tender), right: currency.paperText(tender.amount), .plain))
    }
    if let member = receipt.member { elements += self.member(member, receipt.language, words) }
    elements += [
      .rule, .text(words.thanks, Self.centered), .barcode(.code128, receipt.sale.description),
      .feed(lines: 1), .cut,
    ]
    return elements
  }

  /// A coupon of its own, cut off from the receipt. `code` is what the symbol holds, `spelled` what
  /// stands beneath it.
  public func coupon(
    _ coupon: IssuedCoupon, code: String, spelled: String, language: Language
  ) -> [PrintElement] {
    let words = Words(language: language)
    return [
      .text(shop.text(in: language), Self.centered),
      .text(words.coupon, Self.heading),
      .text(coupon.title.text(in: language), Self.title),
      .feed(lines: 1),
      .qrCode(code),
      .text(spelled, Self.centered),
      .text(words.validity(coupon), Self.centered),
      .text(words.once, Self.centered),
      .feed(lines: 1), .cut,
    ]
  }

  /// A paper that was given to a printer before starts with this.
  public func copyBanner(number: Int, language: Language) -> PrintElement {
    .text(
      Words(language: language).copy(number),
      TextStyle(alignment: .center, isEmphasized: true, isReversed: true))
  }

  /// The lines as they are printed above it, so that the paper adds up.
  private func afterLines(_ receipt: Receipt) -> Money {
    receipt.payable + receipt.discounts.filter { !$0.isOnLines }.map(\.amount).sum()
  }

  private func line(
    _ line: PricedLine, _ receipt: Receipt, _ words: Words
  ) -> [PrintElement] {
    let name = line.name.text(in: receipt.language)
    var elements: [PrintElement] = []
    if line.quantity == 1 {
      elements.append(.columns(left: name, right: currency.paperText(line.listAmount), .plain))
    } else {
      elements.append(.text(name, .plain))
      elements.append(
        .columns(
          left: "  \(line.quantity) × \(currency.paperText(line.unitPrice))",
          right: currency.paperText(line.listAmount), .plain))
    }
    for discount in receipt.discounts where discount.isOnLines {
      for part in discount.parts where part.line == line.id {
        elements.append(
          .columns(
            left: "  " + discount.title.text(in: receipt.language),
            right: currency.paperText(-part.amount), .plain))
      }
    }
    return elements
  }

  private func member(
    _ member: Receipt.MemberPart, _ language: Language, _ words: Words
  ) -> [PrintElement] {
    [
      .rule,
      .columns(
        left: words.member, right: member.maskedName + " " + member.tier.text(in: language),
        .plain),
      .columns(left: words.earned, right: points(member.earnedMilliPoints), Self.strong),
      .columns(left: words.pointsNow, right: points(member.milliPointsAfter), .plain),
      .columns(left: words.walletNow, right: currency.paperText(member.walletAfter), .plain),
    ]
  }

  /// Whole points, or with the digits that are there: 63, 63.5.
  private func points(_ milliPoints: Int64) -> String {
    let rest = milliPoints % 1_000
    guard rest != 0 else { return "\(milliPoints / 1_000)" }
    var digits = padded(Int(rest), 3)
    while digits.hasSuffix("0") { digits.removeLast() }
    return "\(milliPoints / 1_000).\(digits)"
  }

  private func clock(_ time: ShopTime) -> String {
    let (hour, minute) = time.clock
    return "\(time.date) \(padded(hour, 2)):\(padded(minute, 2))"
  }
}

extension ReceiptLayout {
  /// The fixed words of a receipt.
  private struct Words {
    let language: Language

    func pick(_ zh: String, _ en: String) -> String {
      LocalizedText(zh: zh, en: en).text(in: language)
    }

    var receipt: String { pick("购物小票", "RECEIPT") }
    var subtotal: String { pick("小计", "Subtotal") }
    var payable: String { pick("应付", "TOTAL") }
    var member: String { pick("会员", "Member") }
    var earned: String { pick("本次积分", "Points earned") }
    var pointsNow: String { pick("当前积分", "Points now") }
    var walletNow: String { pick("储值余额", "Wallet balance") }
    var thanks: String { pick("谢谢惠顾，欢迎再来", "Thank you, see you soon") }
    var coupon: String { pick("优惠券", "COUPON") }
    var once: String { pick("限用一次，复印无效", "Good once; copies are void") }

    func copy(_ number: Int) -> String { pick(" 副本 \(number) ", " COPY \(number) ") }

    func tender(_ tender: Receipt.Tender) -> String {
      switch tender {
      case .bonus: pick("储值付款（赠送）", "Wallet (bonus)")
      case .principal: pick("储值付款（本金）", "Wallet (principal)")
      }
    }

    func validity(_ coupon: IssuedCoupon) -> String {
      pick(
        "\(coupon.validFrom) 至 \(coupon.validUntil) 有效",
        "Valid \(coupon.validFrom) to \(coupon.validUntil)")
    }
  }
}
