import CheckoutMachine
import Devices
import Ledger
import Retail
import Testing

@testable import Daemon

/// What customers read: on the screen (SCREEN rules 29 to 31) and on the customer display.
struct WordsTests {
  static let notices: [Checkout.Notice] =
    Checkout.ScanRefusal.allCases.map { .scanRefused($0) }
    + Checkout.CardRefusal.allCases.map { .cardRefused($0) } + [
      .cartFull, .quantityLimit, .anotherMember, .whoseBasket, .couponRefused, .couponAlreadyThere,
      .couponLimit,
      .couponNotYet(title: TestShop.over50.title, missing: fen(1_200)),
      .couponNotUsable(title: TestShop.over50.title), .cartEmpty, .memberNeeded,
      .balanceTooSmall(missing: fen(1_200)), .secondFactorNeeded(limit: fen(20_000)), .planRefused,
      .offerUsedUp(title: TestShop.over50.title), .helpCalled, .stillThere(seconds: 30),
      .receiptDelayed, .finishFirst,
      .resumedAfterPowerCut, .completedAfterPowerCut,
    ]

  /// All texts of a language with the code they go under.
  private static func messages(_ language: Language) -> [Snapshot.Message] {
    let text = NoticeText(language: language, currency: .cny)
    let closed = SnapshotBuilder(shop: TestShop.name, kiosk: 3, currency: .cny)
      .snapshot(Stages.closed(language), notices: [], devices: DeviceBoard(), revision: 1)
    return notices.map(text.message) + closed.messages
  }

  @Test func `every notice has words in both languages and a code of its own`() {
    for language in Language.allCases {
      for message in Self.messages(language) {
        #expect(!message.text.isEmpty)
        #expect(!message.code.isEmpty)
        // No Chinese sign in an English text, and none left out of a Chinese one.
        let scalars = message.text.unicodeScalars.map(\.value)
        let hasChinese = scalars.contains { (0x4E00...0x9FFF).contains($0) }
        let isNamed = message.text.contains(TestShop.over50.title.zh)
        #expect(hasChinese == (language == .zh) || isNamed, "\(message.text)")
      }
    }
    let codes = Self.notices.map { NoticeText(language: .zh, currency: .cny).message($0).code }
    #expect(Set(codes).count == codes.count)
  }

  /// A title and its lead: what a passer-by takes in at a glance.
  @Test func `no sentence is longer than a glance`() {
    for message in Self.messages(.zh) {
      let title = message.text.replacing(TestShop.over50.title.zh, with: "券")
      for sentence in title.split(whereSeparator: { "。？！；".contains($0) }) {
        #expect(sentence.filter { !$0.isPunctuation }.count <= 20, "\(sentence)")
      }
    }
    for message in Self.messages(.en) {
      let title = message.text.replacing(TestShop.over50.title.en, with: "coupon")
      for sentence in title.split(whereSeparator: { ".?!:".contains($0) }) {
        #expect(sentence.split(separator: " ").count <= 12, "\(sentence)")
      }
    }
  }

  @Test func `no text blames, threatens or speaks in codes`() {
    let forbidden = [
      "失败", "非法", "错误", "异常", "无效", "invalid", "unexpected", "error", "fail", "illegal",
      "fault", "null", "exception",
    ]
    for message in Language.allCases.flatMap(Self.messages) {
      let text = message.text.lowercased()
      for word in forbidden { #expect(!text.contains(word), "\(message.text)") }
    }
  }

  /// Rule 29: what happened, what is safe, what to do.
  @Test func `a refusal says what is safe and what to do`() {
    let safe = ["都在", "没有扣款", "仍可结账", "券还是", "不出会员"]
    let refusals = Self.messages(.zh).filter { $0.severity == .refusal }
    #expect(refusals.count >= 15)
    for message in refusals {
      #expect(safe.contains { message.text.contains($0) }, "\(message.text)")
      #expect(message.text.contains("请") || message.text.contains("可以"), "\(message.text)")
    }
  }

  @Test func `a coupon is refused in the same words whatever the reason`() {
    let refused = NoticeText(language: .en, currency: .cny).message(.couponRefused)
    #expect(refused.code == "couponRefused")
    for reason in Checkout.CouponRefusal.allCases {
      #expect(!refused.text.contains(reason.rawValue))
    }
  }

  // MARK: Customer display

  @Test func `both lines of the customer display fit in every state and language`() {
    for state in Stages().all + Stages(language: .en).all {
      for line in DisplayText.lines(state, notices: [], currency: .cny) {
        // A name may be cut, the shop's words may not: 20 columns are what every display has.
        let isName = line.plain.contains { $0.isLowercase }
        for words in [isName ? "" : line.left, isName ? "" : line.plain] {
          let width = DisplayText.width(words) + DisplayText.width(line.right)
          #expect(width + (line.right.isEmpty ? 0 : 1) <= 20, "\(state.name): \(line)")
        }
      }
    }
    for state in Stages().all + Stages(language: .en).all + Stages.dearest.all {
      let lines = DisplayText.lines(state, notices: [], currency: .cny)
      #expect(lines.count == 2)
      for line in lines {
        #expect(DisplayText.width(line.right) <= 20, "\(state.name): \(line)")
        #expect(!line.words.isEmpty)
        #expect(line.plain.allSatisfy { $0.isASCII })
      }
    }
  }
}
