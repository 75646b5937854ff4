import CheckoutMachine
import Devices
import Ledger
import Retail
import Storage
import Testing

@testable import Daemon

/// The loop with real tasks: one input after the other, whatever comes at once.
struct CheckoutLoopTests {
  @Test func `the main job goes from a tapped card to two papers`() async throws {
    let kiosk = try await TestKiosk()
    let coupon = try await kiosk.coupon()
    kiosk.shop(with: coupon)
    let basket = try await kiosk.screen()
    #expect(basket.state == "scanning")
    #expect(basket.member?.name == "王*")
    #expect(basket.lines.map(\.amount) == [1_290, 4_990, 1_590])
    #expect(basket.discounts.map(\.amount) == [100, 800])
    #expect(basket.total == 7_070)

    #expect(try await kiosk.press("pay").state == "reviewing")
    let tendering = try await kiosk.press("wallet")
    #expect(tendering.tender == Snapshot.Tender(principal: 5_570, bonus: 1_500, remaining: 0))
    #expect(try await kiosk.press("confirm").state == "printing")
    let done = try await kiosk.screen("the sale is done") { $0.state == "done" }

    #expect(done.completed?.paper == .printed)
    #expect(done.completed?.paid == 7_070)
    #expect(done.completed?.pointsEarned == 106)
    #expect(done.completed?.coupon?.worth == 800)
    #expect(kiosk.printer.printed.count == 2)
    #expect(kiosk.printer.printed[0].text.contains("3-000001"))
    let printed = try #require(kiosk.printer.printed[1].qrCode)
    #expect(try await kiosk.store.revealCode(id: "3-000001-1")?.characters == printed)
    #expect(try await kiosk.principal == 24_430)
    #expect(try await kiosk.balance(PresentedCoupon.account(try await id(of: coupon, kiosk))) == 0)
    #expect(try await kiosk.store.latestSales(limit: 9).count == 1)
    try await kiosk.audit()
    try await kiosk.stop()
  }

  private func id(of code: BearerCode, _ kiosk: TestKiosk) async throws -> String {
    try #require(try await kiosk.store.coupon(code: code)).id
  }

  @Test func `the customer display follows each step, without a name or a balance`() async throws {
    let kiosk = try await TestKiosk()
    try await kiosk.sell()
    try await eventually("the last step is shown") {
      kiosk.display.shown.last?.first?.hasPrefix("谢谢") == true
    }

    let all = kiosk.display.shown.joined().joined(separator: "\n")
    #expect(all.contains("TOTAL"))
    for secret in TestShop.secrets + ["王", "244.30"] { #expect(!all.contains(secret)) }
    try await kiosk.stop()
  }

  @Test func `a broken customer display holds nothing up and shows the newest when it is back`()
    async throws
  {
    let kiosk = try await TestKiosk()
    kiosk.display.breakDown()
    kiosk.scan(TestShop.milk)
    #expect(try await kiosk.screen().lines.count == 1)

    let other = ScriptedDisplay()
    kiosk.loop.take(.displayReady(other))
    try await eventually("the newest text") { other.shown.last?.first?.hasPrefix("鲜牛奶") == true }
    try await kiosk.stop()
  }

  // MARK: Presses

  @Test func `a press on a screen that has changed since is refused, and nothing happens`()
    async throws
  {
    let kiosk = try await TestKiosk()
    kiosk.scan(TestShop.milk)
    let seen = try await kiosk.screen()
    kiosk.scan(TestShop.rice)
    let now = try await kiosk.screen()

    await #expect(throws: PressRefusal.staleRevision(current: now.revision)) {
      _ = try await kiosk.loop.press(ButtonPress(button: "pay", revision: seen.revision))
    }
    #expect(try await kiosk.screen().state == "scanning")
    let pressed = try await kiosk.loop.press(ButtonPress(button: "pay", revision: now.revision))
    #expect(pressed.state == "reviewing")
    try await kiosk.stop()
  }

  @Test func `keys that mean nothing now or nothing at all are refused by name`() async throws {
    let kiosk = try await TestKiosk()
    await #expect(throws: PressRefusal.notEnabled("confirm")) { try await kiosk.press("confirm") }
    await #expect(throws: PressRefusal.unknownButton("free")) { try await kiosk.press("free") }
    try await kiosk.stop()
  }

  @Test func `a line that cannot be is no line of the cart`() async throws {
    let kiosk = try await TestKiosk()
    kiosk.scan(TestShop.milk)
    _ = try await kiosk.screen()
    for line in ["", "x", "-1", "99999999999999999999"] {
      let after = try await kiosk.loop.press(ButtonPress(button: "remove", line: line))
      #expect(after.lines.count == 1)
    }
    let after = try await kiosk.loop.press(ButtonPress(button: "quantity", quantity: 3))
    #expect(after.lines.first?.quantity == 3)
    try await kiosk.stop()
  }

  /// How the loop meets a full inbox.
  enum Ending: CaseIterable { case works, stopped, cancelled }

