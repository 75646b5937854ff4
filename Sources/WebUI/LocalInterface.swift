import Hummingbird
import Logging
import Synchronization

/// Every request's way: own origin, known path, known method, handler, one form of errors.
struct LocalInterface: HTTPResponder {
  typealias Context = BasicRequestContext

  private let routes: RouteTable
  private let address: BoundAddress
  private let logger: Logger

  /// Scripts, styles and data come from this server alone; only its own pages may frame a page.
  private static let contentSecurityPolicy =
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self';"
    + " frame-ancestors 'self'"

  init(routes: RouteTable, address: BoundAddress, logger: Logger) {
    self.routes = routes
    self.address = address
    self.logger = logger
  }

  func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    var response: Response
    do {
      response = try await answer(request)
    } catch let error as InterfaceError {
      response = error.response
    } catch let error as any HTTPResponseError {
      response = InterfaceError(error).response
    } catch {
      logger.error("\(request.method) \(request.uri.path) failed: \(error)")
      response = InterfaceError.internalFault.response
    }
    response.headers[.contentSecurityPolicy] = Self.contentSecurityPolicy
    response.headers[.xContentTypeOptions] = "nosniff"
    response.headers[.crossOriginResourcePolicy] = "same-origin"
    return response
  }

  private func answer(_ request: Request) async throws -> Response {
    let own = SameOrigin(port: address.port)
    guard own.allows(host: request.head.authority),
      own.allows(origin: request.headers[.origin])
    else { throw InterfaceError.foreign }
    let path = request.uri.path
    guard let methods = routes[path] else { throw InterfaceError.unknownPath(path) }
    guard let handler = methods[request.method] else {
      throw InterfaceError.wrongMethod(allowed: Array(methods.keys))
    }
    return try await handler(request)
  }
}

/// The port the server got, known once it listens; the first request comes later.
final class BoundAddress: Sendable {
  private let value: Mutex<Int>

  init(port: Int) {
    value = Mutex(port)
  }

  var port: Int {
    get { value.withLock { $0 } }
    set { value.withLock { $0 = newValue } }
  }
}
