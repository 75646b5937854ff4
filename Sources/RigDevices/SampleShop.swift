import Foundation
import LoopbackHTTP

/// What a newcomer can scan and tap in the sample shop.
struct SampleShop {
  let products: [(code: String, name: String)]
  let card: [UInt8]
  let coupon: String

  /// Runs the daemon once with simulated devices: it makes the sample shop in the data directory
  /// and tells its codes.
  static func make(
    _ arguments: SaleTest.Arguments, _ checks: inout Checks
  ) async throws -> SampleShop {
    let kiosk = try daemon(arguments, flags: ["--simulate"])
    let isReady = await kiosk.isReady()
    checks.check("sample-shop-starts", isReady)
    guard isReady else { throw CarrierFault(description: "the daemon does not start") }
    let samples = try JSONValue(
      parsing: try await kiosk.client.get("/simulator/samples").body)
    checks.check("sample-shop-stops", await kiosk.stop() == 0)
    // The dearest first: the sample's coupon asks for a bill of some size.
    let products = samples["products"].array
      .sorted { ($0["price"].number ?? 0) > ($1["price"].number ?? 0) }
      .compactMap { product in
        product["code"].string.map { ($0, product["name"].string ?? "") }
      }
    guard products.count >= 3,
      let uid = samples["cards"].array.first?["uid"].string,
      case .card(let card?)? = ControlCommand("card in \(uid)"),
      let coupon = samples["coupons"].array.first?["code"].string
    else { throw CarrierFault(description: "the sample shop has too little: \(samples)") }
    return SampleShop(products: products, card: card, coupon: coupon)
  }

  static func daemon(_ arguments: SaleTest.Arguments, flags: [String]) throws -> KioskProcess {
    try KioskProcess(
      arguments.kioskd,
      arguments: ["run", "--sample"] + flags + [
        "--data", arguments.dataDirectory, "--port", "\(arguments.port)",
      ], prefix: arguments.prefix, port: arguments.port)
  }

  /// What a command on the shop's data prints.
  static func output(_ words: [String], _ arguments: SaleTest.Arguments) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: arguments.kioskctl)
    process.arguments = words + ["--data", arguments.dataDirectory]
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The exit status of a command on the shop's data.
  static func kioskctl(_ words: [String], _ arguments: SaleTest.Arguments) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: arguments.kioskctl)
    process.arguments = words + ["--data", arguments.dataDirectory]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
