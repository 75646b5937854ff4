import FoundationEssentials
import Hummingbird

/// A request that is refused; sent as `{"error": {"code", "message"}}`.
struct InterfaceError: Error, Equatable {
  let status: HTTPResponse.Status
  /// A stable name for programs.
  let code: String
  /// A sentence for the person who reads the answer.
  let message: String
  /// Methods a path takes; sent as `Allow` (RFC 9110, 15.5.6).
  var allowed: [HTTPRequest.Method] = []

  static func malformed(_ message: String) -> InterfaceError {
    InterfaceError(status: .badRequest, code: "malformed", message: message)
  }

  static func unknownPath(_ path: String) -> InterfaceError {
    InterfaceError(status: .notFound, code: "unknownPath", message: "There is nothing at \(path).")
  }

  static func wrongMethod(allowed: [HTTPRequest.Method]) -> InterfaceError {
    let names = allowed.map(\.rawValue).sorted().joined(separator: ", ")
    return InterfaceError(
      status: .methodNotAllowed, code: "wrongMethod", message: "This path takes \(names) only.",
      allowed: allowed)
  }

  static func tooLarge(limitByteCount: Int) -> InterfaceError {
    InterfaceError(
      status: .contentTooLarge, code: "tooLarge",
      message: "The body may have at most \(limitByteCount) bytes.")
  }

  static let foreign = InterfaceError(
    status: .forbidden, code: "foreign",
    message: "Only pages of this kiosk may ask: Host and Origin must be its own address.")

  static let tooManyStreams = InterfaceError(
    status: .serviceUnavailable, code: "busy",
    message: "\(EventStreams.limit) event streams are open already; close one first.")

  static let internalFault = InterfaceError(
    status: .internalServerError, code: "internal",
    message: "The kiosk could not answer; its log says why.")

  /// A refusal of a handler that knows only Hummingbird's own errors.
  init(_ error: any HTTPResponseError) {
    let codes = [
      400: "malformed", 403: "foreign", 404: "unknownPath", 409: "conflict", 413: "tooLarge",
      500: "internal", 503: "busy",
    ]
    status = error.status
    code = codes[error.status.code] ?? "refused"
    message = (error as? HTTPError)?.body ?? error.status.reasonPhrase
  }

  init(
    status: HTTPResponse.Status, code: String, message: String, allowed: [HTTPRequest.Method] = []
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.allowed = allowed
  }

  var response: Response {
    struct Body: Encodable {
      struct Content: Encodable {
        let code: String
        let message: String
      }
      let error: Content
    }
    var headers: HTTPFields = [:]
    if !allowed.isEmpty {
      headers[.allow] = allowed.map(\.rawValue).sorted().joined(separator: ", ")
    }
    return Response.json(
      Body(error: .init(code: code, message: message)), status: status, headers: headers)
  }
}

extension Response {
  /// A JSON answer; nothing may keep it (the next one may differ).
  static func json(
    _ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
  ) -> Response {
    var headers = headers
    headers[.contentType] = "application/json; charset=utf-8"
    headers[.cacheControl] = "no-store"
    return Response(
      status: status, headers: headers,
      body: .init(byteBuffer: ByteBuffer(bytes: JSON.bytes(value))))
  }
}

/// The JSON form of the local interface: sorted keys, so that equal values are equal bytes.
enum JSON {
  static func bytes(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return [UInt8](try encoder.encode(value))
    } catch {
      // Only NaN and infinity cannot be written, and no value of this interface has a `Double`.
      preconditionFailure("\(type(of: value)) cannot be written as JSON: \(error)")
    }
  }
}