  @Test(arguments: Ending.allCases)
  func `a full inbox refuses a press at once, and who waits in it is answered`(
    ending: Ending
  ) async throws {
    let kiosk = try await TestKiosk(devices: [], running: false)
    let loop = kiosk.loop
    let results = await withTaskGroup(of: PressRefusal?.self) { group in
      for _ in 0...CheckoutLoop.inboxLimit {
        group.addTask { await Self.help(loop) }
      }
      // The one too many comes back although nobody works, so the others are in.
      var results = [await group.next() ?? nil]
      if ending == .stopped { loop.stop() }
      let running = Task { try await loop.run() }
      if ending == .cancelled { running.cancel() }
      while let result = await group.next() { results.append(result) }
      loop.stop()
      _ = await running.result
      return results
    }

    #expect(results.first == .some(PressRefusal.busy))
    #expect(results.count == CheckoutLoop.inboxLimit + 1)
    #expect(results.dropFirst().allSatisfy { $0 == nil })
    #expect(await Self.help(loop) == .stopping)
    try await kiosk.stop()
  }

  private static func help(_ loop: CheckoutLoop) async -> PressRefusal? {
    do throws(PressRefusal) {
      _ = try await loop.press(ButtonPress(button: "help"))
      return nil
    } catch {
      return error
    }
  }

  // MARK: Screens

