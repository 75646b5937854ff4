import FoundationEssentials
import Hummingbird
import Simulators

/// The simulated devices over HTTP, as docs/openapi.yaml describes them.
public struct SimulatorRoutes: Sendable {
  /// The form of a route table that the web server takes.
  public typealias Table =
    [String: [HTTPRequest.Method: @Sendable (Request) async throws -> Response]]

  /// One device's request is one small object.
  static let bodyByteLimit = 8_192

  private let devices: SimulatedDevices
  private let samples: @Sendable () async throws -> SimulatorSamples

  /// - Parameter samples: what can be scanned and tapped now; coupons that are spent are gone.
  public init(
    devices: SimulatedDevices, samples: @escaping @Sendable () async throws -> SimulatorSamples
  ) {
    self.devices = devices
    self.samples = samples
  }

  public var table: Table {
    [
      "/simulator/scanner": [.post: { try await scan($0) }],
      "/simulator/reader": [
        .get: { _ in cardAnswer() }, .post: { try await setCard($0) },
      ],
      "/simulator/printer": [
        .get: { _ in json(PrinterForm(devices)) }, .post: { try await setPrinter($0) },
      ],
      "/simulator/printer/bytes": [
        .get: { _ in
          answer(devices.printerModel.receivedBytes, type: "application/octet-stream")
        }
      ],
      "/simulator/printer/paper.txt": [
        .get: { _ in
          answer(Array(devices.printerModel.paperText.utf8), type: "text/plain; charset=utf-8")
        }
      ],
      "/simulator/printer/paper.png": [.get: { _ in try paperPicture() }],
      "/simulator/display": [.get: { _ in json(["lines": devices.displayLines]) }],
      "/simulator/samples": [.get: { _ in json(try await samples()) }],
    ]
  }

  private func scan(_ request: Request) async throws -> Response {
    let scan: ScanRequest = try await decode(request, example: #"{"text": "69…", "aim": "]E0"}"#)
    if let fault = scan.fault { throw HTTPError(.badRequest, message: fault) }
    devices.scan(scan.text, aim: scan.aim)
    return json(["text": scan.text])
  }

  private func setCard(_ request: Request) async throws -> Response {
    let card: CardRequest = try await decode(request, example: #"{"uid": "04…"} or {"uid": null}"#)
    guard let uid = card.uid else {
      devices.setCard(uid: nil)
      return cardAnswer()
    }
    guard let bytes = CardRequest.bytes(uid) else {
      throw HTTPError(
        .badRequest, message: "uid must be 8, 14 or 20 hexadecimal digits, or null.")
    }
    guard card.isTag else {
      devices.setCard(uid: bytes)
      return cardAnswer()
    }
    guard bytes.count == 7 else {
      throw HTTPError(.badRequest, message: "A tag's uid has 14 hexadecimal digits.")
    }
    devices.setTag(uid: bytes)
    return cardAnswer()
  }

  private func cardAnswer() -> Response {
    json(["uid": devices.cardUID.map(hexadecimal)])
  }

  private func setPrinter(_ request: Request) async throws -> Response {
    let printer: PrinterRequest = try await decode(
      request,
      example: #"{"paper": "ok|nearEnd|out", "cover": "closed|open", "attached": true}"#)
    if let paper = printer.paper { devices.setPaper(paper) }
    if let cover = printer.cover { devices.setCover(isOpen: cover == .open) }
    if let attached = printer.attached { devices.setPrinterAttached(attached) }
    return json(PrinterForm(devices))
  }

  private func paperPicture() throws -> Response {
    do {
      return answer(try devices.printerModel.paperPNG(), type: "image/png")
    } catch {
      throw HTTPError(
        .internalServerError, message: "The paper cannot be drawn: \(error). See kioskctl doctor.")
    }
  }

  private func decode<Form: Decodable>(_ request: Request, example: String) async throws -> Form {
    let body = try await request.body.collect(upTo: Self.bodyByteLimit)
    do {
      return try JSONDecoder().decode(Form.self, from: Data(body.readableBytesView))
    } catch {
      throw HTTPError(.badRequest, message: "The body must be JSON like \(example).")
    }
  }

  private func json(_ value: some Encodable) -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return answer([UInt8](try encoder.encode(value)), type: "application/json; charset=utf-8")
    } catch {
      // Only NaN and infinity cannot be written, and no value here has a `Double`.
      preconditionFailure("\(type(of: value)) cannot be written as JSON: \(error)")
    }
  }

  private func answer(_ bytes: [UInt8], type: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: type, .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
