import Hummingbird

/// Answers one request of one route.
public typealias RouteHandler = @Sendable (Request) async throws -> Response

/// Path → method → handler. All paths of the local interface are literal, so that looking one up is
/// exact and a known path with a wrong method can be told from an unknown path.
public typealias RouteTable = [String: [HTTPRequest.Method: RouteHandler]]
