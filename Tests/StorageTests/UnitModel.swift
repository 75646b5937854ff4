import Retail

/// Points and visits of one member in dictionaries, without a ledger: what the real ones must say.
/// The clock stands at ten in the morning of a day.
struct UnitModel {
  struct Waiting: Hashable {
    let until: CalendarDate
    let end: CalendarDate
  }

  struct Card {
    let id: String
    let end: CalendarDate
    let sold: CalendarDate
    var left: Int64
    var value: Int64
  }

  var today: CalendarDate
  var seen: CalendarDate
  /// Points by the last day they are good on.
  var lots: [CalendarDate: Int64] = [:]
  var waiting: [Waiting: Int64] = [:]
  var (owed, issued, burned, expired, clawedBack): (Int64, Int64, Int64, Int64, Int64) =
    (0, 0, 0, 0, 0)
  var cards: [Card] = []
  var (cash, revenue, forfeit): (Int64, Int64, Int64) = (0, 0, 0)

  init(today: CalendarDate) { (self.today, seen) = (today, today) }

  /// A day's points end when it is over on all of the earth: in the shop, the day after at 20:00.
  private func isOver(_ end: CalendarDate, on day: CalendarDate) -> Bool {
    end.adding(days: 2) <= day
  }

  static func monthAfter(_ day: CalendarDate) -> CalendarDate {
    let (year, month, date) = day.components
    let first = CalendarDate(year: month == 12 ? year + 1 : year, month: month % 12 + 1, day: 1)
    var last = first
    while last.adding(days: 1).components.month == first.components.month,
      last.components.day < date
    { last = last.adding(days: 1) }
    return last
  }

  var current: [CalendarDate] {
    lots.keys.filter { !isOver($0, on: today) && lots[$0] != 0 }.sorted()
  }
  var spendable: Int64 { max(0, current.reduce(0) { $0 + (lots[$1] ?? 0) } - owed) }
  var total: Int64 {
    current.reduce(0) { $0 + (lots[$1] ?? 0) } + waiting.values.reduce(0, +) - owed
  }
  var outstanding: Int64 { lots.values.reduce(0, +) + waiting.values.reduce(0, +) - owed }

  mutating func earn(_ units: Int64, waits: Bool) {
    issued += units
    let end = Self.monthAfter(today)
    if waits {
      waiting[Waiting(until: today.adding(days: 7), end: end), default: 0] += units
    } else {
      lots[end, default: 0] += units
    }
  }

  private mutating func take(_ units: Int64) -> Int64 {
    var rest = units
    for end in current {
      let part = min(rest, lots[end] ?? 0)
      lots[end, default: 0] -= part
      rest -= part
    }
    return rest
  }

  /// False when it is refused.
  mutating func spend(_ units: Int64) -> Bool {
    guard units <= spendable else { return false }
    _ = take(units + owed)
    owed = 0
    return true
  }

  mutating func adjust(_ units: Int64) -> Bool {
    guard units > 0 else {
      guard spend(-units) else { return false }
      clawedBack -= units
      return true
    }
    issued += units
    let paid = min(owed, units)
    owed -= paid
    lots[Self.monthAfter(today), default: 0] += units - paid
    return true
  }

  private var inLine: [Waiting] {
    waiting.keys.filter { waiting[$0] != 0 }.sorted { ($0.until, $0.end) < ($1.until, $1.end) }
  }

  mutating func takeBack(_ units: Int64) {
    var rest = take(units)
    for key in inLine {
      let part = min(rest, waiting[key] ?? 0)
      waiting[key, default: 0] -= part
      rest -= part
    }
    owed += rest
    clawedBack += units
  }

  mutating func sweep() {
    seen = max(seen, today)
    for end in lots.keys where isOver(end, on: seen) {
      expired += lots[end] ?? 0
      lots[end] = 0
    }
    for key in inLine where isOver(key.until, on: seen) {
      let units = waiting.removeValue(forKey: key) ?? 0
      let paid = min(owed, units)
      owed -= paid
      lots[key.end, default: 0] += units - paid
    }
    for index in cards.indices where cards[index].end < seen {
      forfeit += cards[index].value
      (cards[index].left, cards[index].value) = (0, 0)
    }
  }

  // MARK: Cards

  mutating func sell(_ id: String, visits: Int64, price: Int64) {
    cards.append(
      Card(id: id, end: Self.monthAfter(today), sold: today, left: visits, value: price))
    cash += price
  }

  /// The card that a visit is taken of; nil when it is refused.
  mutating func use() -> String? {
    let day = today
    let usable = cards.indices.filter { cards[$0].end >= day && cards[$0].left > 0 }
    let first = usable.min {
      (cards[$0].end, cards[$0].sold, cards[$0].id) < (cards[$1].end, cards[$1].sold, cards[$1].id)
    }
    guard let first else { return nil }
    let share =
      cards[first].value - cards[first].value * (cards[first].left - 1) / cards[first].left
    cards[first].left -= 1
    cards[first].value -= share
    revenue += share
    return cards[first].id
  }

  /// What is paid back; nil when it is refused.
  mutating func refund(_ id: String) -> Int64? {
    guard let index = cards.firstIndex(where: { $0.id == id }), cards[index].end >= today,
      cards[index].left > 0
    else { return nil }
    let amount = cards[index].value
    (cards[index].left, cards[index].value) = (0, 0)
    cash -= amount
    return amount
  }
}
