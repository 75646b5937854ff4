import Daemon
import Foundation
import Ledger
import Retail
import ShopConfiguration
import SimulatorUI
import Storage

/// What a newcomer can scan and tap: the sample shop, and its coupons that are still good.
struct Samples: Sendable {
  let shop: SampleShop?
  let rules: RuleSet
  let store: Store
  let clock: KioskClock

  @Sendable func list() async throws -> SimulatorSamples {
    var coupons: [SimulatorSamples.Coupon] = []
    for template in rules.templates {
      let id = SampleData.couponID(template.id)
      guard let coupon = try await store.coupon(id: id),
        let balance = try await SQLiteLedger(store).balance(of: coupon.account),
        balance.available(under: .debitsWithinCredits) ?? 0 > 0,
        let code = try await store.revealCode(id: id)
      else { continue }
      coupons.append(.init(code: code.characters, title: template.title.en))
    }
    return SimulatorSamples(
      products: shop?.products.map {
        .init(code: $0.code, name: $0.name.zh + " " + $0.name.en, price: $0.price.minorUnits)
      } ?? [],
      cards: shop?.members.flatMap { member in
        member.cards.map { uid in
          .init(uid: uid.map { padded(String($0, radix: 16), 2) }.joined(), member: member.name)
        }
      } ?? [],
      coupons: coupons)
  }

  private func padded(_ text: String, _ width: Int) -> String {
    String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
