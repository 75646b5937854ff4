import Ledger
import Retail

extension Checkout {
  /// Every transition there is. Total: an event that means nothing in a state changes nothing.
  ///
  /// One function per state, each in its own file, names every event: a new event does not compile
  /// until it is placed.
  public static func reduce(
    _ state: State, _ event: Event, _ context: Context, under policy: Policy
  ) -> (State, [Effect]) {
    let step = Step(context: context, policy: policy)
    return switch state {
    case .attract(let language): step.attract(language, event)
    case .scanning(let basket): step.scanning(basket, event)
    case .claiming(let claim): step.claiming(claim, event)
    case .reviewing(let basket): step.reviewing(basket, event)
    case .tendering(let tendering): step.tendering(tendering, event)
    case .holding(let settlement): step.holding(settlement, event)
    case .posting(let settlement): step.posting(settlement, event)
    case .printing(let completed): step.printing(completed, event)
    case .done(let completed): step.done(completed, event)
    case .outOfService(let closed): step.outOfService(closed, event)
    }
  }

  typealias Move = (State, [Effect])

  /// One reduction: what came with the event, and the shop's choices.
  struct Step {
    let context: Context
    let policy: Policy

    var now: Instant { context.time.instant }

    func home() -> Move {
      (.attract(policy.language), [.show, .disarm])
    }

    func close(_ reason: OutOfService.Reason, _ language: Language) -> Move {
      (.outOfService(OutOfService(language: language, reasons: [reason])), [.show, .disarm])
    }

    func newBasket(_ language: Language) -> Basket {
      Basket(
        sale: context.nextSale, language: language, time: context.time, rules: policy.rules)
    }

    func idleTimer(_ basket: Basket) -> Effect {
      .arm(
        .idle,
        seconds: basket.member == nil ? policy.timers.guestIdle : policy.timers.memberIdle)
    }

    func toggled(_ language: Language) -> Language {
      switch language {
      case .zh: .en
      case .en: .zh
      }
    }

    /// Back to scanning with a changed basket, priced anew.
    func scanning(_ changed: Basket, _ notice: Notice? = nil) -> Move {
      var basket = changed
      basket.touch(now)
      basket.tender = nil
      basket.price(in: context, under: policy)
      return (.scanning(basket), [.show, idleTimer(basket)] + (notice.map { [.notify($0)] } ?? []))
    }
  }
}
