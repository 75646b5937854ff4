import CheckoutMachine
import Codecs
import Devices
import Ledger
import Logging
import Retail
import Storage

extension CheckoutLoop {
  /// One input: looked up, decided, written, acted on.
  func take(_ input: Input) async {
    switch input {
    case .device(let event): await take(device: event)
    case .press(let press, let reply): reply.resume(returning: await take(press))
    case .timer(let kind, let generation):
      if isCurrent(timer: generation) { await accept(.timerElapsed(kind)) }
    case .print(.finished(let sale, let completion)):
      await accept(.printed(sale, completion == .printed ? .printed : .sent))
    case .print(.delayed(let sale)): await accept(.printDelayed(sale))
    case .scannerGraceOver(let generation):
      guard generation == scannerGraceGeneration, !devices.isEnabled(.scanner) else { return }
      isScannerMissing = true
      await accept(.closed(.noScanner))
    case .storageRetry: await retryStorage()
    case .release(let sale, let reply): reply.resume(returning: await take(release: sale))
    }
  }

  // MARK: Devices

  private func take(device event: DeviceEvent) async {
    switch event {
    case .status(let status): await take(status)
    case .scan(let scan): await take(scan)
    case .scanRefused(let device, let fault):
      logger.notice("scan refused", metadata: ["device": "\(device)", "fault": "\(fault)"])
      await accept(.scanRefused(Self.refusal(fault)))
    case .card(let card): await take(card)
    case .printerReady(let printer): await printQueue.printerReady(printer)
    case .displayReady(let ready): await display.displayReady(ready)
    }
  }

  private static func refusal(_ fault: ScanFault) -> Checkout.ScanRefusal {
    switch fault {
    case .torn, .glued: .tornScan
    // Scanned again it would be as long.
    case .tooLong: .notUnderstood
    // What the scanner is set to is for staff: its status says so.
    case .unknownKey, .typedByHand, .otherLayout: .unreadable
    }
  }

  private func take(_ status: DeviceStatus) async {
    let before = devices
    devices.take(status)
    if status.kind == .printer { await printQueue.printerStatus(status) }
    if devices != before { await publish() }
    guard status.kind == .scanner else { return }
    let isEnabled = devices.isEnabled(.scanner)
    if isEnabled {
      scannerGraceGeneration += 1
      isScannerMissing = false
      await accept(.reopened(.noScanner))
    } else if before.isEnabled(.scanner) || before.statuses.isEmpty {
      watchScanner()
    }
  }

  /// Tells the customer only of a scanner that stays away.
  func watchScanner() {
    scannerGraceGeneration += 1
    later(Self.scannerGrace, .scannerGraceOver(generation: scannerGraceGeneration))
  }

  private func take(_ scan: ScanData) async {
    let request = setup.scans.request(
      scan, currency: setup.policy.currency, today: setup.clock.now().date,
      paymentExpected: state.awaitsPayment)
    switch request {
    case .item(let gtin, let portion):
      await lookUp { () async throws(StorageError) in
        guard let item = try await self.store.item(gtin: gtin) else {
          return .scanRefused(.unknownItem)
        }
        return self.event(item, portion)
      }
    case .coupon(let code): await takeCoupon(code)
    case .payment(let code):
      do throws(StorageError) {
        let mark = try store.mark(ofPaymentCode: code.digits)
        let refusal = paymentDesk.look(at: mark, now: setup.clock.now().instant)
        await refuse(scan, refusal, "\(code)")
      } catch {
        await storageFailed(error)
      }
    case .member(let code): await takeMember(code)
    case .refused(let refusal, let reason):
      await refuse(scan, refusal, reason)
    }
  }

  private func event(_ item: CatalogueItem, _ portion: Portion?) -> Checkout.Event {
    do throws(PortionRefusal) {
      return .itemScanned(try item.sold(as: portion))
    } catch {
      logger.notice(
        "item has no price", metadata: ["sku": "\(item.sku)", "reason": "\(error.rawValue)"])
      return .scanRefused(.noPrice)
    }
  }

  /// Staff read the reason here; the customer reads what to do.
  private func refuse(_ scan: ScanData, _ refusal: Checkout.ScanRefusal, _ reason: String) async {
    logger.notice(
      "scan refused",
      metadata: [
        "aim": "\(scan.aimIdentifier ?? "none")", "bytes": "\(scan.bytes.count)",
        "reason": "\(reason)",
      ])
    await accept(.scanRefused(refusal))
  }

