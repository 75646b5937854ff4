import Ledger
import Retail
import Testing

/// I17: what was issued is used, expired, taken back or with customers.
struct IssuanceTests {
  private func sum(_ name: String, _ accounts: [(String, String, Int64)]) -> Issuance {
    var sum = Issuance(name: name)
    for (owner, purpose, posted) in accounts {
      sum.add(AccountID(owner: owner, purpose: purpose), posted: posted)
    }
    return sum
  }

  @Test func `units that are where they can be are whole`() {
    let points = sum(
      "PTS",
      [
        ("house", "points/issued", 100), ("house", "points/burned", -30),
        ("house", "points/expired", -20), ("house", "points/clawed-back", -15),
        ("m/1", "points/2027-11", -30), ("m/1", "points-pending/2026-12-01/2027-11", -10),
        ("m/2", "points-owed", 5),
      ])
    #expect(points.isWhole && points.outstanding == 35 && points.takenBack == 15)
    let coupons = sum(
      "CPN/tea",
      [
        ("house", "coupons/issued/tea", 3), ("house", "coupons/redeemed/tea", -1),
        ("house", "coupons/voided/tea", -1), ("coupon/3-1", "piece", -1),
      ])
    #expect(coupons.isWhole && coupons.used == 1)
    let bonus = sum(
      Issuance.bonus,
      [
        ("house", "bonus/issued", 100), ("house", "bonus/expired", -10), ("m/1", "bonus/1", -50),
      ])
    #expect(bonus.isWhole)
  }

  @Test func `units that came from nowhere or went astray are not`() {
    for accounts: [(String, String, Int64)] in [
      [("house", "points/issued", 10), ("house", "suspense", -10)],
      [("house", "cash", 10), ("m/1", "points/2027-11", -10)],
      [("house", "points/issued", -10), ("house", "points/burned", 10)],
      [("house", "points/burned", 10), ("m/1", "points/2027-11", -10)],
      [("house", "points/issued", 10), ("m/1", "points/2027-11", -9)],
    ] {
      #expect(!sum("PTS", accounts).isWhole)
    }
    #expect(
      !sum(Issuance.bonus, [("house", "bonus/issued", 10), ("m/1", "bonus/1", -11)]).isWhole)
  }

  @Test func `what counts is told by asset, and bonus by its account`() {
    let lot = AccountID(owner: "m/1", purpose: "bonus/1")
    #expect(Issuance.name(of: lot, asset: "CNY") == Issuance.bonus)
    #expect(Issuance.name(of: lot, asset: "QTY/x") == nil)
    #expect(Issuance.name(of: .house("cash"), asset: "CNY") == nil)
    for asset in ["PTS", "CPN/tea", "CNT/wash"] {
      #expect(Issuance.name(of: .house("x"), asset: asset) == asset)
    }
  }
}
