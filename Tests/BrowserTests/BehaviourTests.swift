import Daemon
import LoopbackHTTP
import ScriptedScreens
import Testing

@Suite(.serialized) struct BehaviourTests {
  /// The page in portrait, showing `scene`.
  private func run(
    _ scene: Scene, _ body: (KioskPage) async throws -> Void
  ) async throws {
    try await KioskPage.run { page in
      try await page.browser.resize(width: 1080, height: 1920)
      try await page.show(scene.snapshot(.en))
      try await body(page)
    }
  }

  @Test func `a key sends its name and the revision that was seen`() async throws {
    try await run(.scanning) { page in
      let seen = await page.screen.snapshot().revision
      try await page.browser.tap("#primary")
      try await page.settle()
      #expect(await page.screen.presses == [ButtonPress(button: "pay", revision: seen)])
    }
  }

  @Test func `the stepper and the bin name their line`() async throws {
    try await run(.scanning) { page in
      try await page.browser.tap(".line.new [data-step='1']")
      try await page.settle()
      try await page.browser.tap(".line:nth-child(2) .remove")
      try await page.settle()
      let presses = await page.screen.presses
      #expect(presses.map(\.button) == ["quantity", "remove"])
      #expect(presses.map(\.line) == ["6", "5"])
      #expect(presses.first?.quantity == 3)
    }
  }

  @Test func `the newest line stays while the others are paged`() async throws {
    try await run(.manyItems) { page in
      let names = "return [...document.querySelectorAll('.line')].map((e) => e.dataset.line)"
      #expect(try await page.browser.evaluate(names) == ["14", "13", "12", "11", "10", "9"])
      #expect(try await page.text("#range") == "1–6 of 14")
      try await page.browser.tap("#page-down")
      try await page.browser.wait(
        until: "document.getElementById('range').textContent !== '1–6 of 14'")
      #expect(try await page.browser.evaluate(names) == ["14", "8", "7", "6", "5", "4"])
      #expect(try await page.text("#range") == "7–11 of 14")
      try await page.browser.tap("#page-down")
      try await page.browser.wait(until: "document.getElementById('page-down').disabled")
      #expect(try await page.browser.evaluate(names) == ["14", "3", "2", "1"])
      #expect(await page.screen.presses.isEmpty)
    }
  }

  @Test func `cancelling a purchase is asked once more`() async throws {
    try await run(.scanning) { page in
      try await page.browser.tap("#cancel")
      try await page.browser.wait(
        until: "document.getElementById('cancel').classList.contains('asked')")
      #expect(await page.screen.presses.isEmpty)
      try await page.browser.tap("#cancel")
      try await page.settle()
      #expect(await page.screen.presses.map(\.button) == ["cancel"])
    }
  }

  @Test func `any touch answers whether somebody is there`() async throws {
    try await run(.stillThere) { page in
      try await page.browser.tap("#title")
      try await page.settle()
      #expect(await page.screen.presses.map(\.button) == ["confirm"])
    }
  }

  // saproto #258
  @Test func `whose list it is takes a key, and no touch beside it`() async throws {
    try await run(.claiming) { page in
      try await page.browser.tap("#title")
      try await page.settle()
      #expect(await page.screen.presses.isEmpty)
      try await page.browser.tap("#primary")
      try await page.browser.tap("#cancel")
      try await page.settle()
      #expect(await page.screen.presses.map(\.button) == ["confirm", "cancel"])
    }
  }

  // odoo PR 288974: F5 took a bill away that was printed, and it was sold again.
  @Test func `a page that is loaded anew shows the sale as it stands`() async throws {
    try await run(.scanning) { page in
      for scene in [Scene.scanning, .reviewing, .done] {
        try await page.show(scene.snapshot(.en))
        let shown = "return document.getElementById('screen').innerText"
        let before = try await page.browser.evaluate(shown)
        try await page.browser.open("http://127.0.0.1:\(page.port)/")
        try await page.settle()
        #expect(try await page.browser.evaluate(shown) == before)
      }
      // Loading it asked for nothing.
      #expect(await page.screen.presses.isEmpty)
    }
  }

