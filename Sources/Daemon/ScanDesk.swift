import CheckoutMachine
import Codecs
import Devices
import Ledger
import Retail

/// Makes of what was scanned what the checkout is asked for; looks nothing up (K3).
public struct ScanDesk: Sendable {
  let reader: ScanReader
  /// Whether an item whose symbol says that its last day is over is refused.
  let refusesExpired: Bool

  public init(reader: ScanReader, refusesExpired: Bool = true) {
    self.reader = reader
    self.refusesExpired = refusesExpired
  }

  /// Checks of the dictionary that this program does not have, and that refuse nothing.
  public var unknownChecks: [String] { reader.dictionary.unknownLinters }

  /// What the checkout is asked for.
  enum Request: Equatable {
    /// An item by its GTIN of 14 digits, and how much of it; nil: one piece.
    case item(gtin: String, Portion?)
    case coupon(BearerCode)
    /// Only where a payment is expected.
    case payment(PaymentCode)
    /// What a member's phone shows.
    case member(MemberCode)
    /// With the reason for staff; nothing of the data is in it.
    case refused(Checkout.ScanRefusal, reason: String)
  }

  func request(
    _ scan: ScanData, currency: Currency, today: CalendarDate, paymentExpected: Bool = false
  ) -> Request {
    switch reader.read(
      scan.bytes, aim: scan.aimIdentifier, paymentExpected: paymentExpected)
    {
    case .product(let gtin): .item(gtin: gtin.description, nil)
    case .inStore(let number): request(number, currency)
    case .elementString(let elements), .digitalLink(let elements):
      request(elements, currency, today)
    case .own(let code): request(code)
    case .text(let bytes, _): request(text: bytes)
    case .payment(let code): .payment(code)
    case .refused(let refusal):
      .refused(Self.kind(of: refusal), reason: "\(refusal)")
    }
  }

  private func request(_ number: InStoreNumber, _ currency: Currency) -> Request {
    let portion: Portion? =
      switch number.measure {
      case .price:
        number.price(currencyDecimals: currency.minorDigits)
          .map { .price(Money(minorUnits: $0)) }
      case .weight: number.grams.map { .grams($0) }
      case .count: number.count.map { .pieces($0) }
      }
    guard let portion else {
      return .refused(.noPrice, reason: "the label's price is finer than the currency")
    }
    return .item(gtin: number.catalogueNumber.description, portion)
  }

  private func request(
    _ elements: [GS1.Element], _ currency: Currency, _ today: CalendarDate
  ) -> Request {
    guard let item = GS1.TradeItem(elements) else {
      let identifiers = elements.map { "(\($0.identifier))" }.joined()
      return .refused(.notUnderstood, reason: "no item among \(identifiers)")
    }
    if refusesExpired, let expiry = item.expiry, Self.lastDay(expiry, today) < today {
      return .refused(.expired, reason: "\(item.gtin): \(Self.lastDay(expiry, today)) is over")
    }
    guard let payable = item.payable else {
      let portion = item.grams.map { Portion.grams($0) } ?? item.count.map { .pieces($0) }
      return .item(gtin: item.gtin.description, portion)
    }
    guard let price = payable.minorUnits(currencyDecimals: currency.minorDigits) else {
      return .refused(.noPrice, reason: "\(item.gtin): the price is finer than the currency")
    }
    return .item(gtin: item.gtin.description, .price(Money(minorUnits: price)))
  }

  private static func lastDay(_ day: GS1.TradeItem.Day, _ today: CalendarDate) -> CalendarDate {
    let year = day.year(seenFrom: today.components.year)
    guard day.day > 0 else {
      return CalendarDate(year: year, month: day.month, day: 1).firstOfMonth(after: 1)
        .adding(days: -1)
    }
    return CalendarDate(year: year, month: day.month, day: day.day)
  }

  private func request(_ code: OwnCode) -> Request {
    switch code.kind {
    case .coupon:
      guard let bearer = BearerCode(code.body) else {
        return .refused(.wrongCheckDigit, reason: "wrong check characters of a coupon's code")
      }
      return .coupon(bearer)
    case .member:
      // A bare number is printed on receipts: it says who, and proves nothing.
      guard let member = MemberCode(body: code.body) else {
        return .refused(.notUsableHere, reason: "the bare number of a member")
      }
      return .member(member)
    case .badge, .giftCard, .receipt:
      return .refused(.notUsableHere, reason: "\(code)")
    }
  }

  /// Coupons of this shop carry their code without a prefix, and are known by its check characters.
  private func request(text bytes: [UInt8]) -> Request {
    if let code = BearerCode(String(decoding: bytes, as: UTF8.self)) { return .coupon(code) }
    // Twelve to fourteen digits that are no item's number were meant as one.
    let looksLikeNumber =
      (12...14).contains(bytes.count) && bytes.allSatisfy { (0x30...0x39).contains($0) }
    return looksLikeNumber
      ? .refused(.wrongCheckDigit, reason: "digits as long as an item's number, and none")
      : .refused(.notUnderstood, reason: "text of \(bytes.count) bytes")
  }

  private static func kind(of refusal: ScanMeaning.Refusal) -> Checkout.ScanRefusal {
    switch refusal {
    case .number(.wrongCheckDigit), .valueCheckDigit,
      .elementString(.wrongContent(_, check: "csum")):
      .wrongCheckDigit
    case .number, .elementString, .digitalLink, .tooLong: .notUnderstood
    case .paymentNotExpected: .paymentNotExpected
    case .glued: .tornScan
    }
  }
}
