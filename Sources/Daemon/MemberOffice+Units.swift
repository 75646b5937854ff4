import Ledger
import Retail
import Storage

extension MemberOffice {
  /// Where the currency of the book is kept from its first start on.
  static let currencySetting = "book.currency"

  func answer(_ request: UnitRequest, actor: String) async throws(MemberFailure) -> UnitReply {
    switch request {
    case .exchange(let member, let offer, let id):
      return try await exchange(offer, member, try await act(id, actor))
    case .adjust(let member, let adjustment, let id):
      return .points(
        try await store.adjustPoints(
          adjustment, of: member, rules: rules.points, earning: offers.earning,
          try await act(id, actor)), code: nil)
    case .takeBack(let member, let units, let lot, let reason, let id):
      return .points(
        try await store.takeBackPoints(
          units, of: member, earnedOn: lot, reason: reason, rules: rules.points,
          try await act(id, actor)), code: nil)
    case .stock(let sku, let pieces, let reason, let id):
      return .stock(
        try await store.stockForPoints(
          sku, pieces: pieces, reason: reason, try await act(id, actor)))
    case .sellCard(let member, let name, let payment, let id):
      guard let offer = rules.countCards.first(where: { $0.id == name }) else {
        throw .refused(.countCard(.unknownOffer(String(name.prefix(40)))))
      }
      return .countCard(
        try await store.sellCountCard(
          offer, to: member, payment: payment, try await act(id, actor)))
    case .useVisit(let member, let service, let card, let id):
      return .countCard(
        try await store.useVisit(
          of: service, card: card, member: member, try await act(id, actor)))
    case .refundCard(let member, let card, let reason, let id):
      return .countCard(
        try await store.refundCountCard(
          card, of: member, reason: reason, try await act(id, actor)))
    case .voidCoupon(let coupon, let reason, let id):
      return .coupon(
        try await store.voidCoupon(coupon, reason: reason, try await act(id, actor)), code: nil)
    case .reissueCoupon(let coupon, let reason, let id):
      let answer = try await store.reissueCoupon(
        coupon, code: try code(), reason: reason, try await act(id, actor))
      return .coupon(answer, code: try await revealed(answer.reissuedAs))
    }
  }

  private func exchange(
    _ name: String, _ member: Int64, _ act: UnitAct
  ) async throws(MemberFailure) -> UnitReply {
    guard let offer = rules.points.offers.first(where: { $0.id == name }) else {
      throw .refused(.points(.unknownOffer(String(name.prefix(40)))))
    }
    var coupon: (IssuedCoupon, BearerCode)?
    if case .coupon(let id) = offer.gift {
      guard let template = offers.template(id) else {
        throw .refused(.points(.unknownOffer(offer.id)))
      }
      guard let act = ActID(act.id) else { throw .refused(.points(.malformedID)) }
      // The act's id makes the coupon's: asked again, the same one is the answer.
      let digits = "\(act.entry("exchange coupon", 0))".suffix(12)
      coupon = (
        IssuedCoupon(id: "\(kiosk)-p\(digits)", of: template, at: clock.now()), try code()
      )
    }
    let answer = try await store.exchange(offer, for: member, coupon: coupon, act)
    return .points(answer, code: try await revealed(answer.coupon))
  }

  private func code() throws(MemberFailure) -> BearerCode {
    guard let code = BearerCode(random: clock.randomBytes(BearerCode.randomByteCount)) else {
      throw .store(StorageError(.other, "no code could be drawn; report it"))
    }
    return code
  }

  /// The code of a coupon, for who got it.
  private func revealed(_ id: String?) async throws(MemberFailure) -> String? {
    guard let id else { return nil }
    do { return try await store.revealCode(id: id)?.text } catch { throw .store(error) }
  }

  private func act(_ id: String, _ actor: String) async throws(MemberFailure) -> UnitAct {
    let code: String?
    do { code = try await store.setting(Self.currencySetting) } catch { throw .store(error) }
    guard let currency = code.map({ Currency(code: $0) }) ?? Currency.cny else {
      throw .store(StorageError(.other, "the book's currency \(code ?? "") is none; report it"))
    }
    return UnitAct(id: id, actor: actor, kiosk: kiosk, now: clock.now(), currency: currency)
  }
}
