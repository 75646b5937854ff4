import Daemon
import FoundationEssentials
import Hummingbird

/// The routes of docs/openapi.yaml that every kiosk has.
struct ScreenRoutes {
  /// A press is one small object; more is no press.
  static let pressByteLimit = 4096

  let kiosk: any KioskScreen
  let streams: EventStreams

  var table: RouteTable {
    [
      "/healthz": [.get: { _ in .json(["status": "ok"]) }],
      "/api/v1/state": [.get: { _ in .json(SnapshotForm(await kiosk.snapshot())) }],
      "/api/v1/events": [.get: { _ in try await streams.response(for: kiosk) }],
      "/api/v1/press": [.post: { try await press($0) }],
    ]
  }

  private func press(_ request: Request) async throws -> Response {
    let press = try await Self.decodePress(request)
    do {
      return .json(SnapshotForm(try await kiosk.press(press)))
    } catch {
      throw Self.refusal(error)
    }
  }

  private static func decodePress(_ request: Request) async throws -> ButtonPress {
    let body: ByteBuffer
    do {
      body = try await request.body.collect(upTo: pressByteLimit)
    } catch let error as any HTTPResponseError where error.status == .contentTooLarge {
      throw InterfaceError.tooLarge(limitByteCount: pressByteLimit)
    }
    do {
      return try JSONDecoder().decode(ButtonPress.self, from: Data(body.readableBytesView))
    } catch {
      throw InterfaceError.malformed(
        "The body must be JSON like {\"button\": \"pay\", \"revision\": 12}.")
    }
  }

  private static func refusal(_ refusal: PressRefusal) -> InterfaceError {
    switch refusal {
    case .staleRevision(let current):
      InterfaceError(
        status: .conflict, code: "staleRevision",
        message: "The screen has changed; its revision is \(current) now.")
    case .unknownButton(let name):
      InterfaceError(
        status: .badRequest, code: "unknownButton", message: "No button is called \"\(name)\".")
    case .notEnabled(let name):
      InterfaceError(
        status: .conflict, code: "notEnabled",
        message: "The button \"\(name)\" can do nothing in this state.")
    case .busy:
      InterfaceError(
        status: .serviceUnavailable, code: "busy", message: "Too much at once; press again.")
    case .stopping:
      InterfaceError(
        status: .serviceUnavailable, code: "stopping", message: "The kiosk is stopping.")
    }
  }
}
