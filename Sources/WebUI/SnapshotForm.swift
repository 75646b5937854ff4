import Daemon

/// A snapshot as the local interface writes it: what is absent is `null`, never a missing key, so
/// that a program in any language may read every field.
struct SnapshotForm: Encodable {
  private let snapshot: Snapshot

  init(_ snapshot: Snapshot) {
    self.snapshot = snapshot
  }

  private enum Key: String, CodingKey {
    case version, revision, currency, state, language, shop, lines, discounts, subtotal, total
    case member, tender, completed, hint, buttons, devices, messages
  }

  func encode(to encoder: any Encoder) throws {
    var form = encoder.container(keyedBy: Key.self)
    try form.encode(snapshot.version, forKey: .version)
    try form.encode(snapshot.revision, forKey: .revision)
    try form.encode(snapshot.currency, forKey: .currency)
    try form.encode(snapshot.state, forKey: .state)
    try form.encode(snapshot.language, forKey: .language)
    try form.encode(snapshot.shop, forKey: .shop)
    try form.encode(snapshot.lines, forKey: .lines)
    try form.encode(snapshot.discounts, forKey: .discounts)
    try form.encode(snapshot.subtotal, forKey: .subtotal)
    try form.encode(snapshot.total, forKey: .total)
    try form.encode(snapshot.member, forKey: .member)
    try form.encode(snapshot.tender, forKey: .tender)
    try form.encode(snapshot.completed.map(CompletedForm.init), forKey: .completed)
    try form.encode(snapshot.hint, forKey: .hint)
    try form.encode(snapshot.buttons, forKey: .buttons)
    try form.encode(snapshot.devices, forKey: .devices)
    try form.encode(snapshot.messages, forKey: .messages)
  }

  private struct CompletedForm: Encodable {
    let completed: Snapshot.Completed

    private enum Key: String, CodingKey {
      case receipt, paid, pointsEarned, pointsBalance, paper, coupon
    }

    func encode(to encoder: any Encoder) throws {
      var form = encoder.container(keyedBy: Key.self)
      try form.encode(completed.receipt, forKey: .receipt)
      try form.encode(completed.paid, forKey: .paid)
      try form.encode(completed.pointsEarned, forKey: .pointsEarned)
      try form.encode(completed.pointsBalance, forKey: .pointsBalance)
      try form.encode(completed.paper, forKey: .paper)
      try form.encode(completed.coupon.map(CouponForm.init), forKey: .coupon)
    }
  }

  private struct CouponForm: Encodable {
    let coupon: Snapshot.Coupon

    private enum Key: String, CodingKey { case title, worth, validFrom, validUntil, offer }

    func encode(to encoder: any Encoder) throws {
      var form = encoder.container(keyedBy: Key.self)
      try form.encode(coupon.title, forKey: .title)
      try form.encode(coupon.worth, forKey: .worth)
      try form.encode(coupon.validFrom, forKey: .validFrom)
      try form.encode(coupon.validUntil, forKey: .validUntil)
      try form.encode(coupon.offer, forKey: .offer)
    }
  }
}
