import Devices

/// What a customer's screen shows, whole; the local interface of docs/openapi.yaml.
///
/// All texts in it are in `language`; amounts are minor units of `currency`. It never holds a code,
/// a card number or an unmasked name (SCREEN rule 32).
public struct Snapshot: Equatable, Sendable, Codable {
  /// Version of this form; a field is only ever added.
  public var version = 1
  /// Counts up with every change; a press may carry it back.
  public var revision: Int
  /// ISO 4217.
  public var currency: String
  /// A state of the checkout: attract, scanning, claiming, reviewing, tendering, holding, posting,
  /// printing, done, outOfService (and, reserved: authorising, resolving, locked, staff).
  public var state: String
  /// `zh` or `en`.
  public var language: String
  public var shop: Shop
  public var lines: [Line]
  /// One entry per rule that lowered the bill.
  public var discounts: [Discount]
  /// Before discounts.
  public var subtotal: Int64
  /// To pay.
  public var total: Int64
  public var member: Member?
  /// How the bill will be paid; from `tendering` on.
  public var tender: Tender?
  /// What the sale gave; in `printing` and `done`.
  public var completed: Completed?
  /// "¥12.00 more to use …", or nil.
  public var hint: Hint?
  public var buttons: [Button]
  public var devices: [Device]
  /// What the customer is told now, the most important first.
  public var messages: [Message]

  public struct Shop: Equatable, Sendable, Codable {
    public var name: String
    public var kiosk: Int

    public init(name: String, kiosk: Int) {
      self.name = name
      self.kiosk = kiosk
    }
  }

  public struct Line: Equatable, Sendable, Codable {
    public var id: String
    public var name: String
    public var quantity: Int
    public var unitPrice: Int64
    /// Quantity times unit price, less the discounts on this line alone.
    public var amount: Int64
    /// What rules took off this line alone (member price, item offers).
    public var discounts: [Discount]

    public init(
      id: String, name: String, quantity: Int, unitPrice: Int64, amount: Int64,
      discounts: [Discount]
    ) {
      self.id = id
      self.name = name
      self.quantity = quantity
      self.unitPrice = unitPrice
      self.amount = amount
      self.discounts = discounts
    }
  }

  public struct Discount: Equatable, Sendable, Codable {
    public var rule: String
    public var title: String
    /// What it takes off, positive.
    public var amount: Int64

    public init(rule: String, title: String, amount: Int64) {
      self.rule = rule
      self.title = title
      self.amount = amount
    }
  }

  public struct Member: Equatable, Sendable, Codable {
    /// Masked: 王*.
    public var name: String
    public var level: String
    /// Whole points.
    public var points: Int64
    /// Masked: 138****5521; empty when there is none.
    public var phone: String

    public init(name: String, level: String, points: Int64, phone: String) {
      self.name = name
      self.level = level
      self.points = points
      self.phone = phone
    }
  }

  public struct Tender: Equatable, Sendable, Codable {
    public var principal: Int64
    public var bonus: Int64
    /// What the wallet cannot pay.
    public var remaining: Int64

    public init(principal: Int64, bonus: Int64, remaining: Int64) {
      self.principal = principal
      self.bonus = bonus
      self.remaining = remaining
    }
  }

  public struct Completed: Equatable, Sendable, Codable {
    public enum Paper: String, Sendable, Codable {
      case printing, printed
      /// Given to a printer that cannot report.
      case sent
      /// Queued: printed when the printer is ready again.
      case delayed
    }

    public var receipt: String
    public var paid: Int64
    public var pointsEarned: Int64
    public var pointsBalance: Int64
    public var paper: Paper
    public var coupon: Coupon?

    public init(
      receipt: String, paid: Int64, pointsEarned: Int64, pointsBalance: Int64, paper: Paper,
      coupon: Coupon?
    ) {
      self.receipt = receipt
      self.paid = paid
      self.pointsEarned = pointsEarned
      self.pointsBalance = pointsBalance
      self.paper = paper
      self.coupon = coupon
    }
  }

  public struct Coupon: Equatable, Sendable, Codable {
    public var title: String
    /// What it is worth in minor units, or nil for a percentage.
    public var worth: Int64?
    /// ISO 8601 dates of the shop's calendar.
    public var validFrom: String
    public var validUntil: String
    /// Where its paper does not come.
    public var offer: Offer?

    public init(
      title: String, worth: Int64?, validFrom: String, validUntil: String, offer: Offer? = nil
    ) {
      self.title = title
      self.worth = worth
      self.validFrom = validFrom
      self.validUntil = validUntil
      self.offer = offer
    }
  }

  public struct Hint: Equatable, Sendable, Codable {
    public var missing: Int64
    public var title: String
    /// Part of the threshold that is reached, in percent, 0 to 100.
    public var reachedPercent: Int

    public init(missing: Int64, title: String, reachedPercent: Int) {
      self.missing = missing
      self.title = title
      self.reachedPercent = reachedPercent
    }
  }

  public struct Button: Equatable, Sendable, Codable {
    public var name: String
    public var enabled: Bool

    public init(name: String, enabled: Bool) {
      self.name = name
      self.enabled = enabled
    }
  }

  public struct Device: Equatable, Sendable, Codable {
    /// scanner, cardReader, printer or display.
    public var kind: String
    /// absent, attached, opened, claimed, enabled or faulted.
    public var state: String
    /// For staff; empty when all is well.
    public var message: String
    /// The same in the numbers of UnifiedPOS.
    public var unifiedPOS: UnifiedPOSCodes?

    public init(
      kind: String, state: String, message: String, unifiedPOS: UnifiedPOSCodes? = nil
    ) {
      self.kind = kind
      self.state = state
      self.message = message
      self.unifiedPOS = unifiedPOS
    }
  }

  public struct Message: Equatable, Sendable, Codable {
    public enum Severity: String, Sendable, Codable { case info, attention, refusal }

    /// Stable name of what happened, for programs and tests: `unknownItem`.
    public var code: String
    public var severity: Severity
    /// What happened, what is safe, what to do (SCREEN rule 29).
    public var text: String

    public init(code: String, severity: Severity, text: String) {
      self.code = code
      self.severity = severity
      self.text = text
    }
  }

  public init(
    revision: Int, currency: String, state: String, language: String, shop: Shop, lines: [Line],
    discounts: [Discount], subtotal: Int64, total: Int64, member: Member?, tender: Tender?,
    completed: Completed?, hint: Hint?, buttons: [Button], devices: [Device], messages: [Message]
  ) {
    self.revision = revision
    self.currency = currency
    self.state = state
    self.language = language
    self.shop = shop
    self.lines = lines
    self.discounts = discounts
    self.subtotal = subtotal
    self.total = total
    self.member = member
    self.tender = tender
    self.completed = completed
    self.hint = hint
    self.buttons = buttons
    self.devices = devices
    self.messages = messages
  }
}
