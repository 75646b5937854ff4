import Daemon
import Foundation
import Logging
import LoopbackHTTP
import ScriptedScreens
import ServiceLifecycle
import WebUI

/// The kiosk page in a browser, served by the real server, showing what a test says.
struct KioskPage {
  let screen: ScriptedScreen
  let browser: Browser
  let port: Int
  private let group: ServiceGroup

  private static let sources = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Sources").path

  /// Serves both pages, opens `path` and gives it to `body`.
  static func run(
    path: String = "/", routes: RouteTable = [:],
    isolation: isolated (any Actor)? = #isolation, _ body: (KioskPage) async throws -> Void
  ) async throws {
    let screen = ScriptedScreen(Scene.attract.snapshot(.zh))
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let server = WebServer(
      kiosk: screen, port: 0,
      pages: [
        try StaticPage(path: "/", directory: sources + "/WebUI/web"),
        try StaticPage(path: "/simulator", directory: sources + "/SimulatorUI/web"),
      ], routes: routes,
      logger: Logger(label: "browser-tests") { _ in SwiftLogNoOpLogHandler() },
      onListening: { port.yield($0) })
    let group = ServiceGroup(
      services: [server], logger: Logger(label: "group") { _ in SwiftLogNoOpLogHandler() })
    async let running: Void = group.run()
    for await port in ports {
      try await Browser.run { browser in
        try await browser.open("http://127.0.0.1:\(port)\(path)")
        try await body(
          KioskPage(screen: screen, browser: browser, port: port, group: group))
      }
      break
    }
    await group.triggerGracefulShutdown()
    try await running
  }

  /// Shows the scene and waits until it is painted.
  func show(_ snapshot: Snapshot) async throws {
    await screen.show(snapshot)
    let revision = await screen.snapshot().revision
    try await browser.wait(until: "document.body.dataset.revision === '\(revision)'")
  }

  /// Waits until the page shows what the kiosk shows.
  func settle() async throws {
    // A tap is sent by the page's own time.
    try await Task.sleep(for: .milliseconds(150))
    let revision = await screen.snapshot().revision
    try await browser.wait(until: "document.body.dataset.revision === '\(revision)'")
  }

  /// Stops the server while the page is open.
  func stop() async { await group.triggerGracefulShutdown() }

  func text(_ selector: String) async throws -> String {
    try await browser.evaluate(
      "return document.querySelector(arguments[0]).textContent", [.string(selector)]
    ).string ?? ""
  }

  /// Presses the keys of the dock that are not pressed yet: larger, contrast, lower.
  func turnOn(_ modes: [String]) async throws {
    for mode in modes {
      try await browser.evaluate(
        """
        const key = document.getElementById(arguments[0]);
        if (key.getAttribute('aria-pressed') !== 'true') key.click();
        """, [.string(mode)])
    }
  }
}
