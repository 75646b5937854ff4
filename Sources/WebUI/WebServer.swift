import Daemon
import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// Why the server cannot start.
public enum WebServerError: Error, Equatable, CustomStringConvertible {
  case portInUse(Int)
  case portNotPermitted(Int)
  case cannotListen(host: String, port: Int, underlyingCode: Int32)

  public var description: String {
    switch self {
    case .portInUse(let port):
      "port \(port) is in use: stop the program that has it (ss -ltnp 'sport = :\(port)')"
        + " or choose another with --port"
    case .portNotPermitted(let port):
      "port \(port) needs rights this process has not: choose one above 1023 with --port"
    case .cannotListen(let host, let port, let code):
      "cannot listen on \(host):\(port): error \(code)"
    }
  }
}

/// The kiosk's local HTTP server: screen, events and presses on loopback.
///
/// One form for every answer: docs/openapi.yaml. A request with a foreign Host or Origin is
/// refused. It stops within `shutdownLimit`, open event streams included.
public struct WebServer: Service {
  /// Who may connect is this machine alone.
  public enum Loopback: String, Sendable {
    case ipv4 = "127.0.0.1"
    case ipv6 = "::1"
  }

  static let connectionLimit = 64
  static let idleTimeoutSeconds: Int64 = 30
  /// A press or a stream that does not end by itself is cancelled then; SIGTERM allows 2 s in all.
  static let shutdownLimit: Duration = .seconds(1)

  private let address: BoundAddress
  private let host: Loopback
  private let interface: LocalInterface
  private let logger: Logger
  private let onListening: @Sendable (_ port: Int) async -> Void

  /// - Parameters:
  ///   - port: 0 lets the system choose.
  ///   - pages: static pages; two must not have the same path.
  ///   - routes: further routes, such as those of the simulated devices.
  ///   - onListening: called once, with the port, when requests are answered.
  public init(
    kiosk: any KioskScreen, host: Loopback = .ipv4, port: Int, pages: [StaticPage],
    routes: RouteTable = [:], logger: Logger,
    onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
  ) {
    var table = ScreenRoutes(kiosk: kiosk, streams: EventStreams()).table
    for further in pages.map(\.routes) + [routes] {
      // A path of two tables is a mistake in the wiring; methods of one path may come from both.
      table.merge(further) { known, new in known.merging(new) { first, _ in first } }
    }
    address = BoundAddress(port: port)
    interface = LocalInterface(routes: table, address: address, logger: logger)
    self.host = host
    self.logger = logger
    self.onListening = onListening
  }

  /// Serves until graceful shutdown or cancellation; throws `WebServerError` if it cannot start.
  public func run() async throws {
    let application = Application(
      responder: interface,
      server: .http1(configuration: .init(idleTimeout: .seconds(Self.idleTimeoutSeconds))),
      configuration: ApplicationConfiguration(
        address: .hostname(host.rawValue, port: address.port),
        availableConnectionsDelegate: MaximumAvailableConnections(Self.connectionLimit)),
      onServerRunning: { [address, onListening] channel in
        if let port = channel.localAddress?.port { address.port = port }
        await onListening(address.port)
      },
      logger: logger)
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await application.run() }
        group.addTask {
          try await gracefulShutdown()
          try await Task.sleep(for: Self.shutdownLimit)
        }
        try await group.next()
        group.cancelAll()
      }
    } catch let error as IOError {
      throw startFault(error)
    }
  }

  private func startFault(_ error: IOError) -> WebServerError {
    switch error.errnoCode {
    case EADDRINUSE: .portInUse(address.port)
    case EACCES: .portNotPermitted(address.port)
    case let code:
      .cannotListen(host: host.rawValue, port: address.port, underlyingCode: code)
    }
  }
}
