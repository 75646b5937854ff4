import Ledger
import Retail
import Storage

/// Does what is asked of stored value: for the daemon when `kioskctl` asks it, and for `kioskctl`
/// itself when no daemon runs.
public struct WalletOffice: Sendable {
  let store: Store
  let rules: StoredValueRules
  let law: PrepaidLaw?
  let offers: RuleSet
  let kiosk: UInt32
  let currency: Currency
  let clock: KioskClock
  let language: Language

  public init(
    store: Store, rules: StoredValueRules, law: PrepaidLaw?, offers: RuleSet, kiosk: UInt32,
    currency: Currency, clock: KioskClock, language: Language
  ) {
    self.store = store
    self.rules = rules
    self.law = law
    self.offers = offers
    self.kiosk = kiosk
    self.currency = currency
    self.clock = clock
    self.language = language
  }

  /// Does what is asked for. When it throws, nothing was changed.
  public func answer(_ request: WalletRequest) async throws(WalletRefused) -> WalletReply {
    do throws(WalletFailure) {
      return try await reply(to: request)
    } catch {
      throw WalletRefused(error, currency)
    }
  }

  private func reply(to request: WalletRequest) async throws(WalletFailure) -> WalletReply {
    let context = ActContext(
      id: request.id, actor: try Self.actor(request.staff ?? "kioskctl"), kiosk: kiosk,
      time: clock.now(), currency: currency)
    switch request.work {
    case .topUp(let topUp):
      let (offers, clock) = (offers, clock)
      let terms = TopUp.Terms(
        rules: rules, law: law, pointMonths: offers.earning.expiresAfterMonths
      ) { offers.template($0) }
      let (facts, isRepeated) = try await store.topUp(topUp, terms: terms, context: context) {
        BearerCode(random: clock.randomBytes(BearerCode.randomByteCount))
      }
      return .toppedUp(facts, codes: try await codes(of: facts.coupons), isRepeated: isRepeated)
    case .undo(let topUp, let second):
      let other = try second.map { name throws(WalletFailure) in try Self.actor(name) }
      let (facts, isRepeated) = try await store.undoTopUp(
        topUp, second: other, rules: rules.topUp, context: context)
      return .undone(facts, isRepeated: isRepeated)
    case .refundTopUp(let topUp):
      let (facts, isRepeated) = try await store.refundTopUp(
        topUp, rules: rules.refund, context: context)
      return .topUpRefunded(facts, isRepeated: isRepeated)
    case .refund(let purchase):
      let (facts, isRepeated) = try await store.refund(
        purchase, rules: rules.refund, context: context)
      return .refunded(facts, isRepeated: isRepeated)
    case .sellGiftCard(let sale): return try await sell(sale, context)
    case .spendGiftCard(let card, let amount):
      let (facts, isRepeated) = try await store.spendGiftCard(card, amount, context: context)
      return .giftCardUsed(facts, isRepeated: isRepeated)
    case .refundGiftCard(let card, let tender):
      let (facts, isRepeated) = try await store.refundGiftCard(
        card, by: tender, rules: rules, context: context)
      return .giftCardUsed(facts, isRepeated: isRepeated)
    }
  }

  private func sell(
    _ sale: GiftCardSale.Request, _ context: ActContext
  ) async throws(WalletFailure) -> WalletReply {
    guard let drawn = BearerCode(random: clock.randomBytes(BearerCode.randomByteCount)) else {
      throw .refused(.noGiftCards)
    }
    let (facts, isRepeated) = try await store.sellGiftCard(
      sale, code: drawn, rules: rules, law: law, context: context)
    do {
      // The first one, if this was asked before.
      let code = try await store.revealGiftCode(facts.card) ?? drawn
      return .giftCardSold(facts, code: code.text, isRepeated: isRepeated)
    } catch {
      throw .store(error)
    }
  }

  /// `staff/7`
  private static func actor(_ name: String) throws(WalletFailure) -> String {
    guard let name = MoneyActID(name) else { throw .refused(.staffName(name)) }
    return "staff/\(name)"
  }

  /// The codes again, for an answer that was lost.
  private func codes(
    of coupons: [IssuedCoupon]
  ) async throws(WalletFailure) -> [IssuedCode] {
    var codes: [IssuedCode] = []
    for coupon in coupons {
      do {
        guard let code = try await store.revealCode(id: coupon.id) else { continue }
        codes.append(IssuedCode(coupon, code, language))
      } catch {
        throw .store(error)
      }
    }
    return codes
  }
}

/// Why something was not done, in words for who stands at the kiosk and for staff.
public struct WalletRefused: Error, Equatable, Sendable, CustomStringConvertible {
  /// For staff.
  public let description: String
  /// Nil when the store failed.
  public let customer: LocalizedText?
  public let refusal: WalletRefusal?

  init(_ failure: WalletFailure, _ currency: Currency) {
    switch failure {
    case .refused(let refusal):
      (description, customer) = (refusal.staffText(currency), refusal.customerText(currency))
      self.refusal = refusal
    case .store(let error): (description, customer, refusal) = (error.description, nil, nil)
    }
  }
}

extension IssuedCode {
  init(_ coupon: IssuedCoupon, _ code: BearerCode, _ language: Language) {
    self.init(
      id: coupon.id, template: coupon.template, title: coupon.title.text(in: language),
      code: code.text, validFrom: "\(coupon.validFrom)", validUntil: "\(coupon.validUntil)")
  }
}
