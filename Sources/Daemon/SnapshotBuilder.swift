import CheckoutMachine
import Devices
import Ledger
import Retail

/// Makes the customer's screen out of what is; pure.
struct SnapshotBuilder {
  let shop: LocalizedText
  let kiosk: UInt32
  let currency: Currency
  /// The coupon whose code the screen shows.
  var offered: (coupon: String, offer: Snapshot.Offer)?

  func snapshot(
    _ state: Checkout.State, notices: [Checkout.Notice], devices: DeviceBoard, revision: Int
  ) -> Snapshot {
    let language = state.language
    let bill = state.basket?.bill
    let receipt = state.completed?.receipt
    let discounts = bill?.discounts ?? receipt?.discounts ?? []
    return Snapshot(
      revision: revision, currency: currency.code, state: state.name,
      language: language.rawValue,
      shop: .init(name: shop.text(in: language), kiosk: Int(kiosk)),
      lines: (bill?.lines ?? receipt?.lines ?? []).map { line($0, discounts, language) },
      discounts: byRule(discounts, language),
      subtotal: (bill?.subtotal ?? receipt?.subtotal ?? .zero).minorUnits,
      total: (bill?.payable ?? receipt?.payable ?? .zero).minorUnits,
      member: member(state, language),
      tender: tender(state), completed: state.completed.map { completed($0, language) },
      hint: hint(state, language),
      buttons: Checkout.ButtonName.allCases.map {
        .init(name: $0.rawValue, enabled: Checkout.isEnabled($0, in: state))
      },
      devices: devices.lines, messages: messages(state, notices, devices, language))
  }

  private func line(
    _ line: PricedLine, _ discounts: [AppliedDiscount], _ language: Language
  ) -> Snapshot.Line {
    let own = discounts.filter(\.isOnLines).flatMap { discount in
      discount.parts.filter { $0.line == line.id }.map {
        Snapshot.Discount(
          rule: discount.source.rule, title: discount.title.text(in: language),
          amount: $0.amount.minorUnits)
      }
    }
    return Snapshot.Line(
      id: String(line.id), name: line.name.text(in: language), quantity: line.quantity,
      unitPrice: line.unitPrice.minorUnits,
      amount: line.listAmount.minorUnits - own.map(\.amount).reduce(0, +), discounts: own)
  }

  private func byRule(
    _ discounts: [AppliedDiscount], _ language: Language
  ) -> [Snapshot.Discount] {
    discounts.map {
      .init(
        rule: $0.source.rule, title: $0.title.text(in: language), amount: $0.amount.minorUnits)
    }
  }

  private func member(_ state: Checkout.State, _ language: Language) -> Snapshot.Member? {
    if let member = state.basket?.member { return self.member(member, language) }
    return state.completed?.receipt.member.map {
      Snapshot.Member(
        name: $0.maskedName, level: $0.tier.text(in: language),
        points: $0.milliPointsAfter / 1_000, phone: "")
    }
  }

  private func member(_ member: MemberFacts, _ language: Language) -> Snapshot.Member {
    Snapshot.Member(
      name: member.maskedName, level: member.tier.title.text(in: language),
      points: member.milliPoints / 1_000, phone: member.maskedPhone)
  }

  private func tender(_ state: Checkout.State) -> Snapshot.Tender? {
    switch state {
    case .tendering(let tendering): tender(tendering.plan)
    case .holding(let settlement), .posting(let settlement): tender(settlement.plan)
    case .printing(let completed), .done(let completed):
      Snapshot.Tender(
        principal: paid(completed, .principal), bonus: paid(completed, .bonus), remaining: 0)
    case .attract, .scanning, .claiming, .reviewing, .outOfService: nil
    }
  }

  private func tender(_ plan: WalletPlan) -> Snapshot.Tender {
    Snapshot.Tender(
      principal: plan.principal.minorUnits, bonus: plan.bonusTotal.minorUnits,
      remaining: plan.remaining.minorUnits)
  }

