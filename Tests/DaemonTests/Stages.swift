import CheckoutMachine
import Ledger
import Retail
import Storage

@testable import Daemon

/// One state of each kind, reached by events as the daemon reaches them.
struct Stages {
  private(set) var all: [Checkout.State] = []
  private var state: Checkout.State
  private let items: [CatalogueItem]
  private let member: MemberFacts

  init(
    language: Language = .zh,
    items: [CatalogueItem] = [TestShop.milk, TestShop.rice, TestShop.eggs],
    principal: Int64 = 30_000
  ) {
    state = .attract(language)
    self.items = items
    member = Self.member(principal)
    walk()
  }

  static let sale = SaleID(kiosk: TestShop.kiosk, counter: 42)

  /// The dearest bill that a wallet can be asked for without a second factor, and names at their
  /// longest.
  static let dearest = Stages(
    items: [
      CatalogueItem(
        sku: "gold", gtins: [], name: LocalizedText(zh: "一公斤黄金纪念金条珍藏版", en: "Gold bar"),
        category: "gold", unitPrice: CatalogueItem.priceLimit)
    ], principal: 10_000_000_000)

  static func member(_ principal: Int64) -> MemberFacts {
    MemberFacts(
      id: TestShop.wang.id, maskedName: "王*", maskedPhone: "138****5521",
      tier: TestShop.rules.tiers[0], assurance: .authenticated, milliPoints: 2_480_000,
      wallet: Wallet(principal: fen(principal), bonusLots: []))
  }

  /// Nobody can buy, told in a language.
  static func closed(_ language: Language) -> Checkout.State {
    let closed = after(.closed(.storageFull), in: .attract(.zh))
    return language == closed.language ? closed : after(.pressed(.language), in: closed)
  }

  /// The state that an event leads to at ten o'clock.
  static func after(_ event: Checkout.Event, in state: Checkout.State) -> Checkout.State {
    let context = Checkout.Context(
      time: ShopTime(instant: ManualClock.start, offsetSeconds: ManualClock.offset),
      nextSale: sale)
    return Checkout.reduce(state, event, context, under: TestShop.policy).0
  }

  private mutating func take(_ event: Checkout.Event) {
    state = Self.after(event, in: state)
    all.append(state)
  }

  private mutating func walk() {
    all.append(state)
    let start = state
    take(.memberIdentified(member))
    for item in items { take(.itemScanned(item)) }
    take(.pressed(.pay))
    take(.pressed(.wallet))
    take(.pressed(.confirm))
    if case .holding(let settlement) = state {
      take(.held(settlement.hold.entries.map { _ in .ok }))
    }
    if case .posting(let settlement) = state {
      take(.posted((settlement.posting?.batch.entries ?? []).map { _ in .ok }))
    }
    let printing = state
    take(.printed(Self.sale, .printed))
    state = printing
    take(.printDelayed(Self.sale))
    state = start
    for item in items { state = Self.after(.itemScanned(item), in: state) }
    state = Self.after(.timerElapsed(.idle), in: state)
    take(.memberIdentified(member))
    state = start
    take(.closed(.noScanner))
  }
}
