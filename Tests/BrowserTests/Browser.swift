import Foundation
import LoopbackHTTP

/// A headless Chromium driven by W3C WebDriver; DevTools commands go through chromedriver, too.
final class Browser {
  struct Refusal: Error {
    let command: String
    let message: String
  }

  static let startAttempts = 100

  private let driver: Process
  private let client: LoopbackClient
  private let session: String

  /// Starts chromedriver and one window, gives it to `body`, and ends both.
  static func run(
    isolation: isolated (any Actor)? = #isolation, _ body: (Browser) async throws -> Void
  ) async throws {
    let browser = try await Browser()
    do {
      try await body(browser)
    } catch {
      await browser.quit()
      throw error
    }
    await browser.quit()
  }

  private init() async throws {
    let port = LoopbackConnection.freePort()
    driver = Process()
    driver.executableURL = URL(fileURLWithPath: "/usr/bin/chromedriver")
    driver.arguments = ["--port=\(port)", "--silent"]
    driver.standardOutput = FileHandle.nullDevice
    driver.standardError = FileHandle.nullDevice
    try driver.run()
    client = LoopbackClient(port: port)
    try await Self.waitUntilReady(client)
    let arguments: [JSONValue] = [
      "--headless=new", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1",
      "--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb",
      "--disable-dev-shm-usage",
      // Chromium refuses its sandbox to root, as who build machines run.
      "--no-sandbox",
    ]
    let options: JSONValue = ["binary": "/usr/bin/chromium", "args": .array(arguments)]
    let answer = try await Self.command(
      client, "POST", "/session",
      ["capabilities": ["alwaysMatch": ["goog:chromeOptions": options]]])
    session = answer["sessionId"].string ?? ""
  }

  private static func waitUntilReady(_ client: LoopbackClient) async throws {
    for attempt in 1... {
      do {
        _ = try await client.get("/status")
        return
      } catch let fault as LoopbackFault {
        guard attempt < startAttempts else { throw fault }
        try await Task.sleep(for: .milliseconds(100))
      }
    }
  }

  private func quit() async {
    do {
      _ = try await Self.command(client, "DELETE", "/session/\(session)")
    } catch {
      print("The browser did not end by itself: \(error)")
    }
    // Its session has ended; SIGTERM may be blocked in it, as it is in the thread that started it.
    kill(driver.processIdentifier, SIGKILL)
  }

  private static func command(
    _ client: LoopbackClient, _ method: String, _ path: String, _ body: JSONValue? = nil
  ) async throws -> JSONValue {
    let answer = try await client.send(
      method, path, headers: ["Content-Type": "application/json"],
      body: try body?.bytes() ?? [])
    let value = try JSONValue(parsing: answer.body)["value"]
    guard answer.status == 200 else {
      throw Refusal(command: path, message: value["message"].string ?? answer.text)
    }
    return value
  }

  private func command(_ path: String, _ body: JSONValue) async throws -> JSONValue {
    try await Self.command(client, "POST", "/session/\(session)\(path)", body)
  }

  /// The size of the glass in pixels.
  func resize(width: Int, height: Int) async throws {
    _ = try await devTools(
      "Emulation.setDeviceMetricsOverride",
      [
        "width": .number(Double(width)), "height": .number(Double(height)),
        "deviceScaleFactor": 1, "mobile": false,
      ])
  }

  func devTools(_ name: String, _ parameters: JSONValue = [:]) async throws -> JSONValue {
    try await command("/goog/cdp/execute", ["cmd": .string(name), "params": parameters])
  }

  func open(_ url: String) async throws {
    _ = try await command("/url", ["url": .string(url)])
  }

  /// What the body of a function returns, promises awaited.
  @discardableResult
  func evaluate(_ script: String, _ arguments: [JSONValue] = []) async throws -> JSONValue {
    try await command("/execute/sync", ["script": .string(script), "args": .array(arguments)])
  }

  /// Presses and releases one key of WebDriver's table (17.4.2), or a character.
  func type(_ key: String) async throws {
    _ = try await command(
      "/actions",
      [
        "actions": [
          [
            "type": "key", "id": "keyboard",
            "actions": [
              ["type": "keyDown", "value": .string(key)],
              ["type": "keyUp", "value": .string(key)],
            ],
          ]
        ]
      ])
  }

  /// Clicks the middle of the first element that `selector` finds, as a finger would.
  func tap(_ selector: String) async throws {
    let element = try await command(
      "/element", ["using": "css selector", "value": .string(selector)])
    // The key under which WebDriver names an element (12.2.1).
    let id = element["element-6066-11e4-a52e-4f735466cecf"].string ?? ""
    _ = try await command("/element/\(id)/click", [:])
  }

  func screenshot() async throws -> [UInt8] {
    let value = try await Self.command(client, "GET", "/session/\(session)/screenshot")
    return [UInt8](Data(base64Encoded: value.string ?? "") ?? Data())
  }

  /// Waits until `condition`, an expression, is true in the page.
  func wait(until condition: String, attempts: Int = 200) async throws {
    for _ in 0..<attempts {
      if try await evaluate("return Boolean(\(condition))") == true { return }
      try await Task.sleep(for: .milliseconds(25))
    }
    throw Refusal(command: "wait", message: "never true: \(condition)")
  }
}
