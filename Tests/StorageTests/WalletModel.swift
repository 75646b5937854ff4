import Ledger
import Retail

/// What stored value has to come to, kept in dictionaries and worked out anew: no SQL, no ledger,
/// and none of the product's rules.
struct WalletModel {
  struct TopUp {
    let member: Int64
    let amount: Int64
    let bonus: Int64
    let points: Int64
    let minute: Int64
    var isGone = false
  }

  struct Lot {
    let granted: Int64
    let endsAtDay: Int
    var left: Int64
    /// Taken by bills, less what came back.
    var used: Int64 = 0
  }

  struct Sale {
    let member: Int64
    /// Units left of each line, and the units' price.
    var lines: [(left: Int, net: Int64)]
    let payable: Int64
    /// What paid, in the order of the postings, with what is left of it.
    var uses: [(from: String, left: Int64)]
    var pointsLeft: Int64
  }

  var topUps: [String: TopUp] = [:]
  var order: [String] = []
  var principal: [Int64: Int64] = [:]
  var lots: [String: Lot] = [:]
  var points: [Int64: Int64] = [:]
  var sales: [UInt64: Sale] = [:]
  var cards: [String: Int64] = [:]
  var cash: Int64 = 0
  var giftSpent: Int64 = 0
  var withheld: Int64 = 0
  var expired: Int64 = 0

  // MARK: Top-ups

  /// The two offers of the tests' shop: 30.00 from 300.00 on, 60.00 and points from 500.00 on.
  static func gift(_ amount: Int64) -> (bonus: Int64, points: Int64) {
    amount >= 50_000 ? (6_000, 100_000) : amount >= 30_000 ? (3_000, 0) : (0, 0)
  }

  mutating func topUp(_ id: String, _ amount: Int64, of member: Int64, minute: Int64, day: Int) {
    let gift = Self.gift(amount)
    topUps[id] = TopUp(
      member: member, amount: amount, bonus: gift.bonus, points: gift.points, minute: minute)
    order.append(id)
    principal[member, default: 0] += amount
    points[member, default: 0] += gift.points
    cash += amount
    if gift.bonus > 0 {
      lots[id] = Lot(granted: gift.bonus, endsAtDay: day + 365, left: gift.bonus)
    }
  }

  /// What is left of its principal when the oldest is spent first.
  func unused(_ id: String) -> Int64 {
    guard let topUp = topUps[id], let place = order.firstIndex(of: id) else { return 0 }
    let later = order[(place + 1)...].compactMap { topUps[$0] }
      .filter { $0.member == topUp.member && !$0.isGone }.map(\.amount).reduce(0, +)
    return max(0, min(topUp.amount, principal[topUp.member, default: 0] - later))
  }

  func mayUndo(_ id: String, minute: Int64, isPair: Bool) -> Bool {
    guard let topUp = topUps[id], !topUp.isGone else { return false }
    return (isPair || minute - topUp.minute <= 30) && unused(id) == topUp.amount
      && lots[id]?.left ?? 0 == topUp.bonus
      && points[topUp.member, default: 0] >= topUp.points
  }

  mutating func undo(_ id: String) {
    guard let topUp = topUps[id] else { return }
    take(id, principal: topUp.amount, points: topUp.points)
    cash -= topUp.amount
  }

  mutating func refundTopUp(_ id: String) -> Int64? {
    guard let topUp = topUps[id], !topUp.isGone else { return nil }
    let left = unused(id)
    guard left > 0 || lots[id]?.left ?? 0 > 0 else { return nil }
    let price = min(left, lots[id]?.used ?? 0)
    take(id, principal: left, points: topUp.points)
    withheld += price
    cash -= left - price
    return left - price
  }

  private mutating func take(_ id: String, principal units: Int64, points: Int64) {
    guard let topUp = topUps[id] else { return }
    principal[topUp.member, default: 0] -= units
    // Below zero: owed.
    self.points[topUp.member, default: 0] -= points
    lots[id]?.left = 0
    topUps[id]?.isGone = true
  }

  // MARK: Sales

  mutating func sell(_ number: UInt64, _ sale: Sale) {
    for use in sale.uses { move(use.from, of: sale.member, -use.left) }
    points[sale.member, default: 0] += sale.pointsLeft
    sales[number] = sale
  }

  /// Gives units back, the newest use first and cash last; returns the amount.
  mutating func refund(_ number: UInt64, _ wanted: [(line: Int, count: Int)]) -> Int64? {
    guard var sale = sales[number], !wanted.isEmpty else { return nil }
    let netLeft = sale.lines.map { $0.net }.reduce(0, +)
    var net: Int64 = 0
    for part in wanted {
      let line = sale.lines[part.line]
      guard part.count >= 1, part.count <= line.left else { return nil }
      let share = line.net * Int64(part.count) / Int64(line.left)
      sale.lines[part.line] = (line.left - part.count, line.net - share)
      net += share
    }
    let isWhole = sale.lines.allSatisfy { $0.left == 0 }
    let back =
      isWhole ? sale.pointsLeft : netLeft > 0 ? sale.pointsLeft * net / netLeft : 0
    sale.pointsLeft -= back
    points[sale.member, default: 0] -= back
    var left = net
    let newest =
      sale.uses.indices.reversed().filter { sale.uses[$0].from != "cash" }
      + sale.uses.indices.filter { sale.uses[$0].from == "cash" }
    for index in newest {
      let part = min(left, sale.uses[index].left)
      sale.uses[index].left -= part
      left -= part
      move(sale.uses[index].from, of: sale.member, part)
    }
    sales[number] = sale
    return left == 0 ? net : nil
  }

  private mutating func move(_ name: String, of member: Int64, _ units: Int64) {
    switch name {
    case "cash": cash -= units
    case "principal": principal[member, default: 0] += units
    default:
      lots[name]?.left += units
      lots[name]?.used -= units
    }
  }

  // MARK: Time and cards

  /// What ended by a day goes, lot by lot; returns the lots that had something.
  mutating func expire(on day: Int) -> [(lot: String, units: Int64)] {
    let ended = lots.filter { $0.value.left > 0 && $0.value.endsAtDay <= day }
      .map { (lot: $0.key, units: $0.value.left) }.sorted { $0.lot < $1.lot }
    for (lot, units) in ended {
      lots[lot]?.left = 0
      expired += units
    }
    return ended
  }
}
