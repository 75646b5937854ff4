import Ledger
import Retail

extension Checkout {
  /// The keys of the customer's screen by their names in the local interface.
  public enum ButtonName: String, Sendable, CaseIterable {
    case pay, wallet, confirm, remove, quantity, cancel, language, help, done
  }

  /// Whether a key means something in a state; the screen greys out the others.
  public static func isEnabled(_ button: ButtonName, in state: State) -> Bool {
    switch button {
    case .language: canChangeLanguage(state)
    case .help: true
    case .pay, .remove, .quantity:
      if case .scanning(let basket) = state { !basket.cart.isEmpty } else { false }
    case .wallet:
      if case .reviewing(let basket) = state { basket.bill.payable.minorUnits > 0 } else { false }
    case .confirm:
      switch state {
      case .tendering: true
      case .reviewing(let basket): basket.bill.payable.minorUnits == 0
      // "I'm still here"
      case .scanning(let basket): basket.presence == .asked
      case .claiming: true
      case .attract, .holding, .posting, .printing, .done, .outOfService: false
      }
    case .cancel:
      switch state {
      case .scanning, .claiming, .reviewing, .tendering: true
      case .attract, .holding, .posting, .printing, .done, .outOfService: false
      }
    case .done:
      switch state {
      case .printing, .done: true
      case .attract, .scanning, .claiming, .reviewing, .tendering, .holding, .posting,
        .outOfService:
        false
      }
    }
  }

  private static func canChangeLanguage(_ state: State) -> Bool {
    switch state {
    case .attract, .scanning, .claiming, .reviewing, .tendering, .printing, .done, .outOfService:
      true
    case .holding, .posting: false
    }
  }
}
