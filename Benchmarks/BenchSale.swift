import CheckoutMachine
import Daemon
import Devices
import Foundation
import Ledger
import Retail
import Storage

/// One sale on its way through the real reducer: three products, a coupon, paid from the wallet.
struct BenchSale: Sendable {
  /// Elements of paper that come to the bytes of a real receipt and of a real coupon.
  private static let receiptElements = 18
  private static let couponElements = 6

  let counter: UInt64
  let policy: Checkout.Policy
  let time: ShopTime
  private(set) var state: Checkout.State
  private(set) var effects: [Checkout.Effect] = []

  /// Goes up to the moment at which the plan is to be held.
  init(
    counter: UInt64, in shop: BenchShop, items: ArraySlice<CatalogueItem>,
    coupon: PresentedCoupon
  ) {
    self.counter = counter
    policy = shop.policy
    time = shop.clock.now()
    state = .attract(shop.language)
    take(.memberIdentified(shop.facts))
    for item in items { take(.itemScanned(item)) }
    take(.couponPresented(coupon))
    for button in [Checkout.Button.pay, .wallet, .confirm] { take(.pressed(button)) }
  }

  var id: SaleID { SaleID(kiosk: BenchShop.kiosk, counter: counter) }

  mutating func take(_ event: Checkout.Event) { (state, effects) = reduced(event) }

  private func reduced(_ event: Checkout.Event) -> (Checkout.State, [Checkout.Effect]) {
    Checkout.reduce(state, event, Checkout.Context(time: time, nextSale: id), under: policy)
  }

  /// The batch that the state waits to be held.
  var hold: Batch? {
    effects.lazy.compactMap { if case .hold(let batch) = $0 { batch } else { nil } }.first
  }

  var posting: Checkout.SalePosting? {
    effects.lazy.compactMap { if case .post(let posting) = $0 { posting } else { nil } }.first
  }

  /// The step that an answer of the ledger leads to, as the loop writes it.
  func decision(after event: Checkout.Event) throws -> Decision {
    Decision(journal: try record(event))
  }

  /// The same with sale, papers and coupons.
  func decision(
    after event: Checkout.Event, selling posting: Checkout.SalePosting, codes: [BearerCode]
  ) throws -> Decision {
    let receipt = posting.receipt
    let at = receipt.time.instant
    let issued = Array(zip(receipt.coupons, codes))
    let papers = [
      NewPrintJob(
        sale: receipt.sale, kind: .receipt, document: try paper(Self.receiptElements), at: at)
    ]
    return Decision(
      journal: try record(event),
      sale: try SaleRecord(posting),
      printJobs: papers
        + (try issued.indices.map {
          NewPrintJob(
            sale: receipt.sale, kind: .coupon, ordinal: $0,
            document: try paper(Self.couponElements), at: at)
        }),
      coupons: issued.map { coupon, code in
        NewCoupon(
          id: coupon.id, template: coupon.template, templateVersion: coupon.templateVersion,
          code: code, holder: posting.member, validFrom: coupon.beginsAt,
          validUntil: coupon.endsAt, sale: receipt.sale)
      })
  }

  private func record(_ event: Checkout.Event) throws -> JournalRecord {
    let (next, effects) = reduced(event)
    return try JournalRecord(event, next, effects, Checkout.Context(time: time, nextSale: id))
  }

  private func paper(_ count: Int) throws -> [UInt8] {
    let elements = (0..<count).map { number in
      PrintElement.columns(left: "原味酸奶 6 杯 × \(number)", right: "¥16.80", .plain)
    }
    return try CompactJSON.encode(elements)
  }
}
