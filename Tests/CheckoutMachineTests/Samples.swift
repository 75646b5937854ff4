import CheckoutMachine
import Ledger
import Retail

/// Every kind of event. A new event does not compile until it has a kind here, and the totality
/// test fails until the kind has a sample.
enum EventKind: String, CaseIterable {
  case itemScanned, scanRefused, memberIdentified, cardRefused, couponPresented, couponRefused
  case pay, wallet, confirm, cancel, done, help, remove, quantity, language
  case idle, stillThere, paper, doneTimer
  case held, posted, printed, printDelayed, closed, reopened, resumed

  init(_ event: Checkout.Event) {
    switch event {
    case .itemScanned: self = .itemScanned
    case .scanRefused: self = .scanRefused
    case .memberIdentified: self = .memberIdentified
    case .cardRefused: self = .cardRefused
    case .couponPresented: self = .couponPresented
    case .couponRefused: self = .couponRefused
    case .pressed(let button): self.init(button)
    case .timerElapsed(.idle): self = .idle
    case .timerElapsed(.stillThere): self = .stillThere
    case .timerElapsed(.paper): self = .paper
    case .timerElapsed(.done): self = .doneTimer
    case .held: self = .held
    case .posted: self = .posted
    case .printed: self = .printed
    case .printDelayed: self = .printDelayed
    case .closed: self = .closed
    case .reopened: self = .reopened
    case .resumed: self = .resumed
    }
  }

  private init(_ button: Checkout.Button) {
    switch button {
    case .pay: self = .pay
    case .wallet: self = .wallet
    case .confirm: self = .confirm
    case .cancel: self = .cancel
    case .done: self = .done
    case .help: self = .help
    case .remove: self = .remove
    case .quantity: self = .quantity
    case .language: self = .language
    }
  }
}

/// Every kind of state, in the same way.
enum StateKind: String, CaseIterable {
  case attract, scanning, claiming, reviewing, tendering, holding, posting, printing, done
  case outOfService

  init(_ state: Checkout.State) {
    switch state {
    case .attract: self = .attract
    case .scanning: self = .scanning
    case .claiming: self = .claiming
    case .reviewing: self = .reviewing
    case .tendering: self = .tendering
    case .holding: self = .holding
    case .posting: self = .posting
    case .printing: self = .printing
    case .done: self = .done
    case .outOfService: self = .outOfService
    }
  }
}

/// Every kind of effect, in the same way.
enum EffectKind: String, CaseIterable {
  case show, notify, hold, post, print, arm, disarm, callStaff

  init(_ effect: Checkout.Effect) {
    switch effect {
    case .show: self = .show
    case .notify: self = .notify
    case .hold: self = .hold
    case .post: self = .post
    case .print: self = .print
    case .arm: self = .arm
    case .disarm: self = .disarm
    case .callStaff: self = .callStaff
    }
  }
}

/// Every kind of notice, in the same way.
enum NoticeKind: String, CaseIterable {
  case scanRefused, cartFull, quantityLimit, cardRefused, anotherMember, couponRefused
  case couponAlreadyThere, couponLimit, couponNotYet, couponNotUsable, cartEmpty, memberNeeded
  case whoseBasket, balanceTooSmall, secondFactorNeeded, planRefused, offerUsedUp, helpCalled,
    stillThere,
    receiptDelayed
  case finishFirst, resumedAfterPowerCut, completedAfterPowerCut

  init(_ notice: Checkout.Notice) {
    switch notice {
    case .scanRefused: self = .scanRefused
    case .cartFull: self = .cartFull
    case .quantityLimit: self = .quantityLimit
    case .cardRefused: self = .cardRefused
    case .anotherMember: self = .anotherMember
    case .couponRefused: self = .couponRefused
    case .couponAlreadyThere: self = .couponAlreadyThere
    case .couponLimit: self = .couponLimit
    case .couponNotYet: self = .couponNotYet
    case .couponNotUsable: self = .couponNotUsable
    case .cartEmpty: self = .cartEmpty
    case .memberNeeded: self = .memberNeeded
    case .whoseBasket: self = .whoseBasket
    case .balanceTooSmall: self = .balanceTooSmall
    case .secondFactorNeeded: self = .secondFactorNeeded
    case .planRefused: self = .planRefused
    case .offerUsedUp: self = .offerUsedUp
    case .helpCalled: self = .helpCalled
    case .stillThere: self = .stillThere
    case .receiptDelayed: self = .receiptDelayed
    case .finishFirst: self = .finishFirst
    case .resumedAfterPowerCut: self = .resumedAfterPowerCut
    case .completedAfterPowerCut: self = .completedAfterPowerCut
    }
  }
}