  @Test func `every screen gets the newest, and one too many is not kept waiting`() async throws {
    let kiosk = try await TestKiosk()
    var readers: [AsyncStream<Snapshot>.Iterator] = []
    for _ in 0..<CheckoutLoop.listenerLimit {
      readers.append(await kiosk.loop.snapshots().makeAsyncIterator())
    }
    var tooMany = await kiosk.loop.snapshots().makeAsyncIterator()
    #expect(await tooMany.next() == nil)

    for item in [TestShop.milk, TestShop.rice, TestShop.eggs] { kiosk.scan(item) }
    let newest = try await kiosk.screen()
    for index in readers.indices {
      // Those between were skipped: a reader that is slow is not told old news.
      #expect(await readers[index].next() == newest)
    }
    try await kiosk.stop()
    for index in readers.indices { #expect(await readers[index].next() == nil) }
  }

  @Test func `a screen that goes away makes room for another`() async throws {
    let kiosk = try await TestKiosk(devices: [])
    for _ in 0..<(CheckoutLoop.listenerLimit * 3) {
      let stream = await kiosk.loop.snapshots()
      let reader = Task { for await _ in stream {} }
      reader.cancel()
      await reader.value
    }
    try await eventually("room for a screen") {
      var reader = await kiosk.loop.snapshots().makeAsyncIterator()
      return await reader.next() != nil
    }
    try await kiosk.stop()
  }

  // MARK: Refusals

  @Test func `what cannot be read is told, and the basket is as it was`() async throws {
    let kiosk = try await TestKiosk()
    kiosk.scan(TestShop.milk)
    kiosk.loop.take(.scanRefused(DeviceID("scanner@1-1"), .torn))
    #expect(try await kiosk.screen().messages.map(\.code) == ["tornScan"])
    kiosk.scan("6901000000012", aim: "]E0")
    #expect(try await kiosk.screen().messages.map(\.code) == ["wrongCheckDigit"])
    kiosk.scan("6901000009991", aim: "]E0")
    #expect(try await kiosk.screen().messages.map(\.code) == ["unknownItem"])
    kiosk.scan("https://example.com", aim: "]Q1")
    #expect(try await kiosk.screen().messages.map(\.code) == ["notUnderstood"])
    kiosk.loop.take(.card(.refused(.torn)))
    #expect(try await kiosk.screen().messages.map(\.code) == ["cardUnreadable"])
    kiosk.tap([0x08, 1, 2, 3])
    #expect(try await kiosk.screen().messages.map(\.code) == ["cardRandom"])
    kiosk.tap([4, 3, 2, 1])
    #expect(try await kiosk.screen().messages.map(\.code) == ["cardUnknown"])

    let screen = try await kiosk.screen()
    #expect(screen.state == "scanning")
    #expect(screen.lines.map(\.id) == ["1"])
    try await kiosk.stop()
  }

  @Test func `a payment code is looked up nowhere and kept nowhere`() async throws {
    let kiosk = try await TestKiosk()
    let code = "134567890123456789"
    kiosk.scan(TestShop.milk)
    for _ in 0...CouponDesk.refusalLimit { kiosk.scan(code, aim: "]Q1") }
    #expect(try await kiosk.screen().messages.map(\.code) == ["paymentNotExpected"])

    // Had it counted as a wrong coupon, a good one would be refused now.
    kiosk.scan(TestShop.rice)
    kiosk.scan(try await kiosk.coupon())
    #expect(try await kiosk.screen().discounts.map(\.rule) == ["over50-off8"])
    for step in try await kiosk.store.latestJournalRecords(limit: 1_000) {
      let text = String(decoding: step.event + step.state + step.effects, as: UTF8.self)
      #expect(!text.contains(code))
    }
    try await kiosk.stop()
  }

  @Test func `no journal row holds a code, a card or an unmasked name`() async throws {
    let kiosk = try await TestKiosk()
    let coupon = try await kiosk.coupon()
    kiosk.shop(with: coupon)
    for button in ["pay", "wallet", "confirm"] { try await kiosk.press(button) }
    _ = try await kiosk.screen("the sale is done") { $0.state == "done" }

    let issued = try #require(try await kiosk.store.revealCode(id: "3-000001-1"))
    let rows = try await kiosk.store.latestJournalRecords(limit: 1_000)
    #expect(rows.count >= 9)
    let codes = [coupon, issued].flatMap { [$0.characters, $0.text] }
    for step in rows {
      let text = String(decoding: step.event + step.state + step.effects, as: UTF8.self)
      for secret in TestShop.secrets + codes { #expect(!text.contains(secret)) }
    }
    try await kiosk.stop()
  }

  // MARK: Time

  @Test func `who goes away is asked, and then basket and language are given up`() async throws {
    let kiosk = try await TestKiosk()
    kiosk.tap(TestShop.wangCard)
    kiosk.scan(TestShop.milk)
    _ = try await kiosk.screen()
    #expect(try await kiosk.press("language").language == "en")

    try await kiosk.clock.pass(.seconds(Checkout.Timers.standard.memberIdle))
    let asked = try await kiosk.screen("the question") {
      $0.messages.contains { $0.code == "stillThere" }
    }
    #expect(asked.lines.count == 1)
    try await kiosk.clock.pass(.seconds(Checkout.Timers.standard.warning))
    let home = try await kiosk.screen("nobody is there") { $0.state == "attract" }

    #expect(home.language == "zh")
    #expect(home.member == nil)
    #expect(home.lines.isEmpty)
    #expect(home.messages.isEmpty)
    try await kiosk.stop()
  }

  @Test func `who touches the screen in time keeps the basket, and the old timer means nothing`()
    async throws
  {
    let kiosk = try await TestKiosk()
    kiosk.scan(TestShop.milk)
    _ = try await kiosk.screen()
    try await kiosk.clock.pass(.seconds(Checkout.Timers.standard.guestIdle))
    _ = try await kiosk.screen("the question") { !$0.messages.isEmpty }
    #expect(try await kiosk.press("confirm").messages.isEmpty)

    kiosk.clock.advance(.seconds(Checkout.Timers.standard.warning))
    #expect(try await kiosk.screen().lines.count == 1)
    try await kiosk.stop()
  }

  @Test func `the last screen of a sale ends by itself`() async throws {
    let kiosk = try await TestKiosk()
    try await kiosk.sell()
    _ = try await kiosk.screen("the sale is done") { $0.state == "done" }
    try await kiosk.clock.pass(.seconds(Checkout.Timers.standard.done))
    let home = try await kiosk.screen("nobody is there") { $0.state == "attract" }
    #expect(home.completed == nil)
    try await kiosk.stop()
  }

  // MARK: Scanner

  @Test func `a scanner that is away for a moment is not told, one that stays away closes`()
    async throws
  {
    let kiosk = try await TestKiosk()
    kiosk.unplug(.scanner)
    #expect(try await kiosk.screen().state == "attract")
    kiosk.plugIn(.scanner)
    kiosk.clock.advance(CheckoutLoop.scannerGrace)
    #expect(try await kiosk.screen().state == "attract")

    kiosk.unplug(.scanner)
    _ = try await kiosk.screen()
    try await kiosk.clock.pass(CheckoutLoop.scannerGrace)
    let closed = try await kiosk.screen("closed") { $0.state == "outOfService" }
    #expect(closed.messages.first?.code == "outOfService")
    kiosk.plugIn(.scanner)
    #expect(try await kiosk.screen().state == "attract")
    try await kiosk.stop()
  }

  @Test func `without any device the kiosk stays up and says so`() async throws {
    let kiosk = try await TestKiosk(devices: [])
    try await kiosk.clock.pass(CheckoutLoop.scannerGrace)
    let closed = try await kiosk.screen("closed") { $0.state == "outOfService" }
    #expect(closed.messages.map(\.code).contains("scannerNotReady"))
    #expect(closed.devices.map(\.state) == ["absent", "absent", "absent", "absent"])
    try await kiosk.stop()
  }

  @Test func `a basket is sold to its end without the scanner, then the kiosk closes`()
    async throws
  {
    let kiosk = try await TestKiosk()
    kiosk.shop(with: try await kiosk.coupon())
    kiosk.unplug(.scanner)
    _ = try await kiosk.screen()
    try await kiosk.clock.pass(CheckoutLoop.scannerGrace)
    for button in ["pay", "wallet", "confirm"] { try await kiosk.press(button) }
    _ = try await kiosk.screen("the sale is done") { $0.state == "done" }
    #expect(try await kiosk.press("done").state == "outOfService")
    try await kiosk.audit()
    try await kiosk.stop()
  }
}
