import Foundation
import Hummingbird
import LoopbackHTTP
import SimulatorUI
import Testing
import WebUI

@Suite struct DescriptionTests {
  /// Method and path of everything that docs/openapi.yaml describes.
  private func described() throws -> Set<String> {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("docs/openapi.yaml")
    var path = ""
    var found: Set<String> = []
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      if line.hasPrefix("  /") { path = String(line.dropFirst(2).dropLast()) }
      for method in ["get", "post"] where line == "    \(method):" {
        found.insert("\(method.uppercased()) \(path)")
      }
    }
    return found
  }

  @Test func `docs openapi describes every path and no other`() async throws {
    let described = try described()
    let routes = SimulatorRoutes(
      devices: SimulatedDevices(),
      samples: { SimulatorSamples(products: [], cards: [], coupons: []) }
    ).table
    let simulator = routes.flatMap { path, methods in
      methods.keys.map { "\($0.rawValue) \(path)" }
    }
    #expect(described.filter { $0.contains("/simulator") } == Set(simulator))
    try await LocalServer.run(routes: routes) { server in
      for route in described {
        let words = route.split(separator: " ").map(String.init)
        // The stream does not end, so only its head is asked for.
        let status =
          words[1] == "/api/v1/events"
          ? try await LoopbackEvents(port: server.port).status
          : try await server.client.send(words[0], words[1]).status
        #expect(status == 200 || (status == 400 && words[0] == "POST"), "\(route)")
      }
    }
  }
}