enum Samples {
  static let sale = SaleID(kiosk: 3, counter: 42)

  static let events: [Checkout.Event] = [
    .itemScanned(.milk), .itemScanned(.numbered(0)), .itemScanned(.wine),
    .scanRefused(.unknownItem), .memberIdentified(.wang), .memberIdentified(.li),
    .cardRefused(.unknown), .couponPresented(.over50), .couponPresented(.drinks),
    .couponRefused(.spent), .pressed(.pay), .pressed(.wallet), .pressed(.confirm),
    .pressed(.cancel), .pressed(.done), .pressed(.help), .pressed(.remove(line: nil)),
    .pressed(.remove(line: 99)), .pressed(.quantity(3, line: nil)),
    .pressed(.quantity(0, line: 1)), .pressed(.quantity(-1, line: nil)), .pressed(.language),
    .timerElapsed(.idle), .timerElapsed(.stillThere), .timerElapsed(.paper),
    .timerElapsed(.done), .held([]), .held([.ok]), .held([.ok, .ok]),
    .held([.overLimit, .linkedFailed]), .posted([]), .posted([.ok, .ok, .ok, .ok, .ok]),
    .posted([.malformed]), .printed(sale, .printed), .printed(sale, .delayed),
    .printed(SaleID(kiosk: 3, counter: 1), .sent), .printDelayed(sale), .closed(.noScanner),
    .closed(.storageFull), .closed(.postingRefused(sale)), .reopened(.noScanner),
    .reopened(.storageFull), .reopened(.postingRefused(sale)), .resumed(afterSeconds: 1),
  ]

  static let states: [Checkout.State] = journeys.map(\.state)

  private static let journeys: [Journey] = {
    let shopping = [Checkout.Event].shopping
    var full: [Checkout.Event] = (1...Cart.lineLimit).map { .itemScanned(.numbered($0)) }
    full += (1...Checkout.Basket.couponLimit).map {
      .couponPresented(.of(.over60, id: "full\($0)"))
    }
    full += [.pressed(.quantity(Cart.quantityLimit, line: nil)), .memberIdentified(.chen)]
    var printing = Journey(.paying)
    printing.settle()
    var done = printing
    done.take(.printed(sale, .printed))
    var delayed = printing
    delayed.take(.printDelayed(sale))
    return [
      Journey(), Journey([.pressed(.language)]), Journey([.memberIdentified(.wang)]),
      Journey([.itemScanned(.milk)]), Journey(shopping), Journey(full),
      Journey(shopping + [.timerElapsed(.idle)]),
      Journey([.itemScanned(.milk), .timerElapsed(.idle), .memberIdentified(.wang)]),
      Journey([.itemScanned(.milk), .pressed(.pay)]),
      Journey([.memberIdentified(.li), .itemScanned(.milk), .pressed(.pay)]),
      Journey([.memberIdentified(.wang), .itemScanned(.wine), .pressed(.pay)]),
      Journey([.itemScanned(.water), .couponPresented(.everything), .pressed(.pay)]),
      Journey(shopping + [.pressed(.pay)]),
      Journey(shopping + [.pressed(.pay), .pressed(.wallet)]), Journey(.paying),
      Journey(.paying + [.held([.ok, .ok])]), printing, done, delayed,
      Journey([.closed(.noScanner)]), Journey([.closed(.noScanner), .closed(.storageFull)]),
      Journey([.closed(.postingRefused(sale))]),
    ]
  }()
}
