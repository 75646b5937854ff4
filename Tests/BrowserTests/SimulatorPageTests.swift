import Foundation
import LoopbackHTTP
import SimulatorUI
import Testing

@Suite(.serialized) struct SimulatorPageTests {
  private static let samples = SimulatorSamples(
    products: [
      .init(code: "6901234567892", name: "鲜牛奶 950 mL Fresh milk 950 mL", price: 1_390),
      .init(code: "6902345678905", name: "全麦吐司 400 g Wholemeal toast 400 g", price: 1_280),
      .init(code: "6903456789018", name: "气泡水 330 mL Sparkling water 330 mL", price: 450),
      .init(code: "6904567890121", name: "散养鸡蛋 10 枚 Free-range eggs, 10", price: 1_590),
      .init(code: "6905678901234", name: "抽纸 3 包装 Tissues, 3-pack", price: 1_190),
    ],
    cards: [
      .init(uid: "04a1b2c3d4e5f6", member: "王芳"), .init(uid: "04b1c2d3", member: "李雷"),
    ],
    coupons: [.init(code: "8K3F-92MA-77QX-1ZZ0", title: "15 off 100")])

  private func run(
    _ samples: SimulatorSamples = Self.samples,
    _ body: (KioskPage, SimulatedDevices) async throws -> Void
  ) async throws {
    let devices = SimulatedDevices()
    let routes = SimulatorRoutes(devices: devices, samples: { samples }).table
    try await KioskPage.run(path: "/simulator", routes: routes) { page in
      try await page.browser.resize(width: 1440, height: 960)
      try await page.browser.wait(until: "document.querySelectorAll('.card').length === 2")
      try await body(page, devices)
    }
  }

  private func status(_ page: KioskPage, _ begins: String) async throws {
    try await page.browser.wait(
      until: "document.getElementById('status').textContent.startsWith('\(begins)')")
  }

  @Test func `a card is laid down, a product scanned, a code typed`() async throws {
    try await run { page, devices in
      try await page.browser.tap(".card")
      try await status(page, "Card laid")
      #expect(devices.cardUID == [0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0xF6])
      try await page.browser.wait(until: "document.querySelector('.card.on')")
      try await page.browser.tap("#card-away")
      try await status(page, "Card taken")
      #expect(devices.cardUID == nil)
      try await page.browser.tap("#products button")
      try await status(page, "Scanned 6901234567892")
      try await page.browser.tap("#scan-text")
      for key in "12345670" { try await page.browser.type(String(key)) }
      try await page.browser.type("\u{E007}")
      try await status(page, "Scanned 12345670")
    }
  }

  @Test func `a name that looks like markup is text on the simulator's page too`() async throws {
    let markup = "<img src=x onerror=\"document.title='broken'\">"
    let samples = SimulatorSamples(
      products: [.init(code: "6901234567892", name: markup, price: 1)],
      cards: [.init(uid: "04a1b2c3", member: markup), .init(uid: "04b1c2d3", member: "x")],
      coupons: [.init(code: markup, title: markup)])
    try await run(samples) { page, _ in
      // A code is scanned, and told with the page's own words.
      try await page.browser.tap("#coupons button")
      try await page.browser.wait(
        until: "document.getElementById('status').textContent.includes('<img src=x')")
      #expect(try await page.text("#products .name") == markup)
      #expect(try await page.text(".card .name") == markup)
      #expect(
        try await page.browser.evaluate(
          "return [...document.images].filter((e) => e.id !== 'paper-picture').length") == 0)
      #expect(try await page.browser.evaluate("return document.title") != "broken")
    }
  }

  @Test func `paper, cover and plug are moved by their switches`() async throws {
    try await run { page, devices in
      try await page.browser.tap("[name=paper][value=out]")
      try await page.browser.wait(
        until: "document.getElementById('printer-state').textContent === 'out of paper'")
      try await page.browser.tap("[name=cover][value=open]")
      try await page.browser.wait(
        until: "document.getElementById('printer-state').textContent === 'cover open'")
      try await page.browser.tap("[name=attached][value=false]")
      try await page.browser.wait(
        until: "document.getElementById('printer-state').textContent === 'unplugged'")
      #expect(!devices.isPrinterAttached)
    }
  }

  @Test func `the kiosk screen is shown beside the devices`() async throws {
    try await run { page, _ in
      try await page.browser.wait(
        until: "document.querySelector('iframe').contentDocument?.querySelector('#screen.attract')")
      let faults = try await page.browser.evaluate(
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth")
      #expect(faults == 0)
      if let directory = ProcessInfo.processInfo.environment["KIOSK_PICTURES"] {
        try Data(try await page.browser.screenshot())
          .write(to: URL(fileURLWithPath: "\(directory)/simulator.png"))
      }
    }
  }
}