  private func takeCoupon(_ code: BearerCode) async {
    do {
      // A copy, because an actor's own value cannot be changed across a wait; inputs come one by
      // one.
      var desk = couponDesk
      defer { couponDesk = desk }
      let answer = try await desk.look(
        up: code, in: store, rules: setup.policy.rules, member: state.basket?.member?.id,
        now: setup.clock.now().instant)
      switch answer {
      case .presented(let coupon): await accept(.couponPresented(coupon))
      case .refused(let reason):
        // Staff read the reason here; the customer reads one text for all.
        logger.notice(
          "coupon refused", metadata: ["code": "\(code.mask)", "reason": "\(reason.rawValue)"])
        await accept(.couponRefused(reason))
      }
    } catch {
      await storageFailed(error)
    }
  }

  private func takeMember(_ code: MemberCode) async {
    do {
      // A copy, as above.
      var desk = memberDesk
      defer { memberDesk = desk }
      let answer = try await desk.look(
        up: code, window: setup.memberCodes, in: store, shop: memberShop,
        time: setup.clock.now())
      switch answer {
      case .identified(let member): await accept(.memberIdentified(member))
      case .refused(let reason):
        logger.notice("member code refused", metadata: ["reason": "\(reason.rawValue)"])
        await accept(.cardRefused(reason))
      }
    } catch {
      await storageFailed(error)
    }
  }

  private var memberShop: MemberDesk.Shop {
    MemberDesk.Shop(
      rules: setup.policy.rules, questions: setup.questions, segments: setup.segments)
  }

  private func take(_ card: CardEvent) async {
    switch card {
    case .inserted(let identity): await take(identity)
    case .refused(.torn), .refused(.unreadable): await accept(.cardRefused(.unreadable))
    case .refused(.severalCards): await accept(.cardRefused(.severalCards))
    case .removed: break  // A tap binds; taking the card away means nothing.
    }
  }

  private func take(_ card: CardIdentity) async {
    do {
      // A copy, because an actor's own value cannot be changed across a wait; inputs come one by
      // one.
      var desk = memberDesk
      defer { memberDesk = desk }
      let answer = try await desk.look(
        up: card, in: store, shop: memberShop, time: setup.clock.now())
      switch answer {
      case .identified(let member): await accept(.memberIdentified(member))
      case .refused(let reason): await refuse(card, reason)
      }
    } catch {
      await storageFailed(error)
    }
  }

  /// Staff read here what the customer is not told; the UID is in no log.
  private func refuse(_ card: CardIdentity, _ reason: Checkout.CardRefusal) async {
    logger.notice(
      "card refused",
      metadata: [
        "kind": "\(card.kind.rawValue)", "reason": "\(reason.rawValue)",
        "faults": "\(card.faults.map(\.rawValue).joined(separator: " "))",
      ])
    await accept(.cardRefused(reason))
  }

  private func lookUp(_ find: () async throws(StorageError) -> Checkout.Event) async {
    do throws(StorageError) {
      await accept(try await find())
    } catch {
      await storageFailed(error)
    }
  }

  // MARK: Presses

  private func take(_ press: ButtonPress) async -> Result<Snapshot, PressRefusal> {
    if let seen = press.revision, seen != currentRevision {
      return .failure(.staleRevision(current: currentRevision))
    }
    guard let name = Checkout.ButtonName(rawValue: press.button) else {
      return .failure(.unknownButton(press.button))
    }
    guard Checkout.isEnabled(name, in: state) else { return .failure(.notEnabled(press.button)) }
    await accept(.pressed(button(name, press)))
    return .success(snapshot())
  }

  private func button(_ name: Checkout.ButtonName, _ press: ButtonPress) -> Checkout.Button {
    let line = press.line.map { Int($0) ?? -1 }  // A line that cannot be is none of the cart's.
    return switch name {
    case .pay: .pay
    case .wallet: .wallet
    case .confirm: .confirm
    case .remove: .remove(line: line)
    case .quantity: .quantity(press.quantity ?? -1, line: line)
    case .cancel: .cancel
    case .language: .language
    case .help: .help
    case .done: .done
    }
  }
}
