import CheckoutMachine
import Ledger
import Retail
import Storage

extension JournalRecord {
  /// A step as it is kept. What the state says already is not written again with the effects.
  public init(
    _ event: Checkout.Event, _ next: Checkout.State, _ effects: [Checkout.Effect],
    _ context: Checkout.Context
  ) throws {
    self.init(
      at: context.time.instant,
      // The counter that was used up: by the sale that is open, or by those before.
      saleCounter: next.basket?.sale.counter ?? context.nextSale.counter - 1,
      schemaVersion: Checkout.schemaVersion, event: try CompactJSON.encode(event),
      state: try CompactJSON.encode(next),
      effects: try CompactJSON.encode(effects.map { StoredEffect($0, beside: next) }))
  }
}

extension SaleRecord {
  /// A sale as it is kept for good.
  public init(_ posting: Checkout.SalePosting) throws {
    self.init(
      id: posting.receipt.sale, at: posting.receipt.time.instant, member: posting.member,
      total: posting.receipt.payable, receipt: try CompactJSON.encode(posting.receipt),
      decision: try CompactJSON.encode(posting.decision))
  }
}

/// An effect in the journal; a start issues the effects of the state, not these.
enum StoredEffect: Encodable {
  /// Holds, or posts, what the state waits for.
  case holdOfState
  case postOfState
  case other(Checkout.Effect)

  init(_ effect: Checkout.Effect, beside state: Checkout.State) {
    switch (effect, state) {
    case (.hold(let batch), .holding(let settlement)) where batch == settlement.hold:
      self = .holdOfState
    case (.post(let posting), .posting(let settlement)) where posting == settlement.posting:
      self = .postOfState
    default: self = .other(effect)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .holdOfState: try container.encode("hold")
    case .postOfState: try container.encode("post")
    case .other(let effect): try container.encode(effect)
    }
  }
}