  // openpos #2108, PR 2109, #2001, #2497; woocommerce-android PR 14223; itpp pos-addons #50: a
  // scan went into whatever had the focus. A keyboard beside the kiosk types nothing, anywhere.
  @Test func `keys of a keyboard do nothing on the customer's screen`() async throws {
    try await run(.scanning) { page in
      #expect(
        try await page.browser.evaluate(
          "return document.querySelectorAll('input, textarea, [contenteditable]').length") == 0)
      let text = try await page.text("#screen")
      for key in ["6", "9", "~", "a", "/", "'", "\u{E038}"] { try await page.browser.type(key) }
      // Enter ends a scan; where nothing was reached by Tab, it touches nothing.
      try await page.browser.type("\u{E007}")
      try await page.settle()
      #expect(await page.screen.presses.isEmpty)
      #expect(try await page.text("#screen") == text)
    }
  }

  @Test func `the next customer gets the page as it was`() async throws {
    try await run(.attract) { page in
      // The clock goes on, and so does the count of revisions.
      let document = """
        return [...document.querySelectorAll('*')].map((e) => [
          e.tagName, ...[...e.attributes].map((a) => a.name + '=' + a.value)
            .filter((a) => !a.startsWith('data-revision')).sort(),
          e.id === 'where' || e.children.length ? '' : e.textContent,
          e === document.activeElement ? 'focused' : '',
        ].join(' '));
        """
      let before = try await page.browser.evaluate(document)
      try await page.show(Scene.manyItems.snapshot(.zh))
      try await page.turnOn(["larger", "contrast", "lower"])
      try await page.browser.tap("#page-down")
      try await page.show(Scene.done.snapshot(.zh))
      try await page.show(Scene.attract.snapshot(.en))
      let after = try await page.browser.evaluate(document)
      #expect(after.array.filter { !before.array.contains($0) } == [])
      #expect(after.array.count == before.array.count)
    }
  }

  @Test func `every key is reached once by the keyboard, with a frame around it`() async throws {
    try await run(.scanning) { page in
      let keys = try await page.browser.evaluate(
        "return [...document.querySelectorAll('button:enabled')]"
          + ".filter((e) => e.checkVisibility()).length")
      var reached: [JSONValue] = []
      let focused = """
        const e = document.activeElement;
        if (e === document.body) return null;
        const all = [...document.querySelectorAll('button')];
        return all.indexOf(e) + ' ' + (parseFloat(getComputedStyle(e).outlineWidth) > 3);
        """
      for _ in 0..<40 {
        try await page.browser.type("\u{E004}")
        let here = try await page.browser.evaluate(focused)
        if here == .null || reached.contains(here) { break }
        reached.append(here)
      }
      #expect(Double(reached.count) == keys.number)
      #expect(reached.allSatisfy { $0.string?.hasSuffix("true") == true })
    }
  }

  @Test func `a name that looks like markup is shown as text`() async throws {
    var snapshot = Scene.scanning.snapshot(.en)
    snapshot.lines[5].name = "<img src=x onerror=\"document.title='broken'\">"
    snapshot.messages = [.init(code: "x", severity: .info, text: "<b>bold</b>")]
    try await run(.scanning) { page in
      try await page.show(snapshot)
      #expect(try await page.text(".line.new .n") == snapshot.lines[5].name)
      #expect(try await page.text("#notice-first p") == "<b>bold</b>")
      #expect(try await page.browser.evaluate("return document.images.length") == 0)
    }
  }

  @Test func `many snapshots leave no elements behind`() async throws {
    try await run(.scanning) { page in
      let count = "return document.querySelectorAll('*').length"
      let before = try await page.browser.evaluate(count)
      for round in 0..<300 {
        let scene = Scene.allCases[round % Scene.allCases.count]
        await page.screen.show(scene.snapshot(round.isMultiple(of: 2) ? .zh : .en))
        if round.isMultiple(of: 30) { try await page.settle() }
      }
      try await page.show(Scene.scanning.snapshot(.en))
      #expect(try await page.browser.evaluate(count) == before)
    }
  }

  @Test func `a kiosk that falls silent is told, and what was bought is said to be safe`()
    async throws
  {
    try await run(.scanning) { page in
      #expect(
        try await page.browser.evaluate("return document.getElementById('lost').hidden") == true)
      await page.stop()
      try await page.browser.wait(until: "!document.getElementById('lost').hidden")
      #expect(try await page.text("#lost p").contains("Your items are safe"))
      #expect(try await page.text(".line.new .n") == "Fresh milk 950 mL")
    }
  }
}
