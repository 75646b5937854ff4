import Daemon
import Retail

/// What the scenes are made of, in one language.
struct SceneWords {
  let language: Language

  func say(_ chinese: String, _ english: String) -> String { language.pick(chinese, english) }

  var member: Snapshot.Member {
    .init(
      name: say("王*", "Wang *"), level: say("金卡", "Gold"), points: 2_480,
      phone: "138****5521")
  }

  var memberPrice: Snapshot.Discount {
    .init(rule: "member-price", title: say("会员价", "Member price"), amount: 200)
  }

  var threshold: Snapshot.Discount {
    .init(rule: "coupon-100-15", title: say("满 100 减 15 券", "Coupon 15 off 100"), amount: 1_500)
  }

  var weekday: Snapshot.Discount {
    .init(rule: "weekday", title: say("周三全场 95 折", "Wednesday 5% off"), amount: 480)
  }

  var birthday: Snapshot.Discount {
    .init(rule: "birthday", title: say("会员月专享", "Members' month"), amount: 300)
  }

  var unknownItem: Snapshot.Message {
    .init(
      code: "unknownItem", severity: .refusal,
      text: say(
        "没认出这个条码。其他商品都在清单里。请再扫一次，或呼叫店员。",
        "We don't know this barcode. Your other items are safe. Scan it again or call staff."))
  }

  var outOfService: Snapshot.Message {
    .init(
      code: "outOfService", severity: .attention,
      text: say(
        "本机暂停服务，请到旁边的自助收银或人工收银台。",
        "This kiosk is closed. Please use the next one or a till."))
  }

  var printerNotReady: Snapshot.Message {
    .init(
      code: "printerNotReady", severity: .info,
      text: say(
        "现在打不了小票，仍可结账，稍后由店员补打。",
        "No receipts right now. You can still check out: staff print yours later."))
  }

  var receiptDelayed: Snapshot.Message {
    .init(
      code: "receiptDelayed", severity: .attention,
      text: say(
        "付款成功，小票没打完。券已记下，店员会来补打。",
        "You have paid. Your receipt is not finished: staff will print it. Your coupon is safe."))
  }

  var stillThere: Snapshot.Message {
    .init(
      code: "stillThere", severity: .attention,
      text: say(
        "还在吗？30 秒后清空这张清单。碰一下屏幕就能继续。",
        "Still there? This list clears in 30 seconds. Touch a key to go on."))
  }

  var whoseBasket: Snapshot.Message {
    .init(
      code: "whoseBasket", severity: .attention,
      text: say(
        "这张清单放了一会儿。是您的请继续，不是您的请换新清单。",
        "This list lay here for a while. Go on if it is yours, or start a new one."))
  }

  var noPaper: Snapshot.Device {
    .init(kind: "printer", state: "faulted", message: say("缺纸", "Out of paper"))
  }

  func devices(printer: Snapshot.Device? = nil) -> [Snapshot.Device] {
    let ready = ["scanner", "cardReader", "display"].map {
      Snapshot.Device(kind: $0, state: "enabled", message: "")
    }
    return ready + [printer ?? .init(kind: "printer", state: "enabled", message: "")]
  }

  /// Help and language always; the others as given.
  func buttons(_ others: [String: Bool]) -> [Snapshot.Button] {
    others.merging(["help": true, "language": true]) { $1 }
      .map { Snapshot.Button(name: $0.key, enabled: $0.value) }
      .sorted { $0.name < $1.name }
  }

  func attract() -> Snapshot {
    Snapshot(
      revision: 1, currency: "CNY", state: "attract", language: language.rawValue,
      shop: .init(name: say("青禾超市", "Qinghe Market"), kiosk: 3), lines: [], discounts: [],
      subtotal: 0, total: 0, member: nil, tender: nil, completed: nil, hint: nil,
      buttons: buttons([:]), devices: devices(), messages: [])
  }

  /// Oldest first, as the daemon sends them.
  func lines(_ count: Int) -> [Snapshot.Line] {
    let goods: [(String, String, Int, Int64)] = [
      ("气泡水 330 mL", "Sparkling water 330 mL", 3, 450),
      ("抽纸 3 包装", "Tissues, 3-pack", 1, 1_190),
      ("散养鸡蛋 10 枚", "Free-range eggs, 10", 1, 1_590),
      ("红富士苹果 1 kg 装", "Fuji apples, 1 kg bag", 1, 1_260),
      ("全麦吐司 400 g", "Wholemeal toast 400 g", 1, 1_280),
      ("东北珍珠米 5 kg 真空装（2026 年新米）", "Northeast pearl rice 5 kg, vacuum, new crop", 2, 4_590),
    ]
    guard count > 0 else { return [] }
    let others = (0..<(count - 1)).map { index in
      let good = goods[index % goods.count]
      return Snapshot.Line(
        id: "\(index + 1)", name: say(good.0, good.1), quantity: good.2, unitPrice: good.3,
        amount: good.3 * Int64(good.2), discounts: [])
    }
    let milk = Snapshot.Line(
      id: "\(count)", name: say("鲜牛奶 950 mL", "Fresh milk 950 mL"), quantity: 2,
      unitPrice: 1_390, amount: 2_580, discounts: [memberPrice])
    return others + [milk]
  }

  func scanning(lineCount: Int) -> Snapshot {
    var snapshot = attract()
    snapshot.state = "scanning"
    snapshot.member = member
    snapshot.lines = lines(lineCount)
    snapshot.discounts = lineCount > 0 ? [memberPrice] : []
    snapshot.total = snapshot.lines.reduce(0) { $0 + $1.amount }
    snapshot.subtotal = snapshot.total + (lineCount > 0 ? memberPrice.amount : 0)
    if lineCount > 0 {
      snapshot.hint = .init(
        missing: 1_200, title: say("满 100 减 15 券", "15 off 100"), reachedPercent: 88)
    }
    let some = lineCount > 0
    snapshot.buttons = buttons(
      ["pay": some, "remove": some, "quantity": some, "cancel": true])
    return snapshot
  }

  func reviewing() -> Snapshot {
    var snapshot = scanning(lineCount: 6)
    snapshot.state = "reviewing"
    snapshot.hint = nil
    snapshot.discounts = [memberPrice, threshold]
    snapshot.total -= threshold.amount
    snapshot.buttons = buttons(["wallet": true, "cancel": true])
    return snapshot
  }

  func tendering(remaining: Int64) -> Snapshot {
    var snapshot = reviewing()
    snapshot.state = "tendering"
    let bonus: Int64 = 806
    snapshot.tender = .init(
      principal: snapshot.total - bonus - remaining, bonus: bonus, remaining: remaining)
    snapshot.buttons = buttons(["confirm": remaining == 0, "cancel": true])
    return snapshot
  }

  var offer: Snapshot.Offer? {
    BearerCode(random: Array(repeating: 0x5A, count: BearerCode.randomByteCount))
      .flatMap { code in
        do { return try Snapshot.Offer(code) } catch { preconditionFailure("\(error)") }
      }
  }

  func finished(state: String, paper: Snapshot.Completed.Paper) -> Snapshot {
    var snapshot = tendering(remaining: 0)
    snapshot.state = state
    snapshot.completed = .init(
      receipt: "3-000127", paid: snapshot.total, pointsEarned: 80, pointsBalance: 2_560,
      paper: paper,
      coupon: .init(
        title: say("满 60 减 8", "8 off 60"), worth: 800, validFrom: "2026-11-23",
        validUntil: "2026-12-31"))
    snapshot.buttons = buttons(["done": true])
    return snapshot
  }
}
