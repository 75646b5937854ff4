import Daemon
import Logging
import LoopbackHTTP
import ScriptedScreens
import ServiceLifecycle
import WebUI

/// The real server on a port of its own, before a scripted kiosk.
struct LocalServer: Sendable {
  let screen: ScriptedScreen
  let port: Int
  let group: ServiceGroup

  var client: LoopbackClient { LoopbackClient(port: port) }

  /// Asks it to end, as SIGTERM does.
  func stop() async { await group.triggerGracefulShutdown() }

  static let silent = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }

  /// Runs `body` while the server serves; stops it by graceful shutdown, as SIGTERM does.
  static func run(
    pages: [StaticPage] = [], routes: RouteTable = [:],
    _ body: @Sendable @escaping (LocalServer) async throws -> Void
  ) async throws {
    let screen = ScriptedScreen(Scene.scanning.snapshot(.zh))
    let (ports, listening) = AsyncStream.makeStream(of: Int.self)
    let server = WebServer(
      kiosk: screen, port: 0, pages: pages, routes: routes, logger: silent,
      onListening: { listening.yield($0) })
    let group = ServiceGroup(services: [server], logger: silent)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      tasks.addTask {
        for await port in ports {
          try await body(LocalServer(screen: screen, port: port, group: group))
          break
        }
        await group.triggerGracefulShutdown()
      }
      try await tasks.waitForAll()
    }
  }
}

extension HTTPAnswer {
  /// The code of `{"error": {"code", "message"}}`, and that a message is there.
  func errorCode() throws -> String? {
    let error = try JSONValue(parsing: body)["error"]
    guard error["message"].string?.isEmpty == false else { return nil }
    return error["code"].string
  }
}
