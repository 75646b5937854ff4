import Foundation
import LoopbackHTTP
import Testing
import WebUI

@Suite struct StaticPageTests {
  /// A directory with these files, gone after `body`.
  private func withDirectory(
    _ files: [String: String], _ body: (String) async throws -> Void
  ) async throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("page-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    for (name, text) in files {
      try Data(text.utf8).write(to: directory.appendingPathComponent(name))
    }
    do {
      try await body(directory.path)
    } catch {
      try FileManager.default.removeItem(at: directory)
      throw error
    }
    try FileManager.default.removeItem(at: directory)
  }

  @Test func `files are served with their types and the page's policy`() async throws {
    let files = [
      "index.html": "<p>页", "a.css": "p{}", "a.js": "1", "a.svg": "<svg/>", "notes.txt": "no",
    ]
    try await withDirectory(files) { directory in
      let pages = [
        try StaticPage(path: "/", directory: directory),
        try StaticPage(path: "/simulator", directory: directory),
      ]
      try await LocalServer.run(pages: pages) { server in
        for (path, type) in [
          ("/", "text/html; charset=utf-8"), ("/index.html", "text/html; charset=utf-8"),
          ("/a.css", "text/css; charset=utf-8"), ("/a.js", "text/javascript; charset=utf-8"),
          ("/a.svg", "image/svg+xml"), ("/simulator", "text/html; charset=utf-8"),
          ("/simulator/", "text/html; charset=utf-8"),
          ("/simulator/a.js", "text/javascript; charset=utf-8"),
        ] {
          let answer = try await server.client.get(path)
          #expect(answer.status == 200)
          #expect(answer.headers["content-type"] == type)
          #expect(answer.headers["cache-control"] == "no-cache")
          #expect(answer.headers["x-content-type-options"] == "nosniff")
          #expect(
            answer.headers["content-security-policy"]?.hasPrefix("default-src 'self';") == true)
        }
        let reply1 = try await server.client.get("/")
        #expect(reply1.text == "<p>页")
        let reply2 = try await server.client.get("/notes.txt")
        #expect(reply2.status == 404)
        let reply3 = try await server.client.get("/simulator/../a.css")
        #expect(reply3.status == 404)
      }
    }
  }

  @Test func `a directory without a page is named`() async throws {
    try await withDirectory(["a.css": ""]) { directory in
      #expect(throws: StaticPage.Fault.noIndex(directory: directory)) {
        try StaticPage(path: "/", directory: directory)
      }
    }
    let fault = StaticPage.Fault.noIndex(directory: "/nowhere")
    #expect(throws: fault) { try StaticPage(path: "/", directory: "/nowhere") }
    #expect(fault.description.contains("/nowhere has no index.html"))
  }

  @Test func `a directory that is no page is refused by its size`() async throws {
    var files = ["index.html": ""]
    for number in 0..<64 { files["\(number).css"] = "" }
    try await withDirectory(files) { directory in
      #expect(throws: StaticPage.Fault.tooManyFiles(directory: directory)) {
        try StaticPage(path: "/", directory: directory)
      }
    }
    let big = ["index.html": String(repeating: "x", count: (1 << 20) + 1)]
    try await withDirectory(big) { directory in
      #expect(throws: StaticPage.Fault.tooLarge(file: "\(directory)/index.html")) {
        try StaticPage(path: "/", directory: directory)
      }
    }
  }

  @Test func `a port in use is told with what to do`() async throws {
    try await LocalServer.run { server in
      let second = WebServer(
        kiosk: server.screen, port: server.port, pages: [], logger: LocalServer.silent)
      await #expect(throws: WebServerError.portInUse(server.port)) { try await second.run() }
      #expect(WebServerError.portInUse(8480).description.contains("--port"))
    }
  }
}
