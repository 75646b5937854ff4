import FoundationEssentials
import Hummingbird
import Simulators

/// The person at the simulated devices, over HTTP (docs/openapi.yaml, `/simulator`).
public struct SimulatorRoutes: Sendable {
  /// A request to a device is one small object.
  static let bodyByteLimit = 8_192
  /// Longest text of one scan, as QR codes go.
  static let scanLengthLimit = 4_296
  /// UIDs of ISO 14443-3 have 4, 7 or 10 bytes.
  static let uidByteCounts = [4, 7, 10]

  public typealias Handler = @Sendable (Request) async throws -> Response

  private let devices: SimulatedDevices
  private let samples: @Sendable () async throws -> SimulatorSamples

  public init(
    devices: SimulatedDevices, samples: @escaping @Sendable () async throws -> SimulatorSamples
  ) {
    self.devices = devices
    self.samples = samples
  }

  /// Path → method → handler.
  public var table: [String: [HTTPRequest.Method: Handler]] {
    [
      "/simulator/scanner": [.post: scan],
      "/simulator/reader": [.post: tap],
      "/simulator/printer": [.post: setPrinter, .get: { _ in try json(printerState()) }],
      "/simulator/printer/bytes": [
        .get: { _ in
          body(devices.printer.withModel { $0.receivedBytes }, "application/octet-stream")
        }
      ],
      "/simulator/printer/paper.png": [.get: paperPicture],
      "/simulator/printer/paper.txt": [
        .get: { _ in
          body(
            Array(devices.printer.withModel { $0.paperText }.utf8), "text/plain; charset=utf-8")
        }
      ],
      "/simulator/display": [
        .get: { _ in try json(DisplayForm(lines: devices.display.withModel { $0.lines })) }
      ],
      "/simulator/samples": [.get: { _ in try json(try await samples()) }],
    ]
  }

  // MARK: Devices

  @Sendable private func scan(_ request: Request) async throws -> Response {
    let form: ScanForm = try await decode(request, "{\"text\": \"6901234567892\", \"aim\": \"]E0\"}")
    guard (1...Self.scanLengthLimit).contains(form.text.utf8.count),
      form.text.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
    else {
      throw HTTPError(
        .badRequest,
        message: "text takes 1 to \(Self.scanLengthLimit) printable ASCII characters: "
          + "the simulated scanner types on a US keyboard.")
    }
    if let aim = form.aim, !Self.isAIMIdentifier(aim) {
      throw HTTPError(.badRequest, message: "aim is like \"]E0\": a bracket, a letter, a digit.")
    }
    devices.scanner.withModel { $0.scan(form.text, aim: form.aim) }
    return try json(Accepted())
  }

  private static func isAIMIdentifier(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.count == 3 && bytes[0] == 0x5D && bytes.allSatisfy { (0x21...0x7E).contains($0) }
  }

  @Sendable private func tap(_ request: Request) async throws -> Response {
    let form: CardForm = try await decode(request, "{\"uid\": \"04a1b2c3d4e5f6\"} or {\"uid\": null}")
    guard let text = form.uid else {
      devices.reader.withModel { $0.setCard(uid: nil) }
      return try json(Accepted())
    }
    guard let uid = Self.bytes(hexadecimal: text), Self.uidByteCounts.contains(uid.count) else {
      throw HTTPError(
        .badRequest, message: "uid takes 4, 7 or 10 bytes as hexadecimal digits, or null.")
    }
    devices.reader.withModel { $0.setCard(uid: uid) }
    return try json(Accepted())
  }

  @Sendable private func setPrinter(_ request: Request) async throws -> Response {
    let form: PrinterForm = try await decode(
      request, "{\"paper\": \"ok\", \"cover\": \"closed\", \"attached\": true}")
    devices.printer.withModel { model in
      if let paper = form.paper { model.setPaper(paper) }
      if let cover = form.cover { model.setCover(isOpen: cover == .open) }
    }
    if let attached = form.attached { devices.setPrinter(attached: attached) }
    return try json(printerState())
  }

  private func printerState() -> PrinterForm {
    let (paper, isOpen) = devices.printer.withModel { ($0.paperSupply, $0.isCoverOpen) }
    return PrinterForm(
      paper: paper, cover: isOpen ? .open : .closed, attached: devices.isPrinterAttached)
  }

  @Sendable private func paperPicture(_ request: Request) async throws -> Response {
    let printer = devices.printer.withModel { $0 }
    do {
      return body(try printer.paperPNG(), "image/png")
    } catch {
      throw HTTPError(.internalServerError, message: "\(error)")
    }
  }

  // MARK: Forms

  private struct Accepted: Encodable { let accepted = true }
  private struct DisplayForm: Encodable { let lines: [String] }

  private struct ScanForm: Decodable {
    let text: String
    let aim: String?
  }

  private struct CardForm: Decodable { let uid: String? }

  private struct PrinterForm: Codable {
    enum Cover: String, Codable { case open, closed }

    let paper: PrinterModel.PaperSupply?
    let cover: Cover?
    let attached: Bool?
  }

  private func decode<Form: Decodable>(
    _ request: Request, _ example: String
  ) async throws -> Form {
    let body = try await request.body.collect(upTo: Self.bodyByteLimit)
    do {
      return try JSONDecoder().decode(Form.self, from: Data(body.readableBytesView))
    } catch {
      throw HTTPError(.badRequest, message: "The body must be JSON like \(example).")
    }
  }

  private static func bytes(hexadecimal text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      let pair = String(decoding: digits[index...index + 1], as: UTF8.self)
      guard pair.allSatisfy(\.isHexDigit), let byte = UInt8(pair, radix: 16) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  private func json(_ value: some Encodable) throws -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return body(Array(try encoder.encode(value)), "application/json; charset=utf-8")
  }

  private func body(_ bytes: [UInt8], _ contentType: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: contentType, .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