  private func paid(_ completed: Checkout.Completed, _ tender: Receipt.Tender) -> Int64 {
    completed.receipt.tenders.filter { $0.tender == tender }.map(\.amount).sum().minorUnits
  }

  private func completed(
    _ completed: Checkout.Completed, _ language: Language
  ) -> Snapshot.Completed {
    let receipt = completed.receipt
    let paper: Snapshot.Completed.Paper =
      switch completed.paper {
      case .printing: .printing
      case .printed: .printed
      case .sent: .sent
      case .delayed: .delayed
      }
    return Snapshot.Completed(
      receipt: receipt.sale.description, paid: receipt.payable.minorUnits,
      pointsEarned: (receipt.member?.earnedMilliPoints ?? 0) / 1_000,
      pointsBalance: (receipt.member?.milliPointsAfter ?? 0) / 1_000, paper: paper,
      coupon: receipt.coupons.first.map {
        .init(
          title: $0.title.text(in: language), worth: $0.worth?.minorUnits,
          validFrom: $0.validFrom.description, validUntil: $0.validUntil.description,
          offer: offered?.coupon == $0.id ? offered?.offer : nil)
      })
  }

  /// Only while scanning, and only when little is missing (SCREEN 2, Hint).
  private func hint(_ state: Checkout.State, _ language: Language) -> Snapshot.Hint? {
    guard case .scanning(let basket) = state,
      let hint = basket.bill.hints.first(where: {
        $0.missing.minorUnits * 10 <= $0.threshold.minorUnits * 3
      })
    else { return nil }
    let reached = (hint.threshold - hint.missing).minorUnits * 100 / hint.threshold.minorUnits
    return Snapshot.Hint(
      missing: hint.missing.minorUnits, title: hint.title.text(in: language),
      reachedPercent: Int(reached))
  }

  private func messages(
    _ state: Checkout.State, _ notices: [Checkout.Notice], _ devices: DeviceBoard,
    _ language: Language
  ) -> [Snapshot.Message] {
    let text = NoticeText(language: language, currency: currency)
    var messages = notices.map(text.message)
    if case .outOfService = state {
      messages.insert(
        .init(
          code: "outOfService", severity: .attention,
          text: LocalizedText(
            zh: "本机暂停服务，请到旁边的自助或人工收银台。",
            en: "This kiosk is closed. Please use the next one or a till."
          ).text(in: language)), at: 0)
    }
    return messages + deviceMessages(devices, language)
  }

  /// What a customer should know of the devices before paying; the cause is staff's business.
  private func deviceMessages(
    _ devices: DeviceBoard, _ language: Language
  ) -> [Snapshot.Message] {
    var messages: [Snapshot.Message] = []
    func add(_ code: String, _ zh: String, _ en: String) {
      messages.append(
        .init(
          code: code, severity: .info,
          text: LocalizedText(zh: zh, en: en).text(in: language)))
    }
    let printer = devices.best(.printer)
    if printer?.state != .enabled || printer?.attention.isEmpty == false {
      if printer?.attention == [.paperNearEnd], printer?.state == .enabled {
        add("paperNearEnd", "小票纸快用完了。", "Receipt paper is running low.")
      } else {
        add(
          "printerNotReady", "现在打不了小票，仍可结账，稍后由店员补打。",
          "No receipts right now. You can still check out: staff print yours later.")
      }
    }
    if !devices.isEnabled(.cardReader) {
      add("cardReaderNotReady", "现在刷不了会员卡，仍可扫描商品。", "Member cards can't be read right now.")
    }
    if !devices.isEnabled(.scanner) {
      add("scannerNotReady", "扫描器没有连接，请呼叫店员。", "The scanner is not connected. Please call staff.")
    }
    return messages
  }
}

extension Checkout.State {
  /// The sale that is over, while its paper comes and until the customer goes.
  var completed: Checkout.Completed? {
    switch self {
    case .printing(let completed), .done(let completed): completed
    case .attract, .scanning, .claiming, .reviewing, .tendering, .holding, .posting,
      .outOfService:
      nil
    }
  }
}
